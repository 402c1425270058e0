"""What can go wrong between us and a participant while it is registered, by name; calls of sagas raise nothing."""

from __future__ import annotations


class CallerError(Exception):
    """The root of the caller's errors."""


class ParticipantUnreachable(CallerError):
    """A participant did not answer DescribeActions.

    Attributes:
        address: where it was looked for.
        code: name of the gRPC code.
    """

    def __init__(self, address: str, code: str, message: str) -> None:
        super().__init__(
            f"no answer to DescribeActions at {address!r}: {code}: {message}; check that the participant runs there"
        )
        self.address = address
        self.code = code


class PlaintextRefused(CallerError):
    """A participant is on another machine, and nothing would protect what is sent there.

    Attributes:
        address: where it is.
    """

    def __init__(self, address: str) -> None:
        super().__init__(
            f"{address!r} may be on another machine and the orchestrator has no TLS towards participants: set "
            "SAGAWAY_PARTICIPANT_CA, or name the address in SAGAWAY_PLAINTEXT_PARTICIPANTS"
        )
        self.address = address


class DescriptionInvalid(CallerError):
    """A participant answered DescribeActions with nonsense.

    Attributes:
        address: where it answered.
        faults: (field, what is wrong with it) of each fault, at least one.
    """

    def __init__(self, address: str, faults: tuple[tuple[str, str], ...]) -> None:
        listed = "; ".join(f"{field}: {fault}" if field else fault for field, fault in faults)
        super().__init__(f"the participant at {address!r} describes itself wrongly: {listed}")
        self.address = address
        self.faults = faults
