"""What most languages have in common."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from derivcli.exports.program import Trial

ARITHMETIC: Mapping[str, str] = {
    "add": "{0} + {1}", "sub": "{0} - {1}", "mul": "{0}*{1}", "div": "{0}/{1}", "neg": "-{0}",
    "lt": "{0} < {1}", "le": "{0} <= {1}", "gt": "{0} > {1}", "ge": "{0} >= {1}", "eq": "{0} == {1}",
    "ne": "{0} != {1}",
}  # fmt: skip
LOGIC: Mapping[str, str] = {"and": "{0} && {1}", "or": "{0} || {1}", "not": "!{0}"}

# The functions of the C library that go by these names nearly everywhere.
ELEMENTARY = (
    "exp", "log", "sqrt", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh",
    "atanh",
)  # fmt: skip


def names(text: str) -> frozenset[str]:
    """Names with spaces between them."""
    return frozenset(text.split())


def number(nan: str, infinity: str, suffix: str = "") -> Callable[[float], str]:
    """How a language writes a float: the shortest decimals that are read back as the same one.

    Args:
        nan, infinity: how these are written.
        suffix: what stands behind the digits.
    """

    def written(value: float) -> str:
        if math.isfinite(value):
            return f"{float(value)!r}{suffix}"
        return nan if math.isnan(value) else infinity if value > 0 else f"-{infinity}"

    return written


def wrapped(head: str, items: list[str], tail: str, width: int = 110) -> list[str]:
    """A list behind a head, over as many lines as it takes."""
    lines, indent = [head], " " * (len(head) - len(head.lstrip()) + 4)
    for k, item in enumerate(items):
        piece = item + (", " if k + 1 < len(items) else tail)
        if len(lines[-1]) + len(piece) > width and lines[-1].strip():
            lines[-1] = lines[-1].rstrip()
            lines.append(indent)
        lines[-1] += piece
    return lines if items else [head + tail]


def trial_rows(trials: Sequence[Trial], write: Callable[[float], str] = repr) -> list[str]:
    """Each point with its exact results and their tolerances, as a row of three lists between brackets."""
    lines = []
    for trial in trials:
        lines += wrapped("        ([", list(map(write, trial.point)), "],")
        lines += wrapped("         [", list(map(write, trial.expected)), "],")
        lines += wrapped("         [", list(map(write, trial.tolerances)), "]),")
    return lines
