"""DefinitionService over gRPC: what each RPC does, and each refusal that its comments name."""

from __future__ import annotations

from typing import Any

import grpc
import pytest
from google.protobuf.struct_pb2 import Value

from sagaway.v1 import definition_pb2
from sagaway.v1 import definition_service_pb2 as v1
from tests.api.world import STEPS, World, definition, refused

Code = grpc.StatusCode


async def register(world: World, given: Any, **fields: Any) -> Any:
    return await world.definitions.RegisterDefinition(v1.RegisterDefinitionRequest(definition=given, **fields))


async def get(world: World, name: str = "order", version: int = 0, **fields: Any) -> Any:
    request = v1.GetDefinitionRequest(name=name, version=version, **fields)
    return (await world.definitions.GetDefinition(request)).definition


async def deprecate(world: World, version: int, name: str = "order") -> Any:
    request = v1.DeprecateDefinitionRequest(name=name, version=version)
    return (await world.definitions.DeprecateDefinition(request)).definition


async def list_(world: World, **fields: Any) -> tuple[list[tuple[str, int]], str]:
    answer = await world.definitions.ListDefinitions(v1.ListDefinitionsRequest(**fields))
    return [(one.definition.name, one.definition.version) for one in answer.definitions], answer.next_page_token


async def test_a_definition_is_kept_for_good(world: World) -> None:
    await world.register(definition("other"))
    given = definition(
        description="sells tea",
        timeout="3600s",
        retry={"max_attempts": 3, "initial_backoff": "0.250s"},
        output={"total": 12, "rate": 0.5, "id": "${steps.b.output.id}", "none": None},
    )
    answer = await register(world, given)
    assert answer.created
    kept = answer.definition
    assert kept.definition == given
    assert kept.namespace == "default"
    assert kept.create_time.ToMicroseconds() > 0
    assert not kept.HasField("deprecate_time")
    again = await register(world, given)
    assert (again.created, again.definition) == (False, kept)
    assert await get(world) == await get(world, version=1) == kept
    valid = await world.definitions.ValidateDefinition(v1.ValidateDefinitionRequest(definition=given))
    assert valid.content_hash == kept.content_hash
    refusal = await refused(
        register(world, definition(description="sells coffee")), Code.ALREADY_EXISTS, "DEFINITION_EXISTS"
    )
    assert refusal.metadata == {"name": "order", "version": "1"}
    assert refusal.details["ResourceInfo"].resource_name == "order/1"
    assert await get(world) == kept


async def test_validation_registers_nothing(world: World) -> None:
    await world.register(definition("other"))
    before = await world.written()
    await world.definitions.ValidateDefinition(v1.ValidateDefinitionRequest(definition=definition()))
    assert await world.written() == before


@pytest.mark.parametrize("rpc", ["RegisterDefinition", "ValidateDefinition"])
async def test_every_fault_is_listed_at_once(world: World, rpc: str) -> None:
    await world.register(definition("other"))
    before = await world.written()
    faulty = definition(
        "or der",
        0,
        steps=[
            {"id": "a", "participant": "shop", "action": "dance"},
            {"id": "a", "participant": "nobody", "action": "do", "input": "${steps.z.output}"},
            {"id": "c", "participant": "shop", "action": "do", "after": ["c"], "attempt_timeout": "-1s"},
        ],
    )
    kind = {"RegisterDefinition": v1.RegisterDefinitionRequest, "ValidateDefinition": v1.ValidateDefinitionRequest}[rpc]
    call = getattr(world.definitions, rpc)(kind(definition=faulty))
    refusal = await refused(call, Code.INVALID_ARGUMENT, "DEFINITION_INVALID")
    assert {
        "definition.name",
        "definition.version",
        "definition.steps[0].action",
        "definition.steps[1].id",
        "definition.steps[1].participant",
        "definition.steps[1].input",
        "definition.steps[2].after[0]",
        "definition.steps[2].attempt_timeout",
    } <= set(refusal.fields)
    assert refusal.metadata == {"name": "or der", "faults": str(len(refusal.fields))}
    assert await world.written() == before


async def test_faults_beyond_what_a_status_holds_are_counted(world: World) -> None:
    await world.register(definition("other"))
    steps = [{"id": f"bad step {index}", "participant": "nobody", "action": "x"} for index in range(100)]
    refusal = await refused(register(world, definition(steps=steps)), Code.INVALID_ARGUMENT, "DEFINITION_INVALID")
    assert refusal.metadata["faults"] == "200"
    listed = len(refusal.fields) - 1
    assert listed > 20
    assert refusal.fields[""] == f"and {200 - listed} more"


