"""What a play is about: where, which orders, and what there was before them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from participants.shop.demo.orders import Order


@dataclass(frozen=True, slots=True)
class Setting:
    """What a play needs."""

    folder: Path
    """Fresh: databases and logs go here."""
    orders_file: Path
    """What is placed."""
    orders: Sequence[Order]
    """The same, read."""
    seed: Path
    """Fills the services' databases."""

    @property
    def log(self) -> Path:
        """The saga log's file."""
        return self.folder / "sagaway.db"
