"""The server's settings: `SAGAWAY_*` variables and the flags of `sagaway serve`, validated once at the start.

A flag wins over its variable. A setting that is wrong ends the start with a sentence that names the variable, what is
wrong with it and what would be right; nothing is guessed. What is safe is the default: the server binds the loopback
address, and any other only with TLS and tokens, unless a flag says by name that neither is wanted
(`orchestrator.config_security`). `orchestrator.credentials` reads the files that are named here.
"""

from __future__ import annotations

import difflib
import ipaddress
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator

from orchestrator.config_database import DatabaseSettings
from orchestrator.config_security import OFF, SettingsFaulty, check_security
from orchestrator.config_webhook import check_webhook
from orchestrator.core.retry import SECOND
from orchestrator.engine.settings import DAY, EngineSettings, RetentionSettings
from orchestrator.store.replicas import LEASE

PREFIX = "SAGAWAY_"
MIB = 1024 * 1024
MIN_PURGED_IDS_DAYS = 30
_LAST_PORT = 65_535
_ENGINE = EngineSettings()

# Of the same prefix, but not the server's: the client's and the command line's.
_FOREIGN = frozenset({"ADDRESS", "JAEGER_URL", "NAMESPACE", "PATIENCE", "CA", "CERT", "KEY", "TOKEN", "TOKEN_FILE"})

# Of the bus's client (`sagaway.bus.settings`), which reads them itself.
_OF_THE_BUS = frozenset(
    f"NATS_{name}"
    for name in (
        *("URL", "CREDS_FILE", "TOKEN_FILE", "USER", "PASSWORD_FILE", "CA", "CERT", "KEY"),
        *("ALLOW_INSECURE", "PREFIX", "REPLICAS"),
    )
)


S = TypeVar("S", bound=DatabaseSettings)


class SettingsError(Exception):
    """A setting is wrong. The text is for people, a line a fault."""


