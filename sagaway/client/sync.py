"""The blocking face of the client: the same methods, names and errors, without `await`.

There is no second implementation. One background thread runs an event loop with the asynchronous client in it; every
method here is made from the asynchronous one by `_blocking` (or `_iterating`), which hands the call to that loop and
waits. Signatures and docstrings are therefore the asynchronous ones, for people, editors and type checkers alike.

Any number of threads may use one client at once. Not after a fork: make the client in the process that uses it.
"""

from __future__ import annotations

import asyncio
import functools
import threading
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Concatenate, Generic, ParamSpec, Self, TypeVar

from sagaway.client.admin import Definitions, Participants
from sagaway.client.client import DEFAULT_ADDRESS, DEFAULT_NAMESPACE, Client
from sagaway.client.errors import SagawayError
from sagaway.client.handle import SagaHandle
from sagaway.client.operations import Operations
from sagaway.client.transport import Retries
from sagaway.security import ClientTls
from sagaway.v1 import saga_pb2

P = ParamSpec("P")
A = TypeVar("A")
R = TypeVar("R")


class _Loop:
    """An event loop in a thread of its own."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="sagaway-client", daemon=True)
        self._thread.start()

    @property
    def closed(self) -> bool:
        """Whether it was closed."""
        return self._loop.is_closed()

    def run(self, coroutine: Coroutine[Any, Any, R]) -> R:
        """Run a coroutine in the loop and return its result; an interrupt of the waiting thread cancels it."""
        if self.closed:
            coroutine.close()
            raise SagawayError("the client is closed; make a new one")
        future = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise

    def close(self) -> None:
        """Stop the thread and close the loop. Idempotent."""
        if self.closed:
            return
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()


class _Face(Generic[A]):
    """A blocking face of an asynchronous object."""

    def __init__(self, loop: _Loop, inner: A) -> None:
        self._loop = loop
        self._inner = inner


def _blocking(method: Callable[Concatenate[A, P], Awaitable[R]]) -> Callable[Concatenate[_Face[A], P], R]:
    """Make a blocking method of an asynchronous one."""

    @functools.wraps(method)
    def call(self: _Face[A], /, *args: P.args, **kwargs: P.kwargs) -> R:
        async def run() -> R:
            return await method(self._inner, *args, **kwargs)

        return self._loop.run(run())

    return call


def _iterating(
    method: Callable[Concatenate[A, P], AsyncGenerator[R, None]],
) -> Callable[Concatenate[_Face[A], P], Iterator[R]]:
    """Make a method that returns an iterator of one that returns an asynchronous one."""

    @functools.wraps(method)
    def call(self: _Face[A], /, *args: P.args, **kwargs: P.kwargs) -> Iterator[R]:
        async def begin() -> AsyncGenerator[R, None]:
            return method(self._inner, *args, **kwargs)  # in the loop, because it may open the channel

        return _iterate(self._loop, begin)

    return call


def _iterate(loop: _Loop, begin: Callable[[], Coroutine[Any, Any, AsyncGenerator[R, None]]]) -> Iterator[R]:
    source = loop.run(begin())

    async def step() -> tuple[R] | None:
        # StopAsyncIteration can't leave a coroutine; an end is None, an item comes wrapped.
        try:
            return (await anext(source),)
        except StopAsyncIteration:
            return None

    try:
        while (item := loop.run(step())) is not None:
            yield item[0]
    finally:
        if not loop.closed:  # closing the client has closed the source
            loop.run(source.aclose())


class SyncDefinitions(_Face[Definitions]):
    """The saga definitions of one namespace, blocking; see `Definitions`."""

    register = _blocking(Definitions.register)
    validate = _blocking(Definitions.validate)
    get = _blocking(Definitions.get)
    list = _iterating(Definitions.list)
    deprecate = _blocking(Definitions.deprecate)
    pause = _blocking(Definitions.pause)
    resume = _blocking(Definitions.resume)


class SyncOperations(_Face[Operations]):
    """A person's hands on the sagas of one namespace, blocking; see `Operations`."""

    pause = _blocking(Operations.pause)
    resume = _blocking(Operations.resume)
    abandon = _blocking(Operations.abandon)
    retry = _blocking(Operations.retry)
    run_anew = _blocking(Operations.run_anew)
    skip = _blocking(Operations.skip)
    restart = _blocking(Operations.restart)
    resolve_completed = _blocking(Operations.resolve_completed)
    resolve_compensated = _blocking(Operations.resolve_compensated)
    overview = _blocking(Operations.overview)
    end_restore = _blocking(Operations.end_restore)
    dead_letters = _iterating(Operations.dead_letters)
    purge = _iterating(Operations.purge)


