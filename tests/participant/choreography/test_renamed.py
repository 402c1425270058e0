"""A reaction that is given another name would do its work again at all that the bus has kept: that is refused at the start."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection

from sagaway.bus import Bus
from sagaway.participant import Participant, SetupError
from sagaway.participant.choreography import Choreography, ChoreographyService, EventCall
from tests.bus.worlds import drained
from tests.participant.choreography.warehouse import CREATED, Warehouse, effects, order, serving
from tests.participant.conftest import ON_SYNC, Database
from tests.participant.inventory import business


def reacting(books: Database, *names: str, retired: tuple[str, ...] = ()) -> Choreography:
    """Return the same participant with these reactions."""
    participant = Participant("inventory", books.engine(), business_tables=business)
    made = Choreography(participant, retired=retired)

    def look(_call: EventCall, _transaction: Connection) -> None:
        return None

    for name in names:
        made.on(CREATED, name=name)(look)
    return made


@ON_SYNC
async def test_a_new_name_beside_one_that_is_gone_is_refused_until_somebody_says_which_it_is(
    books: Database, bus: Bus
) -> None:
    warehouse = Warehouse(books.engine())
    async with serving(warehouse, bus):
        await bus.publish(order("o-1"), message_id="1")
        await drained(bus, "inventory.reserve")
    assert effects(books, "o-1") == (1, 0)
    with pytest.raises(SetupError) as refused:
        await ChoreographyService(reacting(books, "hold"), bus).start()
    assert str(refused.value) == (
        "participant 'inventory': reaction 'hold' has handled nothing yet, and 'reserve', which has, is not declared any "
        "more. If it is the same one, give it name='reserve': under another name it would do its work again at all events "
        "that the bus has kept. If it is another one, say Choreography(..., retired=['reserve'])"
    )
    async with ChoreographyService(reacting(books, "hold", retired=("reserve",)), bus):
        await drained(bus, "inventory.hold")
    for names in (("hold",), ("hold", "reserve"), ("hold", "reserve", "another")):
        chosen = reacting(books, *names, retired=("reserve",) if "reserve" not in names else ())
        async with ChoreographyService(chosen, bus):
            for name in names:
                await drained(bus, f"inventory.{name}")
    async with ChoreographyService(reacting(books, "hold", "another"), bus):
        pass  # one is gone, and none is new
