"""Hypergeometric functions (DLMF chapters 13, 15 and 16)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any


def _meijerg(a: Sequence[Any], other_a: Sequence[Any], b: Sequence[Any], other_b: Sequence[Any], z: Any) -> Any:
    """The sum of residues (DLMF 16.17.2); not finite where two of b differ by a whole number."""
    p, q = len(a) + len(other_a), len(b) + len(other_b)
    if p > q or (p == q and abs(z) > 1):
        a, other_a, b, other_b = ([1 - v for v in values] for values in (b, other_b, a, other_a))
        return _residues(a, other_a, b, other_b, 1 / z)
    return _residues(a, other_a, b, other_b, z)


def _residues(a: Sequence[Any], other_a: Sequence[Any], b: Sequence[Any], other_b: Sequence[Any], z: Any) -> Any:
    total = z * 0
    sign = (-1) ** (len(other_a) - len(b))
    for k, pole in enumerate(b):
        rest = [*b[:k], *b[k + 1 :]]
        series = (sign * z).hypgeom([1 + pole - v for v in (*a, *other_a)], [1 + pole - v for v in (*rest, *other_b)])
        factor = z**pole
        for v in rest:
            factor *= (v - pole).gamma()
        for v in a:
            factor *= (1 + pole - v).gamma()
        for v in other_b:
            factor *= (1 + pole - v).rgamma()
        for v in other_a:
            factor *= (v - pole).rgamma()
        total += factor * series
    return total


BALLS: dict[str, Callable[..., Any]] = {
    "hyper": lambda above, below, z: z.hypgeom(above, below),
    "meijerg": _meijerg,
    "hyperu": lambda a, b, x: x.hypgeom_u(a, b),
}
