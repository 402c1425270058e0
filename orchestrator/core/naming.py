"""What a saga, a step and a trace are called where people look for them: the fields of every log line about one."""

from __future__ import annotations

from orchestrator.core.model import SagaKey


def about(key: SagaKey, traceparent: str = "", step_id: str = "") -> dict[str, str]:
    """Return the fields of a log line about a saga, or about one of its steps.

    Args:
        key: the saga.
        traceparent: its W3C trace context, or empty.
        step_id: the step, or empty.
    """
    fields = {"namespace": key.namespace, "saga_id": key.saga_id}
    if step_id:
        fields["step_id"] = step_id
    if traceparent:
        fields["trace_id"] = traceparent[3:35]  # version-trace_id-parent_id-flags
    return fields
