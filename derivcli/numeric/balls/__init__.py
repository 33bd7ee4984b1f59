"""The functions of the catalog in ball arithmetic, by Arb: each takes real balls, and complex ones where Arb does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from derivcli import catalog
from derivcli.numeric.balls import bessel, elementary, elliptic, gamma, hypergeometric, polynomials

# By the keys of the catalog, and the operations of a graph; those that take lists, by their names.
BALLS: dict[str, Callable[..., Any]] = {
    **elementary.BALLS, **gamma.BALLS, **bessel.BALLS, **polynomials.BALLS, **elliptic.BALLS, **hypergeometric.BALLS,
}  # fmt: skip


def ball(op: str) -> Callable[..., Any] | None:
    """An operation in ball arithmetic; None where Arb has none."""
    row = catalog.KEYS.get(op)
    if row is None or not row.lists:
        return BALLS.get(op)
    function, packed = BALLS.get(row.name), row.packed
    return None if function is None else lambda *args: function(*packed(args))
