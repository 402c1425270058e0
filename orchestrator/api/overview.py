"""How a namespace stands as a whole, and how calls to its participants do.

Asked every second by whoever looks on, so nothing here may cost more where there is more: counts end at `MOST`, lists
are short, and what is in memory is not read from the log.
"""

from __future__ import annotations

from orchestrator.api.backend import Backend
from orchestrator.api.convert import named, row_message, timestamp
from orchestrator.api.pauses import pause_message
from orchestrator.api.validation import Check
from orchestrator.caller.base import Limits
from orchestrator.caller.breaker import BreakerState
from orchestrator.core.model import SagaState
from orchestrator.engine.load import Traffic
from sagaway.v1 import orchestrator_service_pb2 as v1
from sagaway.v1 import participant_registry_service_pb2 as registry
from sagaway.v1 import saga_pb2

MOST = 10_000
"""Where counting ends."""

MOST_PARTICIPANTS = 200
MOST_PAUSED = 200

DEFAULT_OLDEST = 10
MOST_OLDEST = 100

_BREAKERS = named(BreakerState, registry.BreakerState, "BREAKER_STATE")
_STATES = named(SagaState, saga_pb2.SagaState, "SAGA_STATE")
_QUIET = Traffic()


async def overview(backend: Backend, request: v1.GetOverviewRequest) -> v1.GetOverviewResponse:
    """Return how the request's namespace stands."""
    check = Check()
    namespace = check.namespace(request.namespace)
    oldest = check.number("oldest_size", request.oldest_size, DEFAULT_OLDEST, MOST_OLDEST)
    check.done()
    survey = await backend.log.survey(namespace, MOST, oldest)
    now, restored_time = backend.clock.now(), backend.engine.restoring.since
    limits, traffic = backend.registry.limits(namespace), backend.engine.traffic(namespace)
    return v1.GetOverviewResponse(
        time=timestamp(now),
        count_start_time=timestamp(backend.tally.since),
        counts=v1.SagaCounts(**backend.tally.counts(namespace)),
        open_sagas=[v1.SagaStateCount(state=_STATES[state], count=count) for state, count in survey.counts.items()],
        quarantined_count=survey.quarantined,
        oldest_sagas=[row_message(row, now) for row in survey.oldest],
        participants=[
            v1.ParticipantOverview(
                name=name,
                max_concurrent_calls=limits[name].calls,
                max_calls_per_second=limits[name].rate,
                status=status_message(traffic.get(name, _QUIET)),
            )
            for name in _worst_first(limits, traffic)[:MOST_PARTICIPANTS]
        ],
        participant_count=len(limits),
        restored_time=timestamp(restored_time) if restored_time else None,
        paused_definitions=[
            v1.PausedDefinition(name=one.target.name, version=one.target.version, pause=pause_message(one))
            for one in backend.engine.pausing.standing.definitions(namespace)[:MOST_PAUSED]
        ],
    )


def status_message(traffic: Traffic | None) -> registry.ParticipantStatus:
    """Return how calls to a participant stand; None: nobody has called it since the process began."""
    traffic = traffic or _QUIET
    return registry.ParticipantStatus(
        breaker_state=_BREAKERS[traffic.state],
        outage_time=timestamp(traffic.outage_time),
        error_code=traffic.failure.code,
        error_reason=traffic.failure.reason,
        running_calls=traffic.running,
        waiting_calls=traffic.waiting,
        pause=pause_message(traffic.pause),
    )


def _worst_first(limits: dict[str, Limits], traffic: dict[str, Traffic]) -> list[str]:
    def rank(name: str) -> tuple[bool, int, str]:
        now = traffic.get(name, _QUIET)
        return not (now.outage_time or now.pause), -(now.running + now.waiting), name

    return sorted(limits, key=rank)
