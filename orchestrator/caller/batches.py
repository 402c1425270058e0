"""Executes to one address that become ready together leave together, in one ExecuteBatch.

After a group commit many sagas call the same participant in the same tick of the event loop, and what a call costs is
mostly the RPC. So an Execute waits for the end of its tick: if others came, they share a call, else it is sent by
itself, as plain Execute. Nothing waits for company, and there is no timer.

Rules.
- A member is one attempt and stands alone. It has its own deadline here, whatever the participant makes of the one it
  is sent with; cancelling it takes it out, and once nobody wants an answer any more the call is cancelled.
- What the call as a whole ends with is the end of every member that has no answer yet, and says nothing of what became
  of it: where the same code would be the last word on an Execute, members get UNKNOWN. If the call ends well without an
  answer, that is UNKNOWN too.
- What makes no sense (a place out of range, a second answer, a message that can't be read) is of no account.
- A participant that does not take the call after all (UNIMPLEMENTED) is sent plain Executes, at once and until its
  channel is renewed, which happens when it is described anew. Whether the call had an effect nobody can say (a proxy
  may have brought it to two replicas, an old one and a new one), so a refusal of that Execute is not the last word.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import grpc
import structlog
from google.protobuf.message import DecodeError

from orchestrator.caller.answers import execute_answer, read_call_error, read_error
from orchestrator.core.model import Failure
from orchestrator.core.outcome import CLASSES, UNWANTED, ExecuteAnswer, Failed, FailureClass
from orchestrator.core.retry import SECOND
from sagaway.v1 import participant_service_pb2 as v1

if TYPE_CHECKING:
    from orchestrator.caller.channels import Line

MAX_MEMBERS = 256
"""The most members of one call, whatever the participant would take."""

MAX_BYTES = 2 << 20
"""The largest call: half of what gRPC's servers take unless told otherwise. A larger member goes by itself."""

_LAST_WORD = 1.0
"""Seconds that a call may take to end once all its members have answers."""

_EOF = grpc.aio.EOF  # type: ignore[attr-defined] # the stubs lack it
_DEADLINE = Failed(Failure("DEADLINE_EXCEEDED", "", "Deadline Exceeded"))
_CLOSED = Failed(Failure("CANCELLED", "", "the channel was closed while the call was under way"))
_UNANSWERED = Failed(Failure("UNKNOWN", "", "the participant ended its ExecuteBatch without an answer for this step"))

_logger = structlog.get_logger(__name__)


@dataclass(slots=True, eq=False)
class _Member:
    """One attempt.

    Attributes:
        request: what it asks for.
        limit: the most members of a call that its participant takes.
        deadline: the event loop's time at which its attempt is over.
        timeout: how long that was from the start, microseconds.
        traceparent: W3C trace context, or empty.
        wanted: False once its saga has no use for it any more.
        answer: its end; None: it is to be sent by itself.
        batch: the call it is in.
    """

    request: v1.ExecuteRequest
    limit: int
    deadline: float
    timeout: int
    traceparent: str
    wanted: Callable[[], bool]
    answer: asyncio.Future[ExecuteAnswer | None]
    batch: _Batch | None = None


class Alone(NamedTuple):
    """An Execute is to be sent by itself.

    Attributes:
        timeout: what is left of the attempt's time, microseconds.
        doubtful: True if it may have been done by a call already.
    """

    timeout: int
    doubtful: bool


