"""What ends the demo before its time."""


class DemoError(Exception):
    """The demo can't go on; the text says what happened and where to look."""
