"""Who may call what: the policy is whole, and every RPC keeps to it, without a word too much to whoever may not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf import descriptor_pool, message_factory
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from structlog.testing import capture_logs

from orchestrator.api import policy, principal
from orchestrator.api.access import Access, PolicyMissing
from orchestrator.api.policy import POLICY
from orchestrator.api.principal import EVERY_NAMESPACE, Role
from orchestrator.api.server import methods
from orchestrator.api.tokens import digest_of, watch_tokens
from orchestrator.engine.clock import SystemClock
from sagaway.client import Client, name_of, payload_of
from sagaway.v1 import orchestrator_service_pb2 as v1
from sagaway.v1 import orchestrator_service_pb2_grpc, saga_pb2
from tests.api.world import Refusal
from tests.client import errands
from tests.security.house import WAIT, TokensFile, bearer, channel, serving

Code = grpc.StatusCode
LIST = reflection_pb2.ServerReflectionRequest(list_services="")
OURS = sorted(method for method in POLICY if method.startswith("/sagaway."))


@pytest.fixture
async def line(tokens_file: TokensFile) -> AsyncIterator[Any]:
    """A channel to a server that asks for tokens; `root` of it is one that may do everything."""
    everybody = tokens_file.add("root", {"*": Role.ADMIN})
    async with serving(tokens_file=tokens_file.path) as server, channel(server.address) as opened:
        line: Any = opened
        line.root = everybody
        yield line


async def call(line: Any, method: str, body: bytes, token: str | None) -> Refusal | None:
    """Call any method; returns how it was refused, or None."""
    metadata = None if token is None else bearer(token)
    try:
        if method.endswith("/WatchSaga"):
            async for _ in line.unary_stream(method)(body, metadata=metadata, timeout=WAIT):
                pass
        else:
            await line.unary_unary(method)(body, metadata=metadata, timeout=WAIT)
    except grpc.aio.AioRpcError as error:
        return Refusal(error)
    return None


def request(method: str, namespace: str) -> bytes:
    """Return a request of a method that names a namespace, and else nothing that could be found."""
    service, _, name = method[1:].partition("/")
    method_ = descriptor_pool.Default().FindServiceByName(service).FindMethodByName(name)
    message = message_factory.GetMessageClass(method_.input_type)()
    if POLICY[method].namespace == EVERY_NAMESPACE:
        return b""
    path = POLICY[method].namespace.split(".")
    target = message
    for part in path[:-1]:
        target = getattr(target, part)
    setattr(target, path[-1], namespace)
    return bytes(message.SerializeToString())


async def test_every_rpc_that_is_served_has_a_policy_and_the_policy_knows_no_other() -> None:
    async with serving() as server, channel(server.address) as line:
        stub: Any = reflection_pb2_grpc.ServerReflectionStub(line)
        (answer,) = [answer async for answer in stub.ServerReflectionInfo(iter([LIST]))]
    pool = descriptor_pool.Default()
    served = set()
    for listed in answer.list_services_response.service:
        service = pool.FindServiceByName(listed.name)
        for method in service.methods:
            name = f"/{service.full_name}/{method.name}"
            served.add(name)
            field: Any = method.input_type
            for part in filter(None, POLICY[name].namespace.replace(EVERY_NAMESPACE, "").split(".")):
                assert part in field.fields_by_name, f"{name}: the request has no field {POLICY[name].namespace}"
                field = field.fields_by_name[part].message_type
    assert served == set(POLICY) == set(methods())


def test_an_rpc_without_a_policy_is_not_served(tokens_file: TokensFile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(policy.POLICY, OURS[0])
    with pytest.raises(PolicyMissing, match=OURS[0]):
        Access(watch_tokens(tokens_file.path), SystemClock()).gate(OURS[0])


async def test_a_server_without_a_policy_for_an_rpc_does_not_start(
    tokens_file: TokensFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(policy.POLICY, OURS[0])
    with pytest.raises(PolicyMissing, match=OURS[0]):
        async with serving(tokens_file=tokens_file.path):
            pass


async def test_each_rpc_takes_its_role_in_its_namespace_and_nothing_less(tokens_file: TokensFile) -> None:
    by_role = {role: tokens_file.add(f"a {role.name}".replace(" ", "-"), {"shop": role}) for role in Role}
    elsewhere = tokens_file.add("elsewhere", {"other": Role.ADMIN, "default": Role.ADMIN})
    everywhere = tokens_file.add("everywhere", {"*": Role.ADMIN, "shop": Role.VIEWER})
    async with serving(tokens_file=tokens_file.path) as server, channel(server.address) as line:
        for method in OURS:
            body, needed = request(method, "shop"), POLICY[method].role
            if needed is None:
                continue
            refusal = await call(line, method, body, None)
            assert refusal is not None
            assert (refusal.code, refusal.reason) == (Code.UNAUTHENTICATED, "TOKEN_REQUIRED"), method
            refusal = await call(line, method, body, "sgw_" + "x" * 43)
            assert refusal is not None
            assert (refusal.code, refusal.reason) == (Code.UNAUTHENTICATED, "TOKEN_INVALID"), method
            everywhere_needed = POLICY[method].namespace == EVERY_NAMESPACE
            for role, token in [*by_role.items(), (None, elsewhere)]:
                refusal = await call(line, method, body, token)
                if role is None or role < needed or everywhere_needed:
                    assert refusal is not None, (method, role)
                    assert (refusal.code, refusal.reason) == (Code.PERMISSION_DENIED, "ROLE_MISSING"), (method, role)
                    namespace = EVERY_NAMESPACE if everywhere_needed else "shop"
                    assert refusal.metadata == {"role": needed.name.lower(), "namespace": namespace}
                else:
                    assert refusal is None or refusal.code in (Code.INVALID_ARGUMENT, Code.NOT_FOUND), (method, role)
            refusal = await call(line, method, body, everywhere)
            assert refusal is None or refusal.code in (Code.INVALID_ARGUMENT, Code.NOT_FOUND), method


async def test_a_request_without_a_namespace_is_about_the_default_one(tokens_file: TokensFile) -> None:
    shop = tokens_file.add("shop", {"shop": Role.ADMIN})
    default = tokens_file.add("default", {"default": Role.VIEWER})
    async with serving(tokens_file=tokens_file.path) as server, channel(server.address) as line:
        for method in OURS:
            if "/List" not in method or method.endswith("/ListSagaEvents"):
                continue
            refusal = await call(line, method, b"", shop)
            assert refusal is not None
            assert refusal.reason == "ROLE_MISSING"
            assert await call(line, method, b"", default) is None


@pytest.mark.parametrize(
    "shown",
    [
        (("authorization", "Bearer"),),
        (("authorization", "Bearer "),),
        (("authorization", "Basic {token}"),),
        (("authorization", "{token}"),),
        (("authorization", "Bearer {token}"), ("authorization", "Bearer {token}")),
        (("authorization", "Bearer {token}x"),),
        (("authorization", "Bearer " + "x" * 4_000),),
    ],
)
async def test_what_is_not_one_bearer_token_is_refused(line: Any, shown: tuple[tuple[str, str], ...]) -> None:
    token: str = line.root
    metadata = tuple((key, value.replace("{token}", token)) for key, value in shown)
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await line.unary_unary(f"/{v1.DESCRIPTOR.package}.OrchestratorService/ListSagas")(b"", metadata=metadata)
    refusal = Refusal(caught.value)
    assert (refusal.code, refusal.reason) == (Code.UNAUTHENTICATED, "TOKEN_INVALID")
    assert token not in str(caught.value)


async def test_the_scheme_is_known_in_any_letters(line: Any) -> None:
    metadata = (("authorization", f"bEARER {line.root}"),)
    await line.unary_unary("/sagaway.v1.OrchestratorService/ListSagas")(b"", metadata=metadata)


async def test_a_body_is_not_looked_at_before_its_sender_is_known(line: Any) -> None:
    refusal = await call(line, OURS[0], b"\xff garbage", None)
    assert refusal is not None
    assert refusal.reason == "TOKEN_REQUIRED"


async def test_an_expired_token_is_as_unknown_as_any_other(tokens_file: TokensFile) -> None:
    expired = tokens_file.add("shop", {"*": Role.ADMIN}, timedelta(seconds=-1))
    alive = tokens_file.add("shop", {"*": Role.ADMIN}, timedelta(hours=1))
    async with serving(tokens_file=tokens_file.path) as server, channel(server.address) as line:
        method = "/sagaway.v1.OrchestratorService/ListSagas"
        assert await call(line, method, b"", alive) is None
        seen = set()
        for token in (expired, "sgw_" + "x" * 43):
            refusal = await call(line, method, b"", token)
            assert refusal is not None
            assert refusal.reason == "TOKEN_INVALID"
            seen.add((refusal.code, refusal.message, str(refusal.details)))
        assert len(seen) == 1


async def test_nothing_tells_whether_a_saga_exists_nor_what_a_token_was(
    tokens_file: TokensFile, tmp_path: Path
) -> None:
    shop, stranger = (tokens_file.add(name, {name: Role.ADMIN}) for name in ("shop", "stranger"))
    with capture_logs() as logs:
        async with (
            serving(tokens_file=tokens_file.path) as server,
            channel(server.address) as line,
            errands.running(tmp_path / "errands.db") as (errand, address),
            Client(server.address, namespace="shop", token=shop) as client,
        ):
            await client.participants.register(errands.NAME, address)
            await client.definitions.register(errands.errand())
            await client.start("errand", saga_id="there", input={"first": "hold", "second": "card-4712"})
            seen = set()
            for saga_id in ("there", "nowhere"):
                body = v1.GetSagaRequest(namespace="shop", saga_id=saga_id).SerializeToString()
                refusal = await call(line, "/sagaway.v1.OrchestratorService/GetSaga", body, stranger)
                assert refusal is not None
                seen.add((refusal.code, refusal.message, str(refusal.details)))
                # The completion token is all that opens CompleteStep, so a wrong one must not tell either.
                for metadata in (None, bearer(stranger)):
                    with pytest.raises(grpc.aio.AioRpcError) as caught:
                        await complete(line, saga_id, "guess-4711", metadata)
                    refusal = Refusal(caught.value)
                    assert (refusal.code, refusal.reason) == (Code.PERMISSION_DENIED, "COMPLETION_TOKEN_INVALID")
                    seen.add((refusal.code, refusal.message, str(refusal.details).replace(saga_id, "")))
            assert len(seen) == 2, "one answer of each RPC"
            await pending(client, "there")
            right = errand.tokens["there", "first"]
            answer = await complete(line, "there", right, None)
            assert answer.saga == saga_pb2.Saga(namespace="shop", saga_id="there")
            assert (await complete(line, "there", right, bearer(shop))).saga.definition_name == "errand"
            assert name_of(await client.wait("there"), "state") == "COMPLETED"
    for secret in (shop, stranger, right, "guess-4711", "card-4712"):
        assert secret not in str(logs)


async def complete(line: Any, saga_id: str, token: str, metadata: Any) -> v1.CompleteStepResponse:
    stub: Any = orchestrator_service_pb2_grpc.OrchestratorServiceStub(line)
    request = v1.CompleteStepRequest(
        namespace="shop",
        saga_id=saga_id,
        step_id="first",
        phase=saga_pb2.PHASE_EXECUTE,
        completion_token=token,
        completed=v1.StepCompletion(output=payload_of({})),
    )
    answer: v1.CompleteStepResponse = await stub.CompleteStep(request, metadata=metadata)
    return answer


async def pending(client: Client, saga_id: str) -> None:
    """Wait until the saga's first step is Pending."""
    async with asyncio.timeout(WAIT):
        async for event in client.watch(saga_id):
            if event.type == "StepPending":
                return


