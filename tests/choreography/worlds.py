"""Random choreographies: up to five reactions of three services that consume and emit six types."""

from __future__ import annotations

from hypothesis import strategies as st

from sagaway.choreography.facts import ReactionFacts, ServiceFacts

TYPES = [f"com.example.t{number}.v1" for number in range(6)]
START, CANCEL = TYPES[0], TYPES[5]

_type = st.sampled_from(TYPES[1:])
_maybe = st.one_of(st.just(""), _type)
_some = st.lists(_type, max_size=2, unique=True).map(tuple)
_rarely = st.one_of(st.just(()), _some)


@st.composite
def _reactions(draw: st.DrawFn, name: str) -> ReactionFacts:
    consumes = draw(st.sampled_from(TYPES[:5]))
    undone_on = tuple(each for each in draw(_some) if each != consumes)
    return ReactionFacts(
        name,
        consumes,
        emits=draw(_rarely),
        completes=draw(_maybe),
        rejects=draw(_maybe),
        effect_free=draw(st.booleans()) and not undone_on,
        compensates_on=undone_on,
        compensation_emits=draw(_rarely) if undone_on else (),
        announces=draw(_maybe) if undone_on else "",
    )


@st.composite
def choreographies(draw: st.DrawFn, most: int = 5) -> list[ServiceFacts]:
    """Return services, of which the first starts sagas and may cancel them; most of them are not sound."""
    placed: list[list[ReactionFacts]] = [[], [], []]
    for number in range(draw(st.integers(1, most))):
        placed[draw(st.integers(0, 2))].append(draw(_reactions(f"r{number}")))
    starts = (START, CANCEL) if draw(st.booleans()) else (START,)
    return [
        ServiceFacts(f"s{number}", starts if number == 0 else (), tuple(reactions))
        for number, reactions in enumerate(placed)
    ]
