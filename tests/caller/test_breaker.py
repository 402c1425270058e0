"""The breaker: what counts, when it opens, how it asks, how it lets calls through again."""

from __future__ import annotations

import pytest

from orchestrator.caller.breaker import (
    ENOUGH,
    FIRST_WAIT,
    LAST_WAIT,
    MANY,
    STREAK,
    Breaker,
    BreakerState,
    Verdict,
    first_window,
    judge,
)
from orchestrator.core.model import EMPTY, Failure
from orchestrator.core.outcome import (
    CLASSES,
    Compensated,
    Completed,
    Failed,
    FailureClass,
    Pending,
    Rejected,
    invalid_answer,
)
from orchestrator.core.retry import SECOND

LIMIT = 64


class Line:
    """A breaker, and the time."""

    def __init__(self, limit: int = LIMIT) -> None:
        self.now = 1_000 * SECOND
        self.limit = limit
        self.breaker = Breaker(self.now, limit)

    def state(self) -> BreakerState:
        return self.breaker.state

    def pass_(self, seconds: float) -> None:
        self.now += int(seconds * SECOND)

    def ends(self, verdict: Verdict, sent: int | None = None, probe: bool = False, jitter: float = 0.0) -> bool:
        """A call ends that was sent then, or just now."""
        return self.breaker.ended(
            verdict,
            Failure("UNAVAILABLE"),
            sent_time=self.now if sent is None else sent,
            probe=probe,
            limit=self.limit,
            now=self.now,
            jitter=jitter,
        )

    def goes_away(self) -> None:
        while self.state() is BreakerState.CLOSED:
            self.ends(Verdict.LOST)
            self.pass_(0.5)

    def probe(self, verdict: Verdict, jitter: float = 0.0) -> float:
        """Wait for the next probe and let it end so; returns how long that was, seconds."""
        began, time = self.now, self.breaker.look_time(self.now)
        if time is not None:
            assert self.room() == 0
            self.now = time
        assert self.room() == 1
        assert self.breaker.sent(self.now)
        assert self.room() == 0, "one at a time"
        self.ends(verdict, probe=True, jitter=jitter)
        return (self.now - began) / SECOND

    def room(self, running: int = 0) -> int:
        return self.breaker.room(running, self.limit, self.now)


def failed(code: str, reason: str = "") -> Failed:
    return Failed(Failure(code, reason, "a test said so"))


def test_only_what_nobody_knows_and_a_wrong_deployment_speak_against_a_participant() -> None:
    bad = {code for code in CLASSES if judge(failed(code)) is not Verdict.ANSWERED}
    assert bad == {code for code, class_ in CLASSES.items() if class_ is not FailureClass.PERMANENT}
    assert {FailureClass.UNKNOWN, FailureClass.DEPLOYMENT} == {CLASSES[code] for code in bad}


@pytest.mark.parametrize(
    "answer",
    [
        Completed(EMPTY),
        Rejected(Failure("", "NO_STOCK", "")),
        Pending(),
        Compensated(),
        failed("ABORTED", "IN_PROGRESS"),
        failed("FAILED_PRECONDITION", "TOMBSTONE"),
        invalid_answer("no outcome"),
    ],
)
def test_what_a_participant_says_for_itself_speaks_for_it(answer: Completed | Rejected | Pending | Failed) -> None:
    assert judge(answer) is Verdict.ANSWERED


def test_it_opens_when_nothing_but_bad_samples_came_for_a_while() -> None:
    line = Line()
    for _ in range(STREAK - 1):
        assert not line.ends(Verdict.FAILED)
        line.pass_(1)
    assert line.ends(Verdict.FAILED)
    assert line.state() is BreakerState.OPEN
    assert line.breaker.outage_time == line.now
    assert line.room() == 0


def test_one_answer_begins_the_count_anew() -> None:
    line = Line()
    for _ in range(10):
        for _ in range(STREAK - 1):
            line.ends(Verdict.FAILED)
            line.pass_(4)
        line.ends(Verdict.ANSWERED)
    assert line.state() is BreakerState.CLOSED


def test_a_bad_instant_is_not_an_outage() -> None:
    line = Line()
    for _ in range(MANY - 1):
        line.ends(Verdict.FAILED)
    assert line.state() is BreakerState.CLOSED


@pytest.mark.parametrize("verdict", [Verdict.LOST, Verdict.OVERLOADED])
def test_what_ends_a_hundred_calls_at_once_is_one_sample(verdict: Verdict) -> None:
    line = Line()
    sent = line.now
    line.pass_(5)
    for _ in range(100):
        line.ends(verdict, sent)
    for _ in range(STREAK - 2):
        line.pass_(1)
        line.ends(verdict)
    assert line.state() is BreakerState.CLOSED
    line.pass_(1)
    assert line.ends(verdict), "five things have happened, not a hundred and four"


def test_each_deadline_that_passed_is_a_sample() -> None:
    line = Line()
    sent = line.now
    line.pass_(10)
    assert [line.ends(Verdict.FAILED, sent) for _ in range(STREAK)] == [False] * (STREAK - 1) + [True]


