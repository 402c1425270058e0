"""What every test may rely on."""

from __future__ import annotations

import signal

# Whoever runs the suite in the background of a shell hands down an ignored SIGINT, and children that a test
# interrupts would inherit it. With a handler of Python's own here, they start with the system's default.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
