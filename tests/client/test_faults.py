"""The client against a server with faults: what is repeated, how long, and what comes out in the end."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from datetime import timedelta
from uuid import UUID

import grpc
import pytest

from sagaway.client import (
    Client,
    DeadlineExceeded,
    FailedPrecondition,
    InvalidArgument,
    NotFound,
    ResourceExhausted,
    Retries,
    SagawayError,
    Unavailable,
    Violation,
)
from sagaway.v1 import orchestrator_service_pb2 as service_pb2
from sagaway.v1 import participant_registry_service_pb2 as registry_pb2
from tests.client.scripted import Fail, Hang, Scripted, event, saga, serving

CODE = grpc.StatusCode
QUICK = Retries(
    patience=timedelta(seconds=5),
    attempt_timeout=timedelta(milliseconds=300),
    initial_backoff=timedelta(milliseconds=5),
    max_backoff=timedelta(milliseconds=20),
)
STARTED = service_pb2.StartSagaResponse(saga=saga(), created=True)
RUNNING = service_pb2.GetSagaResponse(saga=saga())
COMPLETED = service_pb2.GetSagaResponse(saga=saga("COMPLETED", 5))


@pytest.fixture
async def scripted() -> AsyncGenerator[Scripted, None]:
    async with serving(Scripted()) as script:
        yield script


@pytest.fixture
async def client(scripted: Scripted) -> AsyncGenerator[Client, None]:
    async with Client(scripted.address, retries=QUICK) as client:
        yield client


@pytest.mark.parametrize(
    "failure",
    [
        Fail(CODE.UNAVAILABLE),
        Fail(CODE.UNAVAILABLE, "DRAINING"),
        Fail(CODE.DEADLINE_EXCEEDED),
        Fail(CODE.CANCELLED),
        Fail(CODE.RESOURCE_EXHAUSTED, "OVERLOADED", retry_after=timedelta(milliseconds=1)),
    ],
    ids=lambda failure: failure.code.name,
)
async def test_a_start_is_repeated_with_the_same_id(scripted: Scripted, client: Client, failure: Fail) -> None:
    scripted.answer("StartSaga", failure, failure, STARTED)
    handle = await client.start("place_order", input={"n": 1})
    assert handle.created
    first, second, third = scripted.asked(service_pb2.StartSagaRequest)
    assert first == second == third
    assert UUID(first.saga_id).version == 7


async def test_with_an_id_made_here_an_earlier_attempt_is_our_own(scripted: Scripted, client: Client) -> None:
    again = service_pb2.StartSagaResponse(saga=saga(), created=False)
    scripted.answer("StartSaga", Fail(CODE.UNAVAILABLE), again)
    assert (await client.start("place_order")).created
    assert not (await client.start("place_order", saga_id="o-1")).created


@pytest.mark.parametrize(
    ("failure", "kind"),
    [
        (Fail(CODE.INVALID_ARGUMENT, "FIELD_INVALID", violations={"saga_id": "is too long"}), InvalidArgument),
        (Fail(CODE.NOT_FOUND, "DEFINITION_NOT_FOUND"), NotFound),
        (Fail(CODE.RESOURCE_EXHAUSTED), ResourceExhausted),  # such as a message too large: nobody said "later"
        (Fail(CODE.DATA_LOSS), SagawayError),
    ],
)
async def test_what_repeating_can_not_help_is_raised_at_once(
    scripted: Scripted, client: Client, failure: Fail, kind: type[SagawayError]
) -> None:
    scripted.answer("StartSaga", failure)
    with pytest.raises(SagawayError) as caught:
        await client.start("place_order")
    assert type(caught.value) is kind
    assert caught.value.code is failure.code
    assert caught.value.attempts == len(scripted.requests) == 1


async def test_an_error_carries_all_that_the_server_said(scripted: Scripted, client: Client) -> None:
    faults = {"steps[0].id": "is missing", "steps[1].input": "does not compile"}
    failure = Fail(
        CODE.INVALID_ARGUMENT, "DEFINITION_INVALID", violations=faults, retry_after=timedelta(milliseconds=1500)
    )
    scripted.answer("GetSaga", failure)
    with pytest.raises(InvalidArgument, match="scripted INVALID_ARGUMENT") as caught:
        await client.get("o-1")
    error = caught.value
    assert error.reason == "DEFINITION_INVALID"
    assert error.violations == tuple(Violation(*fault) for fault in faults.items())
    assert error.metadata == {"saga_id": "o-1"}
    assert error.retry_after == timedelta(milliseconds=1500)


async def test_details_that_do_not_parse_are_left_out(scripted: Scripted, client: Client) -> None:
    failure = Fail(CODE.NOT_FOUND, "SAGA_NOT_FOUND")
    failure.status.details[0].value = b"\xff\xff"
    scripted.answer("GetSaga", failure)
    with pytest.raises(NotFound) as caught:
        await client.get("o-1")
    assert caught.value.reason == ""


async def test_the_server_s_retry_info_is_the_shortest_pause(scripted: Scripted, client: Client) -> None:
    wait = timedelta(milliseconds=250)
    scripted.answer("GetSaga", Fail(CODE.UNAVAILABLE, "LOG_UNAVAILABLE", retry_after=wait), COMPLETED)
    await client.get("o-1")
    first, second = scripted.times
    assert second - first >= wait.total_seconds()


async def test_patience_ends(scripted: Scripted) -> None:
    scripted.answer("GetSaga", Fail(CODE.UNAVAILABLE, "DRAINING"))
    patience = timedelta(milliseconds=200)
    retries = Retries(patience=patience, initial_backoff=timedelta(milliseconds=5), max_backoff=timedelta(seconds=0.02))
    before = time.monotonic()
    async with Client(scripted.address, retries=retries) as client:
        with pytest.raises(Unavailable) as caught:
            await client.get("o-1")
    assert caught.value.attempts == len(scripted.requests) > 3
    # What the patience does not cover is the last attempt itself, on however slow a machine.
    assert time.monotonic() - before < patience.total_seconds() + 2


async def test_without_patience_a_call_is_sent_once(scripted: Scripted) -> None:
    scripted.answer("GetSaga", Fail(CODE.UNAVAILABLE))
    async with Client(scripted.address, retries=Retries(patience=timedelta(0))) as client:
        with pytest.raises(Unavailable):
            await client.get("o-1")
    assert len(scripted.requests) == 1


async def test_a_participant_that_does_not_answer_the_orchestrator_is_told_at_once(
    scripted: Scripted, client: Client
) -> None:
    scripted.answer("RegisterParticipant", Fail(CODE.UNAVAILABLE, "PARTICIPANT_UNREACHABLE"))
    with pytest.raises(Unavailable):
        await client.participants.register("payment", "127.0.0.1:1")
    assert len(scripted.requests) == 1


async def test_nobody_there_names_the_address() -> None:
    async with Client("127.0.0.1:1", retries=Retries(patience=timedelta(0))) as client:
        with pytest.raises(Unavailable, match=r"no orchestrator answers at 127\.0\.0\.1:1 \("):
            await client.get("o-1")


async def test_an_answer_that_never_comes_is_a_deadline(scripted: Scripted) -> None:
    scripted.answer("GetSaga", Hang())
    retries = Retries(patience=timedelta(0), attempt_timeout=timedelta(milliseconds=50))
    async with Client(scripted.address, retries=retries) as client:
        with pytest.raises(DeadlineExceeded):
            await client.get("o-1")


async def test_a_watch_resumes_after_the_last_event(scripted: Scripted, client: Client) -> None:
    slow = Fail(CODE.RESOURCE_EXHAUSTED, "WATCHER_TOO_SLOW")
    scripted.answer(
        "WatchSaga",
        [event(3), event(4), slow],
        [event(5), Fail(CODE.UNAVAILABLE, "DRAINING")],
        Fail(CODE.UNAVAILABLE),
        [event(6, "COMPLETED")],
    )
    seen = [item.sequence async for item in client.watch("o-1", after_sequence=2)]
    assert seen == [3, 4, 5, 6]
    assert [request.after_sequence for request in scripted.requests] == [2, 4, 5, 5]


async def test_a_watch_of_an_unknown_saga_is_not_found(scripted: Scripted, client: Client) -> None:
    scripted.answer("WatchSaga", Fail(CODE.NOT_FOUND, "SAGA_NOT_FOUND"))
    with pytest.raises(NotFound):
        await anext(client.watch("o-1"))


async def test_a_watch_outlives_a_restart_of_the_server() -> None:
    first, second = Scripted(), Scripted()
    first.answer("WatchSaga", [event(1), Hang()])
    second.answer("WatchSaga", [event(2, "COMPLETED")])
    async with AsyncExitStack() as running:
        await running.enter_async_context(serving(first))
        async with Client(first.address, retries=QUICK) as client:
            stream = client.watch("o-1")
            assert (await anext(stream)).sequence == 1
            await running.aclose()
            async with serving(second, first.address):
                assert (await anext(stream)).sequence == 2
            await stream.aclose()
    assert second.requests[0].after_sequence == 1


async def test_waiting_goes_on_by_reading_when_watching_fails(scripted: Scripted, client: Client) -> None:
    scripted.answer("GetSaga", RUNNING, RUNNING, COMPLETED)
    scripted.answer(
        "WatchSaga", Fail(CODE.RESOURCE_EXHAUSTED, "TOO_MANY_WATCHERS", retry_after=timedelta(milliseconds=1))
    )
    assert (await client.wait("o-1")).last_sequence == 5


async def test_waiting_ends_at_quarantine_which_no_event_tells_of(scripted: Scripted, client: Client) -> None:
    aside = saga()
    aside.quarantine.reason = "an event can't be read"
    scripted.answer("GetSaga", RUNNING, service_pb2.GetSagaResponse(saga=aside))
    scripted.answer("WatchSaga", Fail(CODE.UNAVAILABLE))
    assert (await client.wait("o-1")).HasField("quarantine")


async def test_waiting_ends_at_stuck(scripted: Scripted, client: Client) -> None:
    stuck = service_pb2.GetSagaResponse(saga=saga("STUCK", 3))
    scripted.answer("GetSaga", RUNNING, stuck)
    scripted.answer("WatchSaga", [event(2), event(3, "STUCK")])
    assert (await client.wait("o-1")).last_sequence == 3


async def test_waiting_has_a_limit(scripted: Scripted, client: Client) -> None:
    scripted.answer("GetSaga", RUNNING)
    scripted.answer("WatchSaga", [Hang()])
    assert (await client.wait("o-1", timedelta(milliseconds=50))).last_sequence == 1


async def test_a_start_that_waits_goes_on_by_watching(scripted: Scripted, client: Client) -> None:
    scripted.answer("StartSaga", STARTED)
    scripted.answer("GetSaga", RUNNING, COMPLETED)
    scripted.answer("WatchSaga", [event(5, "COMPLETED")])
    handle = await client.start("place_order", wait=timedelta(minutes=5))
    assert handle.saga.last_sequence == 5
    (request,) = scripted.asked(service_pb2.StartSagaRequest)
    assert timedelta(0) < request.wait_timeout.ToTimedelta() <= timedelta(minutes=1)


async def test_a_cancel_whose_answer_was_lost_is_a_cancel(scripted: Scripted, client: Client) -> None:
    gone = service_pb2.GetSagaResponse(saga=saga("COMPENSATED", 9, cancel_requested=True))
    refused = Fail(CODE.FAILED_PRECONDITION, "SAGA_NOT_CANCELLABLE")
    scripted.answer("CancelSaga", Fail(CODE.UNAVAILABLE), refused)
    scripted.answer("GetSaga", gone, COMPLETED)
    assert (await client.cancel("o-1")).last_sequence == 9
    scripted.answer("CancelSaga", refused, Fail(CODE.UNAVAILABLE), refused)
    with pytest.raises(FailedPrecondition):
        await client.cancel("o-1")


async def test_an_unregistration_whose_answer_was_lost_is_one(scripted: Scripted, client: Client) -> None:
    missing = Fail(CODE.NOT_FOUND, "PARTICIPANT_NOT_FOUND")
    scripted.answer("UnregisterParticipant", Fail(CODE.UNAVAILABLE), missing)
    await client.participants.unregister("payment")
    with pytest.raises(NotFound):
        await client.participants.unregister("payment")


async def test_lists_fetch_a_page_when_the_one_before_is_used_up(scripted: Scripted, client: Client) -> None:
    pages = [
        service_pb2.ListSagasResponse(sagas=[saga(last_sequence=1), saga(last_sequence=2)], next_page_token="t1"),
        service_pb2.ListSagasResponse(sagas=[], next_page_token="t2"),
        service_pb2.ListSagasResponse(sagas=[saga(last_sequence=3)]),
    ]
    scripted.answer("ListSagas", pages[0], Fail(CODE.UNAVAILABLE), *pages[1:])
    listing = client.list(states=["RUNNING"], page_size=2)
    assert (await anext(listing)).last_sequence == 1
    assert len(scripted.requests) == 1
    assert [item.last_sequence async for item in listing] == [2, 3]
    assert [request.page_token for request in scripted.requests] == ["", "t1", "t1", "t2"]
    assert all(request.page_size == 2 and len(request.states) == 1 for request in scripted.requests)


async def test_registry_requests_carry_the_namespace(scripted: Scripted) -> None:
    scripted.answer("RegisterParticipant", registry_pb2.RegisterParticipantResponse(created=True))
    async with Client(scripted.address, namespace="shop") as client:
        await client.participants.register("payment", "127.0.0.1:1", max_concurrent_calls=3)
    (request,) = scripted.requests
    assert request.participant.namespace == "shop"
    assert request.participant.max_concurrent_calls == 3


async def test_a_cancelled_task_is_cancelled_and_not_repeated(scripted: Scripted, client: Client) -> None:
    scripted.answer("GetSaga", Hang())
    call = asyncio.create_task(client.get("o-1"))
    async with asyncio.timeout(5):
        while not scripted.requests:
            await asyncio.sleep(0.005)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await client.get("o-1")