def test_it_opens_when_half_of_many_samples_are_bad() -> None:
    line = Line()
    for _ in range(MANY // 2 - 1):
        line.ends(Verdict.ANSWERED)
        line.ends(Verdict.FAILED)
    line.ends(Verdict.ANSWERED)
    assert line.ends(Verdict.FAILED)


def test_less_than_half_of_many_bad_samples_are_borne() -> None:
    line = Line()
    for _ in range(200):
        for verdict in (Verdict.ANSWERED, Verdict.ANSWERED, Verdict.FAILED):
            line.ends(verdict)
        line.pass_(0.1)
    assert line.state() is BreakerState.CLOSED


def test_samples_of_long_ago_do_not_count() -> None:
    line = Line()
    for _ in range(1_000):
        line.ends(Verdict.ANSWERED)
    line.pass_(11)
    for _ in range(MANY // 2):
        line.ends(Verdict.ANSWERED)
        line.ends(Verdict.FAILED)
    assert line.state() is BreakerState.OPEN


def test_probes_come_ever_less_often_and_one_at_a_time() -> None:
    line = Line()
    line.goes_away()
    waits = [line.probe(Verdict.LOST) for _ in range(8)]
    assert waits[1:] == [2, 4, 8, 16, 30, 30, 30]
    assert waits[0] <= FIRST_WAIT / SECOND


def test_jitter_makes_a_wait_up_to_a_quarter_shorter() -> None:
    line = Line()
    line.goes_away()
    for _ in range(8):
        line.probe(Verdict.LOST, jitter=0.999999)
    assert line.probe(Verdict.LOST) == pytest.approx(22.5, abs=0.01)


def test_three_hours_take_so_many_probes_and_no_more() -> None:
    line = Line()
    line.goes_away()
    end, probes = line.now + 3 * 3_600 * SECOND, 0
    while line.now < end:
        line.probe(Verdict.LOST, jitter=0.999)
        probes += 1
    assert probes <= 3 * 3_600 / 22.5 + 5


def test_a_probe_that_hangs_is_not_waited_for_for_ever() -> None:
    line = Line()
    line.goes_away()
    line.now = line.breaker.look_time(line.now) or line.now
    line.breaker.sent(line.now)
    assert line.room(running=1) == 0
    line.pass_(LAST_WAIT / SECOND)
    assert line.room(running=1) == 1


def test_an_answer_makes_it_half_open_and_a_few_close_it() -> None:
    line = Line()
    line.goes_away()
    line.probe(Verdict.ANSWERED)
    assert line.state() is BreakerState.HALF_OPEN
    assert line.room() == 2
    assert line.breaker.outage_time, "the outage is not over yet"
    for _ in range(ENOUGH - 1):
        line.breaker.sent(line.now)
        line.ends(Verdict.ANSWERED, probe=True)
    assert line.state() is BreakerState.CLOSED
    assert line.breaker.outage_time == 0
    assert line.room() <= first_window(LIMIT), "it begins slowly"


def test_a_failure_while_it_is_half_open_opens_it_and_the_waits_go_on_growing() -> None:
    line = Line()
    line.goes_away()
    began = line.breaker.outage_time
    line.probe(Verdict.LOST)
    line.probe(Verdict.LOST)
    line.probe(Verdict.ANSWERED)
    line.breaker.sent(line.now)
    assert line.ends(Verdict.LOST, probe=True)
    assert line.state() is BreakerState.OPEN
    assert line.breaker.outage_time == began, "it is the same outage"
    assert line.probe(Verdict.LOST) == 8


def test_calls_of_before_the_outage_tell_nothing_about_it() -> None:
    line = Line()
    sent = line.now
    line.goes_away()
    assert not line.ends(Verdict.ANSWERED, sent)
    assert line.state() is BreakerState.OPEN
    line.probe(Verdict.ANSWERED)
    for _ in range(ENOUGH - 1):
        line.breaker.sent(line.now)
        line.ends(Verdict.ANSWERED, probe=True)
    for _ in range(MANY):
        line.pass_(1)
        line.ends(Verdict.FAILED, sent)
    assert line.state() is BreakerState.CLOSED


def test_a_probe_that_was_cancelled_here_gives_its_turn_to_the_next() -> None:
    line = Line()
    line.goes_away()
    line.probe(Verdict.NOTHING)
    assert line.state() is BreakerState.OPEN
    assert line.room() == 1


def test_a_slow_start_doubles_each_round_and_ends_at_the_limit() -> None:
    line = Line()
    rounds = []
    for _ in range(6):
        rounds.append(line.room())
        for _ in range(line.room()):
            line.ends(Verdict.ANSWERED)
    assert rounds == [8, 16, 32, 64, 64, 64]
    assert Line(limit=2).room() == 2, "never above the limit"


def test_resource_exhausted_halves_once_a_flight_and_then_it_grows_by_one_a_round() -> None:
    line = Line()
    for _ in range(100):
        line.ends(Verdict.ANSWERED)
    sent = line.now
    line.pass_(1)
    for _ in range(50):
        line.ends(Verdict.OVERLOADED, sent)
    assert line.room() == 32
    for _ in range(33):
        line.ends(Verdict.ANSWERED)
    assert line.room() == 33
