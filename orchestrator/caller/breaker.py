"""Whether a participant can be called now, and by how many calls at once: one circuit breaker each.

    CLOSED ──▶ OPEN ──▶ HALF_OPEN ──▶ CLOSED
                 ▲          │
                 └──────────┘

Theory. Calling what is away helps nobody: it burns attempts, and hits a participant that comes back with everything
that piled up (M. Nygard, "Release It!", chapter 5). So an *outage* is told from bad luck, and while it lasts single
calls (*probes*, real steps of real sagas) ask whether it is over.

What is evidence. Only an outcome that nobody knows is evidence against a participant. Whatever it says for itself
speaks for it: a refusal, Pending, IN_PROGRESS, a permanent code. A wrong deployment (UNIMPLEMENTED, UNAUTHENTICATED,
PERMISSION_DENIED) counts as an outage: it is no saga's fault, ends when somebody deploys again, and should not eat the
attempts of every saga until then. Evidence counts once: a lost connection ends a hundred calls and is one sample, and
so is a burst of RESOURCE_EXHAUSTED, so a call that was on the wire when the last such sample came adds nothing. (TCP
reacts once to the losses of one flight for the same reason: RFC 5681.) A deadline is every call's own evidence.

It opens when nothing but bad samples came for a while (`STREAK` in a row over at least `STREAK_TIME`), or when half of
many samples are bad (`SHARE` of at least `MANY` within about `SPAN`). Then a probe goes out, at first after
`FIRST_WAIT`, then ever less often up to `LAST_WAIT`, with jitter; one at a time, unless it hangs for `LAST_WAIT`. An
answer makes it half-open, `ENOUGH` answers in a row close it.

Slow start. How many calls may be under way grows from a few: after the start of the process (many sagas may have
waited for it), after an outage, and once a person has resumed a paused participant, by one with each answer, which doubles it each round trip. RESOURCE_EXHAUSTED halves
it, once a flight; from then on it grows by one a round trip. Never above the participant's limit.

Pure: time and chance are arguments. It lives in one process and is not persisted: a new process starts slowly anyway.
"""

from __future__ import annotations

from enum import Enum, StrEnum

from orchestrator.core.model import Failure
from orchestrator.core.outcome import (
    CLASSES,
    IN_PROGRESS,
    NOT_WANTED,
    CompensateAnswer,
    ExecuteAnswer,
    Failed,
    FailureClass,
)
from orchestrator.core.retry import SECOND

STREAK = 5
"""So many bad samples in a row open it, …"""

STREAK_TIME = SECOND
"""… if the first of these calls was sent at least so long ago, microseconds."""

MANY = 20
"""From so many samples on their share counts, too."""

SHARE = 0.5
"""The share of bad samples that opens it."""

SPAN = 10 * SECOND
"""How long a sample counts towards the share, at most; at least half of it. Microseconds."""

FIRST_WAIT = SECOND
"""From the opening to the first probe, microseconds."""

LAST_WAIT = 30 * SECOND
"""The longest wait between two probes, microseconds; jitter makes it up to a quarter shorter."""

ENOUGH = 4
"""So many answers in a row close it."""

FEW = 4
"""The fewest calls at once that a slow start begins with."""

_JITTER = 0.25


class BreakerState(StrEnum):
    """Where a breaker stands; the names are the contract's."""

    CLOSED = "CLOSED"
    OPEN = "OPEN"
    HALF_OPEN = "HALF_OPEN"


class Verdict(Enum):
    """What the end of a call says about its participant."""

    ANSWERED = "ANSWERED"
    """It spoke for itself, whatever it said."""
    FAILED = "FAILED"
    """The outcome is unknown, or the deployment is wrong."""
    LOST = "LOST"
    """The outcome is unknown, and a lost connection may have ended other calls with it."""
    OVERLOADED = "OVERLOADED"
    """It has more calls than it can take."""
    NOTHING = "NOTHING"
    """It was cancelled here, or never sent."""


_VERDICTS = {code: Verdict.FAILED for code, class_ in CLASSES.items() if class_ is not FailureClass.PERMANENT} | {
    "UNAVAILABLE": Verdict.LOST,
    "CANCELLED": Verdict.LOST,
    "RESOURCE_EXHAUSTED": Verdict.OVERLOADED,
}


def judge(answer: ExecuteAnswer | CompensateAnswer) -> Verdict:
    """Return what an answer says about the participant. What a definition says about codes does not matter here."""
    if not isinstance(answer, Failed) or answer.failure.reason == IN_PROGRESS:
        return Verdict.ANSWERED
    if answer.failure.reason == NOT_WANTED:
        return Verdict.NOTHING
    return _VERDICTS.get(answer.failure.code, Verdict.ANSWERED)


