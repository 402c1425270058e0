"""A channel in place of gRPC's: what the production caller holds, and the streams of ExecuteBatch."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import Any, cast

import grpc
from google.protobuf.message import DecodeError
from grpc.aio import AioRpcError

from sagaway.v1 import participant_service_pb2 as contract
from tests.simulation.faults import Fault
from tests.simulation.loop import Process, current_process
from tests.simulation.network import CODES, EXECUTE, Host, Network, Sent, proxy_metadata, rpc_error

DETAILS = "grpc-status-details-bin"


def connect(network: Network, address: str, options: object = None) -> Channel:
    """Open a channel for the process that asks; takes the place of `grpc.aio.insecure_channel`."""
    return Channel(network, network.host(address), current_process())


class Channel:
    def __init__(self, network: Network, host: Host, process: Process) -> None:
        self._network = network
        self._host = host
        self._process = process

    def unary_unary(self, path: str, serializer: object, deserializer: object) -> Callable[..., Awaitable[bytes]]:
        return partial(self._call, path)

    def unary_stream(self, path: str, serializer: object, deserializer: object) -> Callable[..., BatchCall]:
        return self._batch

    async def close(self, grace: float | None = None) -> None:
        """Nothing is held open."""

    def _batch(self, body: bytes, *, timeout: float, metadata: object = None) -> BatchCall:
        return BatchCall(self._network, self._host, self._process, body, timeout)

    async def _call(self, path: str, body: bytes, *, timeout: float, metadata: object = None) -> bytes:
        sent = self._network.send(self._host, self._process, path, body, timeout)
        try:
            return await sent.answer
        except asyncio.CancelledError:
            self._network.cancelled(sent)
            raise


class BatchCall:
    """An ExecuteBatch: each member travels by itself, like an Execute, and the stream may break.

    A participant may not keep its members' time, so that only the caller does.
    """

    def __init__(self, network: Network, host: Host, process: Process, body: bytes, patience: float) -> None:
        self._network = network
        keeps_time = network.chance.random() < 0.5
        self._sent: dict[int, Sent] = {}
        self._news = asyncio.Event()
        self._cancelled = False
        for index, member in enumerate(contract.ExecuteBatchRequest.FromString(body).members):
            time = member.timeout.ToMicroseconds() / 1_000_000 if keeps_time else patience
            self._sent[index] = sent = network.send(host, process, EXECUTE, member.request.SerializeToString(), time)
            sent.answer.add_done_callback(self._answered)

    async def read(self) -> Any:
        """Return the next message of answers, or EOF."""
        while not self._cancelled:
            if (message := self._broken()) is not None:
                return message
            ready = [index for index, sent in self._sent.items() if sent.answer.done()]
            results = [result for index in ready for result in self._result(index, self._sent.pop(index))]
            if results:
                return contract.ExecuteBatchResponse(results=results).SerializeToString()
            if not self._sent:
                return grpc.aio.EOF  # type: ignore[attr-defined]
            self._news.clear()
            try:
                await self._news.wait()
            except asyncio.CancelledError:
                self.cancel()
                raise
        raise asyncio.CancelledError

    def cancel(self) -> None:
        """The caller leaves."""
        self._cancelled = True
        self._leave()
        self._news.set()

    def _answered(self, _answer: asyncio.Future[bytes]) -> None:
        self._news.set()

    def _leave(self) -> None:
        for sent in self._sent.values():
            if not sent.answer.done():
                self._network.cancelled(sent)
                sent.answer.cancel()
        self._sent.clear()

    def _broken(self) -> bytes | None:
        """Break the stream, or return a message that makes no sense; None: neither."""
        network = self._network
        if not network.plan.strikes(Fault.BROKEN_BATCH, 5.0):
            return None
        kind = network.chance.random()
        if kind < 0.3:
            result = contract.ExecuteBatchResult(index=network.chance.choice((-1, 99)))
            return network.chance.choice(
                (b"\xff\xff\xff\xff", contract.ExecuteBatchResponse(results=[result]).SerializeToString())
            )
        self._leave()
        if kind < 0.5:
            return None  # it ends well
        raise rpc_error(network.chance.choice(CODES), "a proxy's word", proxy_metadata(network.chance.random()))

    def _result(self, index: int, sent: Sent) -> list[contract.ExecuteBatchResult]:
        error = sent.answer.exception()
        if isinstance(error, AioRpcError):
            details = dict(cast("Iterable[tuple[str, bytes]]", error.trailing_metadata() or ())).get(DETAILS, b"")
            status = contract.CallError.FromString(details)
            status.code, status.message = error.code().value[0], error.details() or ""
            return [contract.ExecuteBatchResult(index=index, error=status)]
        try:
            response = contract.ExecuteResponse.FromString(sent.answer.result())
        except DecodeError:
            return []  # such an answer can't be put into a message
        return [contract.ExecuteBatchResult(index=index, response=response)] * self._network.chance.choice((1, 1, 2))