class Batches:
    """The Executes to one address.

    Attributes:
        refused: True once the participant has said that it takes no batches.
    """

    __slots__ = ("_line", "_loop", "_running", "_waiting", "refused")

    def __init__(self, line: Line) -> None:
        """Make it; needs a running event loop.

        Args:
            line: the channel to the address.
        """
        self._line = line
        self._loop = asyncio.get_running_loop()
        self._waiting: list[_Member] = []
        self._running: set[asyncio.Task[None]] = set()
        self.refused = False

    async def execute(
        self,
        request: v1.ExecuteRequest,
        limit: int,
        timeout: int,  # noqa: ASYNC109 - kept for all members of a call together
        traceparent: str,
        wanted: Callable[[], bool],
    ) -> ExecuteAnswer | Alone:
        """Send an Execute together with others, if there are any.

        Cancelling it takes it out of its call.

        Args:
            request: what it asks for.
            limit: the most members of a call that the participant takes, from 2.
            timeout: the attempt's deadline from now, microseconds.
            traceparent: W3C trace context, or empty.
            wanted: False once its saga has no use for it any more; asked when the call leaves.

        Returns:
            Its answer, or that it is to be sent by itself.
        """
        loop = self._loop
        deadline = loop.time() + timeout / SECOND
        member = _Member(request, limit, deadline, timeout, traceparent, wanted, loop.create_future())
        self._waiting.append(member)
        if len(self._waiting) == 1:
            loop.call_soon(self._depart)
        try:
            answer = await member.answer
        except asyncio.CancelledError:
            if member.batch is not None and member.answer.cancelled():
                member.batch.give_up()
            raise
        if answer is not None:
            return answer
        if member.batch is None:
            return Alone(timeout, doubtful=False)
        return Alone(max(0, round((member.deadline - loop.time()) * SECOND)), doubtful=True)

    def _depart(self) -> None:
        """Send what waits."""
        members = [member for member in self._waiting if not member.answer.done()]
        self._waiting.clear()
        if len(members) == 1 or self.refused:
            for member in members:
                member.answer.set_result(None)
            return
        for load in _loads(members):
            if len(load.members) == 1:
                load.members[0].answer.set_result(None)
            else:
                task = self._loop.create_task(_Batch(self, self._line, load).run())
                self._running.add(task)
                task.add_done_callback(self._running.discard)


@dataclass(slots=True)
class _Load:
    """What goes into one call."""

    members: list[_Member] = field(default_factory=list)
    parts: list[bytes] = field(default_factory=list)
    size: int = 0
    limit: int = MAX_MEMBERS

    def takes(self, member: _Member, size: int) -> bool:
        return len(self.members) < min(self.limit, member.limit) and self.size + size <= MAX_BYTES

    def add(self, member: _Member, part: bytes) -> None:
        self.members.append(member)
        self.parts.append(part)
        self.size += len(part)
        self.limit = min(self.limit, member.limit)


def _loads(members: Sequence[_Member]) -> Iterator[_Load]:
    """Part what waits into calls, by number and by size."""
    load = _Load()
    for member in members:
        part = _part(member)
        if load.members and not load.takes(member, len(part)):
            yield load
            load = _Load()
        load.add(member, part)
    if load.members:
        yield load


def _part(member: _Member) -> bytes:
    """Return a batch of one: messages of protobuf that follow each other are read as one that has the fields of all."""
    # Filled in place, for what is made apart and put in is copied.
    only = v1.ExecuteBatchRequest()
    wrapped = only.members.add(traceparent=member.traceparent)
    wrapped.request.CopyFrom(member.request)
    wrapped.timeout.seconds, rest = divmod(member.timeout, SECOND)
    wrapped.timeout.nanos = rest * 1_000
    return only.SerializeToString()


