import datetime

from google.protobuf import any_pb2 as _any_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from sagaway.v1 import payload_pb2 as _payload_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ExecuteOutcome(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    EXECUTE_OUTCOME_UNSPECIFIED: _ClassVar[ExecuteOutcome]
    EXECUTE_OUTCOME_UNKNOWN: _ClassVar[ExecuteOutcome]
    EXECUTE_OUTCOME_COMPLETED: _ClassVar[ExecuteOutcome]
    EXECUTE_OUTCOME_PENDING: _ClassVar[ExecuteOutcome]

class FoundOutcome(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FOUND_OUTCOME_UNSPECIFIED: _ClassVar[FoundOutcome]
    FOUND_OUTCOME_NOTHING: _ClassVar[FoundOutcome]
    FOUND_OUTCOME_COMPLETED: _ClassVar[FoundOutcome]
    FOUND_OUTCOME_PENDING: _ClassVar[FoundOutcome]
    FOUND_OUTCOME_UNKNOWN: _ClassVar[FoundOutcome]
EXECUTE_OUTCOME_UNSPECIFIED: ExecuteOutcome
EXECUTE_OUTCOME_UNKNOWN: ExecuteOutcome
EXECUTE_OUTCOME_COMPLETED: ExecuteOutcome
EXECUTE_OUTCOME_PENDING: ExecuteOutcome
FOUND_OUTCOME_UNSPECIFIED: FoundOutcome
FOUND_OUTCOME_NOTHING: FoundOutcome
FOUND_OUTCOME_COMPLETED: FoundOutcome
FOUND_OUTCOME_PENDING: FoundOutcome
FOUND_OUTCOME_UNKNOWN: FoundOutcome

class StepContext(_message.Message):
    __slots__ = ("namespace", "saga_id", "definition_name", "definition_version", "step_id", "action", "run", "operation_key", "idempotency_key", "attempt", "claim", "first_sent_time", "not_after_time", "completion_token", "labels")
    class LabelsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    SAGA_ID_FIELD_NUMBER: _ClassVar[int]
    DEFINITION_NAME_FIELD_NUMBER: _ClassVar[int]
    DEFINITION_VERSION_FIELD_NUMBER: _ClassVar[int]
    STEP_ID_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    RUN_FIELD_NUMBER: _ClassVar[int]
    OPERATION_KEY_FIELD_NUMBER: _ClassVar[int]
    IDEMPOTENCY_KEY_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    CLAIM_FIELD_NUMBER: _ClassVar[int]
    FIRST_SENT_TIME_FIELD_NUMBER: _ClassVar[int]
    NOT_AFTER_TIME_FIELD_NUMBER: _ClassVar[int]
    COMPLETION_TOKEN_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    saga_id: str
    definition_name: str
    definition_version: int
    step_id: str
    action: str
    run: int
    operation_key: str
    idempotency_key: str
    attempt: int
    claim: int
    first_sent_time: _timestamp_pb2.Timestamp
    not_after_time: _timestamp_pb2.Timestamp
    completion_token: str
    labels: _containers.ScalarMap[str, str]
    def __init__(self, namespace: _Optional[str] = ..., saga_id: _Optional[str] = ..., definition_name: _Optional[str] = ..., definition_version: _Optional[int] = ..., step_id: _Optional[str] = ..., action: _Optional[str] = ..., run: _Optional[int] = ..., operation_key: _Optional[str] = ..., idempotency_key: _Optional[str] = ..., attempt: _Optional[int] = ..., claim: _Optional[int] = ..., first_sent_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., not_after_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., completion_token: _Optional[str] = ..., labels: _Optional[_Mapping[str, str]] = ...) -> None: ...

class ExecuteRequest(_message.Message):
    __slots__ = ("context", "input")
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    INPUT_FIELD_NUMBER: _ClassVar[int]
    context: StepContext
    input: _payload_pb2.Payload
    def __init__(self, context: _Optional[_Union[StepContext, _Mapping]] = ..., input: _Optional[_Union[_payload_pb2.Payload, _Mapping]] = ...) -> None: ...

class ExecuteResponse(_message.Message):
    __slots__ = ("completed", "rejected", "pending")
    COMPLETED_FIELD_NUMBER: _ClassVar[int]
    REJECTED_FIELD_NUMBER: _ClassVar[int]
    PENDING_FIELD_NUMBER: _ClassVar[int]
    completed: Completed
    rejected: Rejected
    pending: Pending
    def __init__(self, completed: _Optional[_Union[Completed, _Mapping]] = ..., rejected: _Optional[_Union[Rejected, _Mapping]] = ..., pending: _Optional[_Union[Pending, _Mapping]] = ...) -> None: ...

class Completed(_message.Message):
    __slots__ = ("output",)
    OUTPUT_FIELD_NUMBER: _ClassVar[int]
    output: _payload_pb2.Payload
    def __init__(self, output: _Optional[_Union[_payload_pb2.Payload, _Mapping]] = ...) -> None: ...

class Rejected(_message.Message):
    __slots__ = ("reason", "message")
    REASON_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    reason: str
    message: str
    def __init__(self, reason: _Optional[str] = ..., message: _Optional[str] = ...) -> None: ...

class Pending(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ProbeRequest(_message.Message):
    __slots__ = ("context", "input")
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    INPUT_FIELD_NUMBER: _ClassVar[int]
    context: StepContext
    input: _payload_pb2.Payload
    def __init__(self, context: _Optional[_Union[StepContext, _Mapping]] = ..., input: _Optional[_Union[_payload_pb2.Payload, _Mapping]] = ...) -> None: ...

class ProbeResponse(_message.Message):
    __slots__ = ("completed", "rejected", "pending", "not_found")
    COMPLETED_FIELD_NUMBER: _ClassVar[int]
    REJECTED_FIELD_NUMBER: _ClassVar[int]
    PENDING_FIELD_NUMBER: _ClassVar[int]
    NOT_FOUND_FIELD_NUMBER: _ClassVar[int]
    completed: Completed
    rejected: Rejected
    pending: Pending
    not_found: NotFound
    def __init__(self, completed: _Optional[_Union[Completed, _Mapping]] = ..., rejected: _Optional[_Union[Rejected, _Mapping]] = ..., pending: _Optional[_Union[Pending, _Mapping]] = ..., not_found: _Optional[_Union[NotFound, _Mapping]] = ...) -> None: ...

class NotFound(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ExecuteBatchRequest(_message.Message):
    __slots__ = ("members",)
    MEMBERS_FIELD_NUMBER: _ClassVar[int]
    members: _containers.RepeatedCompositeFieldContainer[ExecuteBatchMember]
    def __init__(self, members: _Optional[_Iterable[_Union[ExecuteBatchMember, _Mapping]]] = ...) -> None: ...

class ExecuteBatchMember(_message.Message):
    __slots__ = ("request", "timeout", "traceparent")
    REQUEST_FIELD_NUMBER: _ClassVar[int]
    TIMEOUT_FIELD_NUMBER: _ClassVar[int]
    TRACEPARENT_FIELD_NUMBER: _ClassVar[int]
    request: ExecuteRequest
    timeout: _duration_pb2.Duration
    traceparent: str
    def __init__(self, request: _Optional[_Union[ExecuteRequest, _Mapping]] = ..., timeout: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., traceparent: _Optional[str] = ...) -> None: ...

class ExecuteBatchResponse(_message.Message):
    __slots__ = ("results",)
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    results: _containers.RepeatedCompositeFieldContainer[ExecuteBatchResult]
    def __init__(self, results: _Optional[_Iterable[_Union[ExecuteBatchResult, _Mapping]]] = ...) -> None: ...

class ExecuteBatchResult(_message.Message):
    __slots__ = ("index", "response", "error")
    INDEX_FIELD_NUMBER: _ClassVar[int]
    RESPONSE_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    index: int
    response: ExecuteResponse
    error: CallError
    def __init__(self, index: _Optional[int] = ..., response: _Optional[_Union[ExecuteResponse, _Mapping]] = ..., error: _Optional[_Union[CallError, _Mapping]] = ...) -> None: ...

class CallError(_message.Message):
    __slots__ = ("code", "message", "details")
    CODE_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    DETAILS_FIELD_NUMBER: _ClassVar[int]
    code: int
    message: str
    details: _containers.RepeatedCompositeFieldContainer[_any_pb2.Any]
    def __init__(self, code: _Optional[int] = ..., message: _Optional[str] = ..., details: _Optional[_Iterable[_Union[_any_pb2.Any, _Mapping]]] = ...) -> None: ...

class CompensateRequest(_message.Message):
    __slots__ = ("context", "input", "output", "execute_outcome")
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    INPUT_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_FIELD_NUMBER: _ClassVar[int]
    EXECUTE_OUTCOME_FIELD_NUMBER: _ClassVar[int]
    context: StepContext
    input: _payload_pb2.Payload
    output: _payload_pb2.Payload
    execute_outcome: ExecuteOutcome
    def __init__(self, context: _Optional[_Union[StepContext, _Mapping]] = ..., input: _Optional[_Union[_payload_pb2.Payload, _Mapping]] = ..., output: _Optional[_Union[_payload_pb2.Payload, _Mapping]] = ..., execute_outcome: _Optional[_Union[ExecuteOutcome, str]] = ...) -> None: ...

class CompensateResponse(_message.Message):
    __slots__ = ("compensated", "pending")
    COMPENSATED_FIELD_NUMBER: _ClassVar[int]
    PENDING_FIELD_NUMBER: _ClassVar[int]
    compensated: Compensated
    pending: Pending
    def __init__(self, compensated: _Optional[_Union[Compensated, _Mapping]] = ..., pending: _Optional[_Union[Pending, _Mapping]] = ...) -> None: ...

class Compensated(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class SealRequest(_message.Message):
    __slots__ = ("context",)
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    context: StepContext
    def __init__(self, context: _Optional[_Union[StepContext, _Mapping]] = ...) -> None: ...

class SealResponse(_message.Message):
    __slots__ = ("sealed",)
    SEALED_FIELD_NUMBER: _ClassVar[int]
    sealed: Sealed
    def __init__(self, sealed: _Optional[_Union[Sealed, _Mapping]] = ...) -> None: ...

class Sealed(_message.Message):
    __slots__ = ("found",)
    FOUND_FIELD_NUMBER: _ClassVar[int]
    found: FoundOutcome
    def __init__(self, found: _Optional[_Union[FoundOutcome, str]] = ...) -> None: ...

class DescribeActionsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class DescribeActionsResponse(_message.Message):
    __slots__ = ("actions", "deduplication_retention", "stable_replies", "execute_batch_limit", "seals")
    ACTIONS_FIELD_NUMBER: _ClassVar[int]
    DEDUPLICATION_RETENTION_FIELD_NUMBER: _ClassVar[int]
    STABLE_REPLIES_FIELD_NUMBER: _ClassVar[int]
    EXECUTE_BATCH_LIMIT_FIELD_NUMBER: _ClassVar[int]
    SEALS_FIELD_NUMBER: _ClassVar[int]
    actions: _containers.RepeatedCompositeFieldContainer[ActionDescription]
    deduplication_retention: _duration_pb2.Duration
    stable_replies: bool
    execute_batch_limit: int
    seals: bool
    def __init__(self, actions: _Optional[_Iterable[_Union[ActionDescription, _Mapping]]] = ..., deduplication_retention: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., stable_replies: _Optional[bool] = ..., execute_batch_limit: _Optional[int] = ..., seals: _Optional[bool] = ...) -> None: ...

class ActionDescription(_message.Message):
    __slots__ = ("name", "compensatable", "effect_free", "description", "input_schema", "output_schema", "probe")
    NAME_FIELD_NUMBER: _ClassVar[int]
    COMPENSATABLE_FIELD_NUMBER: _ClassVar[int]
    EFFECT_FREE_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    INPUT_SCHEMA_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_SCHEMA_FIELD_NUMBER: _ClassVar[int]
    PROBE_FIELD_NUMBER: _ClassVar[int]
    name: str
    compensatable: bool
    effect_free: bool
    description: str
    input_schema: str
    output_schema: str
    probe: bool
    def __init__(self, name: _Optional[str] = ..., compensatable: _Optional[bool] = ..., effect_free: _Optional[bool] = ..., description: _Optional[str] = ..., input_schema: _Optional[str] = ..., output_schema: _Optional[str] = ..., probe: _Optional[bool] = ...) -> None: ...
