"""What operations do at zeros, at poles and far out, as far as the evaluation in many digits goes by it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from derivcli import catalog

# Functions that vanish nowhere, or exactly where their arguments do.
_NEVER_ZERO = frozenset({"exp", "gamma", "root"})

# Functions that are infinite because they grow, not at a pole only.
_GROWING = frozenset({"exp", "sinh", "cosh", "gamma", "max", "min", "abs"})

# Functions that are 0 on whole intervals.
STEPS = frozenset({"floor", "ceiling", "max", "min", "heaviside"})

# Functions that go to a bound so fast that what is left of the way is soon beyond any precision: the digits that this
# takes for an argument of a size.
SATURATING: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("exp", "sinh", "cosh", "tanh", "coth"), lambda size: 0.87 * size),
    **dict.fromkeys(("erf", "erfc"), lambda size: 0.44 * size * size),
}


def can_vanish(op: str) -> bool:
    """Whether an operation can vanish by cancellation, or at a zero of its own."""
    return op == "add" or (op in catalog.KEYS and op not in _NEVER_ZERO)


def is_finite(op: str) -> bool:
    """Whether an operation is a function that is infinite at a pole only."""
    return op in catalog.KEYS and op not in _GROWING
