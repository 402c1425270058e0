"""What authors write: a choreography of one participant, and its reactions to events.

    choreography = Choreography(Participant("inventory", engine))

    @choreography.on(ORDER_CREATED, completes=RESERVED, rejects=REJECTED)
    def reserve(call: EventCall, transaction: Connection) -> object: ...

    @reserve.compensation(on=[PAYMENT_FAILED], announces=RELEASED)
    def release(call: CompensateEventCall, transaction: Connection) -> None: ...

The declarations are complete: what a reaction may emit is known without running it, so the graph of all services can be
drawn and checked, and an event that is not declared is never published.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import fields
from typing import Any, overload

from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncConnection

from sagaway.bus import EventInvalidError
from sagaway.bus.events import DEFAULT_NAMESPACE
from sagaway.choreography.facts import ReactionFacts, ServiceFacts, check_declared_type
from sagaway.participant import setup
from sagaway.participant.actions import NAME, check_function
from sagaway.participant.choreography import rows, tracing
from sagaway.participant.choreography.calls import CompensateEventCall, Emit, EventCall
from sagaway.participant.choreography.emitting import UndeclaredEventError, first_event
from sagaway.participant.choreography.news import leave_news
from sagaway.participant.choreography.tables import choreography_metadata
from sagaway.participant.errors import SetupError
from sagaway.participant.participant import Participant
from sagaway.participant.runner import with_connection

ReactFunction = Callable[[EventCall, Any], Any]
"""Returns `Emit`, a list of them, or None; with `completes`, an output as an action does. Or raises Rejected."""
UndoFunction = Callable[[CompensateEventCall, Any], Any]
"""Returns `Emit`, a list of them, or None."""


class Reaction:
    """What a participant does at one event, made by `Choreography.on`. Calling it calls its function, as in a unit test.

    Attributes:
        name: unique in the participant.
        consumes: the event type.
        emits: the types that its function may return.
        completes: the type that tells of its output, or empty.
        rejects: the type that tells of a refusal, or empty.
        effect_free: whether there is nothing to undo.
        compensates_on: the types that undo it.
        compensation_emits: the types that its compensation may return.
        announces: the type that tells of its compensation, or empty.
    """

    def __init__(
        self,
        name: str,
        consumes: str,
        function: ReactFunction,
        *,
        emits: tuple[str, ...],
        completes: str,
        rejects: str,
        effect_free: bool,
        is_async: bool,
    ) -> None:
        self.name = name
        self.consumes = consumes
        self.function = function
        self.emits = emits
        self.completes = completes
        self.rejects = rejects
        self.effect_free = effect_free
        self.compensates_on: tuple[str, ...] = ()
        self.compensation_emits: tuple[str, ...] = ()
        self.announces = ""
        self.undo_function: UndoFunction | None = None
        self._is_async = is_async

    def __call__(self, call: EventCall, transaction: Any) -> Any:
        """Call the function as it is, without inbox and outbox."""
        return self.function(call, transaction)

    @property
    def facts(self) -> ReactionFacts:
        """What it declares."""
        return ReactionFacts(**{each.name: getattr(self, each.name) for each in fields(ReactionFacts)})

    @property
    def types(self) -> tuple[str, ...]:
        """All event types that it consumes."""
        return (self.consumes, *self.compensates_on)

    def compensation(
        self, *, on: Iterable[str], emits: Iterable[str] = (), announces: str = ""
    ) -> Callable[[UndoFunction], UndoFunction]:
        """Declare the function that undoes this reaction, and the events that call for it. A decorator.

        It is called once for each event that the reaction handled in this saga; after a refusal, or if the forward
        event never came, not at all. From then on no event of the saga has an effect by this reaction. It must not
        refuse.

        Args:
            on: the event types that call for it.
            emits: the types that it may return.
            announces: a type emitted at the first of these events, whether there was something to undo or not, with
                that event's data: for those who wait until it is undone.

        Raises:
            SetupError: a type is not right, or the function is not of the engine's kind.
        """
        if self.undo_function is not None:
            raise SetupError(f"reaction {self.name!r} has a compensation already")
        if self.effect_free:
            raise SetupError(f"reaction {self.name!r} is effect_free: there is nothing to compensate")
        what = f"the compensation of reaction {self.name!r}"
        chosen, may_emit = _types(on, f"{what}: on"), _types(emits, f"{what}: emits")
        _types([announces] if announces else [], f"{what}: announces")
        if not chosen:
            raise SetupError(f"{what}: on: name at least one event type")
        if self.consumes in chosen:
            raise SetupError(f"{what}: on: {self.consumes} is the event that it reacts to")

        def declare(function: UndoFunction) -> UndoFunction:
            check_function(function, what, is_async=self._is_async)
            self.compensates_on, self.compensation_emits, self.announces = chosen, may_emit, announces
            self.undo_function = function
            return function

        return declare


class Choreography:
    """The choreographed side of a participant; it shares the participant's name, database, clock and workers.

    Args:
        participant: who reacts. It needs no actions; if it has some, it serves both modes.
        starts: the event types with which your own code starts sagas, by `emit`.
        receipts: whether a reaction that emits nothing emits a receipt (`sagaway.choreography.receipts`), by which an
            observer knows when a saga has ended. False only where there is no observer.
        retired: the names of reactions that were declared once and are gone. A new reaction beside one that is gone may be
            the same one under another name, and is refused otherwise.

    Raises:
        SetupError: a type is not right.
    """

    def __init__(
        self,
        participant: Participant,
        *,
        starts: Iterable[str] = (),
        receipts: bool = True,
        retired: Iterable[str] = (),
    ) -> None:
        self.participant = participant
        self._retired = frozenset(retired)
        self.starts = _types(starts, "starts")
        self.receipts = receipts
        self.reactions: dict[str, Reaction] = {}

    @property
    def source(self) -> str:
        """The `source` of its events."""
        return f"/sagaway/participants/{self.participant.name}"

    @property
    def facts(self) -> ServiceFacts:
        """What it declares, for those who check, draw, explore or observe."""
        reactions = tuple(reaction.facts for reaction in self.reactions.values())
        return ServiceFacts(self.participant.name, self.starts, reactions, self.receipts)

    def on(
        self,
        event_type: str,
        *,
        name: str = "",
        emits: Iterable[str] = (),
        completes: str = "",
        rejects: str = "",
        effect_free: bool = False,
    ) -> Callable[[ReactFunction], Reaction]:
        """Declare a reaction to an event. A decorator; the function becomes a `Reaction`.

        The function is given the call and the open transaction. It must do its effects on this transaction and must not
        end it. It returns what to emit. If it raises `Rejected`, nothing that it did stands, and `rejects` is emitted:
        the event's data with `reason` and `message`.

        Args:
            event_type: what it reacts to.
            name: matches `[A-Za-z0-9._-]{1,64}`, unique in the participant; default: the function's. It is stored:
                under another name it is another reaction, which sees all events that the bus has kept.
            emits: the types that the function may return.
            completes: for a function that returns an output, as an action does: the type that tells of it, with the
                event's data and the output's in one object (an output that is no object stands alone).
            rejects: the type that tells of a refusal; without it the function must not raise `Rejected`.
            effect_free: it changes nothing that a saga which goes back would have to undo, such as the end of a saga
                in the books of who started it.

        Raises:
            SetupError: a name or type is not right or taken, or the function is not of the engine's kind.
        """
        _types([event_type], "on")
        may_emit = _types(emits, "emits")
        for given, what in ((completes, "completes"), (rejects, "rejects")):
            _types([given] if given else [], what)

        def declare(function: ReactFunction) -> Reaction:
            chosen = name or getattr(function, "__name__", "")
            if not NAME.fullmatch(chosen):
                raise SetupError(f"the reaction's name {chosen!r} must match {NAME.pattern}; give name=")
            if chosen in self.reactions:
                raise SetupError(f"participant {self.participant.name!r} has a reaction {chosen!r} already; give name=")
            is_async = self.participant.is_async
            check_function(function, f"reaction {chosen!r}", is_async=is_async)
            self.reactions[chosen] = Reaction(
                chosen,
                event_type,
                function,
                emits=may_emit,
                completes=completes,
                rejects=rejects,
                effect_free=effect_free,
                is_async=is_async,
            )
            return self.reactions[chosen]

        return declare

    @overload
    def emit(
        self,
        transaction: Connection,
        saga_id: str,
        emit: Emit,
        *,
        namespace: str = ...,
        correlation_id: str = ...,
        event_id: str = ...,
    ) -> None: ...
    @overload
    def emit(
        self,
        transaction: AsyncConnection,
        saga_id: str,
        emit: Emit,
        *,
        namespace: str = ...,
        correlation_id: str = ...,
        event_id: str = ...,
    ) -> Awaitable[None]: ...
    def emit(
        self,
        transaction: Connection | AsyncConnection,
        saga_id: str,
        emit: Emit,
        *,
        namespace: str = DEFAULT_NAMESPACE,
        correlation_id: str = "",
        event_id: str = "",
    ) -> Awaitable[None] | None:
        """Start a saga, in your own transaction: the event is published if and when you commit. For `starts` only.

        With an AsyncConnection, await the result.

        Args:
            transaction: yours, in the participant's database; you commit it.
            saga_id: the saga's id, `[A-Za-z0-9._-]{1,64}`.
            emit: the event.
            namespace: the saga's.
            correlation_id: what it is about for others; default: the saga's id.
            event_id: default: a random one. Give your own and a second emit of it fails by the outbox's unique key.

        Raises:
            UndeclaredEventError: the type is not in `starts`.
            EventInvalidError: the event is not right; the text names the attribute.
        """
        if emit.type not in self.starts:
            raise UndeclaredEventError(
                f"participant {self.participant.name!r} starts sagas with {emit.type}, which it does not declare: "
                f"add it to Choreography(..., starts=[...])"
            )
        now = self.participant.clock()
        event = first_event(emit, self.source, saga_id, now, namespace, correlation_id, event_id)
        event = tracing.created(event, self.participant.name)
        values = rows.outbox_values(self.participant.name, [event], now)

        def put(connection: Connection) -> None:
            rows.insert_outbox(connection, values)
            leave_news(connection, self.participant.name)

        if isinstance(transaction, AsyncConnection):
            return transaction.run_sync(put)
        put(transaction)
        return None

    async def create_tables(self) -> None:
        """Make inbox and outbox where they are not there. For production put them into your own migrations."""
        engine = self.participant.engine
        await with_connection(engine, lambda connection, _: setup.create_tables(connection, choreography_metadata))

    async def check(self) -> None:
        """Check that the participant can keep its promises on this database. The service does it at start.

        Raises:
            SetupError: a table is missing or in another database, commits are not durable, or a reaction may be one that
                was there before under another name; the text names the remedy.
        """
        if not self.reactions and not self.starts:
            raise SetupError(f"participant {self.participant.name!r} reacts to nothing and starts nothing")
        tables = choreography_metadata.tables.values(), self.participant.business_tables
        await with_connection(
            self.participant.engine, lambda connection, _: setup.check_choreography(connection, *tables)
        )
        self._check_names(await with_connection(self.participant.engine, lambda given, _: self._known_in(given)))

    def _known_in(self, connection: Connection) -> frozenset[str]:
        return frozenset(rows.reactions_of(connection, self.participant.name))

    def _check_names(self, known: frozenset[str]) -> None:
        """Refuse a new reaction beside one that is gone: its inbox is empty, and it may be the same one."""
        new, gone = sorted(self.reactions.keys() - known), sorted(known - self.reactions.keys() - self._retired)
        if new and gone:
            raise SetupError(
                f"participant {self.participant.name!r}: reaction {new[0]!r} has handled nothing yet, and {gone[0]!r}, which "
                f"has, is not declared any more. If it is the same one, give it name={gone[0]!r}: under another name it "
                "would do its work again at all events that the bus has kept. If it is another one, say "
                f"Choreography(..., retired=[{gone[0]!r}])"
            )


def _types(given: Iterable[str], what: str) -> tuple[str, ...]:
    if isinstance(given, str):
        raise SetupError(f"{what}: give a list of event types, not one text")
    chosen = tuple(dict.fromkeys(given))
    for event_type in chosen:
        try:
            check_declared_type(event_type)
        except EventInvalidError as error:
            raise SetupError(f"{what}: {error}") from None
    return chosen
