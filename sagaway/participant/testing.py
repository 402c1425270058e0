"""Certify a participant: the barrier's cases, sent over real gRPC to a live address. For participants in any language.

    @pytest.mark.parametrize("case", CASES)
    async def test_the_barrier_holds(case):
        await certify(Subject(address, "reserve_inventory", {"sku": "SKU-1", "quantity": 1}, effects=count), case)

Each case sends what an orchestrator may send, in the orders a network may make of it, and compares three things: the
answers, their bytes, and how many effects stand. The first four cases are the barrier's heart.

The action must answer Completed to the input, and its compensation Compensated (not Pending). Nothing else may make
or undo effects meanwhile. The cases of what is optional (Seal) ask nothing of a participant that does not offer it.
"""

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from types import MappingProxyType

import grpc

from sagaway.participant.payload import Payload
from sagaway.participant.wire import Answer, Operation, connected, described, settled, step_context
from sagaway.v1 import participant_service_pb2 as contract

__all__ = [
    "CASES",
    "Answer",
    "BarrierBrokenError",
    "Operation",
    "Payload",
    "Subject",
    "certify",
    "connected",
    "settled",
    "step_context",
]

DUPLICATES = 8
"""How many deliveries of one message come at once."""


class BarrierBrokenError(AssertionError):
    """A participant broke a rule of the barrier; the text says what was expected and what came."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What to certify.

    Args:
        address: where the participant serves.
        action: one that can be compensated.
        input: JSON, or a Payload, or a function that is given the operation's saga id and returns either (for an
            action that would refuse the same input twice).
        effects: counts the effects of the action that stand now, in the participant's database; may be async.
        rejected_input: like `input`, but the action refuses it; None leaves that case out.
        credentials: TLS; None: plain text.
    """

    address: str
    action: str
    input: object = field(repr=False)
    effects: Callable[[], int | Awaitable[int]] = field(repr=False)
    rejected_input: object = field(default=None, repr=False)
    credentials: grpc.ChannelCredentials | None = field(default=None, repr=False)


async def certify(subject: Subject, case: str) -> None:
    """Run one case against a live participant.

    Args:
        subject: what to certify.
        case: a key of `CASES`.

    Raises:
        BarrierBrokenError: it broke the case's rule.
    """
    async with connected(subject.address, subject.credentials) as channel:
        examination = _Examination(subject, channel)
        await examination.begin()
        await CASES[case](examination)


class _Examination:
    """One case under way: makes operations and counts effects."""

    def __init__(self, subject: Subject, channel: grpc.aio.Channel) -> None:
        self.subject = subject
        self._channel = channel
        self._before = 0

    def operation(self, given: object) -> Operation:
        operation = Operation(self._channel, self.subject.action, given)
        if callable(given):
            operation.input = given(operation.context.saga_id)
        return operation

    async def seals(self) -> bool:
        """Whether the participant offers Seal."""
        return (await described(self._channel)).seals

    async def begin(self) -> None:
        self._before = await self._count()

    async def stand(self, effects: int, when: str) -> None:
        found = await self._count() - self._before
        if found != effects:
            raise BarrierBrokenError(f"{when}: {effects} effects must stand, found {found}")

    async def _count(self) -> int:
        counted = self.subject.effects()
        return await counted if inspect.isawaitable(counted) else counted


async def _duplicate(examination: _Examination) -> None:
    operation = examination.operation(examination.subject.input)
    first = _expect("completed", await settled(operation.execute), "Execute")
    for attempt in (2, 3):
        again = await settled(partial(operation.execute, attempt=attempt))
        _expect_same(first, again, "a repeated Execute")
    await examination.stand(1, "after three deliveries of one Execute")


async def _concurrent_duplicates(examination: _Examination) -> None:
    operation = examination.operation(examination.subject.input)
    burst = await asyncio.gather(*(operation.execute() for _ in range(DUPLICATES)))
    last = _expect("completed", await settled(operation.execute), "Execute")
    for answer in burst:
        if answer.is_final:
            _expect_same(last, answer, "one of several Executes at once")
    await examination.stand(1, f"after {DUPLICATES} deliveries of one Execute at once")


