"""A child process that ends with its parent, however that one ends (on Linux).

It is asked for by a small program in between, which then becomes the child: code of ours between fork and exec would run
other libraries' fork handlers, and gRPC's may crash.
"""

from __future__ import annotations

import os
import signal
import sys

_PR_SET_PDEATHSIG = 1

_BIND = f"""
import ctypes, os, sys
ctypes.CDLL(None).prctl({_PR_SET_PDEATHSIG}, {signal.SIGKILL:d})
if os.getppid() != int(sys.argv[1]):
    sys.exit("the parent died first")
os.execv(sys.argv[2], sys.argv[2:])
"""


def bound_to_us(*command: str) -> tuple[str, ...]:
    """Return a command that runs this one, and has the kernel send it SIGKILL when this process dies.

    It must be started by the thread that lives as long as the process: the main thread.
    """
    if sys.platform != "linux":
        return command
    return (sys.executable, "-I", "-S", "-c", _BIND, str(os.getpid()), *command)
