"""Hypergeometric functions (DLMF chapters 13, 15 and 16)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

BALLS: dict[str, Callable[..., Any]] = {
    "hyper": lambda above, below, z: z.hypgeom(above, below),
    "hyperu": lambda a, b, x: x.hypgeom_u(a, b),
}
