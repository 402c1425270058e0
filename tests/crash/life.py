"""One life of the orchestrator: the product's engine on the product's SQLite log, from its start to its end or death.

Every life does the same: it opens the log, lets the engine recover, and plays the client, who asks again for what it
has asked before. Virtual time goes on where the last life stopped, a second later.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import random
import sqlite3
import threading
import traceback
from collections.abc import Awaitable, Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, TypeVar

import grpc

from orchestrator.app import LOG_LOST_EXIT
from orchestrator.caller import answers
from orchestrator.caller.base import Call, Limits
from orchestrator.caller.client import _compensate_request, _execute_request
from orchestrator.core.errors import CommandRefused
from orchestrator.core.model import Failure, Payload, Phase, SagaKey, SagaState
from orchestrator.core.outcome import CompensateAnswer, Completed, ExecuteAnswer, Failed, Rejected, SealAnswer
from orchestrator.core.retry import SECOND
from orchestrator.engine.catalog import DefinitionCatalog
from orchestrator.engine.commands import StartSaga
from orchestrator.engine.engine import Engine
from orchestrator.engine.settings import EngineSettings
from orchestrator.store.base import LogFatal, LogUnavailable, LogUnusable, ParticipantRow, SagaRow
from orchestrator.store.sql import SqlLog
from tests.crash.board import Board, Notes, Points
from tests.crash.participants import NAMES, Host, Reply, ask
from tests.crash.scenarios import Act, Document, Scenario
from tests.crash.taps import tapped_log
from tests.engine.virtual import VirtualLoop

T = TypeVar("T")

NAMESPACE = "default"
START_REFUSED = 3
"""The exit code of a life that could not open its log."""

GAVE_UP = 4
"""The exit code of a life whose client has waited for very long, or was told too often that the log is unavailable."""

_DOWNTIME = SECOND
_LONGEST_START = 600.0
_PATIENCE = 50
_WAITS = 4
_LATE = 60.0
_CODES = {code.value[0]: code for code in grpc.StatusCode}
_SETTLED = frozenset({SagaState.COMPLETED, SagaState.COMPENSATED, SagaState.ABANDONED, SagaState.STUCK})


@dataclass(frozen=True)
class Stage:
    """Where a life is lived.

    Attributes:
        folder: of the log, the participants' databases and the notes.
        scenario: what is played.
        board: what all processes share.
        points: those of the orchestrator.
        host_points: those of participants in the same process.
        line: the socket of participants in a process of their own; empty: they live and die with the orchestrator.
        trouble: called once the log is open and before the engine starts: how a test breaks something.
    """

    folder: Path
    scenario: Scenario
    board: Board
    points: Points
    host_points: Points
    line: str = ""
    trouble: Callable[[SqlLog, Engine], None] | None = None

    @property
    def violations(self) -> Notes:
        """What must never happen and did."""
        return Notes(self.folder / "violations")

    @property
    def answered(self) -> Notes:
        """Sagas whose StartSaga was answered."""
        return Notes(self.folder / "answered")

    @property
    def sent(self) -> Notes:
        """Every Execute that was sent."""
        return Notes(self.folder / "sent")

    @property
    def outages(self) -> Notes:
        """Every LOG_UNAVAILABLE that a client was given."""
        return Notes(self.folder / "outages")


class _Clock:
    """Virtual time that goes on from life to life."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._start = board.time + _DOWNTIME

    def now(self) -> int:
        now = self._start + round(asyncio.get_running_loop().time() * 1_000_000)
        self._board.time = now
        return now


