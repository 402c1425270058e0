"""What the server says of itself.

`logs` and `journal` for people and machines that read lines · `monitor`: metrics and health over HTTP, made of `metrics`
(what is counted), `exposition` (how it is told) and `endpoint` (the port) · `tracing` and what is beside it: spans.
"""

from orchestrator.telemetry.logs import configure_logging

__all__ = ["configure_logging"]
