import datetime

from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from sagaway.v1 import definition_pb2 as _definition_pb2
from sagaway.v1 import participant_service_pb2 as _participant_service_pb2
from sagaway.v1 import payload_pb2 as _payload_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class SagaMode(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SAGA_MODE_UNSPECIFIED: _ClassVar[SagaMode]
    SAGA_MODE_ORCHESTRATION: _ClassVar[SagaMode]
    SAGA_MODE_CHOREOGRAPHY: _ClassVar[SagaMode]

class OperatorAction(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    OPERATOR_ACTION_UNSPECIFIED: _ClassVar[OperatorAction]
    OPERATOR_ACTION_PAUSE_SAGA: _ClassVar[OperatorAction]
    OPERATOR_ACTION_RESUME_SAGA: _ClassVar[OperatorAction]
    OPERATOR_ACTION_ABANDON_SAGA: _ClassVar[OperatorAction]
    OPERATOR_ACTION_RETRY_STEP: _ClassVar[OperatorAction]
    OPERATOR_ACTION_RESOLVE_STEP_COMPLETED: _ClassVar[OperatorAction]
    OPERATOR_ACTION_RESOLVE_STEP_COMPENSATED: _ClassVar[OperatorAction]
    OPERATOR_ACTION_SKIP_STEP: _ClassVar[OperatorAction]
    OPERATOR_ACTION_RETRY_STEP_WITH_INPUT: _ClassVar[OperatorAction]
    OPERATOR_ACTION_RESTART_SAGA: _ClassVar[OperatorAction]

class SagaState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SAGA_STATE_UNSPECIFIED: _ClassVar[SagaState]
    SAGA_STATE_PENDING: _ClassVar[SagaState]
    SAGA_STATE_RUNNING: _ClassVar[SagaState]
    SAGA_STATE_COMPENSATING: _ClassVar[SagaState]
    SAGA_STATE_COMPLETED: _ClassVar[SagaState]
    SAGA_STATE_COMPENSATED: _ClassVar[SagaState]
    SAGA_STATE_STUCK: _ClassVar[SagaState]
    SAGA_STATE_ABANDONED: _ClassVar[SagaState]

class SagaCause(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SAGA_CAUSE_UNSPECIFIED: _ClassVar[SagaCause]
    SAGA_CAUSE_REJECTED: _ClassVar[SagaCause]
    SAGA_CAUSE_FAILED: _ClassVar[SagaCause]
    SAGA_CAUSE_ATTEMPTS_EXHAUSTED: _ClassVar[SagaCause]
    SAGA_CAUSE_TIMED_OUT: _ClassVar[SagaCause]
    SAGA_CAUSE_CANCELLED: _ClassVar[SagaCause]

class Phase(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PHASE_UNSPECIFIED: _ClassVar[Phase]
    PHASE_EXECUTE: _ClassVar[Phase]
    PHASE_COMPENSATE: _ClassVar[Phase]

class StepState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    STEP_STATE_UNSPECIFIED: _ClassVar[StepState]
    STEP_STATE_WAITING: _ClassVar[StepState]
    STEP_STATE_EXECUTING: _ClassVar[StepState]
    STEP_STATE_PENDING: _ClassVar[StepState]
    STEP_STATE_COMPLETED: _ClassVar[StepState]
    STEP_STATE_REJECTED: _ClassVar[StepState]
    STEP_STATE_FAILED: _ClassVar[StepState]
    STEP_STATE_BLOCKED: _ClassVar[StepState]
    STEP_STATE_STRUCK: _ClassVar[StepState]
    STEP_STATE_COMPENSATING: _ClassVar[StepState]
    STEP_STATE_COMPENSATION_PENDING: _ClassVar[StepState]
    STEP_STATE_COMPENSATED: _ClassVar[StepState]
    STEP_STATE_COMPENSATION_FAILED: _ClassVar[StepState]
    STEP_STATE_SKIPPED: _ClassVar[StepState]
SAGA_MODE_UNSPECIFIED: SagaMode
SAGA_MODE_ORCHESTRATION: SagaMode
SAGA_MODE_CHOREOGRAPHY: SagaMode
OPERATOR_ACTION_UNSPECIFIED: OperatorAction
OPERATOR_ACTION_PAUSE_SAGA: OperatorAction
OPERATOR_ACTION_RESUME_SAGA: OperatorAction
OPERATOR_ACTION_ABANDON_SAGA: OperatorAction
OPERATOR_ACTION_RETRY_STEP: OperatorAction
OPERATOR_ACTION_RESOLVE_STEP_COMPLETED: OperatorAction
OPERATOR_ACTION_RESOLVE_STEP_COMPENSATED: OperatorAction
OPERATOR_ACTION_SKIP_STEP: OperatorAction
OPERATOR_ACTION_RETRY_STEP_WITH_INPUT: OperatorAction
OPERATOR_ACTION_RESTART_SAGA: OperatorAction
SAGA_STATE_UNSPECIFIED: SagaState
SAGA_STATE_PENDING: SagaState
SAGA_STATE_RUNNING: SagaState
SAGA_STATE_COMPENSATING: SagaState
SAGA_STATE_COMPLETED: SagaState
SAGA_STATE_COMPENSATED: SagaState
SAGA_STATE_STUCK: SagaState
SAGA_STATE_ABANDONED: SagaState
SAGA_CAUSE_UNSPECIFIED: SagaCause
SAGA_CAUSE_REJECTED: SagaCause
SAGA_CAUSE_FAILED: SagaCause
SAGA_CAUSE_ATTEMPTS_EXHAUSTED: SagaCause
SAGA_CAUSE_TIMED_OUT: SagaCause
SAGA_CAUSE_CANCELLED: SagaCause
PHASE_UNSPECIFIED: Phase
PHASE_EXECUTE: Phase
PHASE_COMPENSATE: Phase
STEP_STATE_UNSPECIFIED: StepState
STEP_STATE_WAITING: StepState
STEP_STATE_EXECUTING: StepState
STEP_STATE_PENDING: StepState
STEP_STATE_COMPLETED: StepState
STEP_STATE_REJECTED: StepState
STEP_STATE_FAILED: StepState
STEP_STATE_BLOCKED: StepState
STEP_STATE_STRUCK: StepState
STEP_STATE_COMPENSATING: StepState
STEP_STATE_COMPENSATION_PENDING: StepState
STEP_STATE_COMPENSATED: StepState
STEP_STATE_COMPENSATION_FAILED: StepState
STEP_STATE_SKIPPED: StepState

class Saga(_message.Message):
    __slots__ = ("namespace", "saga_id", "definition_name", "definition_version", "definition_hash", "state", "paused", "cause", "error", "input", "output", "labels", "start_time", "end_time", "timeout_time", "execution_time", "completed_step_count", "compensated_step_count", "step_count", "steps", "last_sequence", "quarantine", "cancel_requested", "wake_time", "trace_id", "legal_actions", "restarted_from", "mode", "purge_time")
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
    DEFINITION_HASH_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    PAUSED_FIELD_NUMBER: _ClassVar[int]
    CAUSE_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    INPUT_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    END_TIME_FIELD_NUMBER: _ClassVar[int]
    TIMEOUT_TIME_FIELD_NUMBER: _ClassVar[int]
    EXECUTION_TIME_FIELD_NUMBER: _ClassVar[int]
    COMPLETED_STEP_COUNT_FIELD_NUMBER: _ClassVar[int]
    COMPENSATED_STEP_COUNT_FIELD_NUMBER: _ClassVar[int]
    STEP_COUNT_FIELD_NUMBER: _ClassVar[int]
    STEPS_FIELD_NUMBER: _ClassVar[int]
    LAST_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    QUARANTINE_FIELD_NUMBER: _ClassVar[int]
    CANCEL_REQUESTED_FIELD_NUMBER: _ClassVar[int]
    WAKE_TIME_FIELD_NUMBER: _ClassVar[int]
    TRACE_ID_FIELD_NUMBER: _ClassVar[int]
    LEGAL_ACTIONS_FIELD_NUMBER: _ClassVar[int]
    RESTARTED_FROM_FIELD_NUMBER: _ClassVar[int]
    MODE_FIELD_NUMBER: _ClassVar[int]
    PURGE_TIME_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    saga_id: str
    definition_name: str
    definition_version: int
    definition_hash: str
    state: SagaState
    paused: bool
    cause: SagaCause
    error: SagaError
    input: _payload_pb2.Payload
    output: _payload_pb2.Payload
    labels: _containers.ScalarMap[str, str]
    start_time: _timestamp_pb2.Timestamp
    end_time: _timestamp_pb2.Timestamp
    timeout_time: _timestamp_pb2.Timestamp
    execution_time: _duration_pb2.Duration
    completed_step_count: int
    compensated_step_count: int
    step_count: int
    steps: _containers.RepeatedCompositeFieldContainer[SagaStep]
    last_sequence: int
    quarantine: Quarantine
    cancel_requested: bool
    wake_time: _timestamp_pb2.Timestamp
    trace_id: str
    legal_actions: _containers.RepeatedCompositeFieldContainer[LegalAction]
    restarted_from: str
    mode: SagaMode
    purge_time: _timestamp_pb2.Timestamp
    def __init__(self, namespace: _Optional[str] = ..., saga_id: _Optional[str] = ..., definition_name: _Optional[str] = ..., definition_version: _Optional[int] = ..., definition_hash: _Optional[str] = ..., state: _Optional[_Union[SagaState, str]] = ..., paused: _Optional[bool] = ..., cause: _Optional[_Union[SagaCause, str]] = ..., error: _Optional[_Union[SagaError, _Mapping]] = ..., input: _Optional[_Union[_payload_pb2.Payload, _Mapping]] = ..., output: _Optional[_Union[_payload_pb2.Payload, _Mapping]] = ..., labels: _Optional[_Mapping[str, str]] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., timeout_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., execution_time: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., completed_step_count: _Optional[int] = ..., compensated_step_count: _Optional[int] = ..., step_count: _Optional[int] = ..., steps: _Optional[_Iterable[_Union[SagaStep, _Mapping]]] = ..., last_sequence: _Optional[int] = ..., quarantine: _Optional[_Union[Quarantine, _Mapping]] = ..., cancel_requested: _Optional[bool] = ..., wake_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., trace_id: _Optional[str] = ..., legal_actions: _Optional[_Iterable[_Union[LegalAction, _Mapping]]] = ..., restarted_from: _Optional[str] = ..., mode: _Optional[_Union[SagaMode, str]] = ..., purge_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class LegalAction(_message.Message):
    __slots__ = ("action", "step_id")
    ACTION_FIELD_NUMBER: _ClassVar[int]
    STEP_ID_FIELD_NUMBER: _ClassVar[int]
    action: OperatorAction
    step_id: str
    def __init__(self, action: _Optional[_Union[OperatorAction, str]] = ..., step_id: _Optional[str] = ...) -> None: ...

class SagaError(_message.Message):
    __slots__ = ("step_id", "phase", "code", "reason", "message")
    STEP_ID_FIELD_NUMBER: _ClassVar[int]
    PHASE_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    step_id: str
    phase: Phase
    code: str
    reason: str
    message: str
    def __init__(self, step_id: _Optional[str] = ..., phase: _Optional[_Union[Phase, str]] = ..., code: _Optional[str] = ..., reason: _Optional[str] = ..., message: _Optional[str] = ...) -> None: ...

class SagaStep(_message.Message):
    __slots__ = ("step_id", "participant", "action", "state", "run", "execute_attempts", "compensate_attempts", "input", "output", "intend_time", "execute_end_time", "compensate_intend_time", "compensate_end_time", "retry_time", "last_error", "execute_outcome", "possibly_done", "kind", "effect_free", "park_time")
    STEP_ID_FIELD_NUMBER: _ClassVar[int]
    PARTICIPANT_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    RUN_FIELD_NUMBER: _ClassVar[int]
    EXECUTE_ATTEMPTS_FIELD_NUMBER: _ClassVar[int]
    COMPENSATE_ATTEMPTS_FIELD_NUMBER: _ClassVar[int]
    INPUT_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_FIELD_NUMBER: _ClassVar[int]
    INTEND_TIME_FIELD_NUMBER: _ClassVar[int]
    EXECUTE_END_TIME_FIELD_NUMBER: _ClassVar[int]
    COMPENSATE_INTEND_TIME_FIELD_NUMBER: _ClassVar[int]
    COMPENSATE_END_TIME_FIELD_NUMBER: _ClassVar[int]
    RETRY_TIME_FIELD_NUMBER: _ClassVar[int]
    LAST_ERROR_FIELD_NUMBER: _ClassVar[int]
    EXECUTE_OUTCOME_FIELD_NUMBER: _ClassVar[int]
    POSSIBLY_DONE_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    EFFECT_FREE_FIELD_NUMBER: _ClassVar[int]
    PARK_TIME_FIELD_NUMBER: _ClassVar[int]
    step_id: str
    participant: str
    action: str
    state: StepState
    run: int
    execute_attempts: int
    compensate_attempts: int
    input: _payload_pb2.Payload
    output: _payload_pb2.Payload
    intend_time: _timestamp_pb2.Timestamp
    execute_end_time: _timestamp_pb2.Timestamp
    compensate_intend_time: _timestamp_pb2.Timestamp
    compensate_end_time: _timestamp_pb2.Timestamp
    retry_time: _timestamp_pb2.Timestamp
    last_error: SagaError
    execute_outcome: _participant_service_pb2.ExecuteOutcome
    possibly_done: bool
    kind: _definition_pb2.StepKind
    effect_free: bool
    park_time: _timestamp_pb2.Timestamp
    def __init__(self, step_id: _Optional[str] = ..., participant: _Optional[str] = ..., action: _Optional[str] = ..., state: _Optional[_Union[StepState, str]] = ..., run: _Optional[int] = ..., execute_attempts: _Optional[int] = ..., compensate_attempts: _Optional[int] = ..., input: _Optional[_Union[_payload_pb2.Payload, _Mapping]] = ..., output: _Optional[_Union[_payload_pb2.Payload, _Mapping]] = ..., intend_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., execute_end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., compensate_intend_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., compensate_end_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., retry_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., last_error: _Optional[_Union[SagaError, _Mapping]] = ..., execute_outcome: _Optional[_Union[_participant_service_pb2.ExecuteOutcome, str]] = ..., possibly_done: _Optional[bool] = ..., kind: _Optional[_Union[_definition_pb2.StepKind, str]] = ..., effect_free: _Optional[bool] = ..., park_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class Quarantine(_message.Message):
    __slots__ = ("reason", "time")
    REASON_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    reason: str
    time: _timestamp_pb2.Timestamp
    def __init__(self, reason: _Optional[str] = ..., time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class SagaEvent(_message.Message):
    __slots__ = ("sequence", "time", "type", "step_id", "run", "phase", "attempt", "code", "reason", "message", "payload", "next_time", "cause", "struck_step_ids", "saga_state", "uncounted", "claimed_actor", "principal", "standing_step_ids", "restarted_from", "observed", "letter_id")
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    STEP_ID_FIELD_NUMBER: _ClassVar[int]
    RUN_FIELD_NUMBER: _ClassVar[int]
    PHASE_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    PAYLOAD_FIELD_NUMBER: _ClassVar[int]
    NEXT_TIME_FIELD_NUMBER: _ClassVar[int]
    CAUSE_FIELD_NUMBER: _ClassVar[int]
    STRUCK_STEP_IDS_FIELD_NUMBER: _ClassVar[int]
    SAGA_STATE_FIELD_NUMBER: _ClassVar[int]
    UNCOUNTED_FIELD_NUMBER: _ClassVar[int]
    CLAIMED_ACTOR_FIELD_NUMBER: _ClassVar[int]
    PRINCIPAL_FIELD_NUMBER: _ClassVar[int]
    STANDING_STEP_IDS_FIELD_NUMBER: _ClassVar[int]
    RESTARTED_FROM_FIELD_NUMBER: _ClassVar[int]
    OBSERVED_FIELD_NUMBER: _ClassVar[int]
    LETTER_ID_FIELD_NUMBER: _ClassVar[int]
    sequence: int
    time: _timestamp_pb2.Timestamp
    type: str
    step_id: str
    run: int
    phase: Phase
    attempt: int
    code: str
    reason: str
    message: str
    payload: _payload_pb2.Payload
    next_time: _timestamp_pb2.Timestamp
    cause: SagaCause
    struck_step_ids: _containers.RepeatedScalarFieldContainer[str]
    saga_state: SagaState
    uncounted: bool
    claimed_actor: str
    principal: str
    standing_step_ids: _containers.RepeatedScalarFieldContainer[str]
    restarted_from: str
    observed: ObservedEvent
    letter_id: int
    def __init__(self, sequence: _Optional[int] = ..., time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., type: _Optional[str] = ..., step_id: _Optional[str] = ..., run: _Optional[int] = ..., phase: _Optional[_Union[Phase, str]] = ..., attempt: _Optional[int] = ..., code: _Optional[str] = ..., reason: _Optional[str] = ..., message: _Optional[str] = ..., payload: _Optional[_Union[_payload_pb2.Payload, _Mapping]] = ..., next_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., cause: _Optional[_Union[SagaCause, str]] = ..., struck_step_ids: _Optional[_Iterable[str]] = ..., saga_state: _Optional[_Union[SagaState, str]] = ..., uncounted: _Optional[bool] = ..., claimed_actor: _Optional[str] = ..., principal: _Optional[str] = ..., standing_step_ids: _Optional[_Iterable[str]] = ..., restarted_from: _Optional[str] = ..., observed: _Optional[_Union[ObservedEvent, _Mapping]] = ..., letter_id: _Optional[int] = ...) -> None: ...

class ObservedEvent(_message.Message):
    __slots__ = ("event_id", "source", "event_type", "publish_time", "cause_id", "cause_source", "answers", "outcome", "undeclared", "early", "reaction", "refusal", "fault", "place")
    EVENT_ID_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    EVENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    PUBLISH_TIME_FIELD_NUMBER: _ClassVar[int]
    CAUSE_ID_FIELD_NUMBER: _ClassVar[int]
    CAUSE_SOURCE_FIELD_NUMBER: _ClassVar[int]
    ANSWERS_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    UNDECLARED_FIELD_NUMBER: _ClassVar[int]
    EARLY_FIELD_NUMBER: _ClassVar[int]
    REACTION_FIELD_NUMBER: _ClassVar[int]
    REFUSAL_FIELD_NUMBER: _ClassVar[int]
    FAULT_FIELD_NUMBER: _ClassVar[int]
    PLACE_FIELD_NUMBER: _ClassVar[int]
    event_id: str
    source: str
    event_type: str
    publish_time: _timestamp_pb2.Timestamp
    cause_id: str
    cause_source: str
    answers: bool
    outcome: str
    undeclared: bool
    early: bool
    reaction: str
    refusal: SagaError
    fault: SagaError
    place: int
    def __init__(self, event_id: _Optional[str] = ..., source: _Optional[str] = ..., event_type: _Optional[str] = ..., publish_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., cause_id: _Optional[str] = ..., cause_source: _Optional[str] = ..., answers: _Optional[bool] = ..., outcome: _Optional[str] = ..., undeclared: _Optional[bool] = ..., early: _Optional[bool] = ..., reaction: _Optional[str] = ..., refusal: _Optional[_Union[SagaError, _Mapping]] = ..., fault: _Optional[_Union[SagaError, _Mapping]] = ..., place: _Optional[int] = ...) -> None: ...
