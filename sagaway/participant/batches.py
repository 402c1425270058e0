"""ExecuteBatch for any Python servicer: each member is given to the servicer's own Execute.

    class Inventory(ParticipantServiceServicer):
        def __init__(self) -> None:
            self._batches = ExecuteBatches(self.Execute)

        async def Execute(self, request, context): ...

        async def ExecuteBatch(self, request, context):
            await self._batches.answer(request, context)

and `execute_batch_limit=EXECUTE_BATCH_LIMIT` in the answer to DescribeActions. A `Participant` of this package has it.

Rules. A member is one Execute and nothing else: there is no second way of doing it. It runs in a task of its own with a
context of its own, so that what one does (abort, raise, take its time) is its own affair. An answer leaves as soon as
the one before it has left; what is ready meanwhile leaves with it. Whoever cancels the call cancels its members.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, NoReturn

import grpc
from google.protobuf import duration_pb2
from google.protobuf.message import DecodeError

from sagaway.participant.errors import STATUS_DETAILS, Refusal, field_invalid
from sagaway.v1 import participant_service_pb2 as contract

log = logging.getLogger("sagaway.participant")

EXECUTE_BATCH_LIMIT = 128
"""The most members of one call."""

MAX_MEMBERS_AT_ONCE = 1000
"""Members under way, over all calls; more are answered RESOURCE_EXHAUSTED."""

MAX_ANSWER_BYTES = 3 << 20
"""One message of answers: gRPC's clients take 4 MiB unless told otherwise."""

MAX_MESSAGE_BYTES = 2 << 10
"""An error's sentence."""

_TRACEPARENT = "traceparent"

Context = grpc.aio.ServicerContext[Any, Any]
Execute = Callable[[contract.ExecuteRequest, Any], Awaitable[contract.ExecuteResponse | bytes]]
"""A servicer's Execute. It may also answer the bytes of an ExecuteResponse."""


class ExecuteBatches:
    """Answers ExecuteBatch by a servicer's own Execute.

    Args:
        execute: it.
        limit: members of one call, as DescribeActions says.
        at_once: members under way, over all calls.
    """

    def __init__(
        self, execute: Execute, *, limit: int = EXECUTE_BATCH_LIMIT, at_once: int = MAX_MEMBERS_AT_ONCE
    ) -> None:
        self._execute = execute
        self._limit = limit
        self._at_once = at_once
        # The loop knows its tasks only weakly; those of a call that was cancelled have nobody else.
        self._running: set[asyncio.Task[None]] = set()

    async def answer(self, request: contract.ExecuteBatchRequest, context: Context) -> None:
        """Do what an ExecuteBatch asks for, and write the answers to its stream; see the contract."""
        if len(request.members) > self._limit:
            fault = f"there are {len(request.members)}, the limit is {self._limit} (DescribeActions says it)"
            refusal = field_invalid("members", fault)
            trailing = ((STATUS_DETAILS, refusal.status().SerializeToString()),)
            await context.abort(refusal.code, refusal.message, trailing)
        answers = _Answers(len(request.members))
        tasks = [self._start(index, member, context, answers) for index, member in enumerate(request.members)]
        try:
            while results := await answers.ready():
                await context.write(contract.ExecuteBatchResponse(results=results))
        finally:
            if answers.left:
                for task in tasks:
                    task.cancel()

    def _start(
        self, index: int, member: contract.ExecuteBatchMember, context: Context, answers: "_Answers"
    ) -> asyncio.Task[None]:
        admitted = len(self._running) < self._at_once
        task = asyncio.get_running_loop().create_task(self._member(index, member, context, answers, admitted))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def _member(
        self,
        index: int,
        member: contract.ExecuteBatchMember,
        context: Context,
        answers: "_Answers",
        admitted: bool,
    ) -> None:
        own = MemberContext(context, member.traceparent)
        try:
            if not admitted:
                await own.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, f"{self._at_once} operations are under way here")
            async with asyncio.timeout(_seconds(member, context)) as limit:
                own.deadline = limit.when()
                reply = await self._execute(member.request, own)
            result = _result(index, reply, own)
            if result.ByteSize() > MAX_ANSWER_BYTES:
                await own.abort(
                    grpc.StatusCode.RESOURCE_EXHAUSTED, f"the answer has more than {MAX_ANSWER_BYTES} bytes"
                )
        except Exception as error:
            result = contract.ExecuteBatchResult(index=index, error=_error(error, own))
        answers.add(result)


