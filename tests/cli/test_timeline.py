"""What `sagaway trace` draws of a saga, from the events that the core decides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest
from rich.cells import cell_len

from orchestrator.cli import trace
from orchestrator.cli.chart import ASCII, UNICODE, Signs
from orchestrator.cli.timeline import Outcome, Timeline, timeline
from orchestrator.core import events as e
from orchestrator.core.model import EMPTY, Failure, Phase
from orchestrator.core.outcome import Failed, Pending
from orchestrator.core.retry import SECOND, RetryPolicy
from orchestrator.core.wording import span
from sagaway.client import SagaEvent
from tests.cli.told import MS, told, undone
from tests.core.stories import HOUR, MINUTE, PIVOT, Story, completion, failed, step

pytestmark = pytest.mark.usefixtures("utc")


def drawn(story: Story) -> Timeline:
    saga, events = told(story)
    return timeline(events, saga.start_time.ToMicroseconds(), trace.moment(saga))


def lines_of(story: Story, width: int = 60, limit: int = 40, signs: Signs = UNICODE) -> list[str]:
    found, _ = told(story)
    lines = [*trace.heading(found, "", width, signs), *trace.picture(found, drawn(story), width, limit, signs)]
    return [line.plain.rstrip() for line in lines]


def bars(lane_of: Timeline, step_id: str, phase: Phase = Phase.EXECUTE) -> list[tuple[int, int, int | None, str]]:
    """A lane's bars: attempt, start and end in milliseconds from the saga's start, outcome."""
    lanes = lane_of.forward if phase is Phase.EXECUTE else lane_of.back
    return [
        (bar.attempt, (bar.start - lane_of.start) // MS, bar.end and (bar.end - lane_of.start) // MS, bar.outcome)
        for bar in lanes[step_id].bars
    ]


def test_bars_gaps_and_compensations_stand_on_one_axis() -> None:
    assert lines_of(undone()) == [
        "order-1  place_order v1  COMPENSATED (REJECTED)",
        "started 1970-01-12 13:46:40.000, ended 1970-01-12",
        "13:46:46.000: 6 s",
        "pay OUT_OF_STOCK: there is none left",
        "no trace: it was started without one",
        "            0           2 s         4 s",
        "            ┬───────────┬───────────┬───────────",
        "                                    U          E",
        "order       ██✓                                   ✓ 400 ms",
        "stock         ████!..██████✓                      ✓ 2.1 s 2x",
        "pay                        █████████✗             ✗ 1.5 s",
        "── undone, in this order ───────────────────────────────────",
        "undo stock                          ███!..███↩    ↩ 1.5 s 2x",
        "undo order                                   ██↩  ↩ 500 ms",
        "",
        "█ on its way   . waits for a retry   ✓ completed   ✗ refused",
        "! failed   ↩ compensated",
        "U  +4 s  1970-01-12 13:46:44.000  undone from here",
        "   (REJECTED): pay OUT_OF_STOCK: there is none left",
        "E  +6 s  1970-01-12 13:46:46.000  COMPENSATED",
        "stock  attempt 1  UNAVAILABLE: it said UNAVAILABLE",
        "pay  attempt 1  OUT_OF_STOCK: there is none left",
        "undo stock  attempt 1  INTERNAL: it said INTERNAL",
    ]


def test_a_terminal_without_our_signs_gets_others() -> None:
    assert UNICODE.fits("utf-8")
    assert not UNICODE.fits("ascii")
    assert not UNICODE.fits("latin-1")
    assert not UNICODE.fits("no-such-encoding")
    text = "\n".join(lines_of(undone(), 100, signs=ASCII))
    assert text.isascii()
    assert "stock          ======!....=========v" in text


def test_what_is_under_way_waits_or_is_pending_stays_open() -> None:
    story = Story(step("a", after=()), step("b", after=()), step("c", after=()), step("d", after=("a", "b", "c")))
    story.now += SECOND
    story.pends("b")
    story.now += SECOND
    story.answers("c", Failed(failed("UNAVAILABLE").failure, retry_after=10 * MINUTE))
    story.now += 2 * SECOND
    line = drawn(story)
    assert bars(line, "a") == [(1, 0, None, Outcome.OPEN)]
    assert bars(line, "c") == [(1, 0, 2_000, Outcome.FAILED)]
    assert line.forward["b"].bars[0].pending == line.start + SECOND
    text = lines_of(story)
    assert text[4:8] == [
        "   ┬─────────────────┬──────────────────",
        "a  ████████████████████████████████████▶  ▶ 4 s",
        "b  ██████████▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▶  ▶ 4 s",
        "c  ██████████████████!..................  next in 9 min 58 s",
    ]
    assert text[8] == "not sent yet: d"
    story.wait(10 * MINUTE)
    assert bars(drawn(story), "c")[1] == (2, 602_000, None, Outcome.OPEN)


def test_a_call_that_is_not_awaited_any_more_and_one_that_was_never_sent() -> None:
    story = Story(step("a"), step("b"), step("c"))
    story.completes("a")
    story.pends("b")
    story.now += SECOND
    story.cancel()
    story.now += SECOND
    story.undoes("b")
    line = drawn(story)
    assert bars(line, "b") == [(1, 0, 1_000, Outcome.LEFT)]
    assert bars(line, "b", Phase.COMPENSATE) == [(1, 1_000, 2_000, Outcome.COMPENSATED)]
    assert [(mark.letter, (mark.time - line.start) // MS) for mark in line.marks] == [("C", 1_000), ("U", 1_000)]
    assert any("*: several letters" in text for text in lines_of(story))
    held = Story(step("a"), step("b"), hold=True)
    held.cancel()
    assert drawn(held).forward == {}, "a struck step was never on its way"
    assert "never sent: a, b" in lines_of(held)


def test_after_a_crash_the_attempt_is_sent_again_at_once() -> None:
    story = Story(step("a"))
    story.crash()
    story.wait(5 * SECOND)
    story.now += SECOND
    story.completes("a")
    assert bars(drawn(story), "a") == [(1, 0, 5_000, Outcome.FAILED), (2, 5_000, 6_000, Outcome.COMPLETED)]


def test_a_question_to_a_pending_step_makes_no_bar() -> None:
    story = Story(step("a"))
    story.pends("a")
    story.wait(MINUTE)
    story.fails("a")
    assert story.told == ["ExecuteAttemptFailed a"]
    story.now += SECOND
    story.reports("a", completion())
    assert bars(drawn(story), "a") == [(1, 0, 61_000, Outcome.COMPLETED)]


def test_a_report_before_the_retry_is_a_bar_of_its_own() -> None:
    story = Story(step("a"))
    story.answers("a", failed("UNAVAILABLE", retry_after=MINUTE))
    story.now += SECOND
    story.reports("a", failed("", "LOST", "the parcel is lost"))
    line = drawn(story)
    assert bars(line, "a") == [(1, 0, 0, Outcome.FAILED), (0, 1_000, 1_000, Outcome.GIVEN_UP)]
    assert "a  reported  LOST: the parcel is lost" in lines_of(story)


def test_a_stuck_saga_says_what_is_not_undone_and_ends_with_its_last_event() -> None:
    story = Story(step("a"), step("b", effect_free=True), step("c", undo_attempts=2), step("d"))
    for name in "abc":
        story.completes(name)
    story.rejects("d")
    story.now += SECOND
    story.fails("c")
    story.wait(MINUTE)
    story.fails("c", reason="BROKEN")
    story.now += 100 * HOUR
    line = drawn(story)
    assert line.end == story.log[-1].time
    text = lines_of(story)
    assert "not undone yet: a" in text
    assert any(each.startswith("S  +1 min 1 s") and "STUCK: c" in each for each in text)
    assert text[0].endswith("STUCK (REJECTED)")


def test_events_at_the_same_microsecond_are_one_column() -> None:
    story = Story(step("a"), step("b"))
    story.completes("a")
    story.rejects("b")
    story.undoes("a")
    text = lines_of(story)
    assert f"a       ✓{' ' * 44} ✓ 0 µs" in text
    assert f"undo a  ↩{' ' * 44} ↩ 0 µs" in text
    assert drawn(story).end == drawn(story).start


def test_a_clock_that_steps_back_is_drawn_as_no_time() -> None:
    story = Story(step("a"), step("b"))
    story.now += SECOND
    story.completes("a")
    story.now -= 10 * SECOND
    story.completes("b")
    assert bars(drawn(story), "b") == [(1, 1_000, 1_000, Outcome.COMPLETED)]


def test_a_thousand_attempts_are_one_row_with_counts() -> None:
    story = Story(replace(step("a"), retry=RetryPolicy(1_000, SECOND, SECOND)))
    for number in range(1, 1_000):
        code, message = ("INTERNAL", "a fault") if number == 8 else ("UNAVAILABLE", "away" if number in (1, 9) else "")
        story.now += SECOND
        next_time = story.now + SECOND // 2
        story.log.append(e.ExecuteAttemptFailed(story.now, "a", number, Failure(code, "", message), next_time))
    story.now += SECOND
    story.log.append(e.StepCompleted(story.now, "a", EMPTY, 1_000))
    text = lines_of(story, 70)
    row = next(each for each in text if each.startswith("a  "))
    assert row.endswith("#✓  ✓ 16 min 40 s 1000x")
    assert "2-9, #: so many attempts failed there" in "\n".join(text)
    assert text[-3:] == [
        "a  7 attempts, 1 to 7  UNAVAILABLE: away",
        "a  attempt 8  INTERNAL: a fault",
        "a  991 attempts, 9 to 999  UNAVAILABLE: away",
    ]
    assert len(text) < 20


def test_more_errors_than_one_reads_are_cut() -> None:
    story = Story(replace(step("a"), retry=RetryPolicy(100, SECOND, SECOND)))
    for number in range(50):
        story.fails("a", reason=f"R{number}")
        story.wait(SECOND)
    assert lines_of(story)[-1] == "… 30 more; `sagaway events` shows all"


@cache
def hundred() -> Story:
    """A hundred steps, of which number 60 fails once."""
    names = [f"step-number-{number:03d}" for number in range(100)]
    story = Story(*(step(name) for name in names))
    for number, name in enumerate(names):
        story.now += MS
        if number == 60:
            story.fails(name)
            story.wait(SECOND)
        story.completes(name)
    return story


def test_of_a_hundred_steps_the_eventful_are_shown_and_the_rest_is_counted() -> None:
    text = lines_of(hundred(), 80, limit=5)
    rows = [each.split()[0] for each in text if each.startswith("step-number") and "attempt " not in each]
    assert rows == ["step-number-000", "step-number-001", "step-number-002", "step-number-003", "step-number-060"]
    assert "… 56 more, each done at once; --limit 0 shows all" in text
    assert "… 39 more, each done at once; --limit 0 shows all" in text
    everything = lines_of(hundred(), 80, limit=0)
    assert sum(each.startswith("step-number") and "attempt " not in each for each in everything) == 100


STORIES: list[Callable[[], Story]] = [undone, hundred, lambda: Story(step("a"), at_once=False)]


@pytest.mark.parametrize("width", [60, 61, 89, 90, 133])
@pytest.mark.parametrize("make", STORIES)
def test_no_line_is_wider_than_the_terminal(make: Callable[[], Story], width: int) -> None:
    assert max(map(cell_len, lines_of(make(), width))) <= width


def test_every_type_of_event_is_drawn_and_an_unknown_one_is_a_mark() -> None:
    assert set(timeline.__globals__["_TAKES"]) == {kind.__name__ for kind in e.EVENT_TYPES}
    saga, events = told(undone())
    events.insert(1, SagaEvent(type="SagaFrozen", message="audit", sequence=2, time=events[0].time))
    events.insert(3, SagaEvent(type="StepTeleported", step_id="order", sequence=2, time=events[0].time))
    marks = timeline(events, saga.start_time.ToMicroseconds(), 0).marks
    assert [mark.text for mark in marks if mark.letter == "?"] == ["SagaFrozen  audit", "StepTeleported  order"]


def test_lengths_of_time_are_short() -> None:
    lengths = [0, 999, 1_000, 12_345, 999_999, SECOND, 59_990_000, 60 * SECOND, 3_599 * SECOND, HOUR, 100 * HOUR]
    assert [span(one) for one in lengths] == [
        "0 µs", "999 µs", "1 ms", "12.3 ms", "999 ms", "1 s", "59.9 s", "1 min", "59 min 59 s", "1 h", "4 d 4 h",
    ]  # fmt: skip


def test_text_from_elsewhere_can_not_steer_the_terminal() -> None:
    story = Story(step("a"))
    story.answers("a", failed("UNAVAILABLE", "X", "\x1b]0;owned\x07[red]x\u202e"))
    text = "\n".join(lines_of(story, 120))
    assert "\x1b" not in text
    assert "\\x1b]0;owned\\x07[red]x\\u202e" in text


def test_paused_and_pivot_sagas_say_so() -> None:
    story = Story(step("a"), step("b", kind=PIVOT))
    story.completes("a")
    story.answers("b", Pending())
    story.cancel()
    saga, _ = told(story)
    saga.paused = True
    heading = [line.plain for line in trace.heading(saga, "", 80, UNICODE)]
    assert heading[0].endswith("RUNNING, PAUSED")
    assert any(line.startswith("C  +0 µs") for line in lines_of(story))
