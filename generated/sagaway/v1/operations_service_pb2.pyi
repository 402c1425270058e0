import datetime

from google.protobuf import duration_pb2 as _duration_pb2
from sagaway.v1 import participant_service_pb2 as _participant_service_pb2
from sagaway.v1 import pause_pb2 as _pause_pb2
from sagaway.v1 import payload_pb2 as _payload_pb2
from sagaway.v1 import saga_pb2 as _saga_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class PauseSagaRequest(_message.Message):
    __slots__ = ("namespace", "saga_id", "reason", "claimed_actor", "etag")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    SAGA_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    CLAIMED_ACTOR_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    saga_id: str
    reason: str
    claimed_actor: str
    etag: int
    def __init__(self, namespace: _Optional[str] = ..., saga_id: _Optional[str] = ..., reason: _Optional[str] = ..., claimed_actor: _Optional[str] = ..., etag: _Optional[int] = ...) -> None: ...

class PauseSagaResponse(_message.Message):
    __slots__ = ("saga",)
    SAGA_FIELD_NUMBER: _ClassVar[int]
    saga: _saga_pb2.Saga
    def __init__(self, saga: _Optional[_Union[_saga_pb2.Saga, _Mapping]] = ...) -> None: ...

class ResumeSagaRequest(_message.Message):
    __slots__ = ("namespace", "saga_id", "reason", "claimed_actor", "etag")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    SAGA_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    CLAIMED_ACTOR_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    saga_id: str
    reason: str
    claimed_actor: str
    etag: int
    def __init__(self, namespace: _Optional[str] = ..., saga_id: _Optional[str] = ..., reason: _Optional[str] = ..., claimed_actor: _Optional[str] = ..., etag: _Optional[int] = ...) -> None: ...

class ResumeSagaResponse(_message.Message):
    __slots__ = ("saga",)
    SAGA_FIELD_NUMBER: _ClassVar[int]
    saga: _saga_pb2.Saga
    def __init__(self, saga: _Optional[_Union[_saga_pb2.Saga, _Mapping]] = ...) -> None: ...

class AbandonSagaRequest(_message.Message):
    __slots__ = ("namespace", "saga_id", "reason", "claimed_actor", "etag")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    SAGA_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    CLAIMED_ACTOR_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    saga_id: str
    reason: str
    claimed_actor: str
    etag: int
    def __init__(self, namespace: _Optional[str] = ..., saga_id: _Optional[str] = ..., reason: _Optional[str] = ..., claimed_actor: _Optional[str] = ..., etag: _Optional[int] = ...) -> None: ...

class AbandonSagaResponse(_message.Message):
    __slots__ = ("saga", "standing_step_ids")
    SAGA_FIELD_NUMBER: _ClassVar[int]
    STANDING_STEP_IDS_FIELD_NUMBER: _ClassVar[int]
    saga: _saga_pb2.Saga
    standing_step_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, saga: _Optional[_Union[_saga_pb2.Saga, _Mapping]] = ..., standing_step_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class RetryStepRequest(_message.Message):
    __slots__ = ("namespace", "saga_id", "step_id", "reason", "claimed_actor", "etag", "input")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    SAGA_ID_FIELD_NUMBER: _ClassVar[int]
    STEP_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    CLAIMED_ACTOR_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    INPUT_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    saga_id: str
    step_id: str
    reason: str
    claimed_actor: str
    etag: int
    input: _payload_pb2.Payload
    def __init__(self, namespace: _Optional[str] = ..., saga_id: _Optional[str] = ..., step_id: _Optional[str] = ..., reason: _Optional[str] = ..., claimed_actor: _Optional[str] = ..., etag: _Optional[int] = ..., input: _Optional[_Union[_payload_pb2.Payload, _Mapping]] = ...) -> None: ...

class RetryStepResponse(_message.Message):
    __slots__ = ("saga",)
    SAGA_FIELD_NUMBER: _ClassVar[int]
    saga: _saga_pb2.Saga
    def __init__(self, saga: _Optional[_Union[_saga_pb2.Saga, _Mapping]] = ...) -> None: ...

class SkipStepRequest(_message.Message):
    __slots__ = ("namespace", "saga_id", "step_id", "reason", "claimed_actor", "etag")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    SAGA_ID_FIELD_NUMBER: _ClassVar[int]
    STEP_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    CLAIMED_ACTOR_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    saga_id: str
    step_id: str
    reason: str
    claimed_actor: str
    etag: int
    def __init__(self, namespace: _Optional[str] = ..., saga_id: _Optional[str] = ..., step_id: _Optional[str] = ..., reason: _Optional[str] = ..., claimed_actor: _Optional[str] = ..., etag: _Optional[int] = ...) -> None: ...

