"""Ids and fingerprints. Randomness is an argument, so that a run can be repeated."""

from __future__ import annotations

import hashlib
import json
import random

from orchestrator.core.model import Payload
from orchestrator.engine.commands import StartSaga


def new_uid(now: int, chance: random.Random) -> bytes:
    """Return a UUIDv7 (RFC 9562) as 16 bytes: rows made together lie together.

    Args:
        now: microseconds since 1970.
        chance: source of its random bits.
    """
    value = (now // 1_000) << 80 | chance.getrandbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return value.to_bytes(16, "big")


def fingerprint(command: StartSaga) -> bytes:
    """Return what makes a repeated StartSaga the same: SHA-256 over definition, version as requested, input, labels;
    and, of a restart, the saga that is started again.
    """
    request: list[object] = [
        command.definition.name,
        command.requested_version,
        _described(command.input),
        sorted(command.labels.items()),
    ]
    if command.restart is not None:
        request.append(command.restart.saga_id)
    described = json.dumps(request, separators=(",", ":"))
    return hashlib.sha256(described.encode()).digest()


def _described(payload: Payload) -> list[object]:
    binary = payload.binary.hex() if payload.binary is not None else None
    return [payload.json, binary, payload.content_type, sorted(payload.metadata.items())]
