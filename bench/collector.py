"""A collector that costs next to nothing, one process: `python -m bench.collector ADDRESS`.

It takes exports as bytes and answers that all is well. What a real one costs is paid on another machine.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import grpc

_SERVICE = "opentelemetry.proto.collector.trace.v1.TraceService"


async def _export(request: bytes, context: Any) -> bytes:
    return b""


async def serve(address: str) -> None:
    """Serve until the process ends."""
    server: Any = grpc.aio.server(options=(("grpc.so_reuseport", 0),))
    export = grpc.unary_unary_rpc_method_handler(_export, lambda body: body, lambda body: body)
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(_SERVICE, {"Export": export}),))
    server.add_insecure_port(address)
    await server.start()
    await server.wait_for_termination()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1]))
