"""The blocking face: the same client, from any thread, with nothing left behind."""

from __future__ import annotations

import asyncio
import inspect
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import grpc
import pytest

from sagaway.client import Client, NotFound, Retries, SagawayError, SyncClient
from sagaway.client.admin import Definitions, Participants
from sagaway.client.handle import SagaHandle
from sagaway.client.sync import SyncDefinitions, SyncParticipants, SyncSagaHandle
from sagaway.v1 import orchestrator_service_pb2 as service_pb2
from tests.client.scripted import Fail, Hang, Scripted, event, saga, serving

QUICK = Retries(patience=timedelta(seconds=5), initial_backoff=timedelta(milliseconds=5))


@pytest.mark.parametrize(
    ("face", "inner"),
    [
        (SyncClient, Client),
        (SyncSagaHandle, SagaHandle),
        (SyncDefinitions, Definitions),
        (SyncParticipants, Participants),
    ],
)
def test_the_face_has_every_method_of_the_client(face: type, inner: type) -> None:
    public = {name for name in vars(inner) if not name.startswith("_")}
    assert public <= {name for name in dir(face) if not name.startswith("_")}
    for name in public - {"close", "output", "saga_id"}:
        assert inspect.signature(getattr(face, name)) == inspect.signature(getattr(inner, name))
        assert getattr(face, name).__doc__ == getattr(inner, name).__doc__


async def test_a_saga_is_started_watched_and_listed_without_await() -> None:
    script = Scripted()
    script.answer(
        "StartSaga", Fail(grpc.StatusCode.UNAVAILABLE), service_pb2.StartSagaResponse(saga=saga(), created=True)
    )
    script.answer("WatchSaga", [event(1), event(2)], [event(1), event(2, "COMPLETED")])
    script.answer("GetSaga", service_pb2.GetSagaResponse(saga=saga("COMPLETED", 2, output={"json": "7"})))
    script.answer("ListSagas", service_pb2.ListSagasResponse(sagas=[saga(), saga()]))

    def use() -> None:
        with SyncClient(script.address, retries=QUICK) as client:
            handle = client.start("place_order", input={"n": 1}, labels={"k": "v"})
            first = handle.watch()
            assert next(first).sequence == 1
            first.close()  # type: ignore[attr-defined] # a generator, left in the middle
            assert [item.sequence for item in handle.watch()] == [1, 2]
            assert handle.wait().last_sequence == 2
            assert handle.output == 7
            assert len(list(client.list())) == 2
        with pytest.raises(SagawayError, match="closed"):
            client.get("o-1")
        client.close()

    async with serving(script):
        await asyncio.to_thread(use)
    assert not [thread for thread in threading.enumerate() if thread.name == "sagaway-client"]


async def test_errors_are_the_asynchronous_ones() -> None:
    script = Scripted()
    script.answer("GetSaga", Fail(grpc.StatusCode.NOT_FOUND, "SAGA_NOT_FOUND"))

    def use() -> None:
        with SyncClient(script.address, retries=QUICK) as client, pytest.raises(NotFound) as caught:
            client.get("o-1")
        assert caught.value.reason == "SAGA_NOT_FOUND"

    async with serving(script):
        await asyncio.to_thread(use)


async def test_many_threads_share_one_client() -> None:
    script = Scripted()
    script.answer("GetSaga", service_pb2.GetSagaResponse(saga=saga()))

    def use() -> None:
        with SyncClient(script.address, retries=QUICK) as client, ThreadPoolExecutor(8) as pool:
            assert len(list(pool.map(lambda _: client.get("o-1"), range(64)))) == 64

    async with serving(script):
        await asyncio.to_thread(use)
    assert len(script.requests) == 64


async def test_closing_ends_a_call_under_way() -> None:
    script = Scripted()
    script.answer("GetSaga", Hang())

    def use() -> None:
        client = SyncClient(script.address, retries=Retries(patience=timedelta(0)))
        with ThreadPoolExecutor(1) as pool:
            call = pool.submit(client.get, "o-1")
            while not script.requests:  # the call is on its way
                threading.Event().wait(0.005)
            client.close()
            with pytest.raises(SagawayError, match="closed while"):
                call.result(10)

    async with serving(script):
        await asyncio.to_thread(use)


async def test_a_list_may_be_the_first_thing_that_a_client_is_asked() -> None:
    """The channel is opened by the first call, and must be the loop's, not the asking thread's."""
    script = Scripted()
    script.answer("ListSagas", service_pb2.ListSagasResponse(sagas=[saga(), saga()]))

    def use() -> None:
        asyncio.set_event_loop(asyncio.new_event_loop())  # as a thread may have that used asyncio before
        with SyncClient(script.address, retries=QUICK) as client:
            assert len(list(client.list())) == 2
        asyncio.get_event_loop().close()

    async with serving(script):
        await asyncio.to_thread(use)
