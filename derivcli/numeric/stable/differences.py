"""Rules about sums that cancel, and about the square root of a sum of squares.

A rule is given a node whose arguments are rewritten already, and gives the one in its place, or None.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction

from derivcli.graph import Node
from derivcli.numeric.stable.exponentials import Linear
from derivcli.numeric.stable.workshop import HALF, MINUS, Workshop

# In longer sums no pair of roots is looked for.
_MAX_ROOTS = 50


def complement(w: Workshop, node: Node) -> int | None:
    """1 and what goes to 1 or -1, in a sum of any length."""
    terms = w.terms(node)
    places = [k for k, (_, i) in enumerate(terms) if i == -1]
    if len(places) != 1:
        return None
    total = terms[places[0]][0]
    for k, (factor, i) in enumerate(terms):
        if i == -1 or i not in w.varying or abs(factor) != abs(total):
            continue
        new = _pair(w, total, factor, i)
        if new is not None:
            rest = [a for n, a in enumerate(node.args) if n not in (places[0], k)]
            return w.build.sum([*rest[:k], new, *rest[k:]])
    return None


def _pair(w: Workshop, one: Fraction, factor: Fraction, i: int) -> int | None:
    """one + factor*i, where the two have the same size."""
    node, same = w.node(i), one == factor
    single = w.forms.single(i)
    if single is not None and single.factor == 1:
        return None if same else w.times(factor, w.call("expm1", w.forms.node(single.exponent)))
    inner = w.squared(i)
    if inner is not None:
        of = w.node(inner)
        partner = _SQUARES.get(of.op)
        if partner is None or same:
            return None
        return w.times(partner[1] * one, w.square(w.call(partner[0], *of.args)))
    if node.op not in _PAIRS:
        return None
    new = _PAIRS[node.op](w, node.args[0], same)
    return None if new is None else w.times(one, new)


# 1 - f(u)**2 as a factor times g(u)**2.
_SQUARES: Mapping[str, tuple[str, Fraction]] = {
    "tanh": ("sech", Fraction(1)), "sech": ("tanh", Fraction(1)), "sin": ("cos", Fraction(1)),
    "cos": ("sin", Fraction(1)), "cosh": ("sinh", MINUS),
}  # fmt: skip


def _half_square(op: str, factor: int) -> Callable[[Workshop, int], int]:
    return lambda w, u: w.times(Fraction(factor), w.square(w.call(op, w.times(HALF, u))))


# For 1 + f(u), where the last argument is true, and 1 - f(u): the form that does not cancel.
_PAIRS: Mapping[str, Callable[[Workshop, int, bool], int | None]] = {
    "cos": lambda w, u, plus: _half_square("cos" if plus else "sin", 2)(w, u),
    "cosh": lambda w, u, plus: None if plus else _half_square("sinh", -2)(w, u),
    "sigmoid": lambda w, u, plus: None if plus else w.call("sigmoid", w.times(MINUS, u)),
    "tanh": lambda w, u, plus: w.times(Fraction(2), w.call("sigmoid", w.times(Fraction(2 if plus else -2), u))),
    "erf": lambda w, u, plus: w.call("erfc", w.times(MINUS, u) if plus else u),
    "erfc": lambda w, u, plus: None if plus else w.call("erf", u),
}


def root_difference(w: Workshop, node: Node) -> int | None:
    """sqrt(p) - sqrt(q) where p - q is a number."""
    terms = w.terms(node)
    if len(terms) > _MAX_ROOTS:
        return None
    roots = [(k, factor, p) for k, (factor, i) in enumerate(terms) if i >= 0 and (p := _radicand(w, i)) is not None]
    for k, factor, p in roots:
        for m, opposite, q in roots:
            difference = p.minus(q)
            if k < m and factor == -opposite and not difference.terms and difference.constant:
                below = w.build.sum([terms[k][1], terms[m][1]])
                new = w.build.quotient(w.graph.number(factor * difference.constant), below)
                rest = [a for n, a in enumerate(node.args) if n not in (k, m)]
                return w.build.sum([*rest[:k], new, *rest[k:]])
    return None


def _radicand(w: Workshop, i: int) -> Linear | None:
    """p of sqrt(p), in one of its spellings."""
    node = w.node(i)
    if node.op == "sqrt" or (node.op == "pow" and w.constant(node.args[1]) == HALF):
        return w.forms.linear(node.args[0])
    if node.op == "hypot":
        return w.forms.linear(w.build.sum([w.build.power(a, w.graph.number(2)) for a in node.args]))
    return None


def hypotenuse(w: Workshop, node: Node) -> int | None:
    """sqrt(a**2 + b**2), b a number or not."""
    inner = w.node(node.args[0])
    if inner.op != "add" or len(inner.args) != 2 or (node.op == "pow" and w.constant(node.args[1]) != HALF):
        return None
    sides = [side for i in inner.args if (side := _side(w, i)) is not None]
    if len(sides) < 2 or all(side not in w.varying for side in sides):
        return None
    return w.call("hypot", *sorted(sides, key=lambda side: side not in w.varying))


def _side(w: Workshop, i: int) -> int | None:
    """b of b**2, or of the number that it is."""
    value = w.constant(i)
    if value is None or value <= 0:
        return w.squared(i)
    root = Fraction(math.isqrt(value.numerator), math.isqrt(value.denominator))
    return w.graph.number(root) if root**2 == value else None
