"""A person's hands on a saga: operators' commands, also to sagas that nobody drives.

A command to a saga that sleeps or is STUCK claims it first, as any command does: the log is the inbox. A saga in
quarantine is different: nobody may own it. Lifting the quarantine is an append of its own, which holds the operator's
event, what it leads to, and the end of the quarantine in one transaction; whoever finds the saga due then drives it.
What was in flight when it was put aside is of unknown outcome, and that is in the same append.

A Seal follows what a person has asserted, and comes after its commit: if the process dies in between, the assertion
stands, nobody has said that the operation is sealed, and the same command again seals it.

A run that is to be left behind, and that nothing takes back, is sealed before: only what its participant answers makes
the command legal. If the process dies in between, the operation is sealed and the saga as it was; a sealed operation can
have no effect any more, so the same command again finds the same and goes on.

Nobody owns a choreographed saga. What a person does to it is an append of its own too, against that of the observer.
"""

from __future__ import annotations

from dataclasses import replace

from orchestrator.core.context import Context
from orchestrator.core.decide import decide
from orchestrator.core.model import Failure, Mode, Saga, SagaKey
from orchestrator.core.observing import operated
from orchestrator.core.operations import LEAVING, QUARANTINED_ACTIONS, Operate, must_be_sealed, not_sealed
from orchestrator.core.outcome import Failed, Found, SealAnswer, Sealed
from orchestrator.engine.calls import left_behind, seal_call
from orchestrator.engine.catalog import DefinitionCatalog
from orchestrator.engine.errors import SagaQuarantined
from orchestrator.engine.fleet import Fleet
from orchestrator.engine.heads import head_of, observed_head, parked_on
from orchestrator.engine.services import Services
from orchestrator.engine.view import SagaView, not_found, read_saga
from orchestrator.engine.writing import write


class Hands:
    """Carries operators' commands to sagas."""

    def __init__(self, fleet: Fleet, services: Services, catalog: DefinitionCatalog) -> None:
        self._fleet = fleet
        self._services = services
        self._catalog = catalog

    async def operate(self, key: SagaKey, command: Operate, patience: int) -> None:
        """See `Engine.operate`."""
        while True:
            view = await read_saga(self._services.log, self._catalog, key)
            if view is None:
                raise await not_found(self._services.log, key)
            aside = view.row.quarantine_time is not None
            if aside and (command.action not in QUARANTINED_ACTIONS or view.saga is None):
                raise SagaQuarantined(key, view.row.quarantine_reason)
            if view.row.mode is Mode.CHOREOGRAPHY:
                if await self._act(view, replace(command, quarantined=aside)):
                    return
                continue
            if not aside:
                await self._fleet.command(key, await self._sealed_first(view, command, patience))
                return
            if await self._lift(view, replace(command, quarantined=True)):
                return

    async def seal(self, key: SagaKey, step_id: str, timeout: int) -> SealAnswer:  # noqa: ASYNC109 - gRPC keeps it
        """See `Engine.seal`."""
        view = await read_saga(self._services.log, self._catalog, key)
        if view is None:
            raise await not_found(self._services.log, key)
        if view.saga is None:
            raise SagaQuarantined(key, view.row.quarantine_reason)
        return await self._seal(view.saga, view.row.claim, step_id, timeout)

    async def _seal(self, saga: Saga, claim: int, step_id: str, patience: int) -> SealAnswer:
        participant = saga.definition.by_id[step_id].participant
        if self._services.pauses.participant(saga.key.namespace, participant) is not None:
            message = f"participant {participant!r} is paused, so it was not asked; resume it first"
            return Failed(Failure("UNAVAILABLE", "PARTICIPANT_PAUSED", message))
        return await self._services.caller.seal(seal_call(self._services, saga, claim, step_id, patience))

    async def _sealed_first(self, view: SagaView, command: Operate, patience: int) -> Operate:
        """Return the command, with the run that is to be left behind sealed, if it must be."""
        saga, step_id = view.saga, command.step_id
        if command.action not in LEAVING or saga is None or not must_be_sealed(saga, step_id):
            return command
        after = replace(command, sealed_run=saga.steps[step_id].run)
        if not decide(saga, after, Context(now=self._services.clock.now())).events:
            return command  # it repeats what was done
        answer = await self._seal(saga, view.row.claim, step_id, patience)
        if isinstance(answer, Sealed) and answer.found is Found.NOTHING:
            return after
        raise not_sealed(saga, step_id, answer)

    async def _lift(self, view: SagaView, command: Operate) -> bool:
        """Append the command to a saga in quarantine, and end that; False if somebody was first."""
        services, row, saga = self._services, view.row, view.saga
        assert saga is not None, "its log can be read"
        now = services.clock.now()
        paused, jitter = services.pauses.stop(row.key.namespace, saga.definition), services.chance.random()
        context = Context(
            now=now,
            jitter=jitter,
            inherited=left_behind(saga),
            definition_paused=paused,
            restored_time=services.restored_time,
        )
        after, events = decide(saga, command, context)
        wake_time = None if after.settled else now
        head = head_of(after, owned=False, wake_time=wake_time)
        if not await write(services, row, after, events, head, parked=parked_on(after)):
            return False
        for participant in parked_on(after):
            services.gates.note_parked((row.key.namespace, participant))
        self._fleet.on_gone(wake_time)
        return True

    async def _act(self, view: SagaView, command: Operate) -> bool:
        """Append the command to a choreographed saga, which nobody owns; False if somebody was first."""
        assert view.saga is not None, "its log can be read"
        now = self._services.clock.now()
        after, events = operated(view.saga, command, now)
        head = observed_head(after, now)
        return not events or await write(self._services, view.row, after, events, head, parked=parked_on(after))
