"""What `top` shows, read from the server: two looks at it make rates."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any

from sagaway.client import Client, GetOverviewResponse, Saga, as_json, name_of

WORDS = ("started", "completed", "compensated", "stuck", "abandoned")
"""What is counted, in the order in which it is shown."""

LETTERS_SECONDS = 10.0
"""How long dead letters are shown as they were read, while the counts say that nothing has changed."""


@dataclass(frozen=True)
class Reading:
    """What one look saw.

    Attributes:
        overview: how the namespace stands.
        rates: each of `WORDS` a second, since the look before; None: there was none, or the server was started anew.
        letters: sagas that wait for a person, newest first.
        trouble: why the server could not be asked since; empty: it was.
        trouble_since: since when, seconds of `time.monotonic`.
    """

    overview: GetOverviewResponse
    rates: dict[str, float] | None
    letters: tuple[Saga, ...]
    trouble: str = ""
    trouble_since: float = 0.0

    @property
    def open_counts(self) -> dict[str, int]:
        """How many open sagas there are in each state."""
        return {name_of(one, "state"): one.count for one in self.overview.open_sagas}

    def failing(self, message: str) -> Reading:
        """Return it as what was seen last, before the server could not be asked."""
        since = self.trouble_since if self.trouble else time.monotonic()
        return replace(self, trouble=message, trouble_since=since)


class Reader:
    """Looks at a server again and again."""

    def __init__(self, client: Client, rows: int) -> None:
        """Make one that has seen nothing.

        Args:
            client: whom to ask.
            rows: how many of the oldest sagas and of the dead letters to read, up to 100.
        """
        self._client = client
        self._rows = rows
        self._before: GetOverviewResponse | None = None
        self._letters: tuple[Saga, ...] = ()
        self._mark: object = None
        self._letters_time = 0.0

    def ask(self, client: Client) -> None:
        """Ask through another client from now on."""
        self._client = client

    async def read(self) -> Reading:
        """Look.

        Raises:
            SagawayError: the server could not be asked.
        """
        overview = await self._client.operations.overview(oldest=self._rows)
        reading = Reading(overview, self._rates(overview), self._letters)
        mark = (reading.open_counts["STUCK"], overview.quarantined_count, overview.counts.stuck)
        if mark != self._mark or time.monotonic() - self._letters_time > LETTERS_SECONDS:
            self._letters = await self._read_letters() if any(mark[:2]) else ()
            self._mark, self._letters_time = mark, time.monotonic()
        self._before = overview
        return replace(reading, letters=self._letters)

    async def _read_letters(self) -> tuple[Saga, ...]:
        """Read them anew; each costs the server a saga's whole log, so this is not done at every look."""
        letters: list[Saga] = []
        async for saga in self._client.operations.dead_letters(page_size=self._rows):
            letters.append(saga)
            if len(letters) == self._rows:
                break
        return tuple(letters)

    def _rates(self, now: GetOverviewResponse) -> dict[str, float] | None:
        before = self._before
        if before is None or before.count_start_time != now.count_start_time:
            return None
        seconds = (now.time.ToMicroseconds() - before.time.ToMicroseconds()) / 1e6
        if seconds <= 0:
            return None
        return {word: (getattr(now.counts, word) - getattr(before.counts, word)) / seconds for word in WORDS}


def document(reading: Reading, namespace: str) -> dict[str, Any]:
    """Return a reading as `--json` prints it: GetOverviewResponse, and what was made of it."""
    return {
        "namespace": namespace,
        **as_json(reading.overview),
        "rates": reading.rates,
        "dead_letters": [as_json(saga) for saga in reading.letters],
    }
