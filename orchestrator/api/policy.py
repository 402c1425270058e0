"""The one table from RPC to the role it needs.

An RPC without a row is refused when the server is put together, so nothing is ever served by oversight. Each row is
for the namespace that the request names. Who has no token at all may do what is `OPEN`:

- health, because a probe has no token, and all it learns is whether the server serves;
- CompleteStep, because its completion token is the permission: an HMAC for one phase of one operation, which nobody but
  that step's participant was given. The answer shows the saga to viewers only.

Reflection shows the contract, which is public, but whoever may ask has to be known here: any token will do.
"""

from __future__ import annotations

from typing import NamedTuple

from orchestrator.api.principal import EVERY_NAMESPACE, Role

OPEN = None
"""In place of a role: no token is needed."""


class Rule(NamedTuple):
    """What an RPC needs.

    Attributes:
        role: the least role; `OPEN`: none, and no token either.
        namespace: the path of the request's field with the namespace for which it is needed; empty: any token will do;
            `EVERY_NAMESPACE`: it is about all, so it is needed in all.
    """

    role: Role | None
    namespace: str = "namespace"


_IN_PARTICIPANT = "participant.namespace"

POLICY: dict[str, Rule] = {
    "/sagaway.v1.OrchestratorService/StartSaga": Rule(Role.STARTER),
    "/sagaway.v1.OrchestratorService/GetSaga": Rule(Role.VIEWER),
    "/sagaway.v1.OrchestratorService/ListSagas": Rule(Role.VIEWER),
    "/sagaway.v1.OrchestratorService/ListSagaEvents": Rule(Role.VIEWER),
    "/sagaway.v1.OrchestratorService/WatchSaga": Rule(Role.VIEWER),
    "/sagaway.v1.OrchestratorService/CancelSaga": Rule(Role.STARTER),
    "/sagaway.v1.OrchestratorService/CompleteStep": Rule(OPEN),
    "/sagaway.v1.OrchestratorService/GetOverview": Rule(Role.VIEWER),
    "/sagaway.v1.OperationsService/PauseSaga": Rule(Role.OPERATOR),
    "/sagaway.v1.OperationsService/ResumeSaga": Rule(Role.OPERATOR),
    "/sagaway.v1.OperationsService/AbandonSaga": Rule(Role.OPERATOR),
    "/sagaway.v1.OperationsService/RetryStep": Rule(Role.OPERATOR),
    "/sagaway.v1.OperationsService/ResolveStep": Rule(Role.OPERATOR),
    "/sagaway.v1.OperationsService/SkipStep": Rule(Role.OPERATOR),
    "/sagaway.v1.OperationsService/RestartSaga": Rule(Role.OPERATOR),
    "/sagaway.v1.OperationsService/ListDeadLetters": Rule(Role.VIEWER),
    "/sagaway.v1.OperationsService/PauseDefinition": Rule(Role.OPERATOR),
    "/sagaway.v1.OperationsService/ResumeDefinition": Rule(Role.OPERATOR),
    "/sagaway.v1.OperationsService/PauseParticipant": Rule(Role.OPERATOR),
    "/sagaway.v1.OperationsService/ResumeParticipant": Rule(Role.OPERATOR),
    "/sagaway.v1.OperationsService/PurgeSagas": Rule(Role.ADMIN),
    "/sagaway.v1.OperationsService/EndRestore": Rule(Role.ADMIN, EVERY_NAMESPACE),
    "/sagaway.v1.DefinitionService/RegisterDefinition": Rule(Role.ADMIN),
    "/sagaway.v1.DefinitionService/ValidateDefinition": Rule(Role.VIEWER),
    "/sagaway.v1.DefinitionService/GetDefinition": Rule(Role.VIEWER),
    "/sagaway.v1.DefinitionService/ListDefinitions": Rule(Role.VIEWER),
    "/sagaway.v1.DefinitionService/DeprecateDefinition": Rule(Role.ADMIN),
    "/sagaway.v1.ParticipantRegistryService/RegisterParticipant": Rule(Role.ADMIN, _IN_PARTICIPANT),
    "/sagaway.v1.ParticipantRegistryService/UpdateParticipant": Rule(Role.ADMIN, _IN_PARTICIPANT),
    "/sagaway.v1.ParticipantRegistryService/GetParticipant": Rule(Role.VIEWER),
    "/sagaway.v1.ParticipantRegistryService/ListParticipants": Rule(Role.VIEWER),
    "/sagaway.v1.ParticipantRegistryService/UnregisterParticipant": Rule(Role.ADMIN),
    "/grpc.health.v1.Health/Check": Rule(OPEN, ""),
    "/grpc.health.v1.Health/List": Rule(OPEN, ""),
    "/grpc.health.v1.Health/Watch": Rule(OPEN, ""),
    "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo": Rule(Role.VIEWER, ""),
}
"""By the RPC's full name."""
