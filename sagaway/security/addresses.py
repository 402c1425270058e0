"""Who can reach an address: what may go unencrypted, and what may not."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import unquote

_SCHEME = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]*):(?P<rest>.*)")


def stays_here(target: str) -> bool:
    """Tell whether what is sent to a gRPC target, or what listens there, stays on this machine.

    Args:
        target: `host:port`, or with a scheme of gRPC's: `dns:///host:port`, `unix:path`, `ipv4:1.2.3.4:5,6.7.8.9:5`.

    Returns:
        True for Unix sockets, addresses of the loopback network and the name `localhost`; any other name may lead
        anywhere.
    """
    found = _SCHEME.fullmatch(target)
    scheme = found["scheme"] if found else ""
    if found and scheme in ("unix", "unix-abstract", "unix-abstract-stream"):
        return True
    if found and scheme == "dns":
        server, _, name = found["rest"].removeprefix("//").rpartition("/")
        return not server and _is_local(name)  # A name server of its own may say anything of any name.
    if found and scheme in ("ipv4", "ipv6"):
        return all(_is_local(unquote(part)) for part in found["rest"].lstrip("/").split(","))
    return _is_local(target)


def _is_local(address: str) -> bool:
    host = address
    if address.startswith("["):
        host = address[1:].partition("]")[0]
    elif address.count(":") == 1:
        host = address.partition(":")[0]
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
