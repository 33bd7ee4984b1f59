"""What became of a claim, as plain data: `deriv check`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from derivcli.model import Formula, Nested, Path


@dataclass(frozen=True)
class Differs:
    """A point where a claim differs from the derivative.

    Args:
        at: the point in floats.
        shown: its numbers as people write them, 1/2.
        path, index: which result, and which entry of it where it has several.
        claimed: the claimed value; None where the claim has none.
        derivative: the exact value.
    """

    at: Mapping[str, Nested]
    shown: Mapping[str, str]
    path: Path
    index: tuple[int, ...] | None
    claimed: float | None
    derivative: float


@dataclass(frozen=True)
class Checked:
    """Whether a claim is the derivative.

    Args:
        status: "correct", "wrong" or "undecided".
        kind: what is asked for, as in an answer.
        text, expression: the expression as it was written and as it was read.
        claimed_text, claimed: the claim as it was written and as it was read.
        variables, wrt, order: as in an answer.
        points: at how many points every part could be compared, or the part with the fewest.
        derivatives: deriv's own formulas; none where they were not asked for or not found in time.
        other_form: whether a claim that is correct is written differently from them.
        differs: the simplest point that shows what is wrong.
        wrong: the results that are wrong.
        slip: the likely slip, in a sentence.
        reason: why nothing is decided, in a sentence.
    """

    status: str
    kind: str
    text: str
    expression: Formula
    claimed_text: str
    claimed: Formula
    variables: Mapping[str, tuple[int | str, ...]]
    wrt: tuple[str, ...]
    order: int
    points: int
    derivatives: Mapping[Path, Formula] = field(default_factory=dict)
    other_form: bool = False
    differs: Differs | None = None
    wrong: tuple[Path, ...] = ()
    slip: str | None = None
    reason: str | None = None
    warnings: tuple[str, ...] = ()