class Settings(DatabaseSettings):
    """The server's settings; each field is read from `SAGAWAY_` and its name in capitals."""

    replica_name: str = Field(
        default="",
        pattern=r"^[A-Za-z0-9._:/-]{0,128}$",
        description="who this replica is on a shared log; default: the machine's name and `listen`",
    )
    lease_seconds: float = Field(
        default=LEASE / SECOND,
        ge=1,
        le=300,
        description="seconds after which other replicas take over from one that is silent, 1 to 300",
    )
    processes: int = Field(
        default=1,
        ge=1,
        le=64,
        description="server processes that share `listen`, 1 to 64, each a replica; more than one need `database_url`",
    )
    listen: str = Field(default="127.0.0.1:7070", description="host:port to listen on; port 0 takes a free one")
    allow_insecure_bind: bool = Field(
        default=False,
        description="true allows a `listen` that other machines reach, without encryption and authentication",
    )
    tls_cert: Path | None = Field(
        default=None, description="PEM file: the server's certificate, then those between it and its CA"
    )
    tls_key: Path | None = Field(default=None, description="PEM file: its private key, without a passphrase")
    tls_client_ca: Path | None = Field(
        default=None, description="PEM file: the CAs of clients' certificates; set, a client without one is refused"
    )
    tokens_file: Path | None = Field(
        default=None, description="JSON file of bearer tokens; set, every RPC but a few needs one"
    )
    participant_ca: str = Field(
        default="", description="PEM file: the CAs of participants' certificates, or `system`; set, TLS is used"
    )
    participant_cert: Path | None = Field(
        default=None, description="PEM file: the certificate that participants are shown"
    )
    participant_key: Path | None = Field(default=None, description="PEM file: its private key, without a passphrase")
    plaintext_participants: str = Field(
        default="", description="addresses of participants, with commas, that are reached in plain text; `*`: all"
    )
    metrics_listen: str = Field(
        default="127.0.0.1:9464",
        description="host:port for metrics and health over HTTP, or `off`; port 0 takes a free one",
    )
    allow_open_metrics: bool = Field(
        default=False,
        description="true allows a `metrics_listen` that other machines reach: whoever does may read the metrics",
    )
    dead_letter_webhook_url: str = Field(
        default="", description="https URL that is told of every saga that becomes STUCK or is put in quarantine"
    )
    dead_letter_webhook_secret: SecretStr = Field(
        default=SecretStr(""), description="what its letters are signed with, at least 16 bytes"
    )
    dead_letter_webhook_secret_file: Path | None = Field(
        default=None, description="a file with that secret, in its place; read anew when it changes"
    )
    dead_letter_webhook_ca: Path | None = Field(
        default=None, description="PEM file: the CAs of the receiver's certificate; default: those the system trusts"
    )
    allow_plaintext_webhook: bool = Field(
        default=False, description="true allows a `dead_letter_webhook_url` of plain http to another machine"
    )
    observe: bool = Field(
        default=False,
        description="true observes choreographed sagas on the bus that `SAGAWAY_NATS_URL` names",
    )
    restored: bool = Field(
        default=False,
        description="true declares that the saga log was restored from a backup; `sagaway restore end` ends that",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="DEBUG, INFO, WARNING or ERROR"
    )
    log_format: Literal["auto", "console", "json"] = Field(
        default="auto", description="console, json, or auto: console on a terminal, json elsewhere"
    )
    drain_seconds: float = Field(
        default=10, ge=0, le=3600, description="seconds that calls in flight get to end at SIGTERM, 0 to 3600"
    )
    retention_days: float = Field(
        default=0, ge=0, le=36_500, description="days after which ended sagas are purged, 0 to 36,500; 0: never"
    )
    purged_ids_days: float = Field(
        default=0,
        ge=0,
        le=36_500,
        description="days for which the ids of purged sagas stay taken, 30 to 36,500; 0: for ever",
    )
    max_live_sagas: int = Field(
        default=_ENGINE.max_live_sagas, ge=1, le=1_000_000, description="sagas in memory at once, 1 to 1,000,000"
    )
    max_open_sagas: int = Field(
        default=_ENGINE.max_open_sagas,
        ge=1,
        le=1_000_000_000,
        description="sagas that have not ended, over all replicas, beyond which StartSaga is refused, 1 to 1,000,000,000",
    )
    max_concurrent_calls: int = Field(
        default=_ENGINE.max_concurrent_calls,
        ge=1,
        le=100_000,
        description="calls to all participants under way at once, 1 to 100,000",
    )
    max_backlog: int = Field(
        default=_ENGINE.max_backlog,
        ge=1,
        le=1_000_000,
        description="appends waiting for a transaction, beyond which StartSaga is refused, 1 to 1,000,000",
    )
    max_watchers: int = Field(
        default=_ENGINE.max_watchers, ge=1, le=100_000, description="watchers at once, 1 to 100,000"
    )
    max_concurrent_rpcs: int = Field(
        default=2_000, ge=1, le=100_000, description="RPCs served at once, waits and watches included, 1 to 100,000"
    )
    max_message_bytes: int = Field(
        default=4 * MIB,
        ge=2 * MIB,
        le=64 * MIB,
        description="bytes of one request, 2 MiB (2097152) to 64 MiB (67108864)",
    )

    @field_validator("log_level", "log_format", mode="before")
    @classmethod
    def _letter_case(cls, value: Any, info: Any) -> Any:
        if isinstance(value, str):
            return value.upper() if info.field_name == "log_level" else value.lower()
        return value

    @model_validator(mode="after")
    def _processes_can_share(self) -> Settings:
        if self.processes > 1 and not self.is_shared:
            told = (
                f"{self.processes} processes can't share a saga log on SQLite, which is of one; put it on PostgreSQL "
                f"({PREFIX}DATABASE_URL), or leave it at 1"
            )
            raise SettingsFaulty([("processes", told)])
        if self.processes > 1 and self.metrics_listen != OFF:
            _, port = split_address(self.metrics_listen)
            if port + self.processes - 1 > _LAST_PORT:
                told = f"each of {self.processes} processes takes a port, from {port} on; give a lower one, or `off`"
                raise SettingsFaulty([("metrics_listen", told)])
        return self

    @model_validator(mode="after")
    def _security_is_whole(self) -> Settings:
        split_address(self.listen)
        check_security(self)
        check_webhook(self)
        return self

    @field_validator("metrics_listen")
    @classmethod
    def _metrics_address(cls, value: str) -> str:
        if value.lower() == OFF:
            return OFF
        split_address(value)
        return value

    @field_validator("purged_ids_days")
    @classmethod
    def _ids_outlast_barriers(cls, value: float) -> float:
        if 0 < value < MIN_PURGED_IDS_DAYS:
            told = f"participants remember operations for {MIN_PURGED_IDS_DAYS} days by default"
            raise ValueError(
                f"it is less than {MIN_PURGED_IDS_DAYS}, and {told}: a new saga of an old id would find its steps done"
            )
        return value

    @property
    def retention(self) -> RetentionSettings:
        """What is purged by itself."""
        return RetentionSettings(
            ended_sagas=round(self.retention_days * DAY), purged_names=round(self.purged_ids_days * DAY)
        )

    @property
    def engine(self) -> EngineSettings:
        """The engine's part."""
        return EngineSettings(
            max_live_sagas=self.max_live_sagas,
            max_open_sagas=self.max_open_sagas,
            max_concurrent_calls=self.max_concurrent_calls,
            max_backlog=self.max_backlog,
            max_watchers=self.max_watchers,
        )


