"""Where participants are: name to address and limits, kept in memory, and the channels that lead there.

The saga log's participant rows are the truth; whoever changes them, or finds them changed, tells this registry. Names and
addresses are apart from channels: two participants at one address share its channel, and a change renews the
address's channel without losing a call in flight.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import grpc
from google.protobuf.message import DecodeError

from orchestrator.caller.answers import clean_message
from orchestrator.caller.base import Limits
from orchestrator.caller.channels import Line
from orchestrator.caller.description import read_description
from orchestrator.caller.encryption import Encryption
from orchestrator.caller.errors import DescriptionInvalid, ParticipantUnreachable
from sagaway.v1 import participant_service_pb2

_DESCRIBE = participant_service_pb2.DescribeActionsRequest().SerializeToString()


@dataclass(frozen=True, slots=True)
class Registration:
    """Where a participant is and how much it takes.

    Attributes:
        address: gRPC target.
        limits: how many calls it takes.
        batch_limit: the most members of an ExecuteBatch; 0: it takes none.
        probed: the actions of which it can be asked whether they were done.
        seals: True if it offers Seal.
    """

    address: str
    limits: Limits
    batch_limit: int = 0
    probed: frozenset[str] = frozenset()
    seals: bool = False


class ParticipantRegistry:
    """The participants of all namespaces, with their channels. Belongs to one event loop."""

    def __init__(self, encryption: Encryption | None = None) -> None:
        """Make a registry that knows nobody yet.

        Args:
            encryption: who is reached over TLS; None: nobody, and only this machine's participants are reached.
        """
        self._encryption = encryption or Encryption()
        self._registrations: dict[tuple[str, str], Registration] = {}
        self._lines: dict[str, Line] = {}
        self._retired: set[Line] = set()

    def put(
        self,
        namespace: str,
        name: str,
        address: str,
        limits: Limits,
        batch_limit: int = 0,
        *,
        probed: frozenset[str] = frozenset(),
        seals: bool = False,
    ) -> None:
        """Register a participant, or replace its registration and renew the channel to its address.

        Args:
            namespace: the participant's namespace.
            name: its name in the namespace.
            address: gRPC target.
            limits: how many calls it takes.
            batch_limit: the most members of an ExecuteBatch, as it described itself; 0: it takes none.
            probed: the actions for which it offers Probe.
            seals: True if it offers Seal, as it described itself.
        """
        self.register(namespace, name, Registration(address, limits, batch_limit, probed, seals))

    def register(self, namespace: str, name: str, registration: Registration) -> None:
        """Register a participant; see `put`."""
        before = self._registrations.get((namespace, name))
        self._registrations[namespace, name] = registration
        if before is not None:
            self._drop(registration.address)
            self._drop_unnamed(before.address)

    def names(self) -> list[tuple[str, str]]:
        """Return who is registered, by namespace and name."""
        return list(self._registrations)

    def remove(self, namespace: str, name: str) -> None:
        """Forget a participant; calls in flight end as they would have. Unknown names are fine."""
        before = self._registrations.pop((namespace, name), None)
        if before is not None:
            self._drop_unnamed(before.address)

    def find(self, namespace: str, name: str) -> Registration | None:
        """Return a participant's registration, or None."""
        return self._registrations.get((namespace, name))

    def limits(self, namespace: str) -> dict[str, Limits]:
        """Return of each participant of a namespace how many calls it takes."""
        return {name: known.limits for (space, name), known in self._registrations.items() if space == namespace}

    def line(self, address: str) -> Line:
        """Return the channel to an address, opened if need be; enter it (``with``) before the next await.

        Raises:
            PlaintextRefused: nothing would protect what is sent there.
        """
        line = self._lines.get(address)
        if line is None:
            line = self._lines[address] = Line(address, self._encryption.credentials(address))
        return line

    async def look(self) -> None:
        """Look whether certificates or the CA have changed; if so, calls from now on take new channels."""
        if await asyncio.to_thread(self._encryption.look):
            for address in list(self._lines):
                self._drop(address)

    async def describe(self, address: str, timeout: int) -> str:  # noqa: ASYNC109 - gRPC keeps the deadline
        """Ask whoever is at an address for its actions, over a channel of its own.

        Args:
            address: gRPC target.
            timeout: how long it may take, microseconds.

        Returns:
            The description as it is stored with the participant: JSON (see `orchestrator.caller.description`).

        Raises:
            ParticipantUnreachable: no answer.
            DescriptionInvalid: an answer that makes no sense, or no participant.
            PlaintextRefused: nothing would protect what is sent there.
        """
        line = Line(address, self._encryption.credentials(address))
        try:
            body = await line.describe(_DESCRIBE, timeout=timeout / 1_000_000)
            response = participant_service_pb2.DescribeActionsResponse.FromString(body)
        except grpc.aio.AioRpcError as error:
            message = clean_message(error.details() or "")
            if error.code() is grpc.StatusCode.UNIMPLEMENTED:
                fault = f"DescribeActions is UNIMPLEMENTED there ({message}); is it a participant?"
                raise DescriptionInvalid(address, (("", fault),)) from error
            raise ParticipantUnreachable(address, error.code().name, message) from error
        except DecodeError as error:
            raise DescriptionInvalid(address, (("", "the answer is not a DescribeActionsResponse"),)) from error
        finally:
            await line.close()
        return read_description(address, response)

    async def close(self) -> None:
        """Close every channel; calls in flight end with CANCELLED. Idempotent."""
        lines = [*self._lines.values(), *self._retired]
        self._lines.clear()
        self._retired.clear()
        for line in lines:
            await line.close()

    def _drop_unnamed(self, address: str) -> None:
        if all(registration.address != address for registration in self._registrations.values()):
            self._drop(address)

    def _drop(self, address: str) -> None:
        line = self._lines.pop(address, None)
        if line is not None:
            self._retired = {old for old in self._retired if old.closed is None}
            self._retired.add(line)
            line.retire()
