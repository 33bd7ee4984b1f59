"""Round numbers along an axis."""

from __future__ import annotations

import math

from derivcli.render.numbers import number


def ticks(low: float, high: float, wanted: int) -> list[tuple[float, str]]:
    """About so many round numbers from low to high, each with its text."""
    raw = (high - low) / max(wanted, 1)
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(n * power for n in (1, 2, 5, 10) if n * power >= raw * (1 - 1e-9))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    digits = max(6, math.ceil(math.log10(max(abs(low), abs(high)) / step)) + 2) if max(abs(low), abs(high)) else 6
    return [(k * step, number(k * step, min(digits, 15))) for k in range(first, last + 1)]