class MemberContext(grpc.aio.ServicerContext[Any, Any]):
    """The context that a member's Execute is given: the call's, but how it ends is the member's own.

    Attributes:
        deadline: the event loop's time at which the member is cancelled; None: when the call is.
    """

    def __init__(self, call: Context, traceparent: str) -> None:
        self._call = call
        self._traceparent = traceparent
        self._code: grpc.StatusCode = grpc.StatusCode.OK
        self._details = ""
        self._trailing: Any = ()
        self.deadline: float | None = None

    async def abort(self, code: grpc.StatusCode, details: str = "", trailing_metadata: Any = ()) -> NoReturn:
        """End the member with a code. Of the trailing metadata the rich status is sent, as details."""
        self._code, self._details = code, details
        if trailing_metadata:
            self._trailing = trailing_metadata
        raise grpc.aio.AbortError("the member was ended")

    async def abort_with_status(self, status: Any) -> NoReturn:
        """End the member with a status; as `abort`."""
        await self.abort(status.code, status.details, status.trailing_metadata)

    def set_code(self, code: grpc.StatusCode) -> None:
        """Set the code that the member ends with."""
        self._code = code

    def set_details(self, details: str) -> None:
        """Set the text that goes with the code."""
        self._details = details

    def set_trailing_metadata(self, trailing_metadata: Any) -> None:
        """Set what an error is sent with: the rich status, as details."""
        self._trailing = trailing_metadata

    def code(self) -> grpc.StatusCode:
        """Return the code that the member ends with."""
        return self._code

    def details(self) -> str:
        """Return the text that goes with the code."""
        return self._details

    def trailing_metadata(self) -> Any:
        """Return what an error is sent with."""
        return self._trailing

    def invocation_metadata(self) -> Any:
        """Return the call's metadata, with the member's own trace context."""
        metadata = tuple(pair for pair in self._call.invocation_metadata() or () if pair[0] != _TRACEPARENT)
        return (*metadata, (_TRACEPARENT, self._traceparent)) if self._traceparent else metadata

    def time_remaining(self) -> float:
        """Return the seconds that are left for the member."""
        if self.deadline is None:
            return self._call.time_remaining()
        return max(0.0, self.deadline - asyncio.get_running_loop().time())

    def peer(self) -> str:
        """Return who called."""
        return self._call.peer()

    def peer_identities(self) -> Iterable[bytes] | None:
        """Return the caller's identities."""
        return self._call.peer_identities()

    def peer_identity_key(self) -> str | None:
        """Return which property has the caller's identities."""
        return self._call.peer_identity_key()

    def auth_context(self) -> Mapping[str, Iterable[bytes]]:
        """Return what is known of the caller."""
        return self._call.auth_context()

    def cancelled(self) -> bool:
        """Return whether the call was cancelled."""
        return self._call.cancelled()

    def done(self) -> bool:
        """Return whether the call is over."""
        return self._call.done()

    def add_done_callback(self, callback: Any) -> None:
        """Have a function called when the call is over."""
        self._call.add_done_callback(callback)

    def set_compression(self, compression: grpc.Compression) -> None:
        """Do nothing: answers of several members share a message."""

    def disable_next_message_compression(self) -> None:
        """Do nothing: answers of several members share a message."""

    async def send_initial_metadata(self, initial_metadata: Any) -> None:
        """Do nothing: the members share the call's."""

    async def read(self) -> Any:
        """Refuse: an Execute has one request."""
        raise TypeError("an Execute has one request, and its function was given it")

    async def write(self, message: Any) -> None:
        """Refuse: an Execute has one answer."""
        raise TypeError("an Execute has one answer: return it")


class _Answers:
    """What is ready and not written.

    Attributes:
        left: members without a written answer.
    """

    def __init__(self, count: int) -> None:
        self.left = count
        self._ready: list[contract.ExecuteBatchResult] = []
        self._wake = asyncio.Event()

    def add(self, result: contract.ExecuteBatchResult) -> None:
        self._ready.append(result)
        self._wake.set()

    async def ready(self) -> list[contract.ExecuteBatchResult]:
        """Return what is ready and fits into a message, at least one; nothing once all is written."""
        if not self.left:
            return []
        if not self._ready:
            self._wake.clear()
            await self._wake.wait()
        size = fitting = 0
        for result in self._ready:
            size += result.ByteSize()
            if fitting and size > MAX_ANSWER_BYTES:
                break
            fitting += 1
        results, self._ready = self._ready[:fitting], self._ready[fitting:]
        self.left -= len(results)
        return results


def _seconds(member: contract.ExecuteBatchMember, context: Context) -> float | None:
    """Return how long a member may take; None: as long as the call.

    Raises:
        Refusal: FIELD_INVALID.
    """
    if not member.HasField("timeout"):
        return None
    timeout: duration_pb2.Duration = member.timeout
    seconds: float = timeout.seconds + timeout.nanos / 1e9
    if seconds < 0:
        raise field_invalid("timeout", "it is negative; send what is left of the attempt's time")
    left = context.time_remaining()
    # The call's own deadline cancels everything anyway: most members need no timer of their own.
    return seconds if left is None or seconds < left else None


def _result(index: int, reply: contract.ExecuteResponse | bytes, own: MemberContext) -> contract.ExecuteBatchResult:
    if own.code() not in (grpc.StatusCode.OK, None):
        return contract.ExecuteBatchResult(index=index, error=_spelled(own))
    response = contract.ExecuteResponse.FromString(reply) if isinstance(reply, bytes) else reply
    return contract.ExecuteBatchResult(index=index, response=response)


def _error(error: Exception, own: MemberContext) -> contract.CallError:
    """Return how a member ended that raised."""
    if isinstance(error, grpc.aio.AbortError):
        return _spelled(own)
    if isinstance(error, Refusal):
        return contract.CallError.FromString(error.status().SerializeToString())
    if isinstance(error, TimeoutError) and own.deadline is not None and not own.time_remaining():
        return contract.CallError(code=grpc.StatusCode.DEADLINE_EXCEEDED.value[0], message="Deadline Exceeded")
    # As gRPC answers what a handler raises; the text stays here.
    log.error("Execute failed", exc_info=error)
    return contract.CallError(code=grpc.StatusCode.UNKNOWN.value[0], message=f"Unexpected {type(error).__name__}")


def _spelled(own: MemberContext) -> contract.CallError:
    """Return what a member said of its end by its context."""
    code = own.code()
    number = code.value[0] if isinstance(code, grpc.StatusCode) else int(code)
    error = contract.CallError()
    for key, value in own.trailing_metadata() or ():
        if key == STATUS_DETAILS:
            try:
                error = contract.CallError.FromString(value)
            except DecodeError:
                log.warning("an Execute ended with a broken %s", STATUS_DETAILS)
    if error.code != number:
        error.Clear()
    error.code = number or grpc.StatusCode.UNKNOWN.value[0]
    error.message = own.details().encode(errors="replace")[:MAX_MESSAGE_BYTES].decode(errors="ignore")
    return error
