"""`python -m tests.replicas_lab.inside WRAPPER... -- MODULE ARGUMENTS...`: becomes `WRAPPER... python -m MODULE ARGUMENTS...`.

For who can start Python modules only: the process stays the same, so it is signalled as any other.
"""

from __future__ import annotations

import os
import sys

if __name__ == "__main__":
    place = sys.argv.index("--")
    command = [*sys.argv[1:place], sys.executable, "-m", *sys.argv[place + 1 :]]
    os.execvp(command[0], command)
