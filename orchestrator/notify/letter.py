"""What is told of a saga that needs a person: a CloudEvent in the structured JSON mode, and its signature. Pure.

It names codes and reasons, never payloads, labels or messages: those may hold what a participant was given. Its id is
made from what the log says, so the same occurrence has the same id after any restart, and whoever receives it twice can
tell.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from orchestrator.core.model import Phase, Saga
from orchestrator.core.operations import legal_actions, may_stand
from orchestrator.store.base import SagaRow

STUCK = "dev.sagaway.saga.stuck.v1"
QUARANTINED = "dev.sagaway.saga.quarantined.v1"
CONTENT_TYPE = "application/cloudevents+json; charset=utf-8"
TIMESTAMP_HEADER = "Sagaway-Timestamp"
SIGNATURE_HEADER = "Sagaway-Signature"


@dataclass(frozen=True, slots=True)
class Letter:
    """One occurrence that is to be told.

    Attributes:
        id: of the event; the same for the same occurrence.
        body: UTF-8 JSON.
    """

    id: str
    body: bytes


def stuck_letter(installation: str, saga: Saga, row: SagaRow, sequence: int, time: int) -> Letter:
    """Return what is told of a STUCK saga.

    Args:
        installation: the id of this one.
        saga: as the log has it.
        row: its row.
        sequence: of the event that made it STUCK.
        time: of that event, microseconds.
    """
    id_ = f"{row.key.namespace}/{row.key.saga_id}/{sequence}"
    return _letter(STUCK, id_, time, installation, _about(row) | {"sequence": sequence} | _standing(saga))


def quarantined_letter(installation: str, saga: Saga | None, row: SagaRow) -> Letter:
    """Return what is told of a saga in quarantine.

    Args:
        installation: the id of this one.
        saga: as the log has it; None if it can't be folded.
        row: its row, with the time of its quarantine; no event tells of one, so that time stands in for a sequence.
    """
    time = row.quarantine_time or 0
    id_ = f"{row.key.namespace}/{row.key.saga_id}/q{time}"
    return _letter(QUARANTINED, id_, time, installation, _about(row) | (_standing(saga) if saga is not None else {}))


def signature(secret: bytes, timestamp: str, body: bytes) -> str:
    """Return what stands in `Sagaway-Signature`: the HMAC-SHA256 of timestamp, a dot, and the body."""
    return "v1=" + hmac.new(secret, timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def _letter(type_: str, id_: str, time: int, installation: str, data: dict[str, Any]) -> Letter:
    event = {
        "specversion": "1.0",
        "type": type_,
        "id": id_,
        "source": f"/sagaway/installations/{installation}",
        "subject": data["saga_id"],
        "time": _instant(time),
        "datacontenttype": "application/json",
        "data": data,
    }
    return Letter(id_, json.dumps(event, ensure_ascii=False).encode())


def _about(row: SagaRow) -> dict[str, Any]:
    return {
        "namespace": row.key.namespace,
        "saga_id": row.key.saga_id,
        "definition": row.definition_name,
        "definition_version": row.definition_version,
        "state": row.state.value,
        "cause": row.cause.value if row.cause is not None else "",
        "start_time": _instant(row.start_time),
        "last_sequence": row.sequence,
    }


def _standing(saga: Saga) -> dict[str, Any]:
    found: dict[str, Any] = {
        "possibly_done": list(may_stand(saga)),
        "legal_actions": [{"action": legal.action.value, "step": legal.step_id} for legal in legal_actions(saga)],
    }
    if saga.failure is not None:
        found |= {"step": saga.failure_step, "phase": (saga.failure_phase or "") and str(saga.failure_phase)}
        found["error"] = {"code": saga.failure.code, "reason": saga.failure.reason}
        step = saga.steps.get(saga.failure_step)
        if step is not None:
            undoing = saga.failure_phase is Phase.COMPENSATE
            found["attempts"] = step.compensate_attempts if undoing else step.execute_attempts
            found["participant"] = saga.definition.by_id[saga.failure_step].participant
    return found


def _instant(microseconds: int) -> str:
    return datetime.fromtimestamp(microseconds / 1e6, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
