"""The carrier that brings the shop's parcels: somebody else, whose answers come later. Simulated, in shipping's process.

Shipping leaves an order with the carrier (a row of `carrier_order`) in the transaction of its own effect, so that an
order stands if and only if the parcel does. The carrier answers each order once, `delay` after it was placed. An answer
is told twice:

- In **one transaction** it is written here, shipping's own rows change, and the barrier learns the outcome of the
  operation (`Participant.complete` and its sisters). From then on it can't be lost: the orchestrator asks a Pending
  step again from time to time, and gets it.
- After that commit it is **reported** to the orchestrator by CompleteStep, so that nobody waits for the next question.
  A report may be lost or come too late; that does no harm, and it is tried again only for a few seconds.

Everything is in the table: kill the process at any point, and the next one goes on with what is there. The completion
token is a secret that lets its holder end the step. It is in the row for as long as a report may need it, and then
erased; no log line and no error text has it.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    Engine,
    Integer,
    MetaData,
    Row,
    String,
    Table,
    insert,
    select,
    update,
)

from participants.shop.common import now
from sagaway.client import Client, Outcome, Retries, SagawayError, StepCompensation, StepCompletion, StepRejection
from sagaway.client import payload_of as as_payload
from sagaway.participant import ParticipantError, StepContext
from sagaway.security import ClientTls

log = logging.getLogger("participants.shop.carrier")

PICK_UP, RECALL = "pick_up", "recall"
BATCH = 100
"""Orders that one round answers or reports."""
REPORT_PATIENCE = timedelta(seconds=3)
"""How long a report that does not come through is tried; then the orchestrator's next question must do."""
AFTER_A_FAULT = timedelta(seconds=1)

metadata = MetaData()
"""Shipping's tables are in it too: one database holds them all."""

carrier_order = Table(
    "carrier_order",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("kind", String, CheckConstraint("kind IN ('pick_up', 'recall')"), nullable=False),
    Column("parcel_id", String, nullable=False),
    Column("namespace", String, nullable=False),
    Column("saga_id", String, nullable=False),
    Column("step_id", String, nullable=False),
    Column("operation_key", String, nullable=False, index=True),
    Column("completion_token", String),  # until a report needs it no more
    Column("placed_time", String, nullable=False),
    Column("answered_time", String, index=True),
    Column("output", String),  # JSON; of a pick-up that the carrier took
    Column("reason", String),  # of one that it refused
    Column("message", String),
)