class SkipStepResponse(_message.Message):
    __slots__ = ("saga",)
    SAGA_FIELD_NUMBER: _ClassVar[int]
    saga: _saga_pb2.Saga
    def __init__(self, saga: _Optional[_Union[_saga_pb2.Saga, _Mapping]] = ...) -> None: ...

class RestartSagaRequest(_message.Message):
    __slots__ = ("namespace", "saga_id", "reason", "claimed_actor", "new_saga_id", "input")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    SAGA_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    CLAIMED_ACTOR_FIELD_NUMBER: _ClassVar[int]
    NEW_SAGA_ID_FIELD_NUMBER: _ClassVar[int]
    INPUT_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    saga_id: str
    reason: str
    claimed_actor: str
    new_saga_id: str
    input: _payload_pb2.Payload
    def __init__(self, namespace: _Optional[str] = ..., saga_id: _Optional[str] = ..., reason: _Optional[str] = ..., claimed_actor: _Optional[str] = ..., new_saga_id: _Optional[str] = ..., input: _Optional[_Union[_payload_pb2.Payload, _Mapping]] = ...) -> None: ...

class RestartSagaResponse(_message.Message):
    __slots__ = ("saga", "created")
    SAGA_FIELD_NUMBER: _ClassVar[int]
    CREATED_FIELD_NUMBER: _ClassVar[int]
    saga: _saga_pb2.Saga
    created: bool
    def __init__(self, saga: _Optional[_Union[_saga_pb2.Saga, _Mapping]] = ..., created: _Optional[bool] = ...) -> None: ...

class ResolveStepRequest(_message.Message):
    __slots__ = ("namespace", "saga_id", "step_id", "reason", "claimed_actor", "etag", "completed", "compensated")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    SAGA_ID_FIELD_NUMBER: _ClassVar[int]
    STEP_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    CLAIMED_ACTOR_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    COMPLETED_FIELD_NUMBER: _ClassVar[int]
    COMPENSATED_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    saga_id: str
    step_id: str
    reason: str
    claimed_actor: str
    etag: int
    completed: AssertedCompletion
    compensated: AssertedCompensation
    def __init__(self, namespace: _Optional[str] = ..., saga_id: _Optional[str] = ..., step_id: _Optional[str] = ..., reason: _Optional[str] = ..., claimed_actor: _Optional[str] = ..., etag: _Optional[int] = ..., completed: _Optional[_Union[AssertedCompletion, _Mapping]] = ..., compensated: _Optional[_Union[AssertedCompensation, _Mapping]] = ...) -> None: ...

class AssertedCompletion(_message.Message):
    __slots__ = ("output",)
    OUTPUT_FIELD_NUMBER: _ClassVar[int]
    output: _payload_pb2.Payload
    def __init__(self, output: _Optional[_Union[_payload_pb2.Payload, _Mapping]] = ...) -> None: ...

