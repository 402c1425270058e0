"""What is played: a definition, what the world does to it, and how each saga must end however often processes die."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

Document = dict[str, Any]


class Act(Enum):
    """What becomes of a call."""

    LOST = "never arrives"
    REPLY_LOST = "arrives, its answer does not"
    HELD = "arrives, its answer comes after its deadline"
    LATE = "arrives a minute after its deadline"
    REFUSED_FOR_GOOD = "arrives, its answer is replaced by a permanent code"


@dataclass(frozen=True)
class Story:
    """One saga of a scenario.

    Attributes:
        state: how it ends.
        standing: the steps whose effects stand in the end.
        cause: why it goes back, if it does.
        input: what it is started with: `refuse` and `pend` name steps, `fat` is what each step puts out beside.
    """

    state: str
    standing: str
    cause: str | None = None
    input: Mapping[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Scenario:
    """A world to die in.

    Attributes:
        document: the definition.
        stories: its sagas by id.
        acts: by call (`b`, or `~b` for its compensation): what becomes of it, up to this attempt (0: always).
        client: `watch`, `cancel` (once b was sent), `complete` (reports what is pending), `finish` (completes it at
            the participant only), `reject` (refuses it there and reports that).
        fresh: the log's file does not exist yet: the first life makes and registers everything.
        checkpoint_at: see `tests.crash.taps.tapped_log`.
    """

    document: Document
    stories: Mapping[str, Story]
    acts: Mapping[str, tuple[Act, int]] = field(default_factory=dict)
    client: str = "watch"
    fresh: bool = False
    checkpoint_at: int = 0

    def act(self, name: str, attempt: int) -> Act | None:
        """Return what becomes of a call."""
        act, until = self.acts.get(name, (None, 0))
        return act if until == 0 or attempt <= until else None


def _step(id_: str, **fields: Any) -> Document:
    return {"id": id_, "participant": "p" if id_ in "ac" else "q", "action": "act", **fields}


def _definition(*steps: Document, **fields: Any) -> Document:
    retry = {"max_attempts": 5, "initial_backoff": "1s", "max_backoff": "1s"}
    base = {"name": "story", "version": 1, "retry": retry, "compensation_retry": retry, "steps": list(steps)}
    return base | fields


def _abc(**fields: Any) -> Document:
    return _definition(_step("a"), _step("b"), _step("c"), **fields)


def _diamond() -> Document:
    return _definition(_step("a"), _step("b"), _step("c", after=["a"]), _step("d", after=["b", "c"]))


def _pivoted() -> Document:
    pivot = _step("b", kind="STEP_KIND_PIVOT")
    return _definition(
        _step("a"), pivot, _step("c", kind="STEP_KIND_RETRYABLE"), _step("d", kind="STEP_KIND_RETRYABLE")
    )


def _one(document: Document, state: str, standing: str, cause: str | None = None, **more: Any) -> Scenario:
    given: dict[str, list[str]] = {name: more.pop(name) for name in ("refuse", "pend", "fat") if name in more}
    return Scenario(document, {"s": Story(state, standing, cause, given)}, **more)


def _back(document: Document, cause: str, **more: Any) -> Scenario:
    return _one(document, "COMPENSATED", "", cause, **more)


_SLOW = {"max_attempts": 5, "initial_backoff": "30s", "max_backoff": "30s"}
_PENDING = _definition(_step("a"), _step("b", pending_timeout="600s", pending_poll_interval="120s"), _step("c"))
_OVERDUE = _definition(_step("a"), _step("b", pending_timeout="60s", pending_poll_interval="20s"), _step("c"))

_REFUSED = Story("COMPENSATED", "", "REJECTED", {"refuse": ["c"]})
_CROWD = {f"s{place}": _REFUSED if place % 2 else Story("COMPLETED", "abc") for place in range(5)}

SCENARIOS: Mapping[str, Scenario] = {
    "success": _one(_abc(), "COMPLETED", "abc"),
    "first start": _one(_abc(), "COMPLETED", "abc", fresh=True),
    "refused at a": _back(_abc(), "REJECTED", refuse=["a"]),
    "refused at b": _back(_abc(), "REJECTED", refuse=["b"]),
    "refused at c": _back(_abc(), "REJECTED", refuse=["c"], checkpoint_at=1),
    "stopped at b": _back(_abc(), "FAILED", acts={"b": (Act.REFUSED_FOR_GOOD, 0)}),
    "b never there": _back(_abc(), "ATTEMPTS_EXHAUSTED", acts={"b": (Act.LOST, 0)}),
    "b's replies lost": _back(_abc(), "ATTEMPTS_EXHAUSTED", acts={"b": (Act.REPLY_LOST, 0)}),
    "b arrives too late": _back(_abc(), "ATTEMPTS_EXHAUSTED", acts={"b": (Act.LATE, 0)}),
    "timed out": _back(_abc(timeout="25s"), "TIMED_OUT", acts={"b": (Act.HELD, 0)}),
    "cancelled": _back(_abc(), "CANCELLED", acts={"b": (Act.HELD, 0)}, client="cancel"),
    "one reply lost": _one(_abc(), "COMPLETED", "abc", acts={"b": (Act.REPLY_LOST, 1)}, checkpoint_at=1),
    "asleep between attempts": _one(_abc(retry=_SLOW), "COMPLETED", "abc", acts={"b": (Act.LOST, 1)}),
    "compensation retried": _back(
        _abc(), "REJECTED", refuse=["c"], acts={"~b": (Act.REPLY_LOST, 1), "~a": (Act.LOST, 1)}
    ),
    "compensation fails": _one(_abc(), "STUCK", "ab", "REJECTED", refuse=["c"], acts={"~b": (Act.LOST, 0)}),
    "parallel": _one(_diamond(), "COMPLETED", "abcd"),
    "parallel, refused at c": _back(_diamond(), "REJECTED", refuse=["c"]),
    "parallel, refused at d": _back(_diamond(), "REJECTED", refuse=["d"]),
    "pivot": _one(_pivoted(), "COMPLETED", "abcd"),
    "pivot refused": _back(_pivoted(), "REJECTED", refuse=["b"]),
    "pivot's reply lost": _one(_pivoted(), "COMPLETED", "abcd", acts={"b": (Act.REPLY_LOST, 1), "c": (Act.LOST, 1)}),
    "refused after the pivot": _one(_pivoted(), "STUCK", "ab", refuse=["c"]),
    "pending": _one(_PENDING, "COMPLETED", "abc", pend=["b"], client="complete"),
    "pending, found by asking": _one(_PENDING, "COMPLETED", "abc", pend=["b"], client="finish"),
    "pending, refused": _back(_PENDING, "REJECTED", pend=["b"], client="reject"),
    "pending, overdue": _back(_OVERDUE, "TIMED_OUT", pend=["b"]),
    "fat": _one(_definition(_step("a"), _step("b")), "COMPENSATED", "", "REJECTED", refuse=["b"], fat=["x" * 30_000]),
    "five sagas": Scenario(_abc(), _CROWD),
}
