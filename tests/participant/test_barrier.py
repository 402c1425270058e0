"""The decision table alone: every rule, and that the earlier one wins where two fit."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import grpc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagaway.participant import ExecuteOutcome, Payload
from sagaway.participant.barrier import (
    CompensateState,
    ExecuteState,
    Phase,
    Question,
    Replay,
    Row,
    Run,
    RunNothing,
    hash_request,
    horizon_of,
    judge_compensate,
    judge_execute,
)
from sagaway.participant.errors import Refusal

NOW = datetime(2030, 1, 1, tzinfo=UTC)
LATE = NOW - timedelta(seconds=1)
HASH, OTHER = b"h" * 32, b"o" * 32
ASKED = Question("reserve", HASH, first_sent_time=NOW, not_after_time=NOW)
COMPLETED = Row("reserve", ExecuteState.COMPLETED, HASH, b"completed")
TOMBSTONE = Row("reserve", compensate_state=CompensateState.COMPENSATED, compensate_hash=HASH, compensate_reply=b"done")
STATES = [ExecuteState.COMPLETED, ExecuteState.REJECTED, ExecuteState.PENDING]


def execute(row: Row | None, question: Question = ASKED, horizon: datetime | None = None) -> object:
    return judge_execute(row, question, now=NOW, horizon=horizon)


def compensate(row: Row | None, question: Question = ASKED, horizon: datetime | None = None) -> object:
    return judge_compensate(row, question, horizon=horizon)


def test_first_execute_runs() -> None:
    assert execute(None) == Run()


@pytest.mark.parametrize("state", STATES)
def test_repeated_execute_replays_every_outcome(state: ExecuteState) -> None:
    assert execute(replace(COMPLETED, execute_state=state)) == Replay(b"completed")


def test_replay_does_not_depend_on_time_or_horizon() -> None:
    late = replace(ASKED, not_after_time=LATE, first_sent_time=None)
    assert execute(COMPLETED, late, horizon=NOW) == Replay(b"completed")


@pytest.mark.parametrize("state", [None, *STATES])
@pytest.mark.parametrize("tombstone", CompensateState)
def test_tombstone_comes_before_everything(state: ExecuteState | None, tombstone: CompensateState) -> None:
    row = replace(TOMBSTONE, compensate_state=tombstone, execute_state=state, execute_hash=OTHER, execute_reply=b"x")
    with pytest.raises(Refusal) as refused:
        execute(row, replace(ASKED, not_after_time=LATE, first_sent_time=None), horizon=NOW)
    assert (refused.value.code, refused.value.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "OPERATION_COMPENSATED")


def test_changed_request_comes_before_lateness() -> None:
    with pytest.raises(Refusal) as refused:
        execute(replace(COMPLETED, execute_hash=OTHER), replace(ASKED, not_after_time=LATE))
    assert (refused.value.code, refused.value.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "REQUEST_MISMATCH")


def test_lateness_comes_before_the_horizon() -> None:
    with pytest.raises(Refusal) as refused:
        execute(None, replace(ASKED, not_after_time=LATE, first_sent_time=None), horizon=NOW)
    assert refused.value.reason == "DELIVERED_TOO_LATE"


def test_execute_at_the_instant_of_not_after_time_runs() -> None:
    assert execute(None, replace(ASKED, not_after_time=NOW)) == Run()
    assert execute(None, replace(ASKED, not_after_time=None)) == Run()


@pytest.mark.parametrize("judge", [execute, compensate])
@pytest.mark.parametrize(
    ("first_sent_time", "missing"), [(LATE, True), (None, True), (NOW, False), (NOW + timedelta(days=1), False)]
)
def test_horizon(judge: object, first_sent_time: datetime | None, missing: bool) -> None:
    assert callable(judge)
    question = replace(ASKED, first_sent_time=first_sent_time)
    assert judge(None, question, horizon=None) in (Run(), RunNothing())
    if not missing:
        assert judge(None, question, horizon=NOW) in (Run(), RunNothing())
        return
    with pytest.raises(Refusal) as refused:
        judge(None, question, horizon=NOW)
    assert (refused.value.code, refused.value.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "BARRIER_ROW_MISSING")


def test_horizon_allows_for_the_clocks_skew() -> None:
    assert horizon_of(None) is None
    assert horizon_of(NOW) == NOW + timedelta(minutes=10)


@pytest.mark.parametrize("state", [ExecuteState.COMPLETED, ExecuteState.PENDING])
@pytest.mark.parametrize("outcome", ExecuteOutcome)
def test_compensate_runs_for_what_happened(state: ExecuteState, outcome: ExecuteOutcome) -> None:
    row = replace(COMPLETED, execute_state=state)
    # Neither lateness nor the horizon, nor another hash of the other phase, refuses it.
    late = replace(ASKED, request_hash=OTHER, not_after_time=LATE, first_sent_time=None, execute_outcome=outcome)
    assert compensate(row, late, horizon=NOW) == Run(row)


def test_compensate_after_a_refusal_is_null() -> None:
    row = replace(COMPLETED, execute_state=ExecuteState.REJECTED)
    assert compensate(row, replace(ASKED, execute_outcome=ExecuteOutcome.COMPLETED)) == RunNothing()


def test_compensate_without_a_row_is_null_only_if_nothing_is_known() -> None:
    assert compensate(None) == RunNothing()
    for outcome in (ExecuteOutcome.COMPLETED, ExecuteOutcome.PENDING):
        with pytest.raises(Refusal) as refused:
            compensate(None, replace(ASKED, execute_outcome=outcome))
        assert refused.value.reason == "BARRIER_ROW_MISSING"


@pytest.mark.parametrize("tombstone", CompensateState)
def test_repeated_compensate_replays_by_its_own_hash(tombstone: CompensateState) -> None:
    row = replace(COMPLETED, execute_hash=OTHER, compensate_state=tombstone)
    row = replace(row, compensate_hash=HASH, compensate_reply=b"undone")
    assert compensate(row) == Replay(b"undone")
    with pytest.raises(Refusal) as refused:
        compensate(row, replace(ASKED, request_hash=OTHER))
    assert refused.value.reason == "REQUEST_MISMATCH"


def test_compensate_never_undoes_another_action() -> None:
    with pytest.raises(Refusal) as refused:
        compensate(replace(COMPLETED, action="ship"))
    assert refused.value.reason == "REQUEST_MISMATCH"


@pytest.mark.parametrize("judge", [execute, compensate])
def test_committed_running_is_a_fault_and_never_a_success(judge: object) -> None:
    assert callable(judge)
    with pytest.raises(Refusal) as refused:
        judge(Row("reserve", ExecuteState.RUNNING, HASH))
    assert refused.value.code is grpc.StatusCode.INTERNAL


payloads = st.builds(Payload, json=st.text()) | st.builds(Payload, binary=st.binary()) | st.just(Payload())
requests = st.tuples(st.text(), st.sampled_from(Phase), payloads, st.text(max_size=5))


@given(requests, requests)
def test_hash_tells_requests_apart_and_nothing_else(one: object, other: object) -> None:
    def parts(request: object) -> tuple[tuple[object, ...], bytes]:
        assert isinstance(request, tuple)
        action, phase, payload, content_type = request
        payload = replace(payload, content_type=content_type, metadata={"not": "covered"})
        meaning = (action, phase, payload.kind, payload.media_type, payload.raw)
        return meaning, hash_request(action, phase, replace(payload, metadata={}))

    (one_meaning, one_hash), (other_meaning, other_hash) = parts(one), parts(other)
    assert (one_meaning == other_meaning) == (one_hash == other_hash)


def test_hash_covers_each_part() -> None:
    base = hash_request("a", Phase.EXECUTE, Payload(json="1"))
    assert base == hash_request("a", Phase.EXECUTE, Payload(json="1", content_type="application/json"))
    others = [
        hash_request("b", Phase.EXECUTE, Payload(json="1")),
        hash_request("a", Phase.COMPENSATE, Payload(json="1")),
        hash_request("a", Phase.EXECUTE, Payload(json="1 ")),
        hash_request("a", Phase.EXECUTE, Payload(binary=b"1", content_type="application/json")),
        hash_request("a", Phase.EXECUTE, Payload(json="1", content_type="text/plain")),
    ]
    assert len({base, *others}) == 6
