"""What a definition must obey as a whole: its order, its kinds, what its expressions read, and its time.

The steps form a DAG. With a pivot, every other step is a compensatable ancestor or a retryable descendant of it, so
that at every moment there is exactly one way out: back before the pivot, forward after it. Without one, every step
is compensatable. An expression reads only steps that have certainly completed when it is resolved.

Steps are named by their index here, so that a faulty id hides no other fault.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from orchestrator.core.definition import StepDefinition, StepKind
from orchestrator.core.definition_fields import Faults, Fields, spell
from orchestrator.core.expression_syntax import suggestion
from orchestrator.core.expressions import StepUse


@dataclass(slots=True)
class Graph:
    """The order of the steps.

    Attributes:
        ids: the steps' ids; empty where one is faulty.
        before: each step's direct predecessors.
        order: a topological order; without the steps that are in or behind a cycle.
        ancestors: of each step in `order`, every step that completes before it.
    """

    ids: list[str]
    before: list[list[int]]
    order: list[int]
    ancestors: dict[int, frozenset[int]]

    @property
    def cyclic(self) -> bool:
        """True if some steps have no place in the order."""
        return len(self.order) < len(self.ids)


def read_order(steps: Sequence[Fields], ids: list[str], faults: Faults) -> Graph:
    """Return the order that `after` and `root` ask for, with every fault in them."""
    index_of = {step_id: index for index, step_id in reversed(list(enumerate(ids))) if step_id}
    before = [_read_after(step, index, ids, index_of) for index, step in enumerate(steps)]
    order: list[int] = []
    ancestors: dict[int, frozenset[int]] = {}
    waiting = list(range(len(ids)))
    while ready := [index for index in waiting if all(one in ancestors for one in before[index])]:
        for index in ready:
            ancestors[index] = frozenset(before[index]).union(*(ancestors[one] for one in before[index]))
        order.extend(ready)
        waiting = [index for index in waiting if index not in ancestors]
    for cycle in _cycles(waiting, before):
        names = " → ".join(ids[index] or f"steps[{index}]" for index in [*cycle, cycle[0]])
        faults.add(f"steps[{cycle[0]}].after", f"is part of a cycle: {names}; steps cannot wait for each other")
    return Graph(ids, before, order, ancestors)


def _read_after(step: Fields, index: int, ids: list[str], index_of: dict[str, int]) -> list[int]:
    named = step.texts("after")
    if step.flag("root"):
        if named:
            step.fault("root", "is not allowed together with `after`: a root waits for no step")
        return []
    if not named:
        return [index - 1] if index else []
    found: list[int] = []
    for position, step_id in enumerate(named):
        field = f"after[{position}]"
        other = index_of.get(step_id)
        if other is None:
            step.fault(field, f"there is no step {step_id!r}{suggestion(step_id, [one for one in ids if one])}")
        elif other == index:
            step.fault(field, f"step {step_id!r} cannot wait for itself")
        elif other in found:
            step.fault(field, f"names {step_id!r} twice")
        else:
            found.append(other)
    return found


def _cycles(waiting: Sequence[int], before: Sequence[Sequence[int]]) -> list[list[int]]:
    """Return a cycle for every group of steps that hold each other up, in running order."""
    left = set(waiting)
    seen: set[int] = set()
    found: list[list[int]] = []
    for start in waiting:
        walk: list[int] = []
        step = start
        while step not in seen:
            seen.add(step)
            walk.append(step)
            step = next(one for one in before[step] if one in left)
        if step in walk:
            cycle = walk[walk.index(step) :][::-1]
            first = cycle.index(min(cycle))
            found.append(cycle[first:] + cycle[:first])
    return found


def check_kinds(steps: Sequence[StepDefinition], graph: Graph, faults: Faults) -> None:
    """Check that before the pivot there is a way back, and after it only one forward."""
    pivots = [index for index, step in enumerate(steps) if step.kind is StepKind.PIVOT]
    for index in pivots[1:]:
        faults.add(f"steps[{index}].kind", f"a definition has at most one pivot, and {steps[pivots[0]].id!r} is one")
    for index, step in enumerate(steps):
        if step.kind is StepKind.COMPENSATABLE and not (step.facts.compensatable or step.facts.effect_free):
            faults.add(
                f"steps[{index}].kind",
                f"action {step.action!r} of {step.participant!r} cannot be compensated;"
                " make the step the pivot or a retryable step after it, or let the participant offer its Compensate",
            )
        if step.kind is StepKind.RETRYABLE and not pivots:
            text = "a retryable step comes after a pivot, and there is none; make it compensatable, or name a pivot"
            faults.add(f"steps[{index}].kind", text)
    if len(pivots) == 1 and not graph.cyclic:
        _check_against_pivot(steps, pivots[0], graph, faults)


def _check_against_pivot(steps: Sequence[StepDefinition], pivot: int, graph: Graph, faults: Faults) -> None:
    name = steps[pivot].id
    for index, step in enumerate(steps):
        field = f"steps[{index}].kind"
        if index == pivot:
            continue
        if index in graph.ancestors[pivot]:
            if step.kind is not StepKind.COMPENSATABLE:
                faults.add(field, f"a step before the pivot {name!r} must be compensatable")
        elif pivot in graph.ancestors[index]:
            if step.kind is not StepKind.RETRYABLE:
                faults.add(field, f"a step after the pivot {name!r} must be retryable: there is no way back any more")
        else:
            text = f"the step is neither before nor after the pivot {name!r}; order the two by `after`"
            faults.add(f"steps[{index}].after", text)


def check_reads(uses: Iterable[StepUse], field: str, reader: int | None, graph: Graph, faults: Faults) -> None:
    """Check that a template reads only what is there by then.

    Args:
        uses: where it reads which steps.
        field: the path of its field.
        reader: the step whose input it is; None for the saga's output, which may read every step.
        graph: the order.
        faults: where to note.
    """
    for use in uses:
        where = f"column {use.column}"
        if reader is not None and graph.ids[reader]:
            where = f"step {graph.ids[reader]!r}, {where}"
        path = at_path(field, use.path)
        if use.step_id not in graph.ids:
            hint = suggestion(use.step_id, [one for one in graph.ids if one])
            faults.add(path, f"{where}: there is no step {use.step_id!r}{hint}")
        elif reader is None:
            continue
        elif graph.ids[reader] == use.step_id:
            faults.add(path, f"{where}: a step cannot read its own output")
        elif reader in graph.ancestors and graph.ids.index(use.step_id) not in graph.ancestors[reader]:
            text = f"step {use.step_id!r} need not have completed before it; name it in `after`"
            faults.add(path, f"{where}: {text}")


def at_path(field: str, path: str) -> str:
    """Return the path of a key inside a template that is at ``field``."""
    return f"{field}{path}" if not path or path.startswith("[") else f"{field}.{path}"


def check_time(steps: Sequence[StepDefinition], timeout: int, pauses: int, graph: Graph, faults: Faults) -> None:
    """Check that participants remember every operation for as long as the saga may still ask about it.

    A barrier row must live until its operation can no longer be sent. For a compensatable step that is the saga's
    timeout, then the time the pivot may take to prove Rejected (the timeout does not cut that short), then every
    compensation, one after the other along the longest path. For the pivot and the steps after it, it is the time of
    their own attempts. A participant that promises no retention is not checked: there is nothing to compare with.

    Args:
        steps: the steps.
        timeout: the saga's time, microseconds.
        pauses: for how long that may stand still beside, microseconds.
        graph: their order.
        faults: where to note.
    """
    pivot = sum(_forward(step) for step in steps if step.kind is StepKind.PIVOT)
    back = _compensation(steps, graph)
    told: set[str] = set()
    for index, step in enumerate(steps):
        kept = step.facts.deduplication_retention
        if not kept or step.facts.effect_free:
            continue
        keeps = f"participant {step.participant!r} keeps its deduplication rows for {spell(kept)}"
        if step.kind is not StepKind.COMPENSATABLE:
            if _forward(step) > kept:
                text = f"all attempts of the step may take {spell(_forward(step))}, but {keeps}; retry less"
                faults.add(f"steps[{index}].retry", text)
        elif timeout + pivot + back + pauses > kept and step.participant not in told:
            told.add(step.participant)
            parts = f"{spell(timeout)} of timeout, {spell(back)} of compensation"
            parts += f", {spell(pivot)} of the pivot's attempts" if pivot else ""
            parts += f", {spell(pauses)} of pauses during outages" if pauses else ""
            leave_out = " or leave out `pause_timeout_during_outage`," if pauses else ""
            faults.add(
                "timeout",
                f"the saga may take {spell(timeout + pivot + back + pauses)} ({parts}), but {keeps};"
                f" shorten the timeout or the retries,{leave_out} or let the participant keep them longer",
            )


def _forward(step: StepDefinition) -> int:
    return step.retry.budget(step.attempt_timeout) + step.pending_timeout


def _compensation(steps: Sequence[StepDefinition], graph: Graph) -> int:
    """Return the longest time of compensation along any path, microseconds."""
    longest: dict[int, int] = {}
    for index in graph.order:
        step = steps[index]
        own = 0
        if step.compensated_on_abort:
            own = step.compensation_retry.budget(step.compensation_attempt_timeout) + step.pending_timeout
        longest[index] = own + max((longest[one] for one in graph.before[index]), default=0)
    return max(longest.values(), default=0)
