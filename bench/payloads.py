"""What order-3 carries: 200 bytes of JSON, up and down."""

from __future__ import annotations

import json

from sagaway.v1 import payload_pb2

SIZE = 200


def payload() -> payload_pb2.Payload:
    """Return a payload of `SIZE` bytes of JSON."""
    filler = SIZE - len(json.dumps({"order": "o-1", "note": ""}))
    return payload_pb2.Payload(json=json.dumps({"order": "o-1", "note": "x" * filler}))
