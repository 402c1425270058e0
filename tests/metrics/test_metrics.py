"""The metrics of a real server: what moves when sagas run, fail and are stuck, and what a restart keeps."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from pathlib import Path

import grpc
import pytest

from orchestrator.telemetry import metrics
from orchestrator.telemetry.numbers import OTHER
from sagaway.client import NotFound, SagaState
from sagaway.v1 import participant_service_pb2 as v1
from tests.caller.participants import COMPLETED, Participant, Slow, refuse, serve
from tests.metrics.world import get, order, world

DO = {"participant": "shop", "action": "do"}
EXECUTED = DO | {"phase": "EXECUTE"}
COMPENSATED = DO | {"phase": "COMPENSATE"}
REJECTED = v1.ExecuteResponse(rejected=v1.Rejected(reason="NO_STOCK", message="none left"))


class Second:
    """Answers the step `a` with Completed, and `b` with what it was given."""

    def __init__(self, *answers: v1.ExecuteResponse) -> None:
        self._answers = list(answers)

    async def __call__(self, request: v1.ExecuteRequest, context: object) -> v1.ExecuteResponse:
        return COMPLETED if request.context.step_id == "a" else self._answers.pop(0)


async def test_what_sagas_do_is_counted(tmp_path: Path) -> None:
    async with serve(Participant()) as shop, world(tmp_path, shop, order()) as w:
        for saga_id in ("o-1", "o-2"):
            assert (await w.run(saga_id)).state == SagaState.SAGA_STATE_COMPLETED
        shop.execute = Second(REJECTED)
        assert (await w.run("o-3")).state == SagaState.SAGA_STATE_COMPENSATED
        shop.execute = refuse(grpc.StatusCode.UNAVAILABLE)
        assert (await w.run("o-4")).state == SagaState.SAGA_STATE_COMPENSATED
        shop.execute = b"garbage"
        await w.run("o-5")
        with pytest.raises(NotFound):
            await w.client.get("o-9")
        now = await w.scrape()
    assert now.of("saga_started_total", definition="order") == 5
    ends = {"COMPLETED": ("", 2), "COMPENSATED": ("REJECTED", 1)}
    for outcome, (cause, times) in ends.items():
        assert now.of("saga_finished_total", definition="order", outcome=outcome, cause=cause) == times
    assert now.of("saga_duration_seconds_count", definition="order", outcome="COMPENSATED") == 3
    attempts = {"COMPLETED": 5, "REJECTED": 1, "UNAVAILABLE": 2, "INVALID_ANSWER": 1}
    for outcome, times in attempts.items():
        assert now.of("saga_attempts_total", outcome=outcome, **EXECUTED) == times, outcome
    assert now.of("saga_attempt_duration_seconds_count", **EXECUTED) == 9
    assert now.of("saga_attempts_total", outcome="COMPENSATED", **COMPENSATED) == 3
    assert now.of("saga_step_duration_seconds_count", outcome="COMPLETED", **EXECUTED) == 5
    assert now.of("saga_step_duration_seconds_count", outcome="FAILED", **EXECUTED) == 2
    assert now.of("saga_step_duration_seconds_count", outcome="COMPENSATED", **COMPENSATED) == 3
    assert now.of("saga_queue_wait_seconds_count", participant="shop") == 12
    assert now.of("saga_commit_duration_seconds_count") == now.of("saga_commit_batch_appends_count") > 0
    assert now.of("saga_recovery_duration_seconds") > 0
    rpc = {"rpc_system_name": "grpc", "rpc_method": "sagaway.v1.OrchestratorService/GetSaga"}
    assert now.of("rpc_server_call_duration_seconds_count", rpc_response_status_code="NOT_FOUND", **rpc) == 1
    for state in ("PENDING", "RUNNING", "COMPENSATING"):
        assert now.of("saga_in_flight", state=state) == 0
    assert (now.of("saga_ready"), now.of("saga_log_writable")) == (1, 1)


async def test_what_is_under_way_and_stuck_is_right_also_after_a_restart(tmp_path: Path) -> None:
    async with serve(Participant()) as shop:
        async with world(tmp_path, shop, order(attempts=1)) as w:
            shop.execute, shop.compensate = Second(REJECTED), refuse(grpc.StatusCode.INTERNAL)
            assert (await w.run("o-1")).state == SagaState.SAGA_STATE_STUCK
            shop.execute = slow = Slow()
            await w.client.start("order", saga_id="o-2")
            await slow.arrived.wait()
            now = await w.scrape()
            assert (now.of("saga_stuck"), now.of("saga_in_flight", state="RUNNING")) == (1, 1)
            assert now.of("saga_compensation_failures_total", **DO) == 1
            assert now.of("saga_calls_in_flight", participant="shop") == now.of("saga_live") == 1
        shop.execute = slow = Slow()
        async with world(tmp_path, shop) as w:
            await slow.arrived.wait()
            now = await w.scrape()
            assert (now.of("saga_stuck"), now.of("saga_in_flight", state="RUNNING")) == (1, 1)
            slow.go.set()
            assert (await w.client.wait("o-2")).state == SagaState.SAGA_STATE_COMPLETED
            # Readers see a commit a moment before the engine does.
            while (now := await w.scrape()).of("saga_in_flight", state="RUNNING"):
                await asyncio.sleep(0.01)
            assert now.of("saga_stuck") == 1
            assert now.of("saga_started_total", definition="order") == 0  # it was another process that started it
            assert now.of("saga_finished_total", definition="order", outcome="COMPLETED", cause="") == 1


async def test_names_that_users_choose_do_not_make_series_without_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metrics, "MAX_DEFINITIONS", 3)
    many = [order(f"order-{number}") for number in range(5)]
    async with serve(Participant()) as shop, world(tmp_path, shop, *many) as w:
        for definition in many:
            await w.client.start(definition.name)
        now = await w.scrape()
        series = [labels for name, labels in now if name == "saga_started_total"]
        assert len(series) == 3 + 1
        assert now.of("saga_started_total", definition=OTHER) == 2


async def test_promtool_finds_nothing_to_say(tmp_path: Path) -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is not installed; on Debian it comes with `apt-get install prometheus`")
    async with serve(Participant()) as shop, world(tmp_path, shop, order(attempts=1)) as w:
        await w.run("o-1")
        shop.execute, shop.compensate = Second(REJECTED), refuse(grpc.StatusCode.INTERNAL)
        await w.run("o-2")
        text = (await get(w.server.metrics, "/metrics")).body
    checked = subprocess.run([promtool, "check", "metrics"], input=text, capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")