async def _compensate_first(examination: _Examination) -> None:
    operation = examination.operation(examination.subject.input)
    first = _expect("compensated", await settled(operation.compensate), "a Compensate that came before its Execute")
    _expect("FAILED_PRECONDITION", await settled(operation.execute), "an Execute after its Compensate")
    await examination.stand(0, "after a Compensate that came first")
    _expect_same(first, await settled(operation.compensate), "a repeated Compensate")
    await examination.stand(0, "after a repeated Compensate that came first")


async def _late_execute(examination: _Examination) -> None:
    operation = examination.operation(examination.subject.input)
    _expect("completed", await settled(operation.execute), "Execute")
    await examination.stand(1, "after Execute")
    first = _expect("compensated", await settled(operation.compensate), "Compensate")
    await examination.stand(0, "after Compensate")
    _expect("FAILED_PRECONDITION", await settled(operation.execute), "an Execute that is late")
    _expect_same(first, await settled(operation.compensate), "a repeated Compensate")
    await examination.stand(0, "after a late Execute and a second Compensate")


async def _compensate_beside_execute(examination: _Examination) -> None:
    operation = examination.operation(examination.subject.input)
    messages = [operation.execute, operation.compensate] * (DUPLICATES // 2)
    await asyncio.gather(*(message() for message in messages))
    _expect("compensated", await settled(operation.compensate), "a Compensate that came beside its Execute")
    _expect("FAILED_PRECONDITION", await settled(operation.execute), "an Execute after its Compensate")
    await examination.stand(0, "after Execute and Compensate at once")


async def _changed_request(examination: _Examination) -> None:
    operation = examination.operation(examination.subject.input)
    first = _expect("completed", await settled(operation.execute), "Execute")
    other = {"certify": "another input of the same operation"}
    _expect("INVALID_ARGUMENT", await settled(partial(operation.execute, other)), "an Execute with another input")
    _expect_same(first, await settled(operation.execute), "a repeated Execute")
    await examination.stand(1, "after an Execute with another input")
    _expect("compensated", await settled(operation.compensate), "Compensate")
    _expect("INVALID_ARGUMENT", await settled(partial(operation.compensate, other)), "a Compensate with another input")
    await examination.stand(0, "after a Compensate with another input")


async def _delivered_too_late(examination: _Examination) -> None:
    operation = examination.operation(examination.subject.input)
    past = datetime.now(UTC) - timedelta(hours=1)
    late = await settled(partial(operation.execute, not_after_time=past))
    _expect("FAILED_PRECONDITION", late, "an Execute after its not_after_time")
    await examination.stand(0, "after an Execute past its not_after_time")
    in_time = _expect("completed", await settled(operation.execute), "Execute")
    replayed = await settled(partial(operation.execute, not_after_time=past))
    _expect_same(in_time, replayed, "a stored reply, asked for after not_after_time")
    undone = await settled(partial(operation.compensate, not_after_time=past))
    _expect("compensated", undone, "a Compensate after not_after_time")
    await examination.stand(0, "after Compensate")


async def _row_missing(examination: _Examination) -> None:
    for outcome in (contract.EXECUTE_OUTCOME_COMPLETED, contract.EXECUTE_OUTCOME_PENDING):
        operation = examination.operation(examination.subject.input)
        answer = await settled(partial(operation.compensate, outcome=outcome))
        _expect("FAILED_PRECONDITION", answer, "a Compensate of an Execute that must be known here and is not")
        if answer.reason != "BARRIER_ROW_MISSING":
            raise BarrierBrokenError(f"the reason must be BARRIER_ROW_MISSING, got {answer.reason!r}")


async def _rejected(examination: _Examination) -> None:
    if examination.subject.rejected_input is None:
        return
    operation = examination.operation(examination.subject.rejected_input)
    first = _expect("rejected", await settled(operation.execute), "an Execute that is refused")
    _expect_same(first, await settled(operation.execute), "a repeated Execute that was refused")
    await examination.stand(0, "after a refusal")
    _expect("compensated", await settled(operation.compensate), "a Compensate after a refusal")
    await examination.stand(0, "after a refusal was compensated")


async def _sealed_first(examination: _Examination) -> None:
    if not await examination.seals():
        return
    operation = examination.operation(examination.subject.input)
    first = _expect_found("NOTHING", await settled(operation.seal), "a Seal that came before its Execute")
    _expect("FAILED_PRECONDITION", await settled(operation.execute), "an Execute after a Seal")
    _expect_same(first, await settled(operation.seal), "a repeated Seal")
    _expect("compensated", await settled(operation.compensate), "a Compensate after a Seal")
    await examination.stand(0, "after a Seal that came first")


async def _sealed_after(examination: _Examination) -> None:
    if not await examination.seals():
        return
    operation = examination.operation(examination.subject.input)
    _expect("completed", await settled(operation.execute), "Execute")
    first = _expect_found("COMPLETED", await settled(operation.seal), "a Seal after its Execute")
    await examination.stand(1, "after a Seal, which undoes nothing")
    _expect("FAILED_PRECONDITION", await settled(operation.execute), "an Execute after a Seal")
    _expect("compensated", await settled(operation.compensate), "a Compensate after a Seal")
    await examination.stand(1, "after a Compensate of what is sealed: a person has settled it")
    _expect_same(first, await settled(operation.seal), "a repeated Seal")
    undone = examination.operation(examination.subject.input)
    _expect("completed", await settled(undone.execute), "Execute")
    _expect("compensated", await settled(undone.compensate), "Compensate")
    _expect_found("NOTHING", await settled(undone.seal), "a Seal after its Compensate")
    await examination.stand(1, "after another operation was compensated and sealed")


async def _seal_beside_execute(examination: _Examination) -> None:
    if not await examination.seals():
        return
    operation = examination.operation(examination.subject.input)
    await asyncio.gather(*(message() for message in [operation.execute, operation.seal] * (DUPLICATES // 2)))
    sealed = _expect("sealed", await settled(operation.seal), "a Seal that came beside its Execute")
    _expect("FAILED_PRECONDITION", await settled(operation.execute), "an Execute after a Seal")
    await examination.stand(sealed.found == "COMPLETED", f"after a Seal that found {sealed.found}")


CASES: Mapping[str, Callable[[_Examination], Awaitable[None]]] = MappingProxyType(
    {
        "duplicate": _duplicate,
        "concurrent_duplicates": _concurrent_duplicates,
        "compensate_first": _compensate_first,
        "late_execute": _late_execute,
        "compensate_beside_execute": _compensate_beside_execute,
        "changed_request": _changed_request,
        "delivered_too_late": _delivered_too_late,
        "row_missing": _row_missing,
        "rejected": _rejected,
        "sealed_first": _sealed_first,
        "sealed_after": _sealed_after,
        "seal_beside_execute": _seal_beside_execute,
    }
)
"""Every case by name."""


def _expect(outcome: str, answer: Answer, what: str) -> Answer:
    if answer.outcome != outcome:
        reason = f" ({answer.reason}: {answer.details})" if answer.code is not grpc.StatusCode.OK else ""
        raise BarrierBrokenError(f"{what} must answer {outcome}, got {answer.outcome}{reason}")
    return answer


def _expect_found(found: str, answer: Answer, what: str) -> Answer:
    if _expect("sealed", answer, what).found != found:
        raise BarrierBrokenError(f"{what} must find {found}, found {answer.found}")
    return answer


def _expect_same(first: Answer, again: Answer, what: str) -> None:
    _expect(first.outcome, again, what)
    if first.reply != again.reply:
        raise BarrierBrokenError(f"{what} must answer the stored first reply byte for byte, got other bytes")
