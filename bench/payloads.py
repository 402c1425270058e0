"""What order-3 carries: 200 bytes of JSON, up and down."""

from __future__ import annotations

import json

from sagaway.v1 import payload_pb2

SIZE = 200


def content() -> dict[str, str]:
    """Return what is `SIZE` bytes as JSON."""
    filler = SIZE - len(json.dumps({"order": "o-1", "note": ""}))
    return {"order": "o-1", "note": "x" * filler}


def payload() -> payload_pb2.Payload:
    """Return a payload of `SIZE` bytes of JSON."""
    return payload_pb2.Payload(json=json.dumps(content()))