T = TypeVar("T")
Order = Row[Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the carrier says of an order.

    Attributes:
        output: of a pick-up that it takes: what the step puts out.
        reason: of one that it refuses: a word for programs; empty otherwise.
        message: a sentence for people.
    """

    output: object = None
    reason: str = ""
    message: str = ""


class Settle(Protocol):
    """Shipping's part of an answer: changes its rows and tells the barrier, in the transaction it is given."""

    def __call__(self, tx: Connection, order: Order) -> Answer:
        """Decide what the carrier says of `order`, and make it so.

        Raises:
            ParticipantError: nobody waits for this answer any more; everything is rolled back.
        """


def place(tx: Connection, kind: str, context: StepContext, parcel_id: str) -> None:
    """Leaves an order with the carrier, in the transaction of the effect it belongs to."""
    tx.execute(
        insert(carrier_order).values(
            kind=kind,
            parcel_id=parcel_id,
            namespace=context.namespace,
            saga_id=context.saga_id,
            step_id=context.step_id,
            operation_key=context.operation_key,
            completion_token=context.completion_token,
            placed_time=now(),
        )
    )


def withdraw(tx: Connection, operation_key: str) -> None:
    """Takes back an operation's orders that the carrier has not answered, and its reports that were not sent."""
    of_it = carrier_order.c.operation_key == operation_key
    tx.execute(update(carrier_order).where(of_it).values(completion_token=None))
    waiting = of_it, carrier_order.c.answered_time.is_(None)
    tx.execute(update(carrier_order).where(*waiting).values(answered_time=now(), reason="WITHDRAWN"))


class Carrier:
    """The carrier at work, as an async context manager: inside the block it answers orders and reports.

    Args:
        engine: shipping's database.
        settle: shipping's part of an answer.
        delay: how long the carrier takes for an answer; may be changed at any time, also for orders it has.
        orchestrator: the address that outcomes are reported to; empty: no reports.
        tls: whom to believe there, and what to show; None: plain text.
        poll: how often it looks for work.
    """

    def __init__(
        self,
        engine: Engine,
        settle: Settle,
        *,
        delay: timedelta,
        orchestrator: str = "",
        tls: ClientTls | None = None,
        poll: timedelta = timedelta(milliseconds=100),
    ) -> None:
        self.delay = delay
        self._engine = engine
        self._settle = settle
        self._orchestrator = orchestrator
        self._tls = tls
        self._poll = poll
        self._clients: dict[str, Client] = {}

    async def __aenter__(self) -> Self:
        self._tasks = [
            asyncio.create_task(self._for_ever(self._answer), name="carrier-answers"),
            asyncio.create_task(self._for_ever(self._report), name="carrier-reports"),
        ]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with suppress(asyncio.CancelledError):
                await task
        for client in self._clients.values():
            await client.close()

    async def _for_ever(self, round_: Callable[[], Any]) -> None:
        while True:
            pause = self._poll
            try:
                await round_()
            except Exception as error:
                # The class alone: a database's own text may quote a row.
                log.error("the carrier's round failed with %s; it is done again", type(error).__name__)
                pause = AFTER_A_FAULT
            await asyncio.sleep(pause.total_seconds())

    # Answers -------------------------------------------------------------------------------------------------------

    async def _answer(self) -> None:
        for number in await in_thread(self._due):
            await in_thread(partial(self._answer_order, number))

    def _due(self) -> Sequence[int]:
        placed_until = (datetime.now(UTC) - self.delay).isoformat(timespec="milliseconds")
        due = carrier_order.c.answered_time.is_(None), carrier_order.c.placed_time <= placed_until
        with self._engine.connect() as connection:
            query = select(carrier_order.c.number).where(*due).order_by(carrier_order.c.number).limit(BATCH)
            return connection.scalars(query).all()

    def _answer_order(self, number: int) -> None:
        this = carrier_order.c.number == number
        try:
            with self._engine.begin() as tx:
                # First the write, which takes SQLite's one lock: what is read after it can't change.
                waiting = update(carrier_order).where(this, carrier_order.c.answered_time.is_(None))
                if tx.execute(waiting.values(answered_time=now())).rowcount != 1:
                    return
                order = tx.execute(select(carrier_order).where(this)).one()
                answer = self._settle(tx, order)
                said: dict[str, object] = {"reason": answer.reason or None, "message": answer.message or None}
                if answer.output is not None:
                    said["output"] = json.dumps(answer.output)
                if not self._orchestrator:
                    said["completion_token"] = None
                tx.execute(update(carrier_order).where(this).values(**said))
        except ParticipantError as error:
            log.warning("order %d is put aside: nobody waits for it (%s)", number, type(error).__name__)
            with self._engine.begin() as tx:
                aside = {"answered_time": now(), "reason": "NOT_WAITED_FOR", "completion_token": None}
                tx.execute(update(carrier_order).where(this).values(**aside))

    # Reports -------------------------------------------------------------------------------------------------------

    async def _report(self) -> None:
        await asyncio.gather(*(self._report_order(order) for order in await in_thread(self._unreported)))

    def _unreported(self) -> Sequence[Order]:
        unreported = carrier_order.c.answered_time.is_not(None), carrier_order.c.completion_token.is_not(None)
        with self._engine.connect() as connection:
            return connection.execute(select(carrier_order).where(*unreported).limit(BATCH)).all()

    async def _report_order(self, order: Order) -> None:
        if self._orchestrator:
            client = self._client(order.namespace)
            try:
                await client.complete_step(order.saga_id, order.step_id, order.completion_token, outcome_of(order))
            except SagawayError as error:
                why = error.reason or error.code.name
                log.warning("the report of saga %s was not taken (%s); it will ask", order.saga_id, why)

        def forget_token() -> None:
            with self._engine.begin() as tx:
                this = carrier_order.c.number == order.number
                tx.execute(update(carrier_order).where(this).values(completion_token=None))

        await in_thread(forget_token)

    def _client(self, namespace: str) -> Client:
        if namespace not in self._clients:
            retries = Retries(patience=REPORT_PATIENCE, attempt_timeout=REPORT_PATIENCE)
            self._clients[namespace] = Client(self._orchestrator, namespace=namespace, retries=retries, tls=self._tls)
        return self._clients[namespace]


def outcome_of(order: Order) -> Outcome:
    """An answer as CompleteStep takes it: the same that the barrier was told."""
    if order.kind == RECALL:
        return StepCompensation()
    if order.reason is not None:
        return StepRejection(reason=order.reason, message=order.message)
    return StepCompletion(output=as_payload(json.loads(order.output)))


async def in_thread(work: Callable[[], T]) -> T:
    """Does work on the database beside the event loop. A transaction that was begun is ended, also on a cancel."""
    task = asyncio.create_task(asyncio.to_thread(work))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise
