import datetime

from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import struct_pb2 as _struct_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from sagaway.v1 import pause_pb2 as _pause_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class StepKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    STEP_KIND_UNSPECIFIED: _ClassVar[StepKind]
    STEP_KIND_COMPENSATABLE: _ClassVar[StepKind]
    STEP_KIND_PIVOT: _ClassVar[StepKind]
    STEP_KIND_RETRYABLE: _ClassVar[StepKind]
STEP_KIND_UNSPECIFIED: StepKind
STEP_KIND_COMPENSATABLE: StepKind
STEP_KIND_PIVOT: StepKind
STEP_KIND_RETRYABLE: StepKind

class SagaDefinition(_message.Message):
    __slots__ = ("name", "version", "description", "steps", "timeout", "retry", "compensation_retry", "output", "pause_timeout_during_outage", "choreography")
    NAME_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    STEPS_FIELD_NUMBER: _ClassVar[int]
    TIMEOUT_FIELD_NUMBER: _ClassVar[int]
    RETRY_FIELD_NUMBER: _ClassVar[int]
    COMPENSATION_RETRY_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_FIELD_NUMBER: _ClassVar[int]
    PAUSE_TIMEOUT_DURING_OUTAGE_FIELD_NUMBER: _ClassVar[int]
    CHOREOGRAPHY_FIELD_NUMBER: _ClassVar[int]
    name: str
    version: int
    description: str
    steps: _containers.RepeatedCompositeFieldContainer[StepDefinition]
    timeout: _duration_pb2.Duration
    retry: RetryPolicy
    compensation_retry: RetryPolicy
    output: _struct_pb2.Value
    pause_timeout_during_outage: bool
    choreography: Choreography
    def __init__(self, name: _Optional[str] = ..., version: _Optional[int] = ..., description: _Optional[str] = ..., steps: _Optional[_Iterable[_Union[StepDefinition, _Mapping]]] = ..., timeout: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., retry: _Optional[_Union[RetryPolicy, _Mapping]] = ..., compensation_retry: _Optional[_Union[RetryPolicy, _Mapping]] = ..., output: _Optional[_Union[_struct_pb2.Value, _Mapping]] = ..., pause_timeout_during_outage: _Optional[bool] = ..., choreography: _Optional[_Union[Choreography, _Mapping]] = ...) -> None: ...

class Choreography(_message.Message):
    __slots__ = ("services", "outside", "progress_timeout")
    SERVICES_FIELD_NUMBER: _ClassVar[int]
    OUTSIDE_FIELD_NUMBER: _ClassVar[int]
    PROGRESS_TIMEOUT_FIELD_NUMBER: _ClassVar[int]
    services: _containers.RepeatedCompositeFieldContainer[ChoreographyService]
    outside: _containers.RepeatedScalarFieldContainer[str]
    progress_timeout: _duration_pb2.Duration
    def __init__(self, services: _Optional[_Iterable[_Union[ChoreographyService, _Mapping]]] = ..., outside: _Optional[_Iterable[str]] = ..., progress_timeout: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class ChoreographyService(_message.Message):
    __slots__ = ("participant", "starts", "reactions", "receipts")
    PARTICIPANT_FIELD_NUMBER: _ClassVar[int]
    STARTS_FIELD_NUMBER: _ClassVar[int]
    REACTIONS_FIELD_NUMBER: _ClassVar[int]
    RECEIPTS_FIELD_NUMBER: _ClassVar[int]
    participant: str
    starts: _containers.RepeatedScalarFieldContainer[str]
    reactions: _containers.RepeatedCompositeFieldContainer[ChoreographyReaction]
    receipts: bool
    def __init__(self, participant: _Optional[str] = ..., starts: _Optional[_Iterable[str]] = ..., reactions: _Optional[_Iterable[_Union[ChoreographyReaction, _Mapping]]] = ..., receipts: _Optional[bool] = ...) -> None: ...

class ChoreographyReaction(_message.Message):
    __slots__ = ("name", "consumes", "emits", "completes", "rejects", "effect_free", "compensates_on", "compensation_emits", "announces")
    NAME_FIELD_NUMBER: _ClassVar[int]
    CONSUMES_FIELD_NUMBER: _ClassVar[int]
    EMITS_FIELD_NUMBER: _ClassVar[int]
    COMPLETES_FIELD_NUMBER: _ClassVar[int]
    REJECTS_FIELD_NUMBER: _ClassVar[int]
    EFFECT_FREE_FIELD_NUMBER: _ClassVar[int]
    COMPENSATES_ON_FIELD_NUMBER: _ClassVar[int]
    COMPENSATION_EMITS_FIELD_NUMBER: _ClassVar[int]
    ANNOUNCES_FIELD_NUMBER: _ClassVar[int]
    name: str
    consumes: str
    emits: _containers.RepeatedScalarFieldContainer[str]
    completes: str
    rejects: str
    effect_free: bool
    compensates_on: _containers.RepeatedScalarFieldContainer[str]
    compensation_emits: _containers.RepeatedScalarFieldContainer[str]
    announces: str
    def __init__(self, name: _Optional[str] = ..., consumes: _Optional[str] = ..., emits: _Optional[_Iterable[str]] = ..., completes: _Optional[str] = ..., rejects: _Optional[str] = ..., effect_free: _Optional[bool] = ..., compensates_on: _Optional[_Iterable[str]] = ..., compensation_emits: _Optional[_Iterable[str]] = ..., announces: _Optional[str] = ...) -> None: ...

class StepDefinition(_message.Message):
    __slots__ = ("id", "participant", "action", "kind", "after", "root", "input", "attempt_timeout", "retry", "compensation_attempt_timeout", "compensation_retry", "retry_codes", "stop_codes", "pending_timeout", "pending_poll_interval")
    ID_FIELD_NUMBER: _ClassVar[int]
    PARTICIPANT_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    ROOT_FIELD_NUMBER: _ClassVar[int]
    INPUT_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_TIMEOUT_FIELD_NUMBER: _ClassVar[int]
    RETRY_FIELD_NUMBER: _ClassVar[int]
    COMPENSATION_ATTEMPT_TIMEOUT_FIELD_NUMBER: _ClassVar[int]
    COMPENSATION_RETRY_FIELD_NUMBER: _ClassVar[int]
    RETRY_CODES_FIELD_NUMBER: _ClassVar[int]
    STOP_CODES_FIELD_NUMBER: _ClassVar[int]
    PENDING_TIMEOUT_FIELD_NUMBER: _ClassVar[int]
    PENDING_POLL_INTERVAL_FIELD_NUMBER: _ClassVar[int]
    id: str
    participant: str
    action: str
    kind: StepKind
    after: _containers.RepeatedScalarFieldContainer[str]
    root: bool
    input: _struct_pb2.Value
    attempt_timeout: _duration_pb2.Duration
    retry: RetryPolicy
    compensation_attempt_timeout: _duration_pb2.Duration
    compensation_retry: RetryPolicy
    retry_codes: _containers.RepeatedScalarFieldContainer[str]
    stop_codes: _containers.RepeatedScalarFieldContainer[str]
    pending_timeout: _duration_pb2.Duration
    pending_poll_interval: _duration_pb2.Duration
    def __init__(self, id: _Optional[str] = ..., participant: _Optional[str] = ..., action: _Optional[str] = ..., kind: _Optional[_Union[StepKind, str]] = ..., after: _Optional[_Iterable[str]] = ..., root: _Optional[bool] = ..., input: _Optional[_Union[_struct_pb2.Value, _Mapping]] = ..., attempt_timeout: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., retry: _Optional[_Union[RetryPolicy, _Mapping]] = ..., compensation_attempt_timeout: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., compensation_retry: _Optional[_Union[RetryPolicy, _Mapping]] = ..., retry_codes: _Optional[_Iterable[str]] = ..., stop_codes: _Optional[_Iterable[str]] = ..., pending_timeout: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., pending_poll_interval: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class RetryPolicy(_message.Message):
    __slots__ = ("max_attempts", "initial_backoff", "max_backoff", "multiplier")
    MAX_ATTEMPTS_FIELD_NUMBER: _ClassVar[int]
    INITIAL_BACKOFF_FIELD_NUMBER: _ClassVar[int]
    MAX_BACKOFF_FIELD_NUMBER: _ClassVar[int]
    MULTIPLIER_FIELD_NUMBER: _ClassVar[int]
    max_attempts: int
    initial_backoff: _duration_pb2.Duration
    max_backoff: _duration_pb2.Duration
    multiplier: float
    def __init__(self, max_attempts: _Optional[int] = ..., initial_backoff: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., max_backoff: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., multiplier: _Optional[float] = ...) -> None: ...

class RegisteredDefinition(_message.Message):
    __slots__ = ("namespace", "definition", "content_hash", "create_time", "deprecate_time", "pause")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    DEFINITION_FIELD_NUMBER: _ClassVar[int]
    CONTENT_HASH_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    DEPRECATE_TIME_FIELD_NUMBER: _ClassVar[int]
    PAUSE_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    definition: SagaDefinition
    content_hash: str
    create_time: _timestamp_pb2.Timestamp
    deprecate_time: _timestamp_pb2.Timestamp
    pause: _pause_pb2.Pause
    def __init__(self, namespace: _Optional[str] = ..., definition: _Optional[_Union[SagaDefinition, _Mapping]] = ..., content_hash: _Optional[str] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., deprecate_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., pause: _Optional[_Union[_pause_pb2.Pause, _Mapping]] = ...) -> None: ...
