"""A certificate authority to try TLS with: for `sagaway dev-certs`, the compose stack and the tests.

Not for production: its key lies in a file beside what it signs, and whoever has it can be anybody.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from sagaway.security import FileFault

LOCAL = ("localhost", "127.0.0.1", "::1")
"""What every server's certificate is for beside its name."""

_SKEW = timedelta(minutes=5)
"""Other machines' clocks may be behind."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A certificate and its private key, as PEM."""

    cert: bytes
    key: bytes

    def write(self, folder: Path, name: str) -> tuple[Path, Path]:
        """Write `NAME.pem` and `NAME-key.pem`, each replaced as a whole; the key for its owner only.

        Raises:
            FileFault: they can't be written.
        """
        cert, key = folder / f"{name}.pem", folder / f"{name}-key.pem"
        _replace(key, self.key, 0o600)
        _replace(cert, self.cert, 0o644)
        return cert, key


class DevCa:
    """The authority."""

    def __init__(self, key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate) -> None:
        self._key = key
        self._certificate = certificate

    @classmethod
    def new(cls, days: float = 3650, name: str = "Sagaway development CA") -> DevCa:
        """Make one.

        Args:
            days: how long it is valid.
            name: its common name.
        """
        key = ec.generate_private_key(ec.SECP256R1())
        subject = _name(name)
        builder = _builder(subject, subject, key.public_key(), days, datetime.now(UTC))
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        builder = builder.add_extension(_usage(sign=True), critical=True)
        return cls(key, builder.sign(key, hashes.SHA256()))

    @classmethod
    def read(cls, folder: Path) -> DevCa:
        """Read the one in a folder.

        Raises:
            FileFault: there is none, or half of one.
        """
        try:
            key = serialization.load_pem_private_key((folder / "ca-key.pem").read_bytes(), None)
            certificate = x509.load_pem_x509_certificate((folder / "ca.pem").read_bytes())
        except (OSError, ValueError, TypeError) as error:
            raise FileFault(
                f"{folder} has no CA of ours in ca.pem and ca-key.pem ({error}); use another folder"
            ) from None
        if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != certificate.public_key():
            raise FileFault(f"ca-key.pem in {folder} is not the key of ca.pem; use another folder")
        return cls(key, certificate)

    @property
    def pair(self) -> Pair:
        """The CA's own certificate and key."""
        return Pair(_pem(self._certificate), _key_pem(self._key))

    def server(self, name: str, hosts: Sequence[str] = LOCAL, days: float = 90, begin: datetime | None = None) -> Pair:
        """Make a server's certificate.

        Args:
            name: its host name.
            hosts: other names and addresses that it is for.
            days: how long it is valid.
            begin: from when on; None: now.
        """
        names = [x509.DNSName(name), *(_host(host) for host in hosts if host != name)]
        return self._sign(name, names, ExtendedKeyUsageOID.SERVER_AUTH, days, begin)

    def client(self, name: str, days: float = 90, begin: datetime | None = None) -> Pair:
        """Make a client's certificate.

        Args:
            name: whose it is.
            days: how long it is valid.
            begin: from when on; None: now.
        """
        return self._sign(name, [x509.DNSName(name)], ExtendedKeyUsageOID.CLIENT_AUTH, days, begin)

    def _sign(
        self,
        name: str,
        names: Sequence[x509.GeneralName],
        usage: x509.ObjectIdentifier,
        days: float,
        begin: datetime | None,
    ) -> Pair:
        key = ec.generate_private_key(ec.SECP256R1())
        since = begin or datetime.now(UTC)
        builder = _builder(_name(name), self._certificate.subject, key.public_key(), days, since)
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
        builder = builder.add_extension(_usage(sign=False), critical=True)
        return Pair(_pem(builder.sign(self._key, hashes.SHA256())), _key_pem(key))


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, days: float, begin: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin - _SKEW)
        .not_valid_after(begin + timedelta(days=days))
    )


def _usage(*, sign: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not sign,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=sign,
        crl_sign=sign,
        encipher_only=False,
        decipher_only=False,
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _host(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _replace(path: Path, data: bytes, mode: int) -> None:
    part = path.with_name(f".{path.name}.part")
    try:
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(data)
        part.replace(path)
    except OSError as error:
        raise FileFault(f"can't write {path}: {error.strerror}") from None
