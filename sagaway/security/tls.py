"""TLS from files that may be renewed at any time: `ServerTls` for who is called, `ClientTls` for who calls.

A server looks at its files at every handshake, so a new certificate is in force from the next connection on. gRPC's
channels can't be given another certificate; who owns one asks `ClientTls.look` and opens another.

Nothing is half secure: a certificate without its key, or a key that is another's, is refused before anything is bound.
Keys with a passphrase are refused too: nobody is there to type it.
"""

from __future__ import annotations

import logging
import ssl
from collections.abc import Callable, Sequence
from pathlib import Path

import grpc

from sagaway.security.watched import FileFault, Watched

_WORLD_READABLE = 0o004

_log = logging.getLogger("sagaway.security")


Check = Callable[[Path, bytes], None]


def _anything(path: Path, pem: bytes) -> None:
    pass


class ServerTls:
    """A server's certificate, and whom it lets in.

    Args:
        cert: PEM file: the server's certificate, then those between it and its CA.
        key: PEM file: its private key, without a passphrase.
        client_ca: PEM file: the CAs of clients' certificates. Given: a client without such a certificate gets no
            connection (mTLS).
    check: what else to ask of a certificate, given its file and its bytes; raises `FileFault`.

    Raises:
        FileFault: a file can't be read or used, or the key is not the certificate's.
    """

    def __init__(
        self,
        cert: Path | str,
        key: Path | str,
        client_ca: Path | str | None = None,
        *,
        check: Check = _anything,
    ) -> None:
        paths = [Path(cert), Path(key), *([Path(client_ca)] if client_ca is not None else [])]
        self._mutual = client_ca is not None
        _warn_of_open_key(paths[1])

        def read(contents: Sequence[bytes]) -> grpc.ServerCertificateConfiguration:
            _check_pair(paths[0], paths[1])
            check(paths[0], contents[0])
            ca = contents[2] if self._mutual else None
            if ca is not None:
                _check_ca(paths[2], ca)
            return grpc.ssl_server_certificate_configuration([(contents[1], contents[0])], ca)

        self._files = Watched("the server's certificate", paths, read)

    @property
    def mutual(self) -> bool:
        """Whether clients must show a certificate."""
        return self._mutual

    def credentials(self) -> grpc.ServerCredentials:
        """Return credentials for `add_secure_port`; they look at the files at every handshake."""
        given = self._files.value

        def renewed() -> grpc.ServerCertificateConfiguration | None:
            # None: as it was. gRPC frees what a configuration replaces while another thread may still begin a
            # handshake with it (grpc/grpc#36693, open), and dies of it. Handing out the same one again is a
            # replacement too, so one is handed out only when the files have changed.
            nonlocal given
            self._files.look()
            if self._files.value is given:
                return None
            given = self._files.value
            return given

        credentials: grpc.ServerCredentials = grpc.dynamic_ssl_server_credentials(
            self._files.value,
            renewed,  # type: ignore[arg-type] # the stubs do not know None, which keeps the prior one
            self._mutual,
        )
        return credentials


class ClientTls:
    """Whom a client believes, and what it shows of itself.

    Args:
        ca: PEM file: the CAs of servers' certificates; None: those that the system trusts.
        cert: PEM file: the client's own certificate, for servers that ask for one; with ``key``.
        key: PEM file: its private key, without a passphrase.
    check: what else to ask of that certificate, given its file and its bytes; raises `FileFault`.

    Raises:
        FileFault: a file can't be read or used, one of certificate and key is missing, or they are not a pair.
    """

    def __init__(
        self,
        ca: Path | str | None = None,
        cert: Path | str | None = None,
        key: Path | str | None = None,
        *,
        check: Check = _anything,
    ) -> None:
        if (cert is None) != (key is None):
            given, missing = ("certificate", "key") if key is None else ("key", "certificate")
            raise FileFault(f"a client's {given} is given ({cert or key}) without its {missing}; give both or neither")
        pair = [Path(cert), Path(key)] if cert is not None and key is not None else []
        authorities = [Path(ca)] if ca is not None else []
        if pair:
            _warn_of_open_key(pair[1])

        def read(contents: Sequence[bytes]) -> grpc.ChannelCredentials:
            if pair:
                _check_pair(*pair)
                check(pair[0], contents[0])
            root = contents[len(pair)] if authorities else None
            if root is not None:
                _check_ca(authorities[0], root)
            return grpc.ssl_channel_credentials(root, contents[1] if pair else None, contents[0] if pair else None)

        self._files = Watched("the client's certificate or CA", [*pair, *authorities], read)

    def credentials(self) -> grpc.ChannelCredentials:
        """Return credentials for `secure_channel`, as the files were at the last look."""
        return self._files.value

    def look(self) -> bool:
        """Look at the files; return whether `credentials` are others than before."""
        return self._files.look()


def _check_pair(cert: Path, key: Path) -> None:
    """Refuse what is no certificate with its key."""

    def no_passphrase() -> str:
        raise FileFault(f"{key} is protected by a passphrase; give a key without one, readable by its owner only")

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(cert, key, no_passphrase)
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            raise FileFault(f"{key} is not the key of the certificate in {cert}; give the pair") from None
        raise FileFault(f"{cert} and {key} are not a PEM certificate and its PEM private key") from None
    except OSError as error:
        raise FileFault(f"can't read {cert} or {key}: {error.strerror}") from None


def _check_ca(path: Path, data: bytes) -> None:
    """Refuse what holds no certificates."""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=data.decode("ascii"))
    except (ssl.SSLError, ValueError):
        raise FileFault(f"{path} holds no PEM certificates of CAs") from None


def _warn_of_open_key(key: Path) -> None:
    try:
        mode = key.stat().st_mode
    except OSError:
        return  # Reading it tells what is wrong.
    if mode & _WORLD_READABLE:
        _log.warning("the private key %s can be read by every user of this machine; chmod 600 it", key)