class _Batch:
    """One call, from its start to the answer of its last member."""

    __slots__ = ("_answered", "_batches", "_call", "_left", "_line", "_load", "_loop", "_timer")

    def __init__(self, batches: Batches, line: Line, load: _Load) -> None:
        self._batches = batches
        self._line = line
        self._load = load
        self._loop = asyncio.get_running_loop()
        self._left = len(load.members)
        self._answered = False
        self._call: Any = None
        self._timer: asyncio.TimerHandle | None = None
        for member in load.members:
            member.batch = self

    async def run(self) -> None:
        """Make the call. Every member has an end after it."""
        answer: ExecuteAnswer | None = _UNANSWERED
        try:
            with self._line:
                await self._exchange()
        except grpc.aio.AioRpcError as error:
            answer = self._end(error)
        except asyncio.CancelledError:
            answer = _CLOSED
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
        except Exception as error:  # The engine relies on it: whatever breaks here is these attempts' failure only.
            _logger.exception("a call could not be made", members=len(self._load.members))
            answer = Failed(Failure("INTERNAL", "CALLER_FAULT", f"the call could not be made: {type(error).__name__}"))
        finally:
            if self._timer is not None:
                self._timer.cancel()
            for member in self._load.members:
                if not member.answer.done():
                    member.answer.set_result(answer)
            self._load.members.clear()  # a member knows its call, and is not to be garbage that must be searched for

    def give_up(self) -> None:
        """Say that one more member has its end, and none from the participant."""
        self._left -= 1
        if self._left == 0 and self._call is not None:
            self._call.cancel()

    def _leave_out_unwanted(self) -> None:
        load = self._load
        for member in load.members:
            if not member.answer.done() and not member.wanted():
                member.answer.set_result(UNWANTED)
                self._left -= 1
        if self._left < len(load.members):
            kept = [place for place, member in enumerate(load.members) if not member.answer.done()]
            load.members = [load.members[place] for place in kept]
            load.parts = [load.parts[place] for place in kept]

    async def _exchange(self) -> None:
        self._leave_out_unwanted()
        members = self._load.members
        if not self._left:
            return  # nobody wants it any more
        timeouts = {member.timeout for member in members}
        self._call = call = self._line.execute_batch(b"".join(self._load.parts), timeout=max(timeouts) / SECOND)
        self._load.parts.clear()
        if len(timeouts) > 1:  # else the call's own deadline is everybody's
            self._await_next_deadline()
        while (body := await call.read()) is not _EOF:
            self._take(body)

    def _take(self, body: bytes) -> None:
        try:
            results = v1.ExecuteBatchResponse.FromString(body).results
        except DecodeError:
            _logger.warning("a participant's ExecuteBatchResponse can't be read", bytes=len(body))
            return
        members, left = self._load.members, self._left
        for result in results:
            which = result.WhichOneof("answer")
            if which is None or not 0 <= result.index < len(members):
                continue
            self._answered = True
            future = members[result.index].answer
            if not future.done():
                self._left -= 1
                future.set_result(
                    execute_answer(result.response) if which == "response" else read_call_error(result.error)
                )
        if left and not self._left:
            # The participant has nothing to add, and gets a moment to end the call well.
            if self._timer is not None:
                self._timer.cancel()
            self._timer = self._loop.call_later(_LAST_WORD, self._call.cancel)

    def _end(self, error: grpc.aio.AioRpcError) -> ExecuteAnswer | None:
        """Return what a call that ended with a code means for members without an answer."""
        failed = read_error(error)
        code = failed.failure.code
        if code == "UNIMPLEMENTED" and not self._answered:
            _logger.info("a participant takes no ExecuteBatch any more", code=code)
            self._batches.refused = True
            return None
        if CLASSES.get(code) is FailureClass.PERMANENT:
            # It is about the call, such as its size. Going on with plain Executes, the next attempts will do better.
            self._batches.refused = True
            return Failed(
                Failure("UNKNOWN", "", f"ExecuteBatch as a whole ended with {code}: {failed.failure.message}")
            )
        return failed

    def _await_next_deadline(self) -> None:
        deadlines = [member.deadline for member in self._load.members if not member.answer.done()]
        self._timer = self._loop.call_at(min(deadlines), self._expire) if deadlines else None

    def _expire(self) -> None:
        now = self._loop.time()
        for member in self._load.members:
            if member.deadline <= now and not member.answer.done():
                member.answer.set_result(_DEADLINE)
                self.give_up()
        self._await_next_deadline()
