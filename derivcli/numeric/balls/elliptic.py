"""Elliptic integrals of the parameter m, which Arb has of complex balls alone (DLMF section 19.2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

BALLS: dict[str, Callable[..., Any]] = {
    "elliptic_k": lambda m: m.elliptic_k(),
    "elliptic_e": lambda m: m.elliptic_e(),
    "elliptic_e/2": lambda z, m: z.elliptic_e_inc(z, m),
    "elliptic_f": lambda z, m: z.elliptic_f(z, m),
    "elliptic_pi": lambda n, m: n.elliptic_pi(n, m),
    "elliptic_pi/3": lambda n, z, m: n.elliptic_pi_inc(n, z, m),
}
