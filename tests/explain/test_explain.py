"""`explain`: each history against its reviewed text, and what holds for every point of every history."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from google.protobuf.json_format import ParseDict

from orchestrator.api.definition_service import definition_message
from orchestrator.cli.history import _EVENTS, Unreadable, history_of
from orchestrator.core import machine
from orchestrator.core.decide import why_not_cancellable
from orchestrator.core.events import EVENT_TYPES, Event, SagaStarted
from orchestrator.core.explain import Explanation, explain
from orchestrator.core.explain_observed import SILENT
from orchestrator.core.explain_sentences import SENTENCES
from orchestrator.core.explain_state import _HOW, _STANDS, _WHY
from orchestrator.core.model import Mode, SagaKey, SagaState, StepState
from orchestrator.store.base import DefinitionRow
from sagaway.v1.definition_pb2 import SagaDefinition
from sagaway.v1.saga_pb2 import SAGA_MODE_CHOREOGRAPHY, SagaEvent
from tests.cli.told import shown
from tests.core.observed import DOCUMENT
from tests.core.observed import definition as choreography
from tests.core.stories import Story, step
from tests.explain import histories
from tests.explain.histories import WIDTH, History, clock, history, text
from tests.explain.told import TOLD

pytestmark = pytest.mark.usefixtures("utc")


def explained(one: History, upto: int = 0) -> Explanation:
    log = one.log[: upto or len(one.log)]
    return explain(one.key, one.definition, log, clock, log[-1].time if upto else one.now)


@pytest.mark.parametrize("name", histories.names())
def test_a_history_is_told_as_reviewed(name: str) -> None:
    file = histories.TEXTS / f"{name}.txt"
    assert text(history(name)) == file.read_text(encoding="utf-8"), "python -m tests.explain.histories, and read it"


def test_there_are_at_least_twenty_texts_and_none_without_a_history() -> None:
    assert {file.stem for file in histories.TEXTS.iterdir()} == set(histories.names())
    assert len({file.read_bytes() for file in histories.TEXTS.iterdir()}) == len(histories.names()) >= 20


# Nothing is forgotten -----------------------------------------------------------------------------------------------


def test_every_type_of_event_has_a_sentence_and_is_read_back() -> None:
    assert set(SENTENCES) == set(EVENT_TYPES)
    assert set(_EVENTS) == {kind.__name__ for kind in EVENT_TYPES}


def test_every_state_is_explained() -> None:
    assert set(_WHY) == set(SagaState)
    grouped = [state for _, states in _STANDS for state in states]
    assert sorted(grouped) == sorted(StepState), "each state of a step stands in one group"
    plain = {StepState.WAITING, StepState.COMPLETED, StepState.COMPENSATED, StepState.SKIPPED}
    assert set(_HOW) == set(StepState) - plain


def test_every_type_of_event_is_in_a_history() -> None:
    met = {type(event) for name in histories.names() for event in history(name).log}
    assert met == set(EVENT_TYPES)


def every() -> list[str]:
    """All histories, those of the golden log without a text too."""
    return sorted([*TOLD, *histories.golden()])


def points(one: History) -> list[int]:
    """Sequences to stop at: all of them, of a very long history a part."""
    return list(range(1, len(one.log) + 1, 1 + len(one.log) // 40))


def untold(one: History, at: int, last: int) -> list[Event]:
    """The events after the last that the story tells, but for those that it leaves out of a choreographed saga."""
    silent = SILENT if one.definition.choreography is not None else ()
    return [event for event in one.log[last:at] if not isinstance(event, silent)]


def named(name: str) -> History:
    return histories.story(name) if name in TOLD else histories.golden()[name]


def test_every_point_of_every_history_can_be_told() -> None:
    for name in every():
        one = named(name)
        for at in points(one):
            where = f"{name} at {at}"
            story = explained(one, at)
            assert story.saga == machine.fold(one.key, one.definition, one.log[:at]), where
            assert story.saga.state.value in story.verdict, where
            assert not untold(one, at, max(told.last for told in story.happened)), where
            assert story.comes_next, where
            assert story.hands, where
            said = [story.verdict, *(told.text for told in story.happened), *story.why, *story.stands]
            for sentence in [*said, *story.comes_next, *story.hands]:
                assert sentence.endswith("."), f"{where}: {sentence}"
                assert not re.search(r"None|  |\.\.|StepState|Failure\(", sentence), f"{where}: {sentence}"
            page = text(one._replace(at=at)).splitlines()
            assert max(map(len, page)) <= WIDTH, where
            assert all(step_id in "\n".join(story.stands) for step_id in story.saga.steps), where


def test_a_cancel_is_offered_where_it_is_legal_and_nowhere_else() -> None:
    offered = 0
    for name in every():
        one = named(name)
        for at in points(one):
            story = explained(one, at)
            legal = not why_not_cancellable(story.saga) and not story.saga.cancel_requested
            legal = legal and story.saga.mode is Mode.ORCHESTRATION
            said = any("sagaway cancel" in sentence for sentence in story.hands)
            assert said == legal, f"{name} at {at}"
            offered += said
    assert offered > 50


# What sentences say ---------------------------------------------------------------------------------------------------


def test_a_paused_saga_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """No event pauses a saga yet, so the fold is made to."""
    fold = machine.fold
    story = Story(step("a"), at_once=False)
    monkeypatch.setattr(machine, "fold", lambda *given: replace(fold(*given), paused=True))
    found = explain(SagaKey("default", "o-1"), story.definition, story.log, clock, story.now)
    assert found.verdict.endswith("It is paused.")
    assert found.why[0].startswith("A person has paused it")
    assert found.comes_next[0].startswith("Nothing is sent until a person resumes it")


def test_commands_name_the_namespace_where_it_is_not_the_default() -> None:
    one = histories.story("pending-at-the-carrier")
    other = explained(one._replace(key=SagaKey("shop", "o-7")))
    assert any("`sagaway trace o-7 --namespace shop`" in sentence for sentence in other.hands)
    assert not any("--namespace" in sentence for sentence in explained(one).hands)


def test_a_story_as_of_an_event_knows_nothing_later() -> None:
    one = histories.story("retried-and-completed")
    assert "COMPLETED" not in text(one._replace(at=6)).split("What comes next")[0]
    assert text(one._replace(at=len(one.log))).splitlines()[0].startswith("order-1 is COMPLETED")


# Read back from what the orchestrator shows -----------------------------------------------------------------------------


def registered(one: History, rows: dict[str, DefinitionRow]) -> SagaDefinition:
    return definition_message(rows[one.definition.name]).definition


def test_events_read_back_from_messages_are_the_events() -> None:
    rows = histories.golden_definitions()
    for name, one in histories.golden().items():
        saga, messages = shown(one.key, one.definition, one.log, one.now)
        key, definition, log = history_of(saga, registered(one, rows), messages)
        first = one.log[0]
        assert isinstance(first, SagaStarted)
        assert log == [replace(first, traceparent=""), *one.log[1:]], name
        assert key == one.key
        assert text(History(key, definition, log, one.now)) == text(one), name


def test_what_was_observed_is_read_back_too() -> None:
    shop = ParseDict(DOCUMENT, SagaDefinition())
    names = [name for name in TOLD if histories.story(name).definition == choreography()]
    assert len(names) > 10
    for name in names:
        one = histories.story(name)
        saga, messages = shown(one.key, one.definition, one.log, one.now)
        assert saga.mode == SAGA_MODE_CHOREOGRAPHY
        key, definition, log = history_of(saga, shop, messages)
        assert log == list(one.log), name
        assert text(History(key, definition, log, one.now)) == text(one), name


def test_what_this_version_does_not_know_is_an_error_that_says_so() -> None:
    rows = histories.golden_definitions()
    one = histories.golden()["stuck-in-compensation"]
    saga, messages = shown(one.key, one.definition, one.log)
    definition = registered(one, rows)
    strange = [*messages[:2], SagaEvent(sequence=3, type="StepTeleported", step_id="a"), *messages[2:]]
    with pytest.raises(Unreadable, match="event #3 is a StepTeleported, which this version does not know"):
        history_of(saga, definition, strange)
    with pytest.raises(Unreadable, match="event #9 does not follow from those before"):
        history_of(saga, definition, [*messages[:7], *messages[8:]])
    with pytest.raises(Unreadable, match="can't be read"):
        history_of(saga, SagaDefinition(name="abc", version=1), messages)


def test_what_has_nothing_to_undo_is_known_from_the_saga() -> None:
    rows = histories.golden_definitions()
    one = histories.golden()["open-compensating"]
    saga, messages = shown(one.key, one.definition, one.log)
    assert "held back" in text(one)
    for shown_step in saga.steps:
        shown_step.effect_free = True
    found = history_of(saga, registered(one, rows), messages)
    assert "a (changes nothing)" in text(History(*found, one.now))
    assert "held back" not in text(History(*found, one.now))
