"""The participant SDK: write an action as one function, its compensation as another; the barrier is kept for you.

    participant = Participant("inventory", engine)

    @participant.action("reserve_inventory")
    def reserve(call: ExecuteCall, transaction: Connection) -> object:
        ...

    @reserve.compensation
    def release(call: CompensateCall, transaction: Connection) -> None:
        ...

    asyncio.run(serve(participant, "127.0.0.1:50061"))

The way of a message: server → servicer → requests (checks it) → runner (bounds, threads) → operation (the one
transaction) → barrier (the rules, pure) and rows (the SQL). See docs/participants.md.
"""

from sagaway.participant.actions import Action
from sagaway.participant.calls import (
    CompensateCall,
    ExecuteCall,
    ExecuteOutcome,
    NotFound,
    Pending,
    Rejected,
    StepContext,
)
from sagaway.participant.errors import (
    OperationCompensatedError,
    OperationNotPendingError,
    OperationUnknownError,
    ParticipantError,
    SetupError,
    TransactionMisuseError,
)
from sagaway.participant.participant import Participant
from sagaway.participant.payload import Payload
from sagaway.participant.server import ParticipantServer, serve
from sagaway.participant.servicer import ParticipantServicer
from sagaway.participant.tables import add_barrier_tables, barrier_metadata
from sagaway.security import FileFault, ServerTls

__all__ = [
    "Action",
    "CompensateCall",
    "ExecuteCall",
    "ExecuteOutcome",
    "FileFault",
    "NotFound",
    "OperationCompensatedError",
    "OperationNotPendingError",
    "OperationUnknownError",
    "Participant",
    "ParticipantError",
    "ParticipantServer",
    "ParticipantServicer",
    "Payload",
    "Pending",
    "Rejected",
    "ServerTls",
    "SetupError",
    "StepContext",
    "TransactionMisuseError",
    "add_barrier_tables",
    "barrier_metadata",
    "serve",
]
