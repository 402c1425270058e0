"""What the server says of itself: `logs` for people and machines that read lines."""

from orchestrator.telemetry.logs import configure_logging

__all__ = ["configure_logging"]