class SyncParticipants(_Face[Participants]):
    """The participants of one namespace, blocking; see `Participants`."""

    register = _blocking(Participants.register)
    update = _blocking(Participants.update)
    get = _blocking(Participants.get)
    list = _iterating(Participants.list)
    unregister = _blocking(Participants.unregister)
    pause = _blocking(Participants.pause)
    resume = _blocking(Participants.resume)


class SyncSagaHandle(_Face[SagaHandle]):
    """A saga with the client to ask about it, blocking; see `SagaHandle`."""

    refresh = _blocking(SagaHandle.refresh)
    wait = _blocking(SagaHandle.wait)
    cancel = _blocking(SagaHandle.cancel)
    events = _iterating(SagaHandle.events)
    watch = _iterating(SagaHandle.watch)

    @property
    def saga(self) -> saga_pb2.Saga:
        """The saga as it stood when last read by this handle."""
        return self._inner.saga

    @property
    def created(self) -> bool:
        """False if an earlier call had started it."""
        return self._inner.created

    @property
    def saga_id(self) -> str:
        """The saga's id."""
        return self._inner.saga_id

    @property
    def output(self) -> Any:
        """The output of the COMPLETED saga; see `SagaHandle.output`."""
        return self._inner.output


def _starting(
    method: Callable[Concatenate[Client, P], Awaitable[SagaHandle]],
) -> Callable[Concatenate[SyncClient, P], SyncSagaHandle]:
    """Make a blocking method that returns a blocking handle."""
    blocking = _blocking(method)

    @functools.wraps(method)
    def call(self: SyncClient, /, *args: P.args, **kwargs: P.kwargs) -> SyncSagaHandle:
        return SyncSagaHandle(self._loop, blocking(self, *args, **kwargs))

    return call


class SyncClient(_Face[Client]):
    """The blocking client: `Client`, method by method. Use it as `with SyncClient(...) as client:`.

    Args:
        address: the orchestrator's gRPC target.
        namespace: whose sagas, definitions and participants.
        retries: how calls are repeated while the orchestrator can't be reached.
        tls: whom to believe, and what to show; None: plain text.
        token: the bearer token that says who calls; never sent in plain text beyond this machine.
        token_file: a file with the token, in its place; read anew when it changes.

    Attributes:
        definitions: registers and shows saga definitions.
        operations: a person's hands: dead letters, pause, resume, retry, resolve, abandon.
        participants: registers and shows participants.
    """

    def __init__(
        self,
        address: str = DEFAULT_ADDRESS,
        *,
        namespace: str = DEFAULT_NAMESPACE,
        retries: Retries | None = None,
        tls: ClientTls | None = None,
        token: str = "",
        token_file: Path | str | None = None,
    ) -> None:
        client = Client(address, namespace=namespace, retries=retries, tls=tls, token=token, token_file=token_file)
        super().__init__(_Loop(), client)
        self.operations = SyncOperations(self._loop, client.operations)
        self.definitions = SyncDefinitions(self._loop, client.definitions)
        self.participants = SyncParticipants(self._loop, client.participants)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection and end the background thread. Idempotent."""
        if not self._loop.closed:
            self._loop.run(self._inner.close())
            self._loop.close()

    start = _starting(Client.start)
    get = _blocking(Client.get)
    wait = _blocking(Client.wait)
    list = _iterating(Client.list)
    events = _iterating(Client.events)
    watch = _iterating(Client.watch)
    cancel = _blocking(Client.cancel)
    complete_step = _blocking(Client.complete_step)
    is_serving = _blocking(Client.is_serving)
