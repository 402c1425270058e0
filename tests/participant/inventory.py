"""The participant under test: an inventory whose functions do what the input's `do` says. Also runs as a process."""

import argparse
import asyncio
import os
import signal
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import grpc
from sqlalchemy import Column, Connection, Engine, Integer, MetaData, String, Table, create_engine, insert, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from sagaway.participant import CompensateCall, ExecuteCall, Participant, Payload, Pending, Rejected, serve

business = MetaData()
reserved = Table(
    "reserved",
    business,
    Column("id", Integer, primary_key=True),
    Column("saga_id", String(64), nullable=False),
    Column("quantity", Integer, nullable=False),
)
released = Table(
    "released",
    business,
    Column("id", Integer, primary_key=True),
    Column("saga_id", String(64), nullable=False),
    Column("quantity", Integer, nullable=False),
)

METADATA = {f"key-{number}": f"value {number}" for number in range(16)}


class Gate:
    """Stops a function in its transaction until the test lets it go on."""

    def __init__(self) -> None:
        self._entered = threading.Event()
        self._open = threading.Event()
        self.when_entered: Callable[[], None] = self._entered.set

    def stop_here(self) -> None:
        self.when_entered()
        assert self._open.wait(20), "the test never opened the gate"

    async def entered(self) -> None:
        assert await asyncio.to_thread(self._entered.wait, 20), "no function came to the gate"

    def open(self) -> None:
        self._open.set()


class Inventory:
    """Builds the participant for either kind of engine; keeps what its functions were given."""

    def __init__(self, engine: Engine | AsyncEngine, **options: Any) -> None:
        self.participant = Participant("inventory", engine, business_tables=business, **options)
        self.gate = Gate()
        self.executed: list[ExecuteCall] = []
        self.compensated: list[CompensateCall] = []
        kind = _AsyncFunctions(self) if isinstance(engine, AsyncEngine) else _SyncFunctions(self)
        reserve = self.participant.action("reserve", description="Reserves.", input_schema={"type": "object"})(
            kind.reserve
        )
        reserve.compensation(kind.release)
        self.participant.action("check", effect_free=True)(kind.reserve)
        self.participant.action("ship")(kind.reserve)

    def reserve(self, call: ExecuteCall, connection: Connection) -> object:
        self.executed.append(call)
        connection.execute(
            insert(reserved).values(saga_id=call.context.saga_id, quantity=call.input.get("quantity", 1))
        )
        return _DEEDS[call.input.get("do", "complete")](connection)

    def release(self, call: CompensateCall, connection: Connection) -> Pending | None:
        self.compensated.append(call)
        connection.execute(
            insert(released).values(saga_id=call.context.saga_id, quantity=call.input.get("quantity", 1))
        )
        undo = call.input.get("undo")
        if undo == "fail":
            raise ValueError("the card is 4711")
        if undo == "reject":
            raise Rejected("NO_WAY")
        return Pending() if undo == "pending" else None


class _SyncFunctions:
    def __init__(self, inventory: Inventory) -> None:
        self._inventory = inventory

    def reserve(self, call: ExecuteCall, transaction: Connection) -> object:
        if call.input.get("gate"):
            self._inventory.gate.stop_here()
        result = self._inventory.reserve(call, transaction)
        if call.input.get("end"):
            _swallow(getattr(transaction, call.input["end"]), call.input.get("swallow", False))
        return result

    def release(self, call: CompensateCall, transaction: Connection) -> Pending | None:
        if call.input.get("undo") == "gate":
            self._inventory.gate.stop_here()
        return self._inventory.release(call, transaction)


class _AsyncFunctions:
    def __init__(self, inventory: Inventory) -> None:
        self._inventory = inventory

    async def reserve(self, call: ExecuteCall, transaction: AsyncConnection) -> object:
        if call.input.get("gate"):
            await asyncio.to_thread(self._inventory.gate.stop_here)
        if call.input.get("wait"):
            self._inventory.gate.when_entered()
            await asyncio.Event().wait()
        result = await transaction.run_sync(lambda connection: self._inventory.reserve(call, connection))
        if call.input.get("end"):
            try:
                await getattr(transaction, call.input["end"])()
            except Exception:
                if not call.input.get("swallow"):
                    raise
        return result

    async def release(self, call: CompensateCall, transaction: AsyncConnection) -> Pending | None:
        if call.input.get("undo") == "gate":
            await asyncio.to_thread(self._inventory.gate.stop_here)
        return await transaction.run_sync(lambda connection: self._inventory.release(call, connection))


def _swallow(deed: Callable[[], object], swallow: bool) -> None:
    try:
        deed()
    except Exception:
        if not swallow:
            raise


def _reject(_: Connection) -> object:
    raise Rejected("INSUFFICIENT_STOCK", "only 3 of SKU-1 are left")


def _crash(_: Connection) -> object:
    raise ValueError("the card is 4711")


def _break_constraint(connection: Connection) -> object:
    connection.execute(text("INSERT INTO reserved (id, saga_id, quantity) VALUES (1, NULL, 4711)"))
    return None


def _swallow_error(connection: Connection) -> object:
    _swallow(lambda: _break_constraint(connection), True)
    return {"ok": True}


def _kill(_: Connection) -> object:
    os.kill(os.getpid(), signal.SIGKILL)
    return None


_DEEDS: dict[str, Callable[[Connection], object]] = {
    "complete": lambda _: {"reservation": "r-1"},
    "nothing": lambda _: None,
    "payload": lambda _: Payload(binary=b"\0\1", content_type="image/x", metadata=METADATA),
    "pending": lambda _: Pending(),
    "reject": _reject,
    "crash": _crash,
    "break": _break_constraint,
    "swallow": _swallow_error,
    "set": lambda _: {"things": {4711}},
    "huge": lambda _: "x" * (1024 * 1024),
    "broken json": lambda _: Payload(json="{4711"),
    "kill": _kill,
}


def engine_of(url: str) -> Engine | AsyncEngine:
    return create_async_engine(url) if "+a" in url else create_engine(url)


class KillBeforeAnswer(grpc.aio.ServerInterceptor):  # type: ignore[type-arg] # generic only in the stubs
    """Kills the process when an Execute has committed and is about to be answered."""

    async def intercept_service(self, continuation: Any, details: grpc.HandlerCallDetails) -> Any:
        handler = await continuation(details)
        if not details.method.endswith("/Execute"):
            return handler

        async def answer(request: Any, context: Any) -> Any:
            await handler.unary_unary(request, context)
            os.kill(os.getpid(), signal.SIGKILL)

        return grpc.unary_unary_rpc_method_handler(answer, handler.request_deserializer, handler.response_serializer)


def main() -> None:
    """Serve on a free port, tell it on stdout, until SIGTERM."""
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("--kill-before-answer", action="store_true")
    parser.add_argument("--grace", type=float, default=10.0)
    arguments = parser.parse_args()
    inventory = Inventory(engine_of(arguments.url))
    inventory.gate.when_entered = lambda: print("entered", flush=True)

    def open_gate_by_a_line() -> None:
        # Not through sys.stdin: its lock, held by this thread, would break the interpreter's end.
        os.read(0, 1)
        inventory.gate.open()

    threading.Thread(target=open_gate_by_a_line, daemon=True).start()

    async def run() -> None:
        await serve(
            inventory.participant,
            "127.0.0.1:0",
            ready=lambda address: print(address, flush=True),
            interceptors=[KillBeforeAnswer()] if arguments.kill_before_answer else [],
            grace=timedelta(seconds=arguments.grace),
        )

    asyncio.run(run())


if __name__ == "__main__":
    main()
