"""Asynchronous steps end to end: the real orchestrator, four real services, and a carrier who answers later."""

from __future__ import annotations

import argparse
import asyncio
import logging
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from orchestrator import app
from orchestrator.engine.clock import SystemClock
from participants.shop import carrier, shipping
from participants.shop.common import open_database
from sagaway.client import StepCompletion, name_of, output_of
from sagaway.client.errors import SagawayError
from sagaway.definitions import load_definition
from sagaway.participant import ParticipantServer
from sagaway.participant.testing import Operation, connected
from tests.shop.shipping_world import (
    AT_ONCE,
    DEFINITION,
    HOME,
    NEVER,
    NOWHERE,
    RARELY,
    SOON,
    STEPS,
    WAIT,
    Place,
    place,
    until,
)


def dead_address() -> tuple[socket.socket, str]:
    """A port that refuses every connection for as long as the socket is held."""
    held = socket.socket()
    held.bind(("127.0.0.1", 0))
    return held, f"127.0.0.1:{held.getsockname()[1]}"


# Forward ------------------------------------------------------------------------------------------------------------


async def test_a_step_is_completed_by_the_carriers_report(tmp_path: Path) -> None:
    async with place(tmp_path, poll=RARELY) as p:
        await p.pending()
        saga = await p.client.get("s-1")
        assert name_of(saga.steps[3], "state") == "PENDING"
        assert p.parcels() == ["announced"]

        p.carrier.delay = AT_ONCE
        output = output_of(await p.settled())

        [(parcel_id, tracking_number)] = p.rows("shipping", "SELECT parcel_id, tracking_number FROM parcel")
        assert (output["parcel_id"], output["tracking_number"]) == (parcel_id, tracking_number)
        # CompleteStep told: no attempt did, and the orchestrator had not asked again.
        completed = [event for event in await p.events() if event.type == "StepCompleted"]
        assert [(event.step_id, event.attempt) for event in completed][-1] == ("ship_order", 0)
        assert p.ledger() == ["announce", "ship"]
        await until(lambda: not p.tokens())


