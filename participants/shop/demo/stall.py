"""When a demo gives up: nothing has moved for too long."""

import asyncio

from participants.shop.demo.errors import DemoError

STALL_SECONDS = 60.0


class Stall:
    """Notices that nothing has moved for a minute."""

    def __init__(self) -> None:
        self._seen: object = None
        self._since = 0.0

    def look(self, seen: object) -> None:
        """Compares what is seen with what was.

        Raises:
            DemoError: it has been the same for too long.
        """
        now = asyncio.get_running_loop().time()
        if seen != self._seen:
            self._seen, self._since = seen, now
        elif now > self._since + STALL_SECONDS:
            raise DemoError(f"nothing has moved for {STALL_SECONDS:.0f} s: {seen}")
