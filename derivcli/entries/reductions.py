"""What reductions and scans do to one line of entries."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import accumulate
from typing import Any

from derivcli.entries.structural import Arithmetic


def _mean(a: Arithmetic, x: Sequence[int]) -> int:
    return a.quotient(a.sum(x), a.graph.number(len(x)))


def _var(a: Arithmetic, x: Sequence[int], correction: int) -> int:
    negative, count = a.minus(_mean(a, x)), a.graph.number(len(x) - int(correction))
    return a.quotient(_sum_of_squares(a, [a.sum([entry, negative]) for entry in x]), count)


def _sum_of_squares(a: Arithmetic, x: Sequence[int]) -> int:
    two = a.graph.number(2)
    return a.sum([a.power(entry, two) for entry in x])


def _root(a: Arithmetic, radicand: int) -> int:
    return a.power(radicand, a.graph.number(Fraction(1, 2)))


def _chain(a: Arithmetic, x: Sequence[int], op: str) -> int:
    *_, last = accumulate(x, lambda left, right: a.call(op, left, right))
    return last


_NORMS: dict[Any, Callable[[Arithmetic, Sequence[int]], int]] = {
    1: lambda a, x: a.sum([a.call("abs", entry) for entry in x]),
    2: lambda a, x: _root(a, _sum_of_squares(a, x)),
    "inf": lambda a, x: _chain(a, [a.call("abs", entry) for entry in x], "max"),
}


def _softmax(a: Arithmetic, x: Sequence[int]) -> list[int]:
    exponentials = [a.call("exp", entry) for entry in x]
    total = a.sum(exponentials)
    return [a.quotient(entry, total) for entry in exponentials]


# The entry that each reduction makes of a line; more arguments are what follows axis and keepdims in the node's value.
REDUCTIONS: dict[str, Callable[..., int]] = {
    "sum": Arithmetic.sum,
    "mean": _mean,
    "prod": Arithmetic.product,
    "amax": lambda a, x: _chain(a, x, "max"),
    "amin": lambda a, x: _chain(a, x, "min"),
    "logsumexp": lambda a, x: a.call("log", a.sum([a.call("exp", entry) for entry in x])),
    "var": _var,
    "std": lambda a, x, correction: _root(a, _var(a, x, correction)),
    "norm": lambda a, x, order: _NORMS[order](a, x),
}

# The entries, as many, that each scan makes of a line.
SCANS: dict[str, Callable[[Arithmetic, Sequence[int]], Sequence[int]]] = {
    "softmax": _softmax,
    "cumsum": lambda a, x: list(accumulate(x, lambda left, right: a.sum([left, right]))),
}
