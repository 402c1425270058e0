"""Turns what is counted, and what is looked up at that moment, into what Prometheus reads.

Two steps. `look` runs on the event loop, where the engine's state may be read, and is quick. `render` makes the text,
which takes milliseconds where there are many series, in a thread of its own. It reads the numbers of `Metrics` while
they go on being counted: lists and dicts are copied by one call each, which the interpreter does not interrupt, and a
histogram's count is the sum of its buckets, so that the two always agree.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version
from itertools import accumulate

from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from orchestrator.choreography.observer import Sight
from orchestrator.core.model import SagaState
from orchestrator.engine.load import Load
from orchestrator.telemetry.metrics import Metrics

IN_FLIGHT = (SagaState.PENDING, SagaState.RUNNING, SagaState.COMPENSATING)


@dataclass(frozen=True, slots=True)
class Vitals:
    """How the process is now.

    Attributes:
        load: how much the engine has under way; None while there is no engine.
        unready: why it should get no traffic; empty if it should.
        quarantined: sagas put aside, of the log; None if that could not be read.
        spans_dropped: spans that were never exported; None if nothing is traced.
        webhook: what became of dead letters, by outcome; None if nobody is told of them.
        sight: what the observer of choreographed sagas sees; None if nobody observes.
    """

    load: Load | None
    unready: str
    quarantined: int | None = None
    spans_dropped: int | None = None
    webhook: Mapping[str, int] | None = None
    sight: Sight | None = None


class Exposition(Collector):
    """What is to be read. One a process."""

    def __init__(self, metrics: Metrics, look: Callable[[], Awaitable[Vitals]]) -> None:
        """Make it.

        Args:
            metrics: what is counted.
            look: tells how the process is now; called on the event loop.
        """
        self._metrics = metrics
        self._look = look
        self._vitals = Vitals(None, "")
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(self)
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)
        GCCollector(registry=self._registry)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="metrics")
        self._turn = asyncio.Lock()

    async def render(self, accept: str) -> tuple[str, bytes]:
        """Return content type and text, in the format that an Accept header asks for."""
        async with self._turn:
            self._vitals = await self._look()
            encode, content_type = choose_encoder(accept)
            loop = asyncio.get_running_loop()
            return content_type, await loop.run_in_executor(self._thread, encode, self._registry)

    def close(self) -> None:
        """Let go of the thread."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def collect(self) -> Iterator[Metric]:
        """Yield every metric; see the module."""
        yield _gauges("saga_build_info", "The version of Sagaway that runs.", "version", {version("sagaway"): 1})
        yield from self._counted()
        yield from self._sagas()
        yield from self._engine()

    def _counted(self) -> Iterator[Metric]:
        for counters in self._metrics.counters:
            counter = CounterMetricFamily(counters.name, counters.help, labels=counters.labels)
            for labels, count in list(counters.series.items()):
                counter.add_metric(labels, count.value)
            yield counter
        for histograms in self._metrics.histograms:
            histogram = HistogramMetricFamily(histograms.name, histograms.help, labels=histograms.labels)
            for labels, series in list(histograms.series.items()):
                histogram.add_metric(labels, _cumulative(series.bounds, series.buckets.copy()), series.sum)
            yield histogram

    def _sagas(self) -> Iterator[Metric]:
        counted = self._metrics
        in_flight = {state.value: counted.open[state] for state in IN_FLIGHT}
        yield _gauges("saga_in_flight", "Open sagas that move by themselves, by state.", "state", in_flight)
        yield _gauge("saga_stuck", "STUCK sagas: each waits for a person.", counted.open[SagaState.STUCK])
        aside = self._vitals.quarantined
        if aside is not None:
            yield _gauge("saga_quarantined", "Sagas put aside because they can't be driven.", aside)
        took = counted.recovery_seconds
        if took is not None:
            yield _gauge("saga_recovery_duration_seconds", "How long the recovery at the start took.", took)
            yield _gauge("saga_recovered", "Sagas that the recovery at the start took over.", counted.recovered_sagas)

    def _engine(self) -> Iterator[Metric]:
        yield _gauge("saga_ready", "1 if the server should get traffic.", int(not self._vitals.unready))
        dropped = self._vitals.spans_dropped
        if dropped is not None:
            yield CounterMetricFamily("saga_spans_dropped", "Spans that were never exported.", dropped)
        if self._vitals.webhook is not None:
            letters = CounterMetricFamily(
                "saga_dead_letters", "Letters to the webhook, by outcome.", labels=("outcome",)
            )
            for outcome, count in self._vitals.webhook.items():
                letters.add_metric((outcome,), count)
            yield letters
        if self._vitals.sight is not None:
            yield from _observer(self._vitals.sight)
        load = self._vitals.load
        if load is None:
            return
        yield _gauge("saga_log_writable", "1 if the saga log can be written.", int(load.log_writable))
        yield _gauge("saga_lease_age_seconds", "Since when the lease was not renewed, if there is one.", load.lease_age)
        yield _gauge("saga_live", "Sagas in memory.", load.live_sagas)
        yield _gauge("saga_live_limit", "Sagas that fit into memory; more wait.", load.live_limit)
        yield _gauge("saga_commit_backlog_appends", "Appends waiting for a transaction.", load.backlog)
        yield _gauge("saga_commit_backlog_bytes", "Bytes of events waiting for a transaction.", load.backlog_bytes)
        waiting, running = self._by_participant(load.waiting), self._by_participant(load.running)
        yield _gauges("saga_queue_waiting", "Attempts waiting for their participant's limit.", "participant", waiting)
        yield _gauges("saga_calls_in_flight", "Attempts on the wire.", "participant", running)
        away = self._by_participant(load.away)
        yield _gauges("saga_paused", "What a person has paused, by kind.", "kind", load.paused)
        yield _gauge("saga_log_restored", "1 from a declared restore of the log until its end.", int(load.restored))
        yield _gauges("saga_breaker_open", "1 if a participant is called by probes only.", "participant", away)

    def _by_participant(self, numbers: Mapping[tuple[str, str], int]) -> dict[str, int]:
        """Sum by label value: those beyond the limit of names share one."""
        summed: dict[str, int] = {}
        for name, number in numbers.items():
            value = self._metrics.participant(*name)
            summed[value] = summed.get(value, 0) + number
        return summed


def _observer(sight: Sight) -> Iterator[Metric]:
    """What is seen of choreographed sagas; a seriously large age says that the observer is behind, or its bus away."""
    yield _gauge(
        "saga_observer_connected", "1 if the bus of choreographed sagas can be observed.", int(sight.connected)
    )
    if sight.age_seconds is not None:
        what = "How long ago everything that was published had been observed."
        yield _gauge("saga_observer_age_seconds", what, sight.age_seconds)
    events = CounterMetricFamily("saga_observer_events", "Events from the bus, by what they were.", labels=("outcome",))
    for outcome, count in sight.counts.items():
        events.add_metric((outcome,), count)
    yield events


def _gauge(name: str, help_: str, value: float) -> Metric:
    return GaugeMetricFamily(name, help_, value)


def _gauges(name: str, help_: str, label: str, values: Mapping[str, float]) -> Metric:
    gauges = GaugeMetricFamily(name, help_, labels=(label,))
    for each, value in values.items():
        gauges.add_metric((each,), value)
    return gauges


def _cumulative(bounds: Sequence[float], buckets: Sequence[int]) -> list[tuple[str, float]]:
    names = [*(str(float(bound)) for bound in bounds), "+Inf"]
    return list(zip(names, (float(total) for total in accumulate(buckets)), strict=True))
