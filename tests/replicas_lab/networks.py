"""Networks: each replica, the database and the shop in one of its own, and a hub between them that can lose what it is to carry.

All of it is inside a network namespace of this process, so nothing of the machine's own network is touched, and it is
gone when the process is: `run` starts the play (`hub`) in one, or says why the machine does not allow it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from participants.shop.demo.play import SERVICES
from tests.replicas_lab.places import REPLICAS
from tests.tools import Missing, program

DATABASE, SHOP = "database", "shop"
NETWORKS = (*REPLICAS, DATABASE, SHOP)
_OURS = ("unshare", "--net", "--mount", "--fork", "--kill-child")
_DELAYS = (
    ("netem: 150 ms, give or take 50", ("netem", "delay", "150ms", "50ms")),
    ("tbf: 256 kbit/s", ("tbf", "rate", "256kbit", "burst", "4kb", "latency", "3s")),
)


class Networks:
    """The networks, while the block lasts; see `tests.replicas_lab.places.Places`.

    Attributes:
        delay: how lines are made slow; empty: the kernel knows no way.
    """

    def __init__(self) -> None:
        self._hosts = {name: f"10.77.{number}.2" for number, name in enumerate(NETWORKS, 1)}
        self.database_host = self._hosts[DATABASE]
        places = {name: (name, 7070) for name in REPLICAS}
        places |= {name: (SHOP, 50061 + number) for number, name in enumerate(SERVICES)}
        self.addresses: Mapping[str, str] = {name: f"{self._hosts[at]}:{port}" for name, (at, port) in places.items()}
        self.delay = ""
        self._delaying: Sequence[str] = ()

    def make(self) -> None:
        """Make them, within the namespace of this process."""
        Path("/run/netns").mkdir(exist_ok=True)
        _do("mount", "-t", "tmpfs", "none", "/run/netns")
        _do("ip", "link", "set", "dev", "lo", "up")
        Path("/proc/sys/net/ipv4/ip_forward").write_text("1", encoding="ascii")
        for name, host in self._hosts.items():
            gateway = host.removesuffix("2") + "1"
            _do("ip", "netns", "add", name)
            _do("ip", "link", "add", "name", name, "type", "veth", "peer", "name", "eth0", "netns", name)
            _do("ip", "address", "add", f"{gateway}/24", "dev", name)
            _do("ip", "link", "set", "dev", name, "up")
            for line in (f"address add {host}/24 dev eth0", "link set dev eth0 up", "link set dev lo up"):
                _do("ip", "-n", name, *line.split())
            _do("ip", "-n", name, "route", "add", "default", "via", gateway)
        for words, delaying in _DELAYS:
            if not self.delay and _can("tc", "qdisc", "add", "dev", SHOP, "root", *delaying):
                self.delay, self._delaying = words, delaying
                _do("tc", "qdisc", "del", "dev", SHOP, "root")

    def inside(self, name: str) -> Sequence[str]:
        """See `Places.inside`."""
        return ("ip", "netns", "exec", SHOP if name in SERVICES else name)

    @contextmanager
    def losing(self, *lines: tuple[str, str], chance: float = 1.0) -> Iterator[None]:
        """Lose what is sent from the first to the second of each pair, or a part of it."""
        some = ("-m", "statistic", "--mode", "random", "--probability", f"{chance}") if chance < 1 else ()
        rules = [("-s", self._hosts[a], "-d", self._hosts[b], *some, "-j", "DROP") for a, b in lines]
        for rule in rules:
            _do("iptables", "-w", "-A", "FORWARD", *rule)
        try:
            yield
        finally:
            for rule in rules:
                _do("iptables", "-w", "-D", "FORWARD", *rule)

    @contextmanager
    def slow(self, name: str) -> Iterator[None]:
        """Delay what is sent to a network and from it."""
        for where in (("-n", name, "qdisc", "add", "dev", "eth0"), ("qdisc", "add", "dev", name)):
            _do("tc", *where, "root", *self._delaying)
        try:
            yield
        finally:
            for where in (("-n", name, "qdisc", "del", "dev", "eth0"), ("qdisc", "del", "dev", name)):
                _do("tc", *where, "root")


def _do(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise OSError(f"{' '.join(command)}: {done.stderr.strip()}")


def _can(*command: str) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def check() -> None:
    """Make sure that the machine allows networks.

    Raises:
        Missing: it does not.
    """
    for name, remedy in (("ip", "iproute2"), ("tc", "iproute2"), ("iptables", "iptables"), ("unshare", "util-linux")):
        program(name, f"apt-get install {remedy}")
    tried = "ip netns add tried && ip link add name tried type veth peer name other && iptables -w -A FORWARD -s 10.77.0.1 -j DROP"
    done = subprocess.run(
        [*_OURS, "sh", "-c", f"mkdir -p /run/netns && mount -t tmpfs none /run/netns && {tried}"],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Missing(f"network namespaces are not allowed here ({done.stderr.strip() or 'no reason is given'})")


def run(orders: int, count: int, seed: int, say: Callable[[str], None]) -> dict[str, Any]:
    """Play with networks in a namespace of its own; return the figures.

    Args:
        orders: how many.
        count: faults of the network.
        seed: of all that is chosen.
        say: told of each.

    Raises:
        Missing: the machine does not allow it.
    """
    check()
    report = Path("build/replicas-networks.json")
    report.unlink(missing_ok=True)
    arguments = ["--orders", str(orders), "--count", str(count), "--seed", str(seed)]
    command = [*_OURS, sys.executable, "-m", "tests.replicas_lab.hub", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            say(line.rstrip())
    if not report.exists():
        return {"violations": [f"the networks' play ended with exit code {process.returncode}"]}
    found: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    return found
