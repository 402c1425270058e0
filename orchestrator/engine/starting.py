"""How a saga begins: what is let in, and what the same request is told when it comes again.

The log decides who made a saga: of several requests for one id, here and on other replicas, one append creates it. The
others read what stands there, and are told that it stands if they asked for the same.
"""

from __future__ import annotations

import asyncio

from orchestrator.core.context import Context
from orchestrator.core.decide import begin
from orchestrator.core.retry import SECOND
from orchestrator.engine.admission import Admission
from orchestrator.engine.commands import StartSaga
from orchestrator.engine.dispatcher import Dispatcher
from orchestrator.engine.errors import Draining, Overloaded, SagaExists, SagaQuarantined, start_refused
from orchestrator.engine.fleet import Fleet
from orchestrator.engine.ids import fingerprint, new_uid
from orchestrator.engine.runner import Runner
from orchestrator.engine.services import Services
from orchestrator.store.base import CorruptLog, LogUnavailable, NewSaga, Outcome

_OVERLOAD_WAIT = SECOND


class Starts:
    """Starts sagas."""

    def __init__(self, fleet: Fleet, services: Services, dispatcher: Dispatcher, admission: Admission) -> None:
        """Say where they will live, who is asked whether others wait for that longer, and whether there is room at all."""
        self._fleet = fleet
        self._services = services
        self._dispatcher = dispatcher
        self._admission = admission

    async def start(self, command: StartSaga) -> bool:
        """Start a saga; returns once it is committed.

        Returns:
            False if the same request had started it before, though it may be purged since.

        Raises:
            DefinitionChoreographed: its sagas are started by events.
            SagaExists: the id is taken by another request.
            SagaQuarantined: the id is taken, and what by can't be read.
            Overloaded: too much is under way; nothing was written.
            Draining: the server shuts down; nothing was written.
            LogUnavailable: unknown outcome; ask again with the same id.
            LogDataError: the log refuses the request's data; nothing was written.
        """
        if command.definition.choreography is not None:
            raise start_refused(command.definition)
        self._admit()
        mark = fingerprint(command)
        standing = self._fleet.get(command.key)
        full = self._admission.full  # then the same request is still answered, if its saga is there
        if standing is None and not full:
            if await self._committed(self._launch(command, mark)) is Outcome.COMMITTED:
                return True
        elif standing is not None and standing.begun is not None:
            await self._committed(standing.begun)
        try:
            row = await self._services.log.read(command.key)
        except CorruptLog as error:
            raise SagaQuarantined(command.key, str(error)) from error
        was = row if row is not None else await self._services.log.purged(command.key)
        if was is None and full:
            raise self._admission.refusal()
        if was is None:
            raise LogUnavailable("an earlier request for the same saga_id was not committed; ask again")
        if was.fingerprint != mark:
            raise SagaExists(command.key)
        return False

    def _admit(self) -> None:
        committer, settings = self._services.committer, self._services.settings
        if self._services.draining:
            raise Draining
        if committer.unavailable:
            raise LogUnavailable(committer.unavailable)
        if committer.backlog >= settings.max_backlog or committer.backlog_bytes >= settings.max_backlog_bytes:
            waiting = f"{committer.backlog} writes of {committer.backlog_bytes} bytes wait for the saga log, the limit"
            raise Overloaded(f"{waiting}; ask again later", _OVERLOAD_WAIT)

    def _launch(self, command: StartSaga, mark: bytes) -> asyncio.Future[Outcome]:
        services, definition, namespace = self._services, command.definition, command.key.namespace
        held, paused = services.gates.held(namespace, definition, {}), services.pauses.stop(namespace, definition)
        now, jitter = services.clock.now(), services.chance.random()
        context = Context(
            now=now, jitter=jitter, held=held, definition_paused=paused, restored_time=services.restored_time
        )
        decision = begin(
            command.key,
            definition,
            command.input,
            command.labels,
            command.traceparent,
            context,
            at_once=self._fleet.room > 0 and not self._dispatcher.behind,
            trace_origin=command.trace_origin,
            restart=command.restart,
        )
        new = NewSaga(
            definition_name=definition.name,
            definition_version=definition.version,
            definition_hash=definition.content_hash,
            fingerprint=mark,
            start_time=decision.saga.start_time,
            timeout_time=decision.saga.timeout_time,
            step_count=len(definition.steps),
            labels=command.labels,
        )
        runner = Runner(self._fleet, services, decision.saga, new_uid(context.now, services.chance), claim=1)
        future = runner.begin(decision, new)
        self._admission.started()
        self._fleet.add(runner)
        return future

    async def _committed(self, future: asyncio.Future[Outcome]) -> Outcome:
        """Wait for a commit, but not for ever. The append goes on even if its caller has left."""
        patience = self._services.settings.commit_patience / SECOND
        done, _ = await asyncio.wait([future], timeout=patience)
        if not done:
            raise LogUnavailable(f"the saga log did not answer within {patience:g} s; ask again with the same saga_id")
        return future.result()