class _Caller:
    """A caller without a network: the product's requests and readings of answers, and what the scenario does."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._host = None if stage.line else Host(stage.folder, stage.board, stage.host_points)
        self._late: set[asyncio.Task[Reply]] = set()
        self.sent = asyncio.Event()
        """Set once b was sent."""

    def limits(self, namespace: str, participant: str) -> Limits:
        return Limits(100)

    async def execute(self, call: Call) -> ExecuteAnswer:
        answer = await self._send(Phase.EXECUTE, call, _execute_request(call).SerializeToString())
        return answer if isinstance(answer, Failed) else answers.read_execute(answer)

    async def compensate(self, call: Call) -> CompensateAnswer:
        answer = await self._send(Phase.COMPENSATE, call, _compensate_request(call).SerializeToString())
        return answer if isinstance(answer, Failed) else answers.read_compensate(answer)

    async def seal(self, call: Call) -> SealAnswer:
        raise AssertionError("nobody asserts anything in these scenarios")

    async def _send(self, phase: Phase, call: Call, body: bytes) -> bytes | Failed:
        stage, name = self._stage, call.step_id if phase is Phase.EXECUTE else f"~{call.step_id}"
        _check_intent(stage, phase, call)
        if phase is Phase.EXECUTE:
            stage.sent.add(f"{call.participant} {base64.b64encode(body).decode()}")
        stage.points.reach(f"before {name} is sent")
        if call.step_id == "b":
            self.sent.set()
        act = stage.scenario.act(name, call.attempt)
        if act is Act.LOST:
            return Failed(Failure("UNAVAILABLE", "", "lost"))
        if act is Act.LATE:
            task = asyncio.get_running_loop().create_task(self._later(call, phase, body))
            self._late.add(task)
        elif act is Act.HELD:
            await self.deliver(call.participant, phase, body)
        if act in (Act.LATE, Act.HELD):
            await asyncio.sleep(call.timeout / SECOND)
            return Failed(Failure("DEADLINE_EXCEEDED", "", "late"))
        reply = await self.deliver(call.participant, phase, body)
        stage.points.reach(f"the answer to {name} has come")
        if act is Act.REPLY_LOST:
            return Failed(Failure("UNAVAILABLE", "", "the reply was lost"))
        if act is Act.REFUSED_FOR_GOOD:
            return Failed(Failure("INVALID_ARGUMENT", "", "no"))
        if reply.code:
            error = grpc.aio.AioRpcError(
                _CODES[reply.code], grpc.aio.Metadata(), grpc.aio.Metadata(*reply.details), reply.message, None
            )
            return answers.read_error(error)
        return reply.body

    async def _later(self, call: Call, phase: Phase, body: bytes) -> Reply:
        await asyncio.sleep(call.timeout / SECOND + _LATE)
        return await self.deliver(call.participant, phase, body)

    async def deliver(self, participant: str, phase: Phase, body: bytes) -> Reply:
        """Bring a request to its participant, and its reply back."""
        if self._host is not None:
            return await self._host.answer(participant, phase.value, body)
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(None, ask, self._stage.line, participant, phase.value, body)
        except OSError:
            return Reply(b"", grpc.StatusCode.UNAVAILABLE.value[0], "the participant died")

    async def close(self) -> None:
        """Let go of participants that live here."""
        if self._host is not None:
            await self._host.close()

    async def deliver_all(self) -> None:
        """Let every Execute arrive that was ever sent, once more, and wait for the late ones."""
        if self._late:
            await asyncio.wait(self._late)
        for line in self._stage.sent.lines():
            participant, body = line.split()
            await self.deliver(participant, Phase.EXECUTE, base64.b64decode(body))


_INTENT = """SELECT count(*) FROM events JOIN sagas USING (uid)
WHERE saga_id = ? AND type = ? AND data ->> '$.step_id' = ?"""


def _check_intent(stage: Stage, phase: Phase, call: Call) -> None:
    """Look into the file, past the product: what is sent was intended, and no pivot may stand that is undone."""
    try:
        _witness(stage, phase, call)
    except sqlite3.OperationalError as error:
        # A disk that fails while it is read fails for the witness, too.
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_IOERR:
            raise


def _witness(stage: Stage, phase: Phase, call: Call) -> None:
    with closing(sqlite3.connect(stage.folder / "log.db", timeout=20)) as connection:

        def logged(kind: str, step_id: str) -> bool:
            (count,) = connection.execute(_INTENT, (call.key.saga_id, kind, step_id)).fetchone()
            return bool(count)

        intent = "StepIntended" if phase is Phase.EXECUTE else "CompensationIntended"
        if not logged(intent, call.step_id):
            stage.violations.add(f"{phase} of {call.step_id} was sent without a durable intent")
        if phase is Phase.EXECUTE and logged("CompensationIntended", call.step_id):
            stage.violations.add(f"Execute of {call.step_id} was sent although its compensation is decided")
        for step in stage.scenario.document["steps"]:
            pivot = phase is Phase.COMPENSATE and step.get("kind") == "STEP_KIND_PIVOT"
            if pivot and logged("StepIntended", step["id"]) and not logged("StepRejected", step["id"]):
                stage.violations.add(f"{call.step_id} was compensated while the pivot may stand")


class Life:
    """The engine and its client."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.clock = _Clock(stage.board)
        self.log = tapped_log(stage.folder / "log.db", stage.points, stage.scenario.checkpoint_at)
        self.caller = _Caller(stage)
        self.catalog = DefinitionCatalog(self.log)

    async def live(self) -> None:
        """Live to the end."""
        stage = self.stage
        try:
            await self.log.open(self.clock.now())
        except (LogUnusable, LogUnavailable):
            os._exit(START_REFUSED)
        if stage.scenario.fresh:
            await self._insist(lambda: register(self.log, stage.scenario.document, self.clock.now()))
        chance, settings = random.Random(stage.board.time), EngineSettings(sweep_interval=60 * SECOND)
        self.engine = Engine(self.log, self.caller, self.catalog, self.clock, chance, settings, _die)
        if stage.trouble is not None:
            stage.trouble(self.log, self.engine)
        try:
            async with asyncio.timeout(_LONGEST_START):
                await self.engine.start()
        except TimeoutError:
            os._exit(GAVE_UP)  # it waits for a log that it can read: it may not send before it knows what is paused
        async with asyncio.TaskGroup() as clients:
            for saga_id in stage.scenario.stories:
                clients.create_task(self._client(saga_id))
        await self.engine.drain(5)
        await self.log.close()
        stage.points.stop()
        stage.host_points.stop()
        await self.caller.deliver_all()
        await self.caller.close()

    async def _client(self, saga_id: str) -> None:
        await self._start(saga_id)
        kind = self.stage.scenario.client
        if kind == "cancel":
            await self._cancel(saga_id)
        elif kind in ("complete", "finish", "reject"):
            await self._carry(saga_id, kind)
        for _ in range(_WAITS):
            if await self._settled(saga_id):
                return
            await self._insist(lambda: self.engine.wait(SagaKey(NAMESPACE, saga_id), 600 * SECOND))
        os._exit(GAVE_UP)

    async def _insist(self, ask: Callable[[], Awaitable[T]]) -> T:
        """Ask until the log is available."""
        while True:
            try:
                return await ask()
            except LogUnavailable as error:
                self.stage.outages.add(str(error))
                if len(self.stage.outages.lines()) > _PATIENCE:
                    os._exit(GAVE_UP)
                await asyncio.sleep(1)
            except LogFatal as error:
                _die(error)

    async def _start(self, saga_id: str) -> None:
        definition = await self._insist(lambda: self.catalog.compiled(NAMESPACE, "story", 1))
        assert definition is not None
        given = Payload(json.dumps(dict(self.stage.scenario.stories[saga_id].input)))
        command = StartSaga(SagaKey(NAMESPACE, saga_id), definition, 1, given, {"a": saga_id})
        known = saga_id in self.stage.answered.lines()
        created = await self._insist(lambda: self.engine.start_saga(command))
        if created and known:
            self.stage.violations.add(f"StartSaga of {saga_id} was answered, and lost")
        self.stage.answered.add(saga_id)
        self.stage.points.reach("StartSaga is answered")

    async def _row(self, saga_id: str) -> SagaRow:
        row = await self._insist(lambda: self.log.read(SagaKey(NAMESPACE, saga_id)))
        assert row is not None
        return row

    async def _settled(self, saga_id: str) -> bool:
        row = await self._row(saga_id)
        return row.state in _SETTLED or row.quarantine_time is not None

    async def _cancel(self, saga_id: str) -> None:
        sent = asyncio.ensure_future(self.caller.sent.wait())
        end = asyncio.ensure_future(self.engine.wait(SagaKey(NAMESPACE, saga_id), 600 * SECOND))
        await asyncio.wait({sent, end}, return_when=asyncio.FIRST_COMPLETED)
        for waiting in (sent, end):
            waiting.cancel()
        with suppress(CommandRefused):
            await self._insist(lambda: self.engine.cancel(SagaKey(NAMESPACE, saga_id), ""))

    async def _carry(self, saga_id: str, kind: str) -> None:
        """A carrier who, some time later, says what became of b."""
        host = Host(self.stage.folder, self.stage.board, self.stage.host_points)
        while not await self._settled(saga_id):
            await asyncio.sleep(30)
            for name in NAMES:
                for job in host.shops[name].open_jobs():
                    host.shops[name].finish(job, refuse=kind == "reject")
                    self.stage.points.reach("the job is finished")
                    if kind != "finish":
                        report = Rejected(Failure("", "REFUSED")) if kind == "reject" else Completed(Payload("{}"))
                        token = job.token.decode()
                        await self._report(SagaKey(NAMESPACE, saga_id), job.step_id, token, report)

    async def _report(self, key: SagaKey, step_id: str, token: str, report: ExecuteAnswer) -> None:
        with suppress(CommandRefused):
            await self._insist(lambda: self.engine.complete_step(key, step_id, Phase.EXECUTE, token, report))


