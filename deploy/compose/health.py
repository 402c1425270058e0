"""The containers' health check: asks a server by the standard gRPC health protocol, exits with 0 if it is serving.

`sagaway health` asks the same, but loading a whole command line takes a second of a processor, too much for what
happens in every container every few seconds. So this needs grpc alone, and knows the two messages by their bytes.

Reads SAGAWAY_ADDRESS, SAGAWAY_CA and, where the server wants to see a certificate, SAGAWAY_CERT and SAGAWAY_KEY.
"""

import sys
from os import environ
from pathlib import Path

import grpc

ASKED_OF_ALL = b""
SERVING = b"\x08\x01"
SECONDS = 5.0


def _pem(variable: str) -> bytes | None:
    return Path(environ[variable]).read_bytes() if variable in environ else None


credentials = grpc.ssl_channel_credentials(_pem("SAGAWAY_CA"), _pem("SAGAWAY_KEY"), _pem("SAGAWAY_CERT"))
with grpc.secure_channel(environ["SAGAWAY_ADDRESS"], credentials) as channel:
    try:
        check = channel.unary_unary("/grpc.health.v1.Health/Check", bytes, bytes)
        answer = check(ASKED_OF_ALL, timeout=SECONDS)
    except grpc.RpcError as error:
        sys.exit(f"no answer: {error.code().name}")
sys.exit(None if answer == SERVING else "it answers, but should get no traffic now")
