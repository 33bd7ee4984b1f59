"""What `deriv lint` found, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from derivcli.model import Nested, Path


@dataclass(frozen=True)
class Finding:
    """One fault: the place in the text, what autograd gives, what is true, where, and a form that does better.

    Args:
        place, span: the part of the expression that is to blame.
        status: of the verdict.
        where: the points, in words.
        at: one of them.
        result: which derivative.
        autograd: what the literal program returned.
        truth: the derivative, or None where there is none.
        note: the verdict's sentence.
        rewrite: a form of the whole expression, or of the place, that is right at these points.
    """

    place: str
    span: tuple[int, int] | None
    status: str
    where: str
    at: Mapping[str, Nested]
    result: Path
    autograd: float
    truth: float | None
    note: str
    rewrite: str | None


@dataclass(frozen=True)
class Report:
    """What was looked at and found: `looked` of `points` points, `told` of them with a verdict."""

    text: str
    points: int
    looked: int
    told: int
    findings: tuple[Finding, ...]
    warnings: tuple[str, ...]