async def test_values_that_have_no_json_form_are_named(world: World) -> None:
    await world.register(definition("other"))
    infinite = definition()
    infinite.steps[1].input.CopyFrom(Value(number_value=float("inf")))
    infinite.timeout.seconds, infinite.timeout.nanos = 1, -1
    infinite.steps[0].retry.max_backoff.seconds = 2**62
    refusal = await refused(register(world, infinite), Code.INVALID_ARGUMENT, "DEFINITION_INVALID")
    assert set(refusal.fields) == {
        "definition.steps[1].input",
        "definition.timeout",
        "definition.steps[0].retry.max_backoff",
    }
    unknown = definition()
    unknown.steps[0].kind = 99
    refusal = await refused(register(world, unknown), Code.INVALID_ARGUMENT, "DEFINITION_INVALID")
    assert set(refusal.fields) == {"definition.steps[0].kind"}


async def test_a_definition_that_is_far_too_large_is_refused_at_once(world: World) -> None:
    crowded = definition()
    crowded.steps[0].after.extend(["x"] * 20_000)
    crowded.steps[1].retry_codes.extend(["x"] * 20_000)
    many = definition()
    for _ in range(20_000):
        many.steps.add(id="x")
    heavy = definition(description="x" * (3 << 20))
    for given, fields in (
        (crowded, ["definition.steps[0].after", "definition.steps[1].retry_codes"]),
        (many, ["definition.steps"]),
        (heavy, ["definition"]),
    ):
        refusal = await refused(register(world, given), Code.INVALID_ARGUMENT, "DEFINITION_INVALID")
        assert list(refusal.fields) == fields


async def test_bad_requests(world: World) -> None:
    invalid = Code.INVALID_ARGUMENT
    missing = world.definitions.RegisterDefinition(v1.RegisterDefinitionRequest(namespace="a b"))
    assert list((await refused(missing, invalid, "FIELD_INVALID")).fields) == ["namespace", "definition"]
    missing = world.definitions.ValidateDefinition(v1.ValidateDefinitionRequest())
    assert list((await refused(missing, invalid, "FIELD_INVALID")).fields) == ["definition"]
    empty = register(world, definition_pb2.SagaDefinition())
    assert "definition.steps" in (await refused(empty, invalid, "DEFINITION_INVALID")).fields
    bad = get(world, "", -1, namespace="?")
    assert list((await refused(bad, invalid, "FIELD_INVALID")).fields) == ["namespace", "name", "version"]
    assert list((await refused(deprecate(world, 0), invalid, "FIELD_INVALID")).fields) == ["version"]
    for fields in ({"page_size": 1_001}, {"name": "a b"}, {"namespace": "a b"}):
        refusal = await refused(list_(world, **fields), invalid, "FIELD_INVALID")
        assert list(refusal.fields) == list(fields)
    await refused(list_(world, page_token="x"), invalid, "PAGE_TOKEN_INVALID")
    assert await world.written() == (0, 0, 0)


async def test_versions_and_deprecation(world: World) -> None:
    await world.register(definition(), definition(version=2), definition(version=10))
    assert (await get(world)).definition.version == 10
    gone = await deprecate(world, 10)
    assert gone.deprecate_time.ToMicroseconds() >= gone.create_time.ToMicroseconds()
    assert await deprecate(world, 10) == gone
    assert (await get(world)).definition.version == 2
    assert await get(world, version=10) == gone
    for version in (1, 2):
        await deprecate(world, version)
    not_found = Code.NOT_FOUND, "DEFINITION_NOT_FOUND"
    refusal = await refused(get(world), *not_found)
    assert refusal.metadata == {"name": "order", "version": "0"}
    refusal = await refused(get(world, version=3), *not_found)
    assert refusal.metadata == {"name": "order", "version": "3"}
    await refused(get(world, namespace="else"), *not_found)
    await refused(deprecate(world, 3), *not_found)
    await refused(deprecate(world, 1, "x"), *not_found)


async def test_a_list_goes_by_name_then_version(world: World) -> None:
    names = [("a", 1), ("a", 2), ("a", 10), ("b", 1), ("b-b", 1)]
    await world.register(*(definition(name, version) for name, version in reversed(names)))
    assert await list_(world) == (names, "")
    assert await list_(world, name="a") == (names[:3], "")
    assert await list_(world, namespace="else") == ([], "")
    for size in (1, 2, 5):
        found: list[tuple[str, int]] = []
        token = ""
        while True:
            page, token = await list_(world, page_size=size, page_token=token)
            found += page
            if not token:
                break
        assert found == names
    token = (await list_(world, page_size=1))[1]
    await refused(list_(world, name="a", page_token=token), Code.INVALID_ARGUMENT, "PAGE_TOKEN_INVALID")


async def test_a_definition_belongs_to_its_namespace(world: World) -> None:
    await world.register()
    # There is no participant `shop` in the other namespace.
    refusal = await refused(
        register(world, definition(steps=STEPS[:1]), namespace="else"), Code.INVALID_ARGUMENT, "DEFINITION_INVALID"
    )
    assert list(refusal.fields) == ["definition.steps[0].participant"]
