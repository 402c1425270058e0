import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Pause(_message.Message):
    __slots__ = ("pause_time", "reason", "claimed_actor", "principal", "all_versions")
    PAUSE_TIME_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    CLAIMED_ACTOR_FIELD_NUMBER: _ClassVar[int]
    PRINCIPAL_FIELD_NUMBER: _ClassVar[int]
    ALL_VERSIONS_FIELD_NUMBER: _ClassVar[int]
    pause_time: _timestamp_pb2.Timestamp
    reason: str
    claimed_actor: str
    principal: str
    all_versions: bool
    def __init__(self, pause_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., reason: _Optional[str] = ..., claimed_actor: _Optional[str] = ..., principal: _Optional[str] = ..., all_versions: _Optional[bool] = ...) -> None: ...
