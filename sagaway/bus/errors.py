"""What can go wrong on the bus, and what a handler says to it. No text holds an event's data."""


class BusError(Exception):
    """The root of what the bus raises."""


class BusSetupError(BusError):
    """A setting, a name or the server's configuration is wrong; the text says what to change."""


class BusUnavailableError(BusError):
    """The bus can't be reached or did not answer in time.

    Of a publish nothing is known: publish again with the same message id.
    """


class EventInvalidError(BusError, ValueError):
    """It is not an event of ours; the text names the attribute and the fault."""


class LetterNotFoundError(BusError):
    """There is no dead letter of this id: it was replayed or discarded, or is past the retention."""


class Redeliver(Exception):
    """Raise it in a handler: the event could not be handled now; it comes again after a backoff.

    Args:
        reason: a sentence for people, without data; the last one becomes the dead letter's reason.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Poison(Exception):
    """Raise it in a handler: this event can never be handled here; it becomes a dead letter at once.

    Args:
        reason: as of `Redeliver`.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
