"""The tokens file: who has which bearer token, as a hash, and which role in which namespace.

    {"tokens": [
      {"principal": "shop-web", "sha256": "9f86d081...", "roles": {"shop": "starter"},
       "create_time": "2026-05-01T12:00:00Z", "expire_time": null}
    ]}

A token is 256 random bits, so one fast hash keeps it: there is nothing to guess, and a slow hash, made for passwords
that people choose, would only cost at every RPC. Looking a hash up takes a time that depends on hashes, not on tokens,
and nobody can choose a token by its hash; so a dict's lookup tells a clock nothing that helps.

A principal may have any number of tokens alive at once; that is how one is rotated without a pause.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import secrets
import tempfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import msgspec

from orchestrator.api.principal import Principal, Role
from sagaway.security import FileFault, Watched, read_file

PREFIX = "sgw_"
"""Every token begins so: secret scanners find one that got where it should not."""

MAX_TOKENS = 10_000
ID_LENGTH = 12
ROLES = {role.name.lower(): role for role in Role}

_BYTES = 32
_NAMESPACE = r"^(\*|[A-Za-z0-9._-]{1,64})\Z"
_Instant = Annotated[datetime, msgspec.Meta(tz=True)]


class Entry(msgspec.Struct, forbid_unknown_fields=True, frozen=True, omit_defaults=False):
    """One token.

    Attributes:
        principal: whose it is.
        sha256: the SHA-256 of the token, in hexadecimal.
        roles: namespace, or `*`, to role.
        create_time: when it was made; for people.
        expire_time: when it stops to be one; None: never.
    """

    principal: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9._@:/+-]{1,128}\Z")]
    sha256: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
    roles: Annotated[
        dict[Annotated[str, msgspec.Meta(pattern=_NAMESPACE)], str],
        msgspec.Meta(min_length=1),
    ]
    create_time: _Instant | None = None
    expire_time: _Instant | None = None

    @property
    def id(self) -> str:
        """What one calls it by: the beginning of its hash."""
        return self.sha256[:ID_LENGTH]


class _File(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    tokens: Annotated[list[Entry], msgspec.Meta(max_length=MAX_TOKENS)]


Grants = Mapping[bytes, Principal]
"""Who shows a token, by its hash."""


def digest_of(token: str) -> bytes:
    """Return the hash by which a token is known."""
    return hashlib.sha256(token.encode()).digest()


def watch_tokens(path: Path) -> Watched[Grants]:
    """Return what a tokens file says, to be looked at anew from time to time.

    Raises:
        FileFault: it can't be read, or an entry is wrong.
    """
    return Watched("the tokens file", [path], lambda contents: _grants(parse(path, contents[0])))


def parse(path: Path, data: bytes) -> list[Entry]:
    """Return the entries of a tokens file.

    Raises:
        FileFault: it is no tokens file; the text names the place and never what stands in it.
    """
    try:
        entries = msgspec.json.decode(data, type=_File).tokens
    except msgspec.DecodeError as error:
        raise FileFault(f"{path} is no tokens file: {error}; `sagaway token create` writes one") from None
    seen: set[str] = set()
    for index, entry in enumerate(entries):
        for role in entry.roles.values():
            if role not in ROLES:
                raise FileFault(f"{path}: a role of tokens[{index}] is none of {', '.join(ROLES)}")
        if entry.sha256 in seen:
            raise FileFault(f"{path}: tokens[{index}] has the same sha256 as one before it; remove one of them")
        seen.add(entry.sha256)
    return entries


def read_entries(path: Path) -> list[Entry]:
    """Return the entries of a tokens file; none if there is no file yet.

    Raises:
        FileFault: it can't be read, or is no tokens file.
    """
    return parse(path, read_file(path)) if path.exists() else []


def make(
    principal: str, roles: Mapping[str, Role], now: datetime, expire_time: datetime | None = None
) -> tuple[str, Entry]:
    """Make a token: itself, which is kept nowhere, and the entry that knows it again.

    Raises:
        FileFault: the name or a namespace is none.
    """
    token = PREFIX + secrets.token_urlsafe(_BYTES)
    entry = Entry(
        principal,
        digest_of(token).hex(),
        {namespace: role.name.lower() for namespace, role in roles.items()},
        now,
        expire_time,
    )
    try:
        msgspec.convert(msgspec.to_builtins(entry), Entry)
    except msgspec.ValidationError as error:
        raise FileFault(f"a token can't be made so: {error}") from None
    return token, entry


@contextmanager
def changing(path: Path) -> Generator[list[Entry], None, None]:
    """Give the entries to be changed, and write them at the block's end, unless it raises. One at a time does so.

    Raises:
        FileFault: the file can't be read or written, or is no tokens file.
    """
    try:
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise FileFault(f"can't open the directory of {path}: {error.strerror}") from None
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)  # Not the file itself, which is replaced by another.
        entries = read_entries(path)
        yield entries
        write_entries(path, entries)
    finally:
        os.close(folder)


def document(entry: Entry) -> dict[str, Any]:
    """Return an entry as it stands in the file."""
    said: dict[str, Any] = msgspec.to_builtins(entry)
    return said


def write_entries(path: Path, entries: list[Entry]) -> None:
    """Replace a tokens file as a whole, readable by its owner only if it is new.

    Raises:
        FileFault: it can't be written.
    """
    text = json.dumps({"tokens": msgspec.to_builtins(entries)}, indent=2) + "\n"
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            if path.exists():
                standing = path.stat()
                os.chmod(name, standing.st_mode & 0o777)
                if (standing.st_uid, standing.st_gid) != (os.geteuid(), os.getegid()):
                    os.chown(name, standing.st_uid, standing.st_gid)
            os.replace(name, path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise FileFault(f"can't write {path}: {error.strerror}") from None


def _grants(entries: list[Entry]) -> Grants:
    return {
        bytes.fromhex(entry.sha256): Principal(
            entry.principal,
            entry.id,
            {namespace: ROLES[role] for namespace, role in entry.roles.items()},
            None if entry.expire_time is None else int(entry.expire_time.astimezone(UTC).timestamp() * 1_000_000),
        )
        for entry in entries
    }
