"""Whether, what and where to trace: OpenTelemetry's own variables, so that what is known from other services holds here.

Nothing is traced unless an endpoint is given. A variable that is wrong refuses the start, with a sentence that names it:
one does not want to find out in an outage that there are no traces. Read are `OTEL_SDK_DISABLED`,
`OTEL_TRACES_EXPORTER`, `OTEL_TRACES_SAMPLER`, `OTEL_TRACES_SAMPLER_ARG`, `OTEL_SERVICE_NAME`, `OTEL_RESOURCE_ATTRIBUTES`,
`OTEL_BSP_MAX_QUEUE_SIZE`, `OTEL_BSP_MAX_EXPORT_BATCH_SIZE`, `OTEL_BSP_SCHEDULE_DELAY`, and of `OTEL_EXPORTER_OTLP_…` and
`OTEL_EXPORTER_OTLP_TRACES_…` (which wins): ENDPOINT, PROTOCOL, INSECURE, HEADERS, COMPRESSION, CERTIFICATE, CLIENT_KEY
and CLIENT_CERTIFICATE.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

SAMPLERS = (
    "always_on",
    "always_off",
    "traceidratio",
    "parentbased_always_on",
    "parentbased_always_off",
    "parentbased_traceidratio",
)
"""What `OTEL_TRACES_SAMPLER` may say."""

_OF_ALL = "OTEL_EXPORTER_OTLP_"
_OF_TRACES = "OTEL_EXPORTER_OTLP_TRACES_"


class TracingInvalid(Exception):
    """A variable of OpenTelemetry's is wrong; the text names it, what is wrong with it and what would be right."""


@dataclass(frozen=True, slots=True)
class Collector:
    """Whom spans are sent to.

    Attributes:
        target: gRPC target.
        secure: whether over TLS.
        headers: sent with each export; may be secret.
        gzip: whether exports are compressed.
        ca: PEM of who is trusted; None: whom gRPC trusts.
        key: PEM of our own key, for mutual TLS.
        certificate: PEM of our own certificate chain.
    """

    target: str
    secure: bool
    headers: tuple[tuple[str, str], ...] = ()
    gzip: bool = False
    ca: bytes | None = None
    key: bytes | None = None
    certificate: bytes | None = None


@dataclass(frozen=True, slots=True)
class TracingSettings:
    """How to trace.

    Attributes:
        collector: whom spans are sent to.
        sampler: one of `SAMPLERS`.
        ratio: the share of sagas that is sampled, where the sampler takes one.
        max_queue: spans that wait to be exported; more are dropped.
        max_batch: spans of one export.
        delay: how long spans wait for company, seconds.
    """

    collector: Collector
    sampler: str = "parentbased_always_on"
    ratio: float = 1.0
    max_queue: int = 8_192
    max_batch: int = 512
    delay: float = 1.0


def read_tracing(environment: Mapping[str, str]) -> TracingSettings | None:
    """Return how to trace; None: not at all.

    Args:
        environment: the variables, such as `os.environ`.

    Raises:
        TracingInvalid: a variable is wrong.
    """
    given = _Variables(environment)
    endpoint, endpoint_name = given.of_exporter("ENDPOINT")
    if given.flag("OTEL_SDK_DISABLED") or not endpoint:
        return None
    exporter = given.text("OTEL_TRACES_EXPORTER") or "otlp"
    if exporter == "none":
        return None
    if exporter != "otlp":
        raise TracingInvalid(f"OTEL_TRACES_EXPORTER: {exporter!r} is not offered; give otlp or none")
    protocol, protocol_name = given.of_exporter("PROTOCOL")
    if protocol not in ("", "grpc"):
        raise TracingInvalid(f"{protocol_name}: {protocol!r} is not offered; give grpc, and the collector's gRPC port")
    queue = given.number("OTEL_BSP_MAX_QUEUE_SIZE", 8_192)
    return TracingSettings(
        collector=_collector(given, endpoint, endpoint_name),
        sampler=given.choice("OTEL_TRACES_SAMPLER", SAMPLERS, "parentbased_always_on"),
        ratio=given.ratio("OTEL_TRACES_SAMPLER_ARG"),
        max_queue=queue,
        max_batch=min(given.number("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", 512), queue),
        delay=given.number("OTEL_BSP_SCHEDULE_DELAY", 1_000) / 1_000,
    )