def load_settings(**flags: Any) -> Settings:
    """Read the server's settings from the environment and validate them.

    Args:
        flags: settings given on the command line, by field name; they win over the environment. None: not given.

    Raises:
        SettingsError: a line for each fault: the variable (or flag), what is wrong, what is right.
    """
    return _load(Settings, flags)


def load_database(database: Path | None) -> DatabaseSettings:
    """Read and validate only where the saga log is; see `load_settings`.

    Args:
        database: the file that the command line names, or None.

    Raises:
        SettingsError: as there.
    """
    return _load(DatabaseSettings, {"database": database})


def _load(kind: type[S], flags: dict[str, Any]) -> S:
    given = {name: value for name, value in flags.items() if value is not None}
    try:
        return kind(**given)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
        raise SettingsError("\n".join(line for fault in faults for line in _sentences(fault, given))) from None


def unknown_variables(names: Iterable[str] | None = None) -> dict[str, str]:
    """Return the `SAGAWAY_*` variables that mean nothing, each with the nearest that does (or an empty string)."""
    known = {name.upper() for name in Settings.model_fields} | _FOREIGN | _OF_THE_BUS
    given = {name: name.upper().removeprefix(PREFIX) for name in (os.environ if names is None else names)}
    strange = {name: rest for name, rest in sorted(given.items()) if name.startswith(PREFIX) and rest not in known}
    nearest = {name: difflib.get_close_matches(rest, known, n=1) for name, rest in strange.items()}
    return {name: PREFIX + near[0] if near else "" for name, near in nearest.items()}


def split_address(address: str) -> tuple[str, int]:
    """Return host and port of `host:port`; an IPv6 host stands in brackets.

    Raises:
        ValueError: it is not of that form.
    """
    host, separator, port = address.rpartition(":")
    bracketed = host.startswith("[") and host.endswith("]")
    if not separator or not host or not port.isascii() or not port.isdigit() or int(port) > _LAST_PORT:
        raise ValueError(f"{address!r} is not host:port, such as 127.0.0.1:7070 or [::1]:7070")
    if ":" in host and not bracketed:
        raise ValueError(f"{address!r}: an IPv6 address stands in brackets, such as [::1]:7070")
    return (host[1:-1] if bracketed else host), int(port)


def port_of(address: str, number: int) -> int:
    """Return the port of the ``number``th of the processes that share `host:port`; of 0 each takes any."""
    _, port = split_address(address)
    return port and port + number


def with_port(address: str, port: int) -> str:
    """Return `host:port` with another port: the one that was bound."""
    return f"{address.rpartition(':')[0]}:{port}"


def is_loopback(host: str) -> bool:
    """Tell whether only this machine reaches ``host``; a name other than `localhost` is not taken to be."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _sentences(fault: Any, flags: dict[str, Any]) -> list[str]:
    raised = fault.get("ctx", {}).get("error")
    if isinstance(raised, SettingsFaulty):
        return [f"{_spoken(name, flags)}: {text}" for name, text in raised.faults]
    return [_sentence(fault, flags)]


def _sentence(fault: Any, flags: dict[str, Any]) -> str:
    message = str(fault["msg"]).removeprefix("Value error, ")
    if not fault["loc"]:  # of the whole: about `listen`
        return f"{_spoken('listen', flags)}: {message}"
    name = str(fault["loc"][0])
    field = Settings.model_fields.get(name)
    if field is None:
        return f"{_spoken(name, flags)}: there is no such setting"
    return f"{_spoken(name, flags)}: {message} ({field.description}; default: {field.default})"


def _spoken(name: str, flags: dict[str, Any]) -> str:
    return f"--{name.replace('_', '-')}" if name in flags else PREFIX + name.upper()
