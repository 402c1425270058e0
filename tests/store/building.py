"""Appends to test a store with: short to write, every field different from its default somewhere."""

from __future__ import annotations

import itertools
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace

from orchestrator.core.model import TERMINAL, Mode, SagaKey, SagaState
from orchestrator.store.base import Append, Head, NewSaga, RecordedEvent, SagaLog

_counter = itertools.count(1)

RUNNING = Head(SagaState.RUNNING)


def asleep(wake_time: int | None = None, state: SagaState = SagaState.RUNNING) -> Head:
    return Head(state, owned=False, wake_time=wake_time)


def ended(end_time: int = 99, state: SagaState = SagaState.COMPLETED) -> Head:
    assert state in TERMINAL
    return Head(state, owned=False, end_time=end_time, completed_steps=3)


def make_uid() -> bytes:
    """16 bytes that grow, as UUIDv7s do."""
    return next(_counter).to_bytes(8, "big") + os.urandom(8)


def make_events(count: int, first: int = 1) -> tuple[RecordedEvent, ...]:
    return tuple(
        RecordedEvent("StepPending", 1, 1_000 + place, b'{"step_id":"s%d","attempt":1}' % place)
        for place in range(first, first + count)
    )


@dataclass(frozen=True)
class Built:
    """A saga under construction: where it stands, to build the next append on."""

    key: SagaKey
    uid: bytes
    sequence: int = 0

    def append(self, events: int = 2, head: Head = RUNNING, new: NewSaga | None = None) -> Append:
        return Append(
            self.key, self.uid, os.urandom(16), self.sequence, make_events(events, self.sequence + 1), head, new
        )

    def after(self, events: int) -> Built:
        return replace(self, sequence=self.sequence + events)


def make_new(
    definition_name: str = "place_order",
    definition_version: int = 1,
    start_time: int = 10,
    labels: Mapping[str, str] | None = None,
    mode: Mode = Mode.ORCHESTRATION,
) -> NewSaga:
    return NewSaga(
        definition_name=definition_name,
        definition_version=definition_version,
        definition_hash="ab" * 32,
        fingerprint=bytes(range(32)),
        start_time=start_time,
        timeout_time=start_time + 1_000,
        step_count=3,
        labels=labels or {},
        mode=mode,
    )


def build(saga_id: str = "", namespace: str = "default") -> Built:
    uid = make_uid()
    return Built(SagaKey(namespace, saga_id or uid.hex()), uid)


async def start(
    log: SagaLog, saga_id: str = "", head: Head = RUNNING, namespace: str = "default", **new: object
) -> Built:
    """Commit a new saga of two events and return it as it stands."""
    built = build(saga_id, namespace)
    [outcome] = await log.commit([built.append(2, head, make_new(**new))])  # type: ignore[arg-type] # fields by name
    assert outcome.value == "COMMITTED"
    return built.after(2)