@pytest.mark.parametrize("report", ["off", "lost"])
async def test_without_a_report_the_next_question_finds_the_outcome(
    tmp_path: Path, report: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(carrier, "REPORT_PATIENCE", timedelta(milliseconds=50))
    held, address = dead_address()
    with held:
        async with place(tmp_path, reports_to="" if report == "off" else address) as p:
            token = await p.pending()
            p.carrier.delay = AT_ONCE
            output = output_of(await p.settled())

            assert output["tracking_number"] == p.rows("shipping", "SELECT tracking_number FROM parcel")[0][0]
            completed = [event for event in await p.events() if event.type == "StepCompleted"][-1]
            assert (completed.step_id, completed.attempt > 1) == ("ship_order", True)
            await until(lambda: not p.tokens())
    warnings = [record.getMessage() for record in caplog.records if record.name == carrier.log.name]
    assert any("report of saga s-1 was not taken" in text for text in warnings) is (report == "lost")
    assert token not in caplog.text


async def test_a_report_beside_a_question_is_one_outcome(tmp_path: Path) -> None:
    """Both tell the same, whoever comes first; one event is made of it."""
    async with place(tmp_path, delay=AT_ONCE, poll=timedelta(milliseconds=10)) as p:
        sagas = [f"s-{number}" for number in range(8)]
        await asyncio.gather(*(p.start(saga_id) for saga_id in sagas))
        for saga_id in sagas:
            output_of(await p.settled(saga_id))
            types = [event.type for event in await p.events(saga_id) if event.step_id == "ship_order"]
            assert types.count("StepCompleted") == 1
        assert p.parcels() == ["shipped"] * 8


# Back ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("report", [True, False])
async def test_a_refused_parcel_undoes_the_order_in_reverse(tmp_path: Path, report: bool) -> None:
    poll, reports_to = (RARELY, None) if report else (SOON, "")
    async with place(tmp_path, delay=AT_ONCE, poll=poll, reports_to=reports_to) as p:
        await p.start(ship_to=NOWHERE)
        saga = await p.settled()

        assert (name_of(saga, "state"), name_of(saga, "cause")) == ("COMPENSATED", "REJECTED")
        assert saga.error.reason == "ADDRESS_UNDELIVERABLE"
        assert saga.error.message == "no place has postal code 00123"
        events = await p.events()
        undone = [event.step_id for event in events if event.type == "StepCompensated"]
        assert undone == ["process_payment", "reserve_inventory", "create_order"]
        assert [event.step_id for event in events if event.type == "StepRejected"] == ["ship_order"]
        assert p.ledger() == ["announce", "refuse"]
        assert p.rows("payment", "SELECT status FROM payment") == [("refunded",)]
        assert p.rows("payment", "SELECT balance FROM account WHERE account_id = 'ada'") == [(1_000_000,)]


async def test_a_cancel_while_pending_calls_the_parcel_back(tmp_path: Path) -> None:
    async with place(tmp_path) as p:
        await p.pending()
        await p.client.cancel("s-1", "changed her mind")
        await p.reach("CompensationPending")
        # The carrier has not confirmed: nothing before it is undone yet, and the pick-up is withdrawn.
        saga = await p.client.get("s-1")
        assert [name_of(step, "state") for step in saga.steps] == ["COMPLETED"] * 3 + ["COMPENSATION_PENDING"]
        assert p.parcels() == ["recalling"]
        assert p.tokens() == [("recall",)]

        p.carrier.delay = AT_ONCE
        saga = await p.settled()

        assert (name_of(saga, "state"), name_of(saga, "cause")) == ("COMPENSATED", "CANCELLED")
        undone = [event.step_id for event in await p.events() if event.type == "StepCompensated"]
        assert undone == STEPS[::-1]
        assert p.ledger() == ["announce", "recall", "return"]


async def test_a_recall_that_nobody_reports_is_found_by_the_next_question(tmp_path: Path) -> None:
    async with place(tmp_path, reports_to="") as p:
        await p.pending()
        await p.client.cancel("s-1")
        await p.reach("CompensationPending")
        p.carrier.delay = AT_ONCE
        assert name_of(await p.settled(), "state") == "COMPENSATED"
        told = next(event for event in await p.events() if event.type == "StepCompensated")
        assert (told.step_id, told.attempt > 1) == ("ship_order", True)


async def test_an_outcome_that_takes_too_long_undoes_the_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Jumping(SystemClock):
        ahead = 0

        def now(self) -> int:
            return super().now() + self.ahead

    monkeypatch.setattr(app, "SystemClock", Jumping)
    async with place(tmp_path) as p:
        await p.pending()
        Jumping.ahead = round(p.definition.steps[-1].pending_timeout.ToTimedelta() / timedelta(microseconds=1))
        failed = await p.reach("StepFailed")
        assert failed.step_id == "ship_order"
        # It may be on its way: it is called back, and only then the rest is undone.
        await p.reach("CompensationPending")
        p.carrier.delay = AT_ONCE
        saga = await p.settled()
        assert name_of(saga, "state") == "COMPENSATED"
        assert name_of(saga, "cause") == "TIMED_OUT"
        assert p.ledger() == ["announce", "recall", "return"]
        assert p.rows("payment", "SELECT status FROM payment") == [("refunded",)]


@pytest.mark.parametrize(
    ("ship_to", "says"),
    [
        (None, "ship_to is missing; give an object with name, street, postal_code, city"),
        ("Bremen", 'ship_to is "Bremen"'),
        (HOME | {"street": ""}, 'ship_to.street is ""'),
        (HOME | {"city": 7}, "ship_to.city is 7"),
        (HOME | {"postal_code": "2819"}, 'ship_to.postal_code is "2819"; give 5 digits'),
        (HOME | {"postal_code": "２８１９５"}, "give 5 digits"),
    ],
)
async def test_what_shipping_sees_for_itself_it_refuses_at_once(tmp_path: Path, ship_to: object, says: str) -> None:
    engine = open_database(shipping.SERVICE, tmp_path / "shipping.db", None)
    service = shipping.participant(engine)
    await service.create_tables()
    async with ParticipantServer(service, "127.0.0.1:0") as server, connected(server.address) as channel:
        answer = await Operation(channel, "ship_order", {"order_id": "SO-1", "ship_to": ship_to}).execute()
    assert answer.execute.rejected.reason == "INVALID_ORDER"
    assert says in answer.execute.rejected.message
    with engine.connect() as connection:
        for table in (shipping.parcel, shipping.ledger, carrier.carrier_order):
            assert not connection.execute(select(table)).all()
    engine.dispose()


async def test_an_order_that_nobody_waits_for_is_put_aside(tmp_path: Path) -> None:
    async with place(tmp_path, poll=RARELY) as p:
        await p.pending()
        [(key,)] = p.rows("shipping", "SELECT operation_key FROM parcel")
        with p.engine.begin() as tx:
            p.service.complete(tx, key, {"parcel_id": "by hand", "tracking_number": "by hand"})
        p.carrier.delay = AT_ONCE
        query = "SELECT reason, completion_token FROM carrier_order"
        await until(lambda: p.rows("shipping", query) == [("NOT_WAITED_FOR", None)])
        assert p.parcels() == ["announced"], "what the carrier did was rolled back"
        # The next order is not held up.
        await p.start("s-2")
        output_of(await p.settled("s-2"))


# Restarts -----------------------------------------------------------------------------------------------------------


async def test_restarts_while_pending_lose_nothing(tmp_path: Path) -> None:
    async with place(tmp_path) as p:
        await p.pending()
        await p.stop_orchestrator()
        await p.stop_shipping()
        assert p.tokens() == [("pick_up",)]

        await p.start_orchestrator()
        assert name_of((await p.client.get("s-1")).steps[3], "state") == "PENDING"
        await p.start_shipping(AT_ONCE)
        await p.client.participants.update("shipping", p.addresses["shipping"])

        output_of(await p.settled())
        assert p.ledger() == ["announce", "ship"]


async def test_an_outcome_told_while_the_orchestrator_is_away_is_found(tmp_path: Path) -> None:
    async with place(tmp_path) as p:
        await p.pending()
        await p.stop_orchestrator()
        p.carrier.delay = AT_ONCE
        await until(lambda: p.parcels() == ["shipped"])
        await p.start_orchestrator()
        output_of(await p.settled())


async def test_an_answer_that_was_not_reported_yet_is_reported_by_the_next_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The carrier ends between its answer's commit and its report: here, while the report does not come through."""
    monkeypatch.setattr(carrier, "REPORT_PATIENCE", WAIT)
    held, address = dead_address()
    with held:
        async with place(tmp_path, poll=RARELY, reports_to=address) as p:
            await p.pending()
            p.carrier.delay = AT_ONCE
            await until(lambda: p.parcels() == ["shipped"])
            await p.stop_shipping()
            assert p.tokens() == [("pick_up",)]

            await p.start_shipping(NEVER)
            output_of(await p.settled())
            await until(lambda: not p.tokens())


@asynccontextmanager
async def shipping_process(p: Place, delay: timedelta) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """Run shipping as a process; yields it and its address. What it prints is for people, and never the token."""
    arguments = ("--database", str(p.folder / "shipping.db"), "--listen", "127.0.0.1:0", "--orchestrator", p.address)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "participants.shop.shipping", *arguments, "--carrier-delay", str(delay.total_seconds())),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(WAIT.total_seconds()):
            said = (await process.stdout.readline()).decode()
        assert said.startswith("shipping serves on 127.0.0.1:"), said
        yield process, said.split()[-1]
    finally:
        if process.returncode is None:
            process.terminate()
        printed, _ = await process.communicate()
    assert printed == b""


