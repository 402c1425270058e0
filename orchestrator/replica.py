"""Who this server is among the replicas that share a saga log.

A replica that is started again under its old name takes its own place: what it owned when it died goes on at once, and
not only when its lease has run out. By default its name is that of the machine and the address it listens on, which no
two servers have at once. So a server that can't have its address must not take the name either. Processes that share an
address (`orchestrator.processes`) have a number each, which their names end with; their parent has the address for them.
"""

from __future__ import annotations

import socket

from orchestrator.config import Settings, split_address


def name_of(settings: Settings, number: int | None = None) -> str:
    """Return this replica's name; empty: one that nobody had before, because it takes any free port.

    Args:
        settings: the server's.
        number: which of the processes it is that share the address; None: it has it for itself.

    Raises:
        OSError: the name comes from the address, and another process listens there.
    """
    if number is not None:
        return f"{settings.replica_name or _here(settings)}/{number}"
    if settings.replica_name:
        return settings.replica_name
    host, port = split_address(settings.listen)
    if not port:
        return ""
    check_free(host, port)
    return _here(settings)


def _here(settings: Settings) -> str:
    return f"{socket.gethostname()}/{settings.listen}"


def check_free(host: str, port: int) -> None:
    """See that nobody listens there.

    Raises:
        OSError: somebody does, or it is no address of this machine.
    """
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as probe:
        # As servers listen: connections of a process that has just died are no hindrance.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(address)
        probe.listen(1)