async def test_health_is_open_and_reflection_is_for_whoever_is_known(line: Any) -> None:
    health: Any = health_pb2_grpc.HealthStub(line)
    assert (await health.Check(health_pb2.HealthCheckRequest())).status == health_pb2.HealthCheckResponse.SERVING
    stub: Any = reflection_pb2_grpc.ServerReflectionStub(line)
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        [answer async for answer in stub.ServerReflectionInfo(iter([LIST]))]
    assert Refusal(caught.value).reason == "TOKEN_REQUIRED"
    metadata = bearer(line.root)
    assert [answer async for answer in stub.ServerReflectionInfo(iter([LIST]), metadata=metadata)]


async def test_tokens_are_rotated_without_a_restart(tokens_file: TokensFile) -> None:
    access = Access(watch_tokens(tokens_file.path), SystemClock())
    first = tokens_file.add("shop", {"shop": Role.STARTER})
    await access.look()
    second = tokens_file.add("shop", {"shop": Role.STARTER})
    await access.look()
    for token in (first, second):
        found = access.identify(bearer(token))
        assert found is not None
        assert (found.name, found.may(Role.STARTER, "shop"), found.may(Role.OPERATOR, "shop")) == ("shop", True, False)
    tokens_file.remove(first)
    await access.look()
    assert access.identify(bearer(second)) is not None
    with pytest.raises(Exception, match="not valid"):
        access.identify(bearer(first))


