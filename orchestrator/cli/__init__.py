"""The command `sagaway`."""

import os

# gRPC's core writes notes of its own to stderr (`Got goaway` when a server stops): they would tear a live display and
# stand between JSON log lines. Set here because it is read when gRPC is first imported.
os.environ.setdefault("GRPC_VERBOSITY", "ERROR")
