"""One participant's gate: turns of definitions, rates, limits of actions, the retry budget, rests, candidates."""

from __future__ import annotations

import itertools
from collections import Counter

import pytest

from orchestrator.caller.base import ActionLimits, Limits
from orchestrator.caller.breaker import BreakerState
from orchestrator.core.model import Failure
from orchestrator.core.outcome import Failed, Pending
from orchestrator.core.retry import SECOND
from orchestrator.engine.budget import RESERVE, RETRY_SHARE
from orchestrator.engine.gate import LONGEST_REST, Gate, Ticket

NAME = ("default", "p")
ANSWER = Pending()
LOST = Failed(Failure("UNAVAILABLE"))


class Door:
    """A gate, its limits, and the time."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits(8)
        self.now = 1_000 * SECOND
        self.gate = Gate(self.limits, self.now)

    def state(self) -> BreakerState:
        return self.gate.breaker.state

    def put(self, definition: str = "d", action: str = "act", retry: bool = False, count: int = 1) -> list[Ticket]:
        tickets = [Ticket(NAME, lambda: None, definition, action, retry) for _ in range(count)]
        for ticket in tickets:
            self.gate.put(ticket, self.limits)
        return tickets

    def take(self) -> Ticket | None:
        return self.gate.take(self.limits, self.now)

    def leave(self, ticket: Ticket, answer: Pending | Failed | None = ANSWER) -> None:
        self.gate.leave(ticket, answer, self.limits, self.now, 0.0)

    def one(self, answer: Pending | Failed | None = ANSWER) -> Ticket | None:
        """Let the next call leave and end; None: none may leave."""
        ticket = self.take()
        if ticket is not None:
            self.leave(ticket, answer)
        return ticket

    def goes_away(self) -> None:
        """Let it fail until its breaker opens, and wait for the moment of the first probe."""
        while not self.gate.open:
            if not self.gate.waiting:
                self.put("early")
            self.one(LOST)
            self.now += SECOND // 2
        self.now = self.gate.breaker.look_time(self.now) or self.now


def test_a_definition_with_ten_thousand_waiting_does_not_starve_one_with_a_single_one() -> None:
    door = Door()
    door.put("big", count=10_000)
    (small,) = door.put("small")
    assert small in [door.one() for _ in range(2)]


def test_definitions_have_equal_shares() -> None:
    door = Door()
    for name, count in (("a", 100), ("b", 300), ("c", 900)):
        door.put(name, count=count)
    taken = [door.one() for _ in range(300)]
    assert Counter(ticket.definition for ticket in taken if ticket) == {"a": 100, "b": 100, "c": 100}


def test_within_a_definition_the_first_to_come_is_the_first_to_go() -> None:
    door = Door()
    tickets = door.put(count=50)
    assert [door.one() for _ in range(50)] == tickets


def test_a_full_action_does_not_hold_up_the_others() -> None:
    door = Door(Limits(8, actions={"scarce": ActionLimits(calls=1)}))
    first, second = door.put(action="scarce", count=2)
    (other,) = door.put(action="plenty")
    assert [door.take(), door.take(), door.take()] == [first, other, None]
    door.leave(first)
    assert door.take() is second


def test_a_rate_is_kept_evenly() -> None:
    door = Door(Limits(1_000, rate=50))
    door.put(count=300)
    times = []
    while door.gate.waiting:
        while door.one() is not None:
            times.append(door.now)
        door.now = door.gate.look_time or door.now
    window = 50 + 5 + 1
    assert all(later - first > SECOND for first, later in zip(times, times[window:], strict=False)), "50 and a tenth"
    assert times[-1] - times[0] <= 300 / 50 * SECOND


def test_a_rate_of_an_action_holds_up_that_action_only() -> None:
    door = Door(Limits(8, actions={"scarce": ActionLimits(rate=1)}))
    door.put(action="scarce", count=3)
    door.put(action="plenty", count=3)
    taken = [door.one() for _ in range(6)]
    assert Counter(ticket.action for ticket in taken if ticket) == {"scarce": 1, "plenty": 3}
    assert door.gate.look_time is not None
    door.now = door.gate.look_time
    assert door.one() is not None


def test_a_rate_is_never_exceeded_where_it_is_no_whole_part_of_a_second() -> None:
    door = Door(Limits(1_000, rate=300_000))
    door.put(count=40_000)
    began = door.now
    while door.gate.waiting:
        while door.one() is not None:
            pass
        door.now = door.gate.look_time or door.now
    assert (door.now - began) / SECOND * 300_000 >= 40_000 - 1 - 30_000


def test_a_rate_below_one_a_second_is_kept_by_probes_too() -> None:
    for limits in (Limits(8, rate=0.1), Limits(8, actions={"act": ActionLimits(rate=0.1)})):
        door = Door(limits)
        door.put(count=10)
        times: list[int] = []
        while len(times) < 8:
            if door.one(LOST) is not None:
                times.append(door.now)
            else:
                door.now = max(door.gate.look_time or 0, door.now + 1)
        assert door.gate.open, "the last ones were probes"
        assert all(later - first >= 9.9 * SECOND for first, later in itertools.pairwise(times))


def test_an_action_that_is_limited_while_calls_are_under_way_counts_them() -> None:
    door = Door()
    under_way = [ticket for ticket in (*door.put(action="scarce", count=3),) if door.take() is ticket]
    waiting = door.put(action="scarce", count=3)
    door.limits = Limits(8, actions={"scarce": ActionLimits(calls=2)})
    door.gate.change(door.limits, door.now)
    for ticket in under_way[:2]:
        assert door.take() is None, "three, then two are under way"
        door.leave(ticket)
    assert [door.take(), door.take()] == [waiting[0], None]


def test_an_action_that_is_no_more_limited_goes_ahead() -> None:
    door = Door(Limits(8, actions={"scarce": ActionLimits(rate=0.001)}))
    waiting = door.put(action="scarce", count=3)
    assert [door.take(), door.take()] == [waiting[0], None]
    door.limits = Limits(8)
    door.gate.change(door.limits, door.now)
    assert [door.take(), door.take()] == waiting[1:]
    assert door.gate.waiting == 0


def test_a_new_rate_does_not_wait_for_the_old_one_nor_begin_anew() -> None:
    door = Door(Limits(8, rate=0.01))
    door.put(count=3)
    assert [door.take() is None, door.take()] == [False, None]
    for _ in range(5):
        door.limits = Limits(8, rate=2)
        door.gate.change(door.limits, door.now)
        assert door.take() is None, "changing it again and again buys no calls"
    assert (door.gate.look_time or 0) - door.now <= SECOND // 2
    door.now += SECOND // 2
    assert [door.take() is None, door.take()] == [False, None]


def test_retries_that_fail_are_a_set_share_of_the_calls_and_a_few() -> None:
    door = Door()
    door.put(retry=True, count=1_000)
    firsts = 200
    door.put(count=firsts)
    taken = []
    while (ticket := door.take()) is not None:
        taken.append(ticket)
        door.leave(ticket, Failed(Failure("UNAVAILABLE")) if ticket.retry else ANSWER)
    retries = sum(ticket.retry for ticket in taken)
    assert len(taken) - retries == firsts, "first attempts are not held up"
    assert retries == pytest.approx(RESERVE + RETRY_SHARE * firsts, abs=1)


def test_a_retry_that_waits_for_the_budget_leaves_in_time() -> None:
    door = Door()
    door.put(retry=True, count=RESERVE + 3)
    for _ in range(RESERVE):
        assert door.one(LOST) is not None
    for _ in range(3):
        assert door.take() is None
        assert door.gate.look_time is not None
        assert 0 < door.gate.look_time - door.now <= SECOND + 1
        door.now = door.gate.look_time
        assert door.one(LOST) is not None


def test_retries_that_are_answered_are_not_held_up() -> None:
    door = Door()
    door.put(retry=True, count=1_000)
    assert all(door.one() is not None for _ in range(1_000))


@pytest.mark.parametrize("code", ["RESOURCE_EXHAUSTED", "UNAVAILABLE"])
def test_a_participant_that_asks_for_a_rest_gets_it(code: str) -> None:
    door = Door()
    door.put(count=2)
    door.one(Failed(Failure(code), retry_after=3 * SECOND))
    assert door.take() is None
    assert door.gate.look_time == door.now + 3 * SECOND
    door.now += 3 * SECOND
    assert door.take() is not None


def test_a_rest_has_an_end() -> None:
    door = Door()
    door.put(count=2)
    door.one(Failed(Failure("RESOURCE_EXHAUSTED"), retry_after=3_600 * SECOND))
    door.now += LONGEST_REST
    assert door.take() is not None


def test_an_operation_that_asks_to_be_asked_later_does_not_speak_for_the_participant() -> None:
    door = Door()
    door.put(count=2)
    door.one(Failed(Failure("ABORTED", "IN_PROGRESS"), retry_after=3 * SECOND))
    assert door.take() is not None


def test_while_it_is_away_one_candidate_after_the_other_is_the_probe() -> None:
    door = Door()
    door.goes_away()
    first, second, third = door.put(count=3)
    assert door.gate.candidate is first
    assert door.take() is first
    assert first.probe
    assert door.take() is None
    assert door.gate.candidate is second
    door.gate.remove(second)
    assert door.gate.candidate is third
    door.leave(first, LOST)
    assert door.take() is None, "not before its time"
    door.now = door.gate.look_time or 0
    assert door.take() is third


def test_while_it_is_away_and_paused_nobody_is_the_next_probe() -> None:
    door = Door()
    door.goes_away()
    door.put(count=2)
    door.gate.paused = True
    door.gate.choose_candidate()
    door.put()
    assert (door.gate.candidate, door.take(), door.gate.appetite(door.limits, door.now)) == (None, None, 0)
    door.gate.paused = False
    door.gate.choose_candidate()
    assert door.take() is not None


def test_back_again_nobody_is_a_candidate_and_all_leave() -> None:
    door = Door()
    door.goes_away()
    tickets = door.put(count=20)
    while door.state() is not BreakerState.CLOSED:
        assert door.one() is not None
    assert door.gate.candidate is None
    while door.one() is not None:
        pass
    assert all(ticket.sent_time for ticket in tickets)


def test_parked_ones_are_fetched_one_at_a_time_while_it_is_away_and_many_when_it_is_back() -> None:
    door = Door(Limits(20))
    door.goes_away()
    assert door.gate.appetite(door.limits, door.now) == 1
    door.put()
    assert door.gate.appetite(door.limits, door.now) == 0, "there is a candidate"
    assert door.one() is not None
    assert door.state() is BreakerState.HALF_OPEN
    assert 1 <= door.gate.appetite(door.limits, door.now) <= 3
    while door.state() is not BreakerState.CLOSED:
        door.put()
        door.one()
    assert door.gate.appetite(door.limits, door.now) > 40
    door.put(count=500)
    assert door.gate.appetite(door.limits, door.now) == 0
