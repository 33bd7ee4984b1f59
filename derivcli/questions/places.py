"""Places in the text of an equation, which is read as the difference of its sides: `a = b` as `a -(b)`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from derivcli.graph import Span
from derivcli.model import Derivation, Step


def in_text(span: Span, sign: int, length: int) -> Span:
    """A place in the equation.

    Args:
        span: the same in the difference.
        sign: where the equals sign stands.
        length: of the equation's text.
    """
    start, end = (min(max(p - (p > sign), 0), length) for p in span)
    return start, max(end, start)


def placed(derivations: Sequence[Derivation], sign: int, length: int) -> list[Derivation]:
    """Derivations whose steps have their places in the equation."""

    def moved(step: Step) -> Step:
        return replace(step, span=None if step.span is None else in_text(step.span, sign, length))

    return [replace(told, steps=tuple(map(moved, told.steps))) for told in derivations]
