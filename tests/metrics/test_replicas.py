"""Where other replicas share the log, what they start and end is counted, too."""

from __future__ import annotations

from orchestrator.core.model import SagaState
from orchestrator.core.retry import SECOND
from orchestrator.store.memory import MemoryLog
from orchestrator.telemetry.monitor import Monitor
from tests.store.building import ended, start


async def test_open_sagas_are_counted_at_each_look() -> None:
    mine = MemoryLog(lease=SECOND)
    await mine.open(1)
    other = MemoryLog(mine, lease=SECOND)
    await other.open(1)
    monitor = Monitor(lambda: 1)
    await monitor.count(mine)
    built = await start(other)
    await start(other)
    await monitor._look()
    assert monitor.metrics.open[SagaState.RUNNING] == 2
    await other.commit([built.append(1, ended())])
    await monitor._look()
    assert monitor.metrics.open[SagaState.RUNNING] == 1
