"""The gates: a limit a participant, a limit over all, and turns."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from orchestrator.caller.base import Limits
from orchestrator.core.outcome import Pending
from orchestrator.core.retry import SECOND
from orchestrator.engine.gates import Gates, Ticket

A, B, C = ("default", "a"), ("default", "b"), ("default", "c")


class Site:
    """Gates, and what was started."""

    def __init__(self, limit: int, **limits: int) -> None:
        self.limits = limits
        self.time = 1_000_000
        self.gates = Gates(limit, self._limits_of, lambda: self.time, lambda: 0.0)
        self.started: list[str] = []

    def _limits_of(self, _: str, name: str) -> Limits:
        return Limits(self.limits.get(name, 1_000))

    def enter(self, name: tuple[str, str], label: str = "") -> Ticket:
        return self.gates.enter(name, lambda: self.started.append(label or name[1]))


def test_a_call_starts_at_once_where_there_is_room() -> None:
    site = Site(2)
    site.enter(A)
    site.enter(A)
    site.enter(A)
    assert site.started == ["a", "a"]
    assert site.gates.running == 2


def test_a_full_participant_does_not_hold_up_another() -> None:
    site = Site(100, a=1)
    for _ in range(10):
        site.enter(A)
    site.enter(B)
    assert site.started == ["a", "b"]


def test_a_place_is_taken_in_the_order_of_arrival() -> None:
    site = Site(100, a=1)
    first = site.enter(A, "1")
    site.enter(A, "2")
    site.enter(A, "3")
    site.gates.leave(first)
    assert site.started == ["1", "2"]


def test_where_the_limit_over_all_is_reached_a_long_queue_does_not_starve_the_others() -> None:
    site = Site(2)
    tickets = [site.enter(A) for _ in range(50)]
    b, c = site.enter(B), site.enter(C)
    site.gates.leave(tickets[0])
    site.gates.leave(tickets[1])
    site.gates.leave(tickets[2])
    assert Counter(site.started) == {"a": 3, "b": 1, "c": 1}
    site.gates.leave(b)
    site.gates.leave(c)
    assert Counter(site.started) == {"a": 5, "b": 1, "c": 1}


def test_a_withdrawn_place_is_not_started() -> None:
    site = Site(1)
    first, second, third = site.enter(A, "1"), site.enter(A, "2"), site.enter(A, "3")
    assert site.gates.withdraw(second)
    site.gates.leave(first)
    assert site.started == ["1", "3"]
    assert not site.gates.withdraw(third), "it has started"


def test_withdrawn_places_at_a_stuck_participant_are_forgotten() -> None:
    site = Site(10, a=1)
    stuck = site.enter(A)
    last = site.enter(A, "last")
    for _ in range(1_000):
        site.gates.withdraw(site.enter(A))
    gate = site.gates._gates[A]
    assert gate.waiting == 1
    site.gates.leave(stuck)
    assert site.started == ["a", "last"]
    site.gates.leave(last)
    assert site.gates.idle


def test_the_last_place_withdrawn_where_nothing_runs_leaves_nothing_behind() -> None:
    site = Site(1)
    blocker = site.enter(A)
    assert site.gates.withdraw(site.enter(B))
    site.gates.leave(blocker)
    assert site.gates.idle


def test_a_limit_may_change() -> None:
    site = Site(100, a=1)
    first = site.enter(A)
    site.enter(A)
    site.enter(A)
    site.limits["a"] = 3
    site.gates.leave(first)
    assert site.started == ["a"] * 3


def test_closed_gates_start_nothing() -> None:
    site = Site(1)
    first = site.enter(A)
    site.enter(A)
    site.gates.close()
    site.gates.leave(first)
    site.enter(B)
    assert site.started == ["a"]


@pytest.mark.parametrize("seed", range(20))
def test_whatever_happens_limits_hold_and_nobody_is_forgotten(seed: int) -> None:
    chance = random.Random(seed)
    limits = {"a": 2, "b": 3, "c": 1}
    gates = Gates(4, lambda _, name: Limits(limits[name]), lambda: 1_000_000, lambda: 0.0)
    running: Counter[str] = Counter()
    live: dict[int, Ticket] = {}
    started: set[int] = set()
    withdrawn: set[int] = set()

    def enter(number: int, name: str) -> None:
        def start() -> None:
            started.add(number)
            running[name] += 1
            assert running[name] <= limits[name]
            assert running.total() <= 4

        live[number] = gates.enter(("default", name), start)

    def leave(number: int) -> None:
        running[live[number].name[1]] -= 1
        gates.leave(live.pop(number))

    for number in range(300):
        enter(number, chance.choice("abc"))
        if live and chance.random() < 0.5:
            other = chance.choice(sorted(live))
            if other in started:
                leave(other)
            elif chance.random() < 0.5:
                assert gates.withdraw(live.pop(other))
                withdrawn.add(other)
    while live:
        going = sorted(set(live) & started)
        assert going, "somebody waits although nobody runs"
        leave(going[0])
    assert started | withdrawn == set(range(300))
    assert not started & withdrawn
    assert gates.idle


def test_a_new_process_begins_with_few_calls_and_doubles() -> None:
    site = Site(1_000, a=20)
    tickets = [site.enter(A) for _ in range(200)]
    open_calls = []
    for _ in range(5):
        running = [ticket for ticket in tickets if ticket.start is None]
        open_calls.append(len(running))
        site.time += SECOND
        for ticket in running:
            tickets.remove(ticket)
        for ticket in running:
            site.gates.leave(ticket, Pending())
            assert site.gates.running <= 20
    assert open_calls == [4, 8, 16, 20, 20]