async def test_a_stream_ends_with_the_token_that_opened_it(tokens_file: TokensFile) -> None:
    revoked, changed, kept = (tokens_file.add(name, {"shop": Role.VIEWER}) for name in ("one", "two", "three"))
    short = tokens_file.add("four", {"shop": Role.VIEWER}, timedelta(seconds=0.3))
    access = Access(watch_tokens(tokens_file.path), SystemClock())
    opened = {name: asyncio.Event() for name in (revoked, changed, kept, short)}

    async def stream(token: str) -> str:
        try:
            async with access.while_known(bearer(token)):
                opened[token].set()
                await asyncio.Event().wait()
        except Exception as error:
            return type(error).__name__
        return "ended"

    tasks = {token: asyncio.create_task(stream(token)) for token in opened}
    async with asyncio.timeout(WAIT):
        for event in opened.values():
            await event.wait()
        tokens_file.remove(revoked)
        tokens_file.path.write_text(tokens_file.path.read_text().replace(digest_of(changed).hex(), "0" * 64))
        await access.look()
        for token in (revoked, changed, short):
            assert await tasks[token] == "TokenInvalid"
    assert not tasks[kept].done()
    tasks[kept].cancel()
    await asyncio.gather(tasks[kept], return_exceptions=True)


async def test_the_principal_is_known_below_the_handler(tokens_file: TokensFile) -> None:
    token = tokens_file.add("shop-web", {"shop": Role.STARTER})
    gate = Access(watch_tokens(tokens_file.path), SystemClock()).gate("/sagaway.v1.OrchestratorService/StartSaga")
    assert gate is not None

    class Context:
        def invocation_metadata(self) -> Any:
            return bearer(token)

    async def rpc() -> str:
        gate.enter(Context())
        return await asyncio.create_task(asyncio.sleep(0, principal.current().name))

    assert await asyncio.create_task(rpc()) == "shop-web"
    assert principal.current() is principal.TRUSTED
