from sagaway.v1 import definition_pb2 as _definition_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class RegisterDefinitionRequest(_message.Message):
    __slots__ = ("namespace", "definition")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    DEFINITION_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    definition: _definition_pb2.SagaDefinition
    def __init__(self, namespace: _Optional[str] = ..., definition: _Optional[_Union[_definition_pb2.SagaDefinition, _Mapping]] = ...) -> None: ...

class RegisterDefinitionResponse(_message.Message):
    __slots__ = ("definition", "created")
    DEFINITION_FIELD_NUMBER: _ClassVar[int]
    CREATED_FIELD_NUMBER: _ClassVar[int]
    definition: _definition_pb2.RegisteredDefinition
    created: bool
    def __init__(self, definition: _Optional[_Union[_definition_pb2.RegisteredDefinition, _Mapping]] = ..., created: _Optional[bool] = ...) -> None: ...

class ValidateDefinitionRequest(_message.Message):
    __slots__ = ("namespace", "definition")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    DEFINITION_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    definition: _definition_pb2.SagaDefinition
    def __init__(self, namespace: _Optional[str] = ..., definition: _Optional[_Union[_definition_pb2.SagaDefinition, _Mapping]] = ...) -> None: ...

class ValidateDefinitionResponse(_message.Message):
    __slots__ = ("content_hash",)
    CONTENT_HASH_FIELD_NUMBER: _ClassVar[int]
    content_hash: str
    def __init__(self, content_hash: _Optional[str] = ...) -> None: ...

class GetDefinitionRequest(_message.Message):
    __slots__ = ("namespace", "name", "version")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    name: str
    version: int
    def __init__(self, namespace: _Optional[str] = ..., name: _Optional[str] = ..., version: _Optional[int] = ...) -> None: ...

class GetDefinitionResponse(_message.Message):
    __slots__ = ("definition",)
    DEFINITION_FIELD_NUMBER: _ClassVar[int]
    definition: _definition_pb2.RegisteredDefinition
    def __init__(self, definition: _Optional[_Union[_definition_pb2.RegisteredDefinition, _Mapping]] = ...) -> None: ...

class ListDefinitionsRequest(_message.Message):
    __slots__ = ("namespace", "name", "page_size", "page_token")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    name: str
    page_size: int
    page_token: str
    def __init__(self, namespace: _Optional[str] = ..., name: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListDefinitionsResponse(_message.Message):
    __slots__ = ("definitions", "next_page_token")
    DEFINITIONS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    definitions: _containers.RepeatedCompositeFieldContainer[_definition_pb2.RegisteredDefinition]
    next_page_token: str
    def __init__(self, definitions: _Optional[_Iterable[_Union[_definition_pb2.RegisteredDefinition, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class DeprecateDefinitionRequest(_message.Message):
    __slots__ = ("namespace", "name", "version")
    NAMESPACE_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    namespace: str
    name: str
    version: int
    def __init__(self, namespace: _Optional[str] = ..., name: _Optional[str] = ..., version: _Optional[int] = ...) -> None: ...

class DeprecateDefinitionResponse(_message.Message):
    __slots__ = ("definition",)
    DEFINITION_FIELD_NUMBER: _ClassVar[int]
    definition: _definition_pb2.RegisteredDefinition
    def __init__(self, definition: _Optional[_Union[_definition_pb2.RegisteredDefinition, _Mapping]] = ...) -> None: ...
