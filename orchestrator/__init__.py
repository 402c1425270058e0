"""The server."""

import os

# gRPC's C core writes to stderr by itself, past the logs: a line for every stranger whose handshake fails. Its errors
# are enough. It reads this once, when it is first imported.
os.environ.setdefault("GRPC_VERBOSITY", "ERROR")
