"""The core's words and the contract's are the same words: no value of one lacks in the other."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import Any, get_type_hints

import pytest

from orchestrator.api.convert import event_message, saga_message, state_after
from orchestrator.core import events as e
from orchestrator.core import machine
from orchestrator.core.definition import StepKind
from orchestrator.core.model import (
    Cause,
    ExecuteOutcome,
    Failure,
    FailureKind,
    Payload,
    Phase,
    SagaKey,
    SagaState,
    Signature,
    StepState,
)
from orchestrator.core.transitions import SAGA_TRANSITIONS
from sagaway.v1 import definition_pb2, participant_service_pb2, saga_pb2
from tests.core.stories import HOUR, Story, definition_of, step


@pytest.mark.parametrize(
    ("ours", "theirs", "prefix"),
    [
        (SagaState, saga_pb2.SagaState, "SAGA_STATE_"),
        (StepState, saga_pb2.StepState, "STEP_STATE_"),
        (Cause, saga_pb2.SagaCause, "SAGA_CAUSE_"),
        (Phase, saga_pb2.Phase, "PHASE_"),
        (StepKind, definition_pb2.StepKind, "STEP_KIND_"),
        (ExecuteOutcome, participant_service_pb2.ExecuteOutcome, "EXECUTE_OUTCOME_"),
    ],
)
def test_enums_have_the_same_names(ours: type[StrEnum], theirs: Any, prefix: str) -> None:
    assert {prefix + value for value in ours} | {f"{prefix}UNSPECIFIED"} == set(theirs.keys())


SAMPLES: dict[Any, Any] = {
    int: 7,
    bool: True,
    str: "text",
    Payload: Payload(json="1"),
    Payload | None: Payload(json="1"),
    Failure: Failure("UNAVAILABLE", "BUSY", "later"),
    Failure | None: Failure("UNAVAILABLE", "BUSY", "later"),
    Cause: Cause.REJECTED,
    Phase: Phase.COMPENSATE,
    ExecuteOutcome: ExecuteOutcome.UNKNOWN,
    FailureKind: FailureKind.PERMANENT,
    tuple[str, ...]: ("a", "b"),
    Signature: Signature("mended", "ann", "ops"),
    Signature | None: Signature("mended", "ann", "ops"),
}


@pytest.mark.parametrize("kind", e.EVENT_TYPES, ids=lambda kind: kind.__name__)
def test_every_event_is_told(kind: Any) -> None:
    event = kind(**{name: SAMPLES.get(hint, {}) for name, hint in get_type_hints(kind).items()})
    message = event_message(3, event, SagaState.RUNNING)
    assert (message.sequence, message.type, message.time.ToMicroseconds()) == (3, kind.__name__, 7)
    assert message.saga_state == saga_pb2.SAGA_STATE_RUNNING
    fields = set(get_type_hints(kind))
    assert message.HasField("payload") == bool(fields & {"input", "output", "data"})
    assert (message.step_id == "text") == ("step_id" in fields)
    assert (message.code == "UNAVAILABLE") == ("failure" in fields)
    assert (message.attempt == 7) == ("attempt" in fields)
    assert message.HasField("next_time") == bool(fields & {"retry_time", "timeout_time"})
    assert (message.run == 7) == ("run" in fields)
    assert (message.cause != saga_pb2.SAGA_CAUSE_UNSPECIFIED) == bool(fields & {"cause", "kind"})
    assert not message.uncounted
    observed = message.observed
    assert (observed.event_id, observed.source) == (("text", "text") if "source" in fields else ("", ""))
    signed = ("mended", "ann", "ops") if "by" in fields else ("", "")
    assert (message.message, message.claimed_actor, message.principal)[-len(signed) :] == signed
    if issubclass(kind, e.StepEvent) or "phase" in fields:
        assert message.phase != saga_pb2.PHASE_UNSPECIFIED
    else:
        assert message.phase == saga_pb2.PHASE_UNSPECIFIED


def test_an_observed_event_is_told_whole() -> None:
    failure = Failure("", "WHY", "so")
    event = e.EventObserved(1, "id", "/of", "com.a.v1", 2, 9, "a.b", "cause", "/from", refusal=failure, fault=failure)
    told = event_message(3, replace(event, answers=True, outcome="DONE"), SagaState.RUNNING).observed
    assert (told.event_type, told.publish_time.ToMicroseconds()) == ("com.a.v1", 2)
    assert told.place == 9
    assert (told.cause_id, told.cause_source, told.answers, told.outcome) == ("cause", "/from", True, "DONE")
    assert (told.refusal.reason, told.fault.message) == ("WHY", "so")
    early = replace(event, undeclared=True, early=True, reaction="b", refusal=None, fault=None)
    told = event_message(3, early, SagaState.RUNNING).observed
    assert (told.undeclared, told.early, told.reaction) == (True, True, "b")
    assert not told.HasField("refusal")
    assert not told.HasField("fault")


def test_the_state_after_an_event_is_the_tables() -> None:
    started = e.SagaStarted(1, "order", 1, "hash", Payload(), 2)
    assert state_after(SagaState.PENDING, started, False) is SagaState.PENDING
    checked = 0
    for state, transitions in SAGA_TRANSITIONS.items():
        for kind, following in transitions.items():
            event = kind(**{name: SAMPLES.get(hint, {}) for name, hint in get_type_hints(kind).items()})
            assert state_after(state, event, True) is following
            forward = SagaState.RUNNING if following is SagaState.COMPENSATING else following
            assert state_after(state, event, False) is forward, "only an abort turns it round"
            checked += 1
    assert checked > 25


@pytest.mark.parametrize("kind", [e.ExecuteAttemptFailed, e.CompensateAttemptFailed])
def test_a_failed_attempt_says_whether_it_counts(kind: Any) -> None:
    for used in (True, False):
        event = kind(1, "a", 2, Failure("UNAVAILABLE"), 9, used=used)
        assert event_message(3, event, SagaState.RUNNING).uncounted is not used


@pytest.mark.parametrize(
    ("traceparent", "trace_id"),
    [
        ("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "0af7651916cd43dd8448eb211c80319c"),
        ("", ""),
        ("nonsense", ""),
    ],
)
def test_a_saga_shows_its_trace_and_what_has_nothing_to_undo(traceparent: str, trace_id: str) -> None:
    definition = definition_of(step("a", effect_free=True), step("b"))
    started = e.SagaStarted(1, definition.name, 1, definition.content_hash, Payload(), 2, traceparent=traceparent)
    message = saga_message(machine.start(SagaKey("default", "s"), definition, started), 5)
    assert message.trace_id == trace_id
    assert [one.effect_free for one in message.steps] == [True, False]


def test_a_saga_whose_time_stands_still_is_shown_to_time_out_ever_later() -> None:
    story = Story(step("a"), step("b"), timeout=HOUR, pauses=True)
    story.held.add("b")
    story.completes("a")
    shown = [saga_message(story.saga, story.now + later).timeout_time.ToMicroseconds() for later in (0, HOUR)]
    assert shown == [story.now + HOUR, story.now + 2 * HOUR]
