"""The model's participant does what the SDK does on a real database, whatever comes in whatever order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from sqlalchemy import Connection, Engine, StaticPool, create_engine

from sagaway.participant import Rejected, barrier_metadata, operation
from sagaway.participant.actions import Action, ActionFacts
from sagaway.participant.calls import CompensateCall, ExecuteCall
from sagaway.participant.errors import Refusal
from sagaway.participant.requests import read_compensate, read_execute
from sagaway.v1 import participant_service_pb2 as contract
from tests.replicas.deciding import Answer
from tests.replicas.participants import Desk, compensate, execute

NOW = datetime(2030, 1, 1, tzinfo=UTC)
DO, REFUSE, UNDO, UNDO_COMPLETED = "execute", "execute, refused", "compensate", "compensate what has completed"
_REASONS = {"OPERATION_COMPENSATED": Answer.BLOCKED, "BARRIER_ROW_MISSING": Answer.MISSING}


class Sdk:
    """One operation on the SDK's barrier, and how often its effect was done and undone."""

    def __init__(self, engine: Engine, key: str) -> None:
        self.done = self.undone = 0
        self._engine = engine
        self._refuses = False
        action = Action("do", lambda call, transaction: None, ActionFacts(), is_async=False)
        action.compensation(lambda call, transaction: None)
        self._setting = operation.Setting("shop", lambda: NOW, action)
        self._context = contract.StepContext(operation_key=key, action="do")
        self._context.first_sent_time.FromDatetime(NOW)
        self._context.not_after_time.FromDatetime(NOW + timedelta(hours=1))

    def deliver(self, message: str) -> Answer:
        try:
            with self._engine.connect() as connection:
                return self._deliver(message, connection)
        except Refusal as refusal:
            return _REASONS[refusal.reason]

    def _deliver(self, message: str, connection: Connection) -> Answer:
        if message in (UNDO, UNDO_COMPLETED):
            known = "COMPLETED" if message == UNDO_COMPLETED else "UNKNOWN"
            undo = contract.CompensateRequest(context=self._context, execute_outcome=f"EXECUTE_OUTCOME_{known}")
            reply = operation.compensate(connection, read_compensate(undo), self._setting, self._author)
            assert contract.CompensateResponse.FromString(reply).HasField("compensated")
            return Answer.COMPENSATED
        self._refuses = message == REFUSE
        request = read_execute(contract.ExecuteRequest(context=self._context))
        reply = operation.execute(connection, request, self._setting, self._author)
        return Answer[str(contract.ExecuteResponse.FromString(reply).WhichOneof("outcome")).upper()]

    def _author(self, call: ExecuteCall | CompensateCall) -> None:
        if isinstance(call, CompensateCall):
            self.undone += 1
        elif self._refuses:
            raise Rejected("REFUSED", "no")
        else:
            self.done += 1


def modelled(desk: Desk, message: str) -> tuple[Desk, Answer]:
    if message in (UNDO, UNDO_COMPLETED):
        return compensate(desk, completed=message == UNDO_COMPLETED)
    return execute(desk, Answer.REJECTED if message == REFUSE else Answer.COMPLETED, stable=True)


def test_the_models_participant_is_the_sdks() -> None:
    engine = create_engine("sqlite://", poolclass=StaticPool)
    barrier_metadata.create_all(engine)
    for number, messages in enumerate(product((DO, REFUSE, UNDO, UNDO_COMPLETED), repeat=4)):
        sdk, desk = Sdk(engine, f"operation-{number}"), Desk()
        for place, message in enumerate(messages, start=1):
            desk, answer = modelled(desk, message)
            assert (sdk.deliver(message), sdk.done, sdk.undone) == (answer, desk.done, desk.undone), messages[:place]
    engine.dispose()


def test_one_of_its_own_hand_keeps_effect_and_tombstone_but_no_refusal() -> None:
    refused, said = execute(Desk(), Answer.REJECTED, stable=False)
    assert (refused, said) == (Desk(), Answer.REJECTED)
    done, said = execute(refused, Answer.COMPLETED, stable=False)
    assert (done.stands, said) == (True, Answer.COMPLETED)
    assert execute(done, Answer.COMPLETED, stable=False) == (done, Answer.COMPLETED)
    assert execute(done, Answer.REJECTED, stable=False) == (done, Answer.REJECTED)
    undone, _ = compensate(done, completed=True)
    assert not undone.stands
    assert execute(undone, Answer.COMPLETED, stable=False) == (undone, Answer.BLOCKED)


@pytest.mark.parametrize("stable", [True, False])
def test_a_late_execute_finds_the_tombstone_of_a_compensate_that_found_nothing(stable: bool) -> None:
    desk, answer = compensate(Desk(), completed=False)
    assert (desk.undone, answer) == (0, Answer.COMPENSATED)
    assert execute(desk, Answer.COMPLETED, stable=stable) == (desk, Answer.BLOCKED)
