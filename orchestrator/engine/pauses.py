"""What a person has paused, as this process knows it; the log's rows are the truth (`orchestrator.engine.pausing`).

A *paused participant* is called by nobody; what is due there is parked, as in an outage. Sagas go on as far as they do
not need it, and their timers act.

A *paused definition* stops its sagas where they are, as a pause of each of them would: what comes is recorded, nothing
follows from it, nothing is sent and no timer acts, until it is resumed. Its sagas are not told by an event each, of which
there might be a hundred thousand: it is a circumstance in which they are driven (`Context.definition_paused`). One that
has nothing under way waits in the log, for that version of its definition (`orchestrator.store.places`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from orchestrator.core.definition import SagaDefinition
from orchestrator.store.base import Pause, PauseKind, Target


class Pauses:
    """The pauses that stand."""

    def __init__(self) -> None:
        """Know of none yet."""
        self._standing: Mapping[Target, Pause] = {}

    def replace(self, pauses: Iterable[Pause]) -> tuple[Sequence[Target], Sequence[Target]]:
        """Know these from now on, and no others.

        Returns:
            What is paused now and was not, and what was and is not.
        """
        before, self._standing = self._standing, {pause.target: pause for pause in pauses}
        began = [target for target in self._standing if target not in before]
        return began, [target for target in before if target not in self._standing]

    def participant(self, namespace: str, name: str) -> Pause | None:
        """Return the pause of a participant; None: it is not paused."""
        return self._standing.get(Target(PauseKind.PARTICIPANT, namespace, name)) if self._standing else None

    def definition(self, namespace: str, name: str, version: int) -> Pause | None:
        """Return the pause of a version of a definition, that of all its versions before its own; None: neither is."""
        if not self._standing:
            return None
        of_all = self._standing.get(Target(PauseKind.DEFINITION, namespace, name))
        return of_all or self._standing.get(Target(PauseKind.DEFINITION, namespace, name, version))

    def definitions(self, namespace: str) -> list[Pause]:
        """Return the pauses of a namespace's definitions, in the order in which they began."""
        kind = PauseKind.DEFINITION
        return [one for target, one in self._standing.items() if target[:2] == (kind, namespace)]

    def counts(self) -> dict[str, int]:
        """Return how many there are of each kind, in all namespaces."""
        return {kind.value.lower(): sum(target.kind is kind for target in self._standing) for kind in PauseKind}

    def stop(self, namespace: str, definition: SagaDefinition) -> bool:
        """Return whether the sagas of a definition are stopped."""
        return self.definition(namespace, definition.name, definition.version) is not None
