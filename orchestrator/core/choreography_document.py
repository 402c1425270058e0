"""Reading the definition of a choreography: the declarations of its services, checked and compiled.

The document is the JSON form of a `SagaDefinition` with the field `choreography` (`orchestrator.core.definition_document`
says what that form is). Whether the declarations lead anywhere is not asked here: the graph's checks
(`sagaway.choreography.graph`) belong to whoever registers.

Steps are derived, one a reaction, in the document's order. A step comes after those whose successes it handles, as far
as that makes no circle: it is for those who draw; nobody waits for anybody here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from orchestrator.core.choreography import RECEIPT, Choreography, Reaction
from orchestrator.core.definition import ActionFacts, StepDefinition, StepKind
from orchestrator.core.definition_fields import DAY, NAME, Faults, Fields
from orchestrator.core.retry import COMPENSATE_DEFAULT, EXECUTE_DEFAULT, SECOND

MAX_REACTIONS = 100
MAX_TYPES = 100
"""The most types in one list."""
DEFAULT_PROGRESS_TIMEOUT = 60 * SECOND
MAX_PROGRESS_TIMEOUT = 7 * DAY

_FIELDS = ("services", "outside", "progress_timeout")
_SERVICE_FIELDS = ("participant", "starts", "reactions", "receipts")
_REACTION_FIELDS = (
    "name", "consumes", "emits", "completes", "rejects", "effect_free", "compensates_on", "compensation_emits",
    "announces",
)  # fmt: skip
_TYPE = re.compile(r"[a-z][a-z0-9-]*(\.[a-z0-9][a-z0-9_-]*)+\.v[1-9][0-9]{0,8}")
_MAX_TYPE_CHARACTERS = 200


def read_choreography(fields: Fields, name: str, faults: Faults) -> Choreography:
    """Read a field that holds a choreography; what is wrong is noted in ``faults``.

    Args:
        fields: the definition's.
        name: the field.
        faults: takes what is wrong.
    """
    document = Fields(fields.get(name), fields.path(name), _FIELDS, faults)
    outside = frozenset(_types(document, "outside"))
    timeout = document.duration("progress_timeout", MAX_PROGRESS_TIMEOUT) or DEFAULT_PROGRESS_TIMEOUT
    starts: set[str] = set()
    reactions: list[Reaction] = []
    names: set[str] = set()
    for index, given in enumerate(document.items("services") or []):
        service = Fields(given, document.path(f"services[{index}]"), _SERVICE_FIELDS, faults)
        participant = service.name("participant")
        if participant in names and participant:
            service.fault("participant", f"{participant!r} is there twice")
        names.add(participant)
        starts |= set(_types(service, "starts"))
        if "receipts" in service and not service.flag("receipts"):
            service.fault(
                "receipts", "is false, and without receipts nobody can tell when a saga has ended: let it publish them"
            )
        for place, one in enumerate(service.items("reactions") or []):
            part = Fields(one, service.path(f"reactions[{place}]"), _REACTION_FIELDS, faults)
            reactions.append(_reaction(part, participant))
            if [each.step_id for each in reactions].count(reactions[-1].step_id) > 1:
                part.fault("name", "another reaction of this service has the name already")
            if len(reactions) > MAX_REACTIONS:
                document.fault("services", f"has more than {MAX_REACTIONS} reactions, the limit")
                return Choreography((), frozenset(), outside, timeout)
    if not reactions:
        document.fault("services", "declares no reaction: nothing would ever happen")
    if not starts and not outside:
        document.fault(
            "services", "no service starts sagas, and no event comes from outside: give `starts` or `outside`"
        )
    return Choreography(tuple(reactions), frozenset(starts), outside, timeout)


def steps_of(choreography: Choreography) -> tuple[StepDefinition, ...]:
    """Return the steps that a choreography's reactions are."""
    after: dict[str, tuple[str, ...]] = {}
    for reaction in choreography.reactions:
        before = (one.step_id for one in choreography.reactions if reaction.consumes in one.successes)
        after[reaction.step_id] = tuple(one for one in before if one != reaction.step_id)
    _break_circles(after)
    return tuple(_step(reaction, after[reaction.step_id]) for reaction in choreography.reactions)


def _reaction(fields: Fields, participant: str) -> Reaction:
    name = fields.name("name")
    step_id = f"{participant}.{name}"
    if participant and name and not NAME.fullmatch(step_id):
        fields.fault("name", f"{step_id!r}, the id of its step, has more than 64 characters: give it a shorter name")
    if "consumes" not in fields:
        fields.fault("consumes", "is required: the event type that it reacts to")
    completes, announces = _type(fields, "completes"), _type(fields, "announces")
    return Reaction(
        step_id=step_id,
        participant=participant,
        name=name,
        consumes=_type(fields, "consumes"),
        successes=frozenset(_types(fields, "emits")) | ({completes} - {""}),
        rejects=_type(fields, "rejects"),
        effect_free=fields.flag("effect_free"),
        compensates_on=frozenset(_types(fields, "compensates_on")),
        undoings=frozenset(_types(fields, "compensation_emits")) | ({announces} - {""}),
    )


def _type(fields: Fields, name: str) -> str:
    value = fields.get(name, "")
    if value == "":
        return ""
    if not isinstance(value, str):
        fields.fault(name, "must be text")
        return ""
    return _checked(fields, name, value)


def _types(fields: Fields, name: str) -> Iterable[str]:
    given = fields.texts(name)
    if len(given) > MAX_TYPES:
        fields.fault(name, f"has {len(given)} types, and {MAX_TYPES} is the limit")
        return []
    return [checked for place, one in enumerate(given) if (checked := _checked(fields, f"{name}[{place}]", one))]


def _checked(fields: Fields, name: str, event_type: str) -> str:
    if event_type == RECEIPT:
        fields.fault(name, "is the type of receipts, which nobody declares")
        return ""
    if len(event_type) > _MAX_TYPE_CHARACTERS or not _TYPE.fullmatch(event_type):
        what = f"{event_type[:80]!r} is not reverse-DNS with a version, in lower case"
        fields.fault(name, f"{what}, such as com.example.order.created.v1")
        return ""
    return event_type


def _break_circles(after: dict[str, tuple[str, ...]]) -> None:
    """Leave out, in the steps' order, each predecessor that comes after its successor."""

    def reaches(start: str, goal: str) -> bool:
        seen, waiting = set[str](), [start]
        while waiting:
            step_id = waiting.pop()
            if step_id == goal:
                return True
            if step_id not in seen:
                seen.add(step_id)
                waiting += done.get(step_id, ())
        return False

    done: dict[str, tuple[str, ...]] = {}
    for step_id, before in after.items():
        done[step_id] = ()
        for one in before:
            if not reaches(one, step_id):
                done[step_id] = (*done[step_id], one)
    after.update(done)


def _step(reaction: Reaction, after: tuple[str, ...]) -> StepDefinition:
    return StepDefinition(
        id=reaction.step_id,
        participant=reaction.participant,
        action=reaction.name,
        kind=StepKind.COMPENSATABLE,
        after=after,
        input=None,
        attempt_timeout=0,
        retry=EXECUTE_DEFAULT,
        compensation_attempt_timeout=0,
        compensation_retry=COMPENSATE_DEFAULT,
        retry_codes=frozenset(),
        stop_codes=frozenset(),
        pending_timeout=0,
        pending_poll_interval=0,
        facts=ActionFacts(compensatable=bool(reaction.compensates_on), effect_free=reaction.effect_free),
    )