class AssertedCompensation(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ResolveStepResponse(_message.Message):
    __slots__ = ("saga", "late_delivery_possible", "found", "seal_error")
    SAGA_FIELD_NUMBER: _ClassVar[int]
    LATE_DELIVERY_POSSIBLE_FIELD_NUMBER: _ClassVar[int]
    FOUND_FIELD_NUMBER: _ClassVar[int]
    SEAL_ERROR_FIELD_NUMBER: _ClassVar[int]
    saga: _saga_pb2.Saga
    late_delivery_possible: bool
    found: _participant_service_pb2.FoundOutcome
    seal_error: _saga_pb2.SagaError
    def __init__(self, saga: _Optional[_Union[_saga_pb2.Saga, _Mapping]] = ..., late_delivery_possible: _Optional[bool] = ..., found: _Optional[_Union[_participant_service_pb2.FoundOutcome, str]] = ..., seal_error: _Optional[_Union[_saga_pb2.SagaError, _Mapping]] = ...) -> None: ...

class ListDeadLettersRequest(_message.Message):
    __slots__ = ("namespace", "definition_name", "participant", "error", "page_size", "page_token")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    DEFINITION_NAME_FIELD_NUMBER: _ClassVar[int]
    PARTICIPANT_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    definition_name: str
    participant: str
    error: str
    page_size: int
    page_token: str
    def __init__(self, namespace: _Optional[str] = ..., definition_name: _Optional[str] = ..., participant: _Optional[str] = ..., error: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListDeadLettersResponse(_message.Message):
    __slots__ = ("sagas", "next_page_token")
    SAGAS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    sagas: _containers.RepeatedCompositeFieldContainer[_saga_pb2.Saga]
    next_page_token: str
    def __init__(self, sagas: _Optional[_Iterable[_Union[_saga_pb2.Saga, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class PauseDefinitionRequest(_message.Message):
    __slots__ = ("namespace", "name", "version", "reason", "claimed_actor")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    CLAIMED_ACTOR_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    name: str
    version: int
    reason: str
    claimed_actor: str
    def __init__(self, namespace: _Optional[str] = ..., name: _Optional[str] = ..., version: _Optional[int] = ..., reason: _Optional[str] = ..., claimed_actor: _Optional[str] = ...) -> None: ...

class PauseDefinitionResponse(_message.Message):
    __slots__ = ("pause", "changed")
    PAUSE_FIELD_NUMBER: _ClassVar[int]
    CHANGED_FIELD_NUMBER: _ClassVar[int]
    pause: _pause_pb2.Pause
    changed: bool
    def __init__(self, pause: _Optional[_Union[_pause_pb2.Pause, _Mapping]] = ..., changed: _Optional[bool] = ...) -> None: ...

class ResumeDefinitionRequest(_message.Message):
    __slots__ = ("namespace", "name", "version", "reason", "claimed_actor")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    CLAIMED_ACTOR_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    name: str
    version: int
    reason: str
    claimed_actor: str
    def __init__(self, namespace: _Optional[str] = ..., name: _Optional[str] = ..., version: _Optional[int] = ..., reason: _Optional[str] = ..., claimed_actor: _Optional[str] = ...) -> None: ...

class ResumeDefinitionResponse(_message.Message):
    __slots__ = ("changed", "paused_versions")
    CHANGED_FIELD_NUMBER: _ClassVar[int]
    PAUSED_VERSIONS_FIELD_NUMBER: _ClassVar[int]
    changed: bool
    paused_versions: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, changed: _Optional[bool] = ..., paused_versions: _Optional[_Iterable[int]] = ...) -> None: ...

class PauseParticipantRequest(_message.Message):
    __slots__ = ("namespace", "name", "reason", "claimed_actor")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    CLAIMED_ACTOR_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    name: str
    reason: str
    claimed_actor: str
    def __init__(self, namespace: _Optional[str] = ..., name: _Optional[str] = ..., reason: _Optional[str] = ..., claimed_actor: _Optional[str] = ...) -> None: ...

class PauseParticipantResponse(_message.Message):
    __slots__ = ("pause", "changed")
    PAUSE_FIELD_NUMBER: _ClassVar[int]
    CHANGED_FIELD_NUMBER: _ClassVar[int]
    pause: _pause_pb2.Pause
    changed: bool
    def __init__(self, pause: _Optional[_Union[_pause_pb2.Pause, _Mapping]] = ..., changed: _Optional[bool] = ...) -> None: ...

class ResumeParticipantRequest(_message.Message):
    __slots__ = ("namespace", "name", "reason", "claimed_actor")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    CLAIMED_ACTOR_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    name: str
    reason: str
    claimed_actor: str
    def __init__(self, namespace: _Optional[str] = ..., name: _Optional[str] = ..., reason: _Optional[str] = ..., claimed_actor: _Optional[str] = ...) -> None: ...

class ResumeParticipantResponse(_message.Message):
    __slots__ = ("changed",)
    CHANGED_FIELD_NUMBER: _ClassVar[int]
    changed: bool
    def __init__(self, changed: _Optional[bool] = ...) -> None: ...

class PurgeSagasRequest(_message.Message):
    __slots__ = ("namespace", "older_than", "states", "reason", "claimed_actor", "validate_only", "page_size", "page_token")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    OLDER_THAN_FIELD_NUMBER: _ClassVar[int]
    STATES_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    CLAIMED_ACTOR_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    older_than: _duration_pb2.Duration
    states: _containers.RepeatedScalarFieldContainer[_saga_pb2.SagaState]
    reason: str
    claimed_actor: str
    validate_only: bool
    page_size: int
    page_token: str
    def __init__(self, namespace: _Optional[str] = ..., older_than: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., states: _Optional[_Iterable[_Union[_saga_pb2.SagaState, str]]] = ..., reason: _Optional[str] = ..., claimed_actor: _Optional[str] = ..., validate_only: _Optional[bool] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class PurgeSagasResponse(_message.Message):
    __slots__ = ("purged_count", "next_page_token")
    PURGED_COUNT_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    purged_count: int
    next_page_token: str
    def __init__(self, purged_count: _Optional[int] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class EndRestoreRequest(_message.Message):
    __slots__ = ("reason", "claimed_actor")
    REASON_FIELD_NUMBER: _ClassVar[int]
    CLAIMED_ACTOR_FIELD_NUMBER: _ClassVar[int]
    reason: str
    claimed_actor: str
    def __init__(self, reason: _Optional[str] = ..., claimed_actor: _Optional[str] = ...) -> None: ...

class EndRestoreResponse(_message.Message):
    __slots__ = ("changed",)
    CHANGED_FIELD_NUMBER: _ClassVar[int]
    changed: bool
    def __init__(self, changed: _Optional[bool] = ...) -> None: ...
