"""The four barrier cases and their kin, over real gRPC, against real transactions of every database."""

import pytest

from sagaway.participant.testing import CASES, Subject, certify
from tests.participant.conftest import Database, Start


@pytest.mark.parametrize("case", CASES)
async def test_sdk_keeps_the_barrier(case: str, database: Database, start: Start) -> None:
    served = await start(database)
    subject = Subject(
        served.address,
        "reserve",
        {"sku": "SKU-1", "quantity": 2},
        effects=database.effects,
        rejected_input={"sku": "SKU-1", "do": "reject"},
    )
    await certify(subject, case)