async def test_the_shipping_process_is_killed_while_pending(tmp_path: Path) -> None:
    """SIGKILL between acceptance and answer; the carrier of the next process has the order."""
    async with place(tmp_path, poll=RARELY) as p:
        await p.stop_shipping()
        async with shipping_process(p, NEVER) as (process, address):
            await p.client.participants.update("shipping", address)
            await p.pending()
            process.kill()
            await process.wait()
        assert p.tokens() == [("pick_up",)]

        async with shipping_process(p, AT_ONCE) as (process, _):
            output_of(await p.settled())
            await until(lambda: not p.tokens())
        assert process.returncode == 0
        assert p.ledger() == ["announce", "ship"]


# The token ----------------------------------------------------------------------------------------------------------


async def test_the_token_is_nowhere_but_where_it_is_needed(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    # Everything that anybody says, but statements with their parameters, which both programs leave off.
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.WARNING, "sqlalchemy")
    errors: list[str] = []
    async with place(tmp_path) as p:
        tokens = [await p.pending(saga_id) for saga_id in ("s-1", "s-2")]
        await p.client.cancel("s-2")
        await p.reach("CompensationPending", "s-2")
        [(recall,)] = p.rows("shipping", "SELECT completion_token FROM carrier_order WHERE kind = 'recall'")
        tokens.append(recall)
        assert len(set(tokens)) == 3
        # While it is needed: in one row each, and nowhere else.
        for token in (tokens[0], recall):
            assert [name for name in DATABASES for text in dump(p, name) if token in text] == ["shipping"]

        for saga_id, step_id, token in (
            ("s-9", "ship_order", tokens[0]),
            ("s-2", "ship_order", tokens[0]),
            ("s-1", "create_order", tokens[0]),
            ("s-2", "ship_order", tokens[1]),
        ):
            with pytest.raises(SagawayError) as caught:
                await p.client.complete_step(saga_id, step_id, token, StepCompletion())
            errors += [str(caught.value), repr(caught.value), repr(caught.value.metadata)]
        p.carrier.delay = AT_ONCE
        for saga_id in ("s-1", "s-2"):
            saga = await p.settled(saga_id)
            errors += [str(saga), *(str(event) for event in await p.events(saga_id))]
        await until(lambda: not p.tokens())
        tables = [text for name in DATABASES for text in dump(p, name)]
    printed = capfd.readouterr()
    assert "s-1" in "".join(tables)
    for token in tokens:
        for texts in (errors, tables, [caplog.text, printed.out, printed.err]):
            assert not any(token in text for text in texts)


DATABASES = ("order", "inventory", "payment", "shipping", "sagaway")


def dump(p: Place, database: str) -> list[str]:
    """Every row of a database, as text; blobs too."""
    texts = []
    for (table,) in p.rows(database, "SELECT name FROM sqlite_master WHERE type = 'table'"):
        for row in p.rows(database, f'SELECT * FROM "{table}"'):
            texts += [value.decode(errors="replace") if isinstance(value, bytes) else str(value) for value in row]
    return texts


# The definition -----------------------------------------------------------------------------------------------------


def test_it_goes_the_way_of_an_order_and_ships_it() -> None:
    shipped, placed = load_definition(DEFINITION), load_definition(DEFINITION.with_name("place_order.yaml"))
    assert [step.id for step in shipped.steps] == STEPS
    # The first three are those of place_order.
    assert list(shipped.steps[:3]) == list(placed.steps)


@pytest.mark.parametrize("text", ["-1", "soon", "nan", "2592001"])
def test_a_bad_delay_is_said(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="is no delay; give seconds from 0 to 2592000"):
        shipping.read_delay(text)
    assert shipping.read_delay("0.5") == timedelta(milliseconds=500)
