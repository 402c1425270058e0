import datetime

from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from sagaway.v1 import participant_registry_service_pb2 as _participant_registry_service_pb2
from sagaway.v1 import pause_pb2 as _pause_pb2
from sagaway.v1 import payload_pb2 as _payload_pb2
from sagaway.v1 import saga_pb2 as _saga_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class StartSagaRequest(_message.Message):
    __slots__ = ("namespace", "definition_name", "definition_version", "saga_id", "input", "labels", "wait_timeout")
    class LabelsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    DEFINITION_NAME_FIELD_NUMBER: _ClassVar[int]
    DEFINITION_VERSION_FIELD_NUMBER: _ClassVar[int]
    SAGA_ID_FIELD_NUMBER: _ClassVar[int]
    INPUT_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    WAIT_TIMEOUT_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    definition_name: str
    definition_version: int
    saga_id: str
    input: _payload_pb2.Payload
    labels: _containers.ScalarMap[str, str]
    wait_timeout: _duration_pb2.Duration
    def __init__(self, namespace: _Optional[str] = ..., definition_name: _Optional[str] = ..., definition_version: _Optional[int] = ..., saga_id: _Optional[str] = ..., input: _Optional[_Union[_payload_pb2.Payload, _Mapping]] = ..., labels: _Optional[_Mapping[str, str]] = ..., wait_timeout: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class StartSagaResponse(_message.Message):
    __slots__ = ("saga", "created")
    SAGA_FIELD_NUMBER: _ClassVar[int]
    CREATED_FIELD_NUMBER: _ClassVar[int]
    saga: _saga_pb2.Saga
    created: bool
    def __init__(self, saga: _Optional[_Union[_saga_pb2.Saga, _Mapping]] = ..., created: _Optional[bool] = ...) -> None: ...

class GetSagaRequest(_message.Message):
    __slots__ = ("namespace", "saga_id")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    SAGA_ID_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    saga_id: str
    def __init__(self, namespace: _Optional[str] = ..., saga_id: _Optional[str] = ...) -> None: ...

class GetSagaResponse(_message.Message):
    __slots__ = ("saga",)
    SAGA_FIELD_NUMBER: _ClassVar[int]
    saga: _saga_pb2.Saga
    def __init__(self, saga: _Optional[_Union[_saga_pb2.Saga, _Mapping]] = ...) -> None: ...

class ListSagasRequest(_message.Message):
    __slots__ = ("namespace", "states", "definition_name", "labels", "start_time_from", "start_time_to", "page_size", "page_token")
    class LabelsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    STATES_FIELD_NUMBER: _ClassVar[int]
    DEFINITION_NAME_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FROM_FIELD_NUMBER: _ClassVar[int]
    START_TIME_TO_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    states: _containers.RepeatedScalarFieldContainer[_saga_pb2.SagaState]
    definition_name: str
    labels: _containers.ScalarMap[str, str]
    start_time_from: _timestamp_pb2.Timestamp
    start_time_to: _timestamp_pb2.Timestamp
    page_size: int
    page_token: str
    def __init__(self, namespace: _Optional[str] = ..., states: _Optional[_Iterable[_Union[_saga_pb2.SagaState, str]]] = ..., definition_name: _Optional[str] = ..., labels: _Optional[_Mapping[str, str]] = ..., start_time_from: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., start_time_to: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListSagasResponse(_message.Message):
    __slots__ = ("sagas", "next_page_token")
    SAGAS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    sagas: _containers.RepeatedCompositeFieldContainer[_saga_pb2.Saga]
    next_page_token: str
    def __init__(self, sagas: _Optional[_Iterable[_Union[_saga_pb2.Saga, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class ListSagaEventsRequest(_message.Message):
    __slots__ = ("namespace", "saga_id", "after_sequence", "page_size", "page_token")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    SAGA_ID_FIELD_NUMBER: _ClassVar[int]
    AFTER_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    saga_id: str
    after_sequence: int
    page_size: int
    page_token: str
    def __init__(self, namespace: _Optional[str] = ..., saga_id: _Optional[str] = ..., after_sequence: _Optional[int] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListSagaEventsResponse(_message.Message):
    __slots__ = ("events", "next_page_token")
    EVENTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    events: _containers.RepeatedCompositeFieldContainer[_saga_pb2.SagaEvent]
    next_page_token: str
    def __init__(self, events: _Optional[_Iterable[_Union[_saga_pb2.SagaEvent, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class WatchSagaRequest(_message.Message):
    __slots__ = ("namespace", "saga_id", "after_sequence")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    SAGA_ID_FIELD_NUMBER: _ClassVar[int]
    AFTER_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    saga_id: str
    after_sequence: int
    def __init__(self, namespace: _Optional[str] = ..., saga_id: _Optional[str] = ..., after_sequence: _Optional[int] = ...) -> None: ...

class WatchSagaResponse(_message.Message):
    __slots__ = ("event",)
    EVENT_FIELD_NUMBER: _ClassVar[int]
    event: _saga_pb2.SagaEvent
    def __init__(self, event: _Optional[_Union[_saga_pb2.SagaEvent, _Mapping]] = ...) -> None: ...

class CancelSagaRequest(_message.Message):
    __slots__ = ("namespace", "saga_id", "reason")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    SAGA_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    saga_id: str
    reason: str
    def __init__(self, namespace: _Optional[str] = ..., saga_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class CancelSagaResponse(_message.Message):
    __slots__ = ("saga",)
    SAGA_FIELD_NUMBER: _ClassVar[int]
    saga: _saga_pb2.Saga
    def __init__(self, saga: _Optional[_Union[_saga_pb2.Saga, _Mapping]] = ...) -> None: ...

class CompleteStepRequest(_message.Message):
    __slots__ = ("namespace", "saga_id", "step_id", "phase", "completion_token", "completed", "rejected", "compensated", "failed")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    SAGA_ID_FIELD_NUMBER: _ClassVar[int]
    STEP_ID_FIELD_NUMBER: _ClassVar[int]
    PHASE_FIELD_NUMBER: _ClassVar[int]
    COMPLETION_TOKEN_FIELD_NUMBER: _ClassVar[int]
    COMPLETED_FIELD_NUMBER: _ClassVar[int]
    REJECTED_FIELD_NUMBER: _ClassVar[int]
    COMPENSATED_FIELD_NUMBER: _ClassVar[int]
    FAILED_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    saga_id: str
    step_id: str
    phase: _saga_pb2.Phase
    completion_token: str
    completed: StepCompletion
    rejected: StepRejection
    compensated: StepCompensation
    failed: StepFailure
    def __init__(self, namespace: _Optional[str] = ..., saga_id: _Optional[str] = ..., step_id: _Optional[str] = ..., phase: _Optional[_Union[_saga_pb2.Phase, str]] = ..., completion_token: _Optional[str] = ..., completed: _Optional[_Union[StepCompletion, _Mapping]] = ..., rejected: _Optional[_Union[StepRejection, _Mapping]] = ..., compensated: _Optional[_Union[StepCompensation, _Mapping]] = ..., failed: _Optional[_Union[StepFailure, _Mapping]] = ...) -> None: ...

class StepCompletion(_message.Message):
    __slots__ = ("output",)
    OUTPUT_FIELD_NUMBER: _ClassVar[int]
    output: _payload_pb2.Payload
    def __init__(self, output: _Optional[_Union[_payload_pb2.Payload, _Mapping]] = ...) -> None: ...

class StepRejection(_message.Message):
    __slots__ = ("reason", "message")
    REASON_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    reason: str
    message: str
    def __init__(self, reason: _Optional[str] = ..., message: _Optional[str] = ...) -> None: ...

class StepCompensation(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class StepFailure(_message.Message):
    __slots__ = ("reason", "message")
    REASON_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    reason: str
    message: str
    def __init__(self, reason: _Optional[str] = ..., message: _Optional[str] = ...) -> None: ...

class CompleteStepResponse(_message.Message):
    __slots__ = ("saga",)
    SAGA_FIELD_NUMBER: _ClassVar[int]
    saga: _saga_pb2.Saga
    def __init__(self, saga: _Optional[_Union[_saga_pb2.Saga, _Mapping]] = ...) -> None: ...

class GetOverviewRequest(_message.Message):
    __slots__ = ("namespace", "oldest_size")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    OLDEST_SIZE_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    oldest_size: int
    def __init__(self, namespace: _Optional[str] = ..., oldest_size: _Optional[int] = ...) -> None: ...

class GetOverviewResponse(_message.Message):
    __slots__ = ("time", "count_start_time", "counts", "open_sagas", "quarantined_count", "oldest_sagas", "participants", "participant_count", "paused_definitions", "restored_time")
    TIME_FIELD_NUMBER: _ClassVar[int]
    COUNT_START_TIME_FIELD_NUMBER: _ClassVar[int]
    COUNTS_FIELD_NUMBER: _ClassVar[int]
    OPEN_SAGAS_FIELD_NUMBER: _ClassVar[int]
    QUARANTINED_COUNT_FIELD_NUMBER: _ClassVar[int]
    OLDEST_SAGAS_FIELD_NUMBER: _ClassVar[int]
    PARTICIPANTS_FIELD_NUMBER: _ClassVar[int]
    PARTICIPANT_COUNT_FIELD_NUMBER: _ClassVar[int]
    PAUSED_DEFINITIONS_FIELD_NUMBER: _ClassVar[int]
    RESTORED_TIME_FIELD_NUMBER: _ClassVar[int]
    time: _timestamp_pb2.Timestamp
    count_start_time: _timestamp_pb2.Timestamp
    counts: SagaCounts
    open_sagas: _containers.RepeatedCompositeFieldContainer[SagaStateCount]
    quarantined_count: int
    oldest_sagas: _containers.RepeatedCompositeFieldContainer[_saga_pb2.Saga]
    participants: _containers.RepeatedCompositeFieldContainer[ParticipantOverview]
    participant_count: int
    paused_definitions: _containers.RepeatedCompositeFieldContainer[PausedDefinition]
    restored_time: _timestamp_pb2.Timestamp
    def __init__(self, time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., count_start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., counts: _Optional[_Union[SagaCounts, _Mapping]] = ..., open_sagas: _Optional[_Iterable[_Union[SagaStateCount, _Mapping]]] = ..., quarantined_count: _Optional[int] = ..., oldest_sagas: _Optional[_Iterable[_Union[_saga_pb2.Saga, _Mapping]]] = ..., participants: _Optional[_Iterable[_Union[ParticipantOverview, _Mapping]]] = ..., participant_count: _Optional[int] = ..., paused_definitions: _Optional[_Iterable[_Union[PausedDefinition, _Mapping]]] = ..., restored_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class SagaCounts(_message.Message):
    __slots__ = ("started", "completed", "compensated", "abandoned", "stuck")
    STARTED_FIELD_NUMBER: _ClassVar[int]
    COMPLETED_FIELD_NUMBER: _ClassVar[int]
    COMPENSATED_FIELD_NUMBER: _ClassVar[int]
    ABANDONED_FIELD_NUMBER: _ClassVar[int]
    STUCK_FIELD_NUMBER: _ClassVar[int]
    started: int
    completed: int
    compensated: int
    abandoned: int
    stuck: int
    def __init__(self, started: _Optional[int] = ..., completed: _Optional[int] = ..., compensated: _Optional[int] = ..., abandoned: _Optional[int] = ..., stuck: _Optional[int] = ...) -> None: ...

class SagaStateCount(_message.Message):
    __slots__ = ("state", "count")
    STATE_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    state: _saga_pb2.SagaState
    count: int
    def __init__(self, state: _Optional[_Union[_saga_pb2.SagaState, str]] = ..., count: _Optional[int] = ...) -> None: ...

class ParticipantOverview(_message.Message):
    __slots__ = ("name", "max_concurrent_calls", "status", "max_calls_per_second")
    NAME_FIELD_NUMBER: _ClassVar[int]
    MAX_CONCURRENT_CALLS_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    MAX_CALLS_PER_SECOND_FIELD_NUMBER: _ClassVar[int]
    name: str
    max_concurrent_calls: int
    status: _participant_registry_service_pb2.ParticipantStatus
    max_calls_per_second: float
    def __init__(self, name: _Optional[str] = ..., max_concurrent_calls: _Optional[int] = ..., status: _Optional[_Union[_participant_registry_service_pb2.ParticipantStatus, _Mapping]] = ..., max_calls_per_second: _Optional[float] = ...) -> None: ...

class PausedDefinition(_message.Message):
    __slots__ = ("name", "version", "pause")
    NAME_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    PAUSE_FIELD_NUMBER: _ClassVar[int]
    name: str
    version: int
    pause: _pause_pb2.Pause
    def __init__(self, name: _Optional[str] = ..., version: _Optional[int] = ..., pause: _Optional[_Union[_pause_pb2.Pause, _Mapping]] = ...) -> None: ...
