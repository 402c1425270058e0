"""A saga's row, read with doubt: a damaged one is one saga's trouble and never the page's that it stands on.

Texts come as the bytes that are stored, because the driver would refuse the whole result for one that is no UTF-8.
Each value is then held to its column's type: SQLite's strict tables refuse a wrong one when it is written, and nobody
looks again when it is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, case, func, literal, null

from orchestrator.core.model import Cause, Mode, SagaKey, SagaState
from orchestrator.store.base import CorruptLog, SagaRow
from orchestrator.store.dialect import Utf8
from orchestrator.store.schema import sagas

_KINDS: dict[str, Any] = {
    "namespace": str,
    "saga_id": str,
    "uid": bytes,
    "sequence": int,
    "state": SagaState,
    "cause": Cause | None,
    "definition_name": str,
    "definition_version": int,
    "definition_hash": str,
    "fingerprint": bytes,
    "labels": str,
    "start_time": int,
    "timeout_time": int,
    "end_time": int | None,
    "wake_time": int | None,
    "owner_epoch": int | None,
    "claim": int,
    "step_count": int,
    "completed_steps": int,
    "compensated_steps": int,
    "mode": Mode,
    "paused": int,
    "quarantine_reason": str,
    "quarantine_time": int | None,
}
"""The columns that make a `SagaRow`, in its order, and what each holds."""

_TEXTS = frozenset(name for name, kind in _KINDS.items() if kind in (str, SagaState, Cause | None, Mode))

COLUMNS = tuple(Utf8(sagas.c[name]) if name in _TEXTS else sagas.c[name] for name in _KINDS)
"""What to select for `read_head`."""

_NAMES = tuple(_KINDS)
_UID = _NAMES.index("uid")
_START_TIME = _NAMES.index("start_time")

_labels_of = msgspec.json.Decoder(dict[str, str]).decode


def uid_of(row: Sequence[Any]) -> bytes:
    """Return the key of a row of `COLUMNS`, however damaged the rest of it is."""
    uid: bytes = row[_UID]
    return uid


def position_of(row: Sequence[Any]) -> tuple[int, bytes] | None:
    """Return where a row of `COLUMNS` stands in lists, or None if damage left it no place."""
    time, uid = row[_START_TIME], row[_UID]
    return (time, uid) if type(time) is int and type(uid) is bytes else None


def emptied() -> dict[str, ColumnElement[Any]]:
    """Return what makes a row one that its table takes again: values of another type than their column's are emptied.

    Only for a row that is put aside, whose reason says what was damaged.
    """
    values: dict[str, ColumnElement[Any]] = {}
    for name, kind in _KINDS.items():
        if name in ("uid", "owner_epoch", "wake_time", "quarantine_reason", "quarantine_time"):
            continue  # its key, and what putting aside sets
        column = sagas.c[name]
        type_, empty = ("text", "") if name in _TEXTS else ("blob", b"") if kind is bytes else ("integer", 0)
        nothing = func.hex(sagas.c.uid) if name == "saga_id" else null() if column.nullable else literal(empty)
        values[name] = case((func.typeof(column).in_((type_, "null")), column), else_=nothing)
    return values


def read_head(row: Sequence[Any]) -> SagaRow:
    """Return a saga's row.

    Args:
        row: the values of `COLUMNS`.

    Raises:
        CorruptLog: with the saga and the first column that can't be read; never with what stands there.
    """
    values = dict(zip(_NAMES, row, strict=True))
    for name, kind in _KINDS.items():
        try:
            values[name] = _value(name, kind, values[name])
        except (ValueError, TypeError, msgspec.MsgspecError):
            raise CorruptLog(f"the row of saga {_name(row)} can't be read: its {name} is damaged") from None
    key = SagaKey(values.pop("namespace"), values.pop("saga_id"))
    return SagaRow(key, **values)


def _value(name: str, kind: Any, value: Any) -> Any:
    if name in _TEXTS and value is not None:
        value = value.decode()
    if name == "labels":
        return _labels_of(value) if value != "{}" else {}
    if kind is bytes:
        if type(value) is not bytes:
            raise TypeError
        return value
    if name == "paused":
        return bool(msgspec.convert(value, int | bool))
    return value if type(value) is kind else msgspec.convert(value, kind)


def _name(row: Sequence[Any]) -> str:
    """Return the saga's name as far as it can be told."""
    namespace, saga_id = (part.decode(errors="replace") if type(part) is bytes else "?" for part in row[:2])
    return f"{namespace}/{saga_id}"
