"""The client of the Sagaway orchestrator.

```python
async with Client("127.0.0.1:7070") as client:
    handle = await client.start("place_order", input={"customer": "c-1"}, wait=timedelta(seconds=30))
    print(handle.output)
```

`Client` is asynchronous; `SyncClient` is the same, blocking. Results are the contract's own messages (`Saga`,
`SagaEvent`, ...) with a few functions to read them (`output_of`, `value_of`, `name_of`, `is_settled`, `as_json`).
Errors have one root, `SagawayError`, and one class a gRPC code. Needs grpcio and protobuf, nothing else.
"""

from sagaway.client.admin import Definitions, Participants
from sagaway.client.client import DEFAULT_ADDRESS, DEFAULT_NAMESPACE, Client, Outcome
from sagaway.client.errors import (
    Aborted,
    AlreadyExists,
    DeadlineExceeded,
    FailedPrecondition,
    Internal,
    InvalidArgument,
    NotFound,
    PermissionDenied,
    ResourceExhausted,
    SagaNotCompleted,
    SagawayError,
    Unauthenticated,
    Unavailable,
    Unimplemented,
    Violation,
)
from sagaway.client.handle import SagaHandle
from sagaway.client.operations import KEEP, Operations
from sagaway.client.sync import SyncClient, SyncDefinitions, SyncOperations, SyncParticipants, SyncSagaHandle
from sagaway.client.transport import Retries
from sagaway.client.values import (
    ENDED,
    SETTLED,
    as_json,
    is_settled,
    name_of,
    new_saga_id,
    output_of,
    payload_of,
    value_of,
)
from sagaway.security import ClientTls, FileFault
from sagaway.v1.definition_pb2 import RegisteredDefinition, SagaDefinition
from sagaway.v1.operations_service_pb2 import ResolveStepResponse
from sagaway.v1.orchestrator_service_pb2 import (
    GetOverviewResponse,
    StepCompensation,
    StepCompletion,
    StepFailure,
    StepRejection,
)
from sagaway.v1.participant_registry_service_pb2 import ActionLimits, Participant, ParticipantStatus
from sagaway.v1.pause_pb2 import Pause
from sagaway.v1.payload_pb2 import Payload
from sagaway.v1.saga_pb2 import Phase, Saga, SagaCause, SagaEvent, SagaState, SagaStep, StepState

__all__ = [
    "DEFAULT_ADDRESS",
    "DEFAULT_NAMESPACE",
    "ENDED",
    "KEEP",
    "SETTLED",
    "Aborted",
    "ActionLimits",
    "AlreadyExists",
    "Client",
    "ClientTls",
    "DeadlineExceeded",
    "Definitions",
    "FailedPrecondition",
    "FileFault",
    "GetOverviewResponse",
    "Internal",
    "InvalidArgument",
    "NotFound",
    "Operations",
    "Outcome",
    "Participant",
    "ParticipantStatus",
    "Participants",
    "Pause",
    "Payload",
    "PermissionDenied",
    "Phase",
    "RegisteredDefinition",
    "ResolveStepResponse",
    "ResourceExhausted",
    "Retries",
    "Saga",
    "SagaCause",
    "SagaDefinition",
    "SagaEvent",
    "SagaHandle",
    "SagaNotCompleted",
    "SagaState",
    "SagaStep",
    "SagawayError",
    "StepCompensation",
    "StepCompletion",
    "StepFailure",
    "StepRejection",
    "StepState",
    "SyncClient",
    "SyncDefinitions",
    "SyncOperations",
    "SyncParticipants",
    "SyncSagaHandle",
    "Unauthenticated",
    "Unavailable",
    "Unimplemented",
    "Violation",
    "as_json",
    "is_settled",
    "name_of",
    "new_saga_id",
    "output_of",
    "payload_of",
    "value_of",
]