def _die(_: LogFatal) -> NoReturn:
    os._exit(LOG_LOST_EXIT)


async def register(log: SqlLog, document: Document, now: int) -> None:
    """Register participants and definition, as often as one likes."""
    said = {
        "actions": [{"name": "act", "compensatable": True, "effect_free": False}],
        "deduplication_retention": 400 * 86_400 * SECOND,
        "stable_replies": True,
    }
    for name in NAMES:
        await log.put_participant(ParticipantRow(NAMESPACE, name, "127.0.0.1:1", 100, json.dumps(said), now, now))
    await DefinitionCatalog(log).register(NAMESPACE, document, now)


def rehearse(stage: Stage) -> None:
    """Live a whole life in this process and leave no thread behind, so that what is forked from it has all it needs."""
    loop = VirtualLoop()
    asyncio.set_event_loop(loop)
    loop.run_until_complete(_lived(stage))
    asyncio.set_event_loop(None)
    loop.close()
    for thread in threading.enumerate():
        if thread is not threading.current_thread():
            thread.join(10)


def live(stage: Stage) -> NoReturn:
    """Live in this process, to its end: exit code 0 if every saga settled, 8 if the log was lost, 1 for a fault."""
    loop = VirtualLoop()
    try:
        asyncio.set_event_loop(loop)
        loop.run_until_complete(_lived(stage))
        if loop.faults:
            stage.violations.add(f"lost exceptions: {loop.faults}")
    except BaseException as error:
        stage.violations.add(f"a life ended with {error!r}")
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


async def _lived(stage: Stage) -> None:
    await Life(stage).live()