class Breaker:
    """One participant's breaker.

    Attributes:
        state: where it stands.
        change_time: since when, microseconds.
        outage_time: when the outage began that is not over yet, microseconds; 0: there is none.
        failure: the last bad sample's.
        probes: probes under way.
    """

    __slots__ = (
        "_answers",
        "_bad",
        "_good",
        "_growth",
        "_last_once",
        "_probe_time",
        "_span_start",
        "_streak",
        "_streak_start",
        "_waits",
        "_window",
        "change_time",
        "failure",
        "outage_time",
        "probes",
        "state",
    )

    def __init__(self, now: int, limit: int) -> None:
        """Make a closed breaker at the beginning of a slow start.

        Args:
            now: microseconds.
            limit: calls that may be under way at once.
        """
        self.state = BreakerState.CLOSED
        self.change_time = now
        self.outage_time = 0
        self.failure = Failure()
        self._window = float(first_window(limit))
        self._growth = 1.0  # how much an answer opens the window; 0: as much as its share of a round trip
        self._streak = 0
        self._streak_start = 0
        self._good, self._bad = [0, 0], [0, 0]  # of this half of the span and of the one before
        self._span_start = now
        self._last_once: dict[Verdict, int] = {}
        self._probe_time = 0
        self.probes = 0
        self._waits = 0
        self._answers = 0

    def room(self, running: int, limit: int, now: int) -> int:
        """Return how many more calls may leave now.

        Args:
            running: calls under way.
            limit: calls that may be under way at once.
            now: microseconds.
        """
        if self.state is BreakerState.CLOSED:
            return min(limit, int(self._window)) - running
        if self.state is BreakerState.OPEN:
            return 1 if now >= self._probe_time and running < limit else 0
        return min(limit - running, int(self._window) - self.probes)

    def begin_slowly(self, limit: int) -> None:
        """Begin a slow start: nobody has called it for a while, and many may wait."""
        if self.state is BreakerState.CLOSED:
            self._window, self._growth = float(first_window(limit)), 1.0

    def look_time(self, now: int) -> int | None:
        """Return when time alone makes room, microseconds; None: not by itself."""
        return self._probe_time if self.state is BreakerState.OPEN and now < self._probe_time else None

    def sent(self, now: int) -> bool:
        """Take note of a call that leaves; True if it is a probe."""
        if self.state is BreakerState.CLOSED:
            return False
        self.probes += 1
        if self.state is BreakerState.OPEN:
            self._probe_time = now + LAST_WAIT
        return True

    def ended(
        self, verdict: Verdict, failure: Failure, *, sent_time: int, probe: bool, limit: int, now: int, jitter: float
    ) -> bool:
        """Take note of a call's end.

        Args:
            verdict: what it says.
            failure: how it failed, if it did.
            sent_time: when it was sent, microseconds.
            probe: what `sent` returned.
            limit: calls that may be under way at once.
            now: microseconds.
            jitter: a random number in [0, 1).

        Returns:
            True if the state changed.
        """
        if probe:
            self.probes -= 1
        if sent_time < self.change_time:
            return False  # it tells of another time
        if self.state is not BreakerState.CLOSED:
            return probe and self._probed(verdict, failure, limit, now, jitter)
        if verdict is Verdict.NOTHING:
            return False
        if verdict is Verdict.ANSWERED:
            self._streak = 0
            self._count(self._good, now)
            self._grow(limit)
            return False
        if verdict in (Verdict.LOST, Verdict.OVERLOADED):
            if sent_time <= self._last_once.get(verdict, -1):
                return False
            self._last_once[verdict] = now
            if verdict is Verdict.OVERLOADED:
                self._window, self._growth = max(1.0, min(self._window, limit) / 2), 0.0
        self.failure = failure
        self._count(self._bad, now)
        self._streak_start = min(self._streak_start, sent_time) if self._streak else sent_time
        self._streak += 1
        if self._is_outage(now):
            self.outage_time = now
            self._open(now, jitter)
            return True
        return False

    def _is_outage(self, now: int) -> bool:
        if self._streak >= STREAK and now - self._streak_start >= STREAK_TIME:
            return True
        bad = sum(self._bad)
        samples = bad + sum(self._good)
        return samples >= MANY and bad >= SHARE * samples

    def _probed(self, verdict: Verdict, failure: Failure, limit: int, now: int, jitter: float) -> bool:
        if verdict is Verdict.NOTHING:
            self._probe_time = now
            return False
        if verdict is not Verdict.ANSWERED:
            self.failure = failure
            was = self.state
            self._open(now, jitter)
            return was is not self.state
        if self.state is BreakerState.OPEN:
            self.state, self.change_time = BreakerState.HALF_OPEN, now
            self._window, self._growth, self._answers = 2.0, 1.0, 1
            return True
        self._window += 1
        self._answers += 1
        if self._answers < ENOUGH:
            return False
        self.state, self.change_time = BreakerState.CLOSED, now
        self.outage_time = self._waits = self._streak = 0
        self._window = max(self._window, float(first_window(limit)))
        self._good, self._bad, self._span_start = [0, 0], [0, 0], now
        return True

    def _open(self, now: int, jitter: float) -> None:
        if self.state is not BreakerState.OPEN:
            self.state, self.change_time = BreakerState.OPEN, now
        wait = min(LAST_WAIT, FIRST_WAIT << min(self._waits, 10))
        self._waits += 1
        self._probe_time = now + int(wait * (1 - _JITTER * jitter))

    def _count(self, samples: list[int], now: int) -> None:
        halves = (now - self._span_start) // (SPAN // 2)
        if halves > 0:
            for each in (self._good, self._bad):
                each[1] = each[0] if halves == 1 else 0
                each[0] = 0
            self._span_start += halves * (SPAN // 2)
        samples[0] += 1

    def _grow(self, limit: int) -> None:
        if self._window < limit:
            self._window += self._growth or 1 / self._window


def first_window(limit: int) -> int:
    """Return how many calls at once a slow start begins with: an eighth of the limit, so that three rounds open it."""
    return max(FEW, limit // 8)
