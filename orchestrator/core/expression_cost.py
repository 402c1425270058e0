"""What is known of an expression before it runs, and from it a bound of its work.

CEL has no recursion and no unbounded loop, so every expression ends; but each loop multiplies its work by the length
of its list, and the library copies the list that a loop builds at every turn. The bound is a polynomial in the size of
the data, read off the loops: right in its powers, and mostly some times too large.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

Key = str | int
Path = tuple[Key, ...]
"""A way into the data: `input` or `steps`, then keys and list positions."""

_BUILDERS = frozenset({"filter", "map"})
"""Loops that build a list."""


class Fault(NamedTuple):
    """What is wrong with an expression, and where in it, from 0."""

    start: int
    message: str


class StepReference(NamedTuple):
    """A use of a step's output, and where in the expression, from 0."""

    start: int
    step_id: str


@dataclass(slots=True)
class Loop:
    """A use of a loop macro.

    Attributes:
        variable: its loop variable.
        macro: which it is.
        depth: how many loops it is in, itself included.
        end: the index of its closing bracket.
        literals: words directly in it that stand for a value of their own.
        leaves: the data it names directly: indices in `Analysis.paths`.
        whole: uses, directly in it, of any loop's variable as a whole.
        parts: uses, directly in it, of a field of a loop's variable, by variable and field.
    """

    variable: str
    macro: str
    depth: int
    end: int
    literals: int = 0
    leaves: list[int] = field(default_factory=list)
    whole: int = 0
    parts: dict[str, dict[str, int]] = field(default_factory=dict)

    @property
    def uses(self) -> int:
        """How often a turn may take up its elements: different fields of one element are different parts of it."""
        return self.whole + sum(max(fields.values()) for fields in self.parts.values())


@dataclass(slots=True)
class Analysis:
    """What an expression reads.

    Attributes:
        paths: the data it names, each a path from `input` or `steps` as far as it is fixed.
        plain: it is nothing but the one path.
        references: where it reads which steps' outputs.
        words: how many tokens it has.
        loops: its loops in the order they end, inner ones first.
        outer: what is outside all loops, as a loop of one turn.
        additions: how often it adds or joins.
        pattern_work: how much work a character is for its heaviest `matches` pattern.
        faults: what is wrong with it.
    """

    words: int
    paths: list[Path] = field(default_factory=list)
    plain: bool = False
    references: list[StepReference] = field(default_factory=list)
    loops: list[Loop] = field(default_factory=list)
    outer: Loop = field(default_factory=lambda: Loop("", "", 0, 0))
    additions: int = 0
    pattern_work: int = 0
    faults: list[Fault] = field(default_factory=list)

    def cost(self, weights: Sequence[int], longest: int) -> int:
        """Return a bound of the work, in copies of a small value.

        A loop turns at most ``turns`` times. Over all its turns an element is taken up once for each time its
        variable is written, so all of them together weigh what the data weighs; a value from outside is taken up
        at every turn. A loop that builds a list copies the list at every turn.

        Args:
            weights: the weight of the data at each of `paths`.
            longest: the most entries of any list or map in that data.
        """
        turns = max(longest, self.words) * (1 + self.additions)
        size = work = sum(weights) + self.words
        for loop in self.loops:
            entries = turns ** (loop.depth - 1)
            own = loop.literals + sum(weights[leaf] for leaf in loop.leaves)
            body: int = own * turns**loop.depth + loop.uses * size * entries
            # `map` makes a list of what its body makes, `filter` one of its elements, the others a truth value.
            result = body if loop.macro == "map" else size * entries if loop.macro == "filter" else entries
            work += body + (result * turns if loop.macro in _BUILDERS else 0)
            size += result
        return work * (1 + self.additions)