def _collector(given: _Variables, endpoint: str, name: str) -> Collector:
    parts = urlsplit(endpoint if "://" in endpoint else f"//{endpoint}")
    try:
        sound = parts.scheme in ("", "http", "https") and bool(parts.hostname) and parts.path in ("", "/")
        port = parts.port
    except ValueError:
        sound, port = False, None
    if not sound:
        raise TracingInvalid(f"{name}: {endpoint!r} is no endpoint of OTLP over gRPC, such as http://localhost:4317")
    insecure, _ = given.of_exporter("INSECURE")
    headers, headers_name = given.of_exporter("HEADERS")
    compression, compression_name = given.of_exporter("COMPRESSION")
    if compression not in ("", "none", "gzip"):
        raise TracingInvalid(f"{compression_name}: {compression!r} is not offered; give gzip or none")
    key, certificate = given.file("CLIENT_KEY"), given.file("CLIENT_CERTIFICATE")
    if (key is None) != (certificate is None):
        raise TracingInvalid(
            f"{_OF_ALL}CLIENT_KEY and {_OF_ALL}CLIENT_CERTIFICATE: give both, or neither for TLS without a certificate "
            "of ours"
        )
    host = f"[{parts.hostname}]" if ":" in str(parts.hostname) else parts.hostname
    return Collector(
        target=f"{host}:{port or 4317}",
        secure=parts.scheme == "https" or (parts.scheme == "" and insecure.lower() != "true"),
        headers=_headers(headers, headers_name),
        gzip=compression == "gzip",
        ca=given.file("CERTIFICATE"),
        key=key,
        certificate=certificate,
    )


def _headers(text: str, name: str) -> tuple[tuple[str, str], ...]:
    found = []
    for place, pair in enumerate((each for each in text.split(",") if each.strip()), start=1):
        key, separator, value = pair.partition("=")
        key = unquote(key).strip().lower()
        if not separator or not key:  # The value may be a secret: it is not shown.
            raise TracingInvalid(f"{name}: entry {place} is not key=value; entries are separated by commas")
        found.append((key, unquote(value).strip()))
    return tuple(found)


class _Variables:
    """The environment, read as OpenTelemetry reads it: an empty variable is one that is not set."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    def text(self, name: str) -> str:
        return self._environment.get(name, "").strip()

    def flag(self, name: str) -> bool:
        return self.text(name).lower() == "true"

    def of_exporter(self, name: str) -> tuple[str, str]:
        """Return a setting of the exporter and the variable that it is from."""
        for prefix in (_OF_TRACES, _OF_ALL):
            if value := self.text(prefix + name):
                return value, prefix + name
        return "", _OF_ALL + name

    def file(self, name: str) -> bytes | None:
        path, variable = self.of_exporter(name)
        if not path:
            return None
        try:
            return Path(path).read_bytes()
        except OSError as error:
            raise TracingInvalid(f"{variable}: {path!r} can't be read: {error.strerror}") from None

    def choice(self, name: str, among: tuple[str, ...], default: str) -> str:
        value = self.text(name).lower() or default
        if value not in among:
            raise TracingInvalid(f"{name}: {value!r} is none of {', '.join(among)}")
        return value

    def number(self, name: str, default: int) -> int:
        value = self.text(name)
        if not value:
            return default
        if not value.isascii() or not value.isdigit() or not 1 <= int(value) <= 1_000_000:
            raise TracingInvalid(f"{name}: {value!r} is not a whole number from 1 to 1000000")
        return int(value)

    def ratio(self, name: str) -> float:
        value = self.text(name)
        try:
            ratio = float(value) if value else 1.0
        except ValueError:
            ratio = -1.0
        if not 0 <= ratio <= 1:
            raise TracingInvalid(f"{name}: {value!r} is not a number from 0 to 1")
        return ratio
