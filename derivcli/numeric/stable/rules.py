"""The rules: which forms cancel or overflow in floats, and the forms of the same value that do not.

No rule changes a value or a domain: log(x**2) stays what it is.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from derivcli.arrays import Shape
from derivcli.graph import Graph, Node
from derivcli.numeric.stable.exponentials import Exponential, Exponentials, Linear

# The new node in place of one with this number, its arguments rewritten already; None where the rule does not apply.
Rewrite = Callable[["Workshop", Node], "int | None"]
_MINUS, _HALF = Fraction(-1), Fraction(1, 2)


@dataclass(frozen=True)
class Rule:
    """One rule: its name, what it does in one sentence, the operations it looks at, and the rewriting."""

    name: str
    sentence: str
    ops: tuple[str, ...]
    rewrite: Rewrite


class Workshop:
    """The graph that is being built, with the means to match its nodes and to make new ones.

    Args:
        graph: the new graph.
        shapes: the shapes of its nodes as far as they are known; empty where all are numbers.
    """

    def __init__(self, graph: Graph, shapes: Mapping[int, Shape]) -> None:
        self.graph, self.shapes = graph, shapes
        self.forms = Exponentials(graph)
        self.build = self.forms.build
        self.varying: set[int] = set()

    def node(self, i: int) -> Node:
        return self.graph.nodes[i]

    def call(self, op: str, *args: int) -> int:
        return self.graph.add(op, args)

    def constant(self, i: int) -> Fraction | None:
        return self.build.constant(i)

    def square(self, i: int) -> int:
        return self.graph.add("pow", (i, self.graph.number(2)))

    def squared(self, i: int) -> int | None:
        """a of a**2 or a*a."""
        node = self.node(i)
        if node.op == "pow" and self.constant(node.args[1]) == 2:
            return node.args[0]
        return node.args[0] if node.op == "mul" and len(node.args) == 2 and len(set(node.args)) == 1 else None

    def times(self, factor: Fraction, i: int) -> int:
        """factor*i, with the numbers before i taken in; a sum is not multiplied out."""
        form = self.forms.linear(i)
        whole = len(form.terms) == 1 and not form.constant
        return self.forms.node(form.times(factor)) if whole else self.forms.multiple(factor, i)

    def varies(self, term: Exponential) -> bool:
        return any(i in self.varying for i in term.exponent.terms)

    def difference(self, a: Exponential, b: Exponential) -> Linear | None:
        """The difference of two exponents; None where a part cancels, with its domain and its shape."""
        found = a.exponent.minus(b.exponent)
        return found if set(found.terms) == {*a.exponent.terms, *b.exponent.terms} else None

    def terms(self, node: Node) -> list[tuple[Fraction, int]]:
        """The terms of a sum as they stand, with the numbers before them; a number alone has -1 for its node."""
        found = []
        for i in node.args:
            form = self.forms.linear(i)
            if not form.terms:
                found.append((form.constant, -1))
            elif len(form.terms) == 1 and not form.constant:
                ((inner, factor),) = form.terms.items()
                found.append((factor, inner))
            else:
                found.append((Fraction(1), i))
        return found


def _log(w: Workshop, node: Node) -> int | None:
    (u,) = node.args
    terms = w.forms.sum(u)
    if not terms or any(t.factor < 0 for t in terms):
        return None
    if len(terms) == 2:
        a, b = terms
        if a.factor == b.factor and a.exponent == b.exponent.times(_MINUS):
            return w.build.sum([w.call("logcosh", w.forms.node(_upward(a, b))), w.forms.log(2 * a.factor)])
        for first, other in ((a, b), (b, a)):
            if not w.varies(first):
                least = _logarithm(w, first)
                softplus = w.call("logsigmoid", _log_quotient(w, first, other))
                return w.build.sum([least, w.times(_MINUS, softplus)])
    # Numbers come last: two of them would be an operation on constants.
    logarithms = [_logarithm(w, t) for t in sorted(terms, key=lambda t: not w.varies(t))]
    total = logarithms[0]
    for logarithm in logarithms[1:]:
        total = w.call("logaddexp", total, logarithm)
    return total


def _upward(a: Exponential, b: Exponential) -> Linear:
    """Of two opposite exponents the one that is not written with a minus."""
    return b.exponent if next(iter(a.exponent.terms.values())) < 0 else a.exponent


def _logarithm(w: Workshop, term: Exponential) -> int:
    return w.build.sum([w.forms.node(term.exponent), w.forms.log(term.factor)])


def _log_quotient(w: Workshop, a: Exponential, b: Exponential) -> int:
    """The logarithm of a/b."""
    return w.build.sum([w.forms.node(a.exponent.minus(b.exponent)), w.forms.log(a.factor / b.factor)])


def _log_of_function(w: Workshop, node: Node) -> int | None:
    inner = w.node(node.args[0])
    if inner.op == "sigmoid":
        return w.call("logsigmoid", *inner.args)
    if inner.op == "sech":
        return w.call("neg", w.call("logcosh", *inner.args))
    if inner.op == "sum" and w.node(inner.args[0]).op == "exp":
        return w.graph.add("logsumexp", w.node(inner.args[0]).args, inner.value)
    if inner.op == "softmax" and isinstance(inner.value, tuple):
        axis = inner.value[0]
        total = w.graph.add("logsumexp", inner.args, (axis, True))
        return w.build.sum([inner.args[0], w.call("neg", total)])
    return None


def _log1p(w: Workshop, node: Node) -> int | None:
    inner = w.node(node.args[0])
    one = w.graph.number(1)
    if inner.op != "add" or inner.args.count(one) != 1:
        return None
    return w.call("log1p", w.build.sum([a for a in inner.args if a != one]))


def _hyperbolic_sum(w: Workshop, node: Node) -> int | None:
    """c*(exp(u) - exp(-u)) and c*(exp(u) + exp(-u))."""
    args = [a for a in node.args if w.constant(a) is None]
    if node.op != "add" and (len(args) != 1 or (args[0] != node.args[0] and node.op == "div")):
        return None
    terms = w.forms.sum(w.graph.add(node.op, node.args))
    if len(terms) != 2 or terms[0].exponent != terms[1].exponent.times(_MINUS) or not terms[0].exponent.terms:
        return None
    a, b = terms
    if a.factor == b.factor:
        return w.times(2 * a.factor, w.call("cosh", w.forms.node(_upward(a, b))))
    if a.factor == -b.factor:
        first = a if _upward(a, b) == a.exponent else b
        return w.times(2 * first.factor, w.call("sinh", w.forms.node(first.exponent)))
    return None


def _hyperbolic_quotient(w: Workshop, node: Node) -> int | None:
    """c*(exp(a) - exp(b)) over d*(exp(a) + exp(b)), and what is the other way up."""
    over, below = (w.forms.sum(a) for a in node.args)
    if len(over) != 2 or len(below) != 2:
        return None
    if over[0].exponent == below[1].exponent:
        below = below[::-1]
    (a, b), (c, d) = over, below
    if a.exponent != c.exponent or b.exponent != d.exponent:
        return None
    difference = w.difference(a, b)
    if difference is None:
        return None
    # Both are odd: the argument may be written without a minus.
    sign = _MINUS if next(iter(difference.terms.values())) < 0 else Fraction(1)
    half = w.forms.node(difference.times(sign * _HALF))
    if a.factor == -b.factor and c.factor == d.factor:
        return w.times(sign * a.factor / c.factor, w.call("tanh", half))
    if a.factor == b.factor and c.factor == -d.factor:
        return w.times(sign * a.factor / c.factor, w.call("coth", half))
    return None


def _logistic(w: Workshop, node: Node) -> int | None:
    """An exponential, or anything, over a power of a sum of two exponentials with positive factors."""
    parts = _power_below(w, node)
    if parts is None:
        return None
    over, (a, b), power = parts
    total, rest = _exponential_part(w, over)
    if a.factor == b.factor and a.exponent == b.exponent.times(_MINUS) and not total.exponent.terms:
        if total.exponent.constant:
            return None
        sech = w.build.power(w.call("sech", w.forms.node(_upward(a, b))), w.graph.number(power))
        return _scaled(w, total.factor / (2 * a.factor) ** power, [*rest, sech])
    if w.difference(a, b) is None:
        return None
    for first in range(power + 1):
        second = power - first
        if a.exponent.times(Fraction(first)).plus(b.exponent.times(Fraction(second))) == total.exponent:
            factors = [
                w.build.power(w.call("sigmoid", _log_quotient(w, x, y)), w.graph.number(times))
                for x, y, times in ((a, b, first), (b, a, second))
                if times
            ]
            return _scaled(w, total.factor / (a.factor**first * b.factor**second), [*rest, *factors])
    return None


def _scaled(w: Workshop, factor: Fraction, factors: Sequence[int]) -> int:
    return w.times(factor, w.build.product(factors))


def _power_below(w: Workshop, node: Node) -> tuple[int, Sequence[Exponential], int] | None:
    """What is divided, by which sum of two exponentials, to which power."""
    if node.op == "div":
        over, base = node.args
        below = w.node(base)
        power = w.constant(below.args[1]) if below.op == "pow" else None
        base = below.args[0] if power is not None else base
    else:
        over, base = w.graph.number(1), node.args[0]
        power = w.forms.linear(node.args[1]).constant if not w.forms.linear(node.args[1]).terms else None
        if power is None or power >= 0:
            return None
        power = -power
    terms = w.forms.sum(base) if base in w.varying else ()
    power = Fraction(1) if power is None else power
    if len(terms) != 2 or any(t.factor < 0 for t in terms) or power.denominator != 1 or not 1 <= power <= _MAX_POWER:
        return None
    return over, terms, int(power)


# Higher powers of a sum of exponentials are left as they are.
_MAX_POWER = 8


def _exponential_part(w: Workshop, i: int) -> tuple[Exponential, list[int]]:
    """A product as one exponential, and the factors that are none."""
    sign = Fraction(1)
    while w.node(i).op == "neg":
        sign, i = -sign, w.node(i).args[0]
    found, rest = Exponential(sign, Linear()), []
    for factor in w.node(i).args if w.node(i).op == "mul" else (i,):
        single = w.forms.single(factor)
        if single is None:
            rest.append(factor)
        else:
            found = Exponential(found.factor * single.factor, found.exponent.plus(single.exponent))
    return found, rest


def _logistic_product(w: Workshop, node: Node) -> int | None:
    """exp(u)*sigmoid(-u)"""
    for k, i in enumerate(node.args):
        single = w.forms.single(i)
        if single is None or not single.exponent.terms:
            continue
        for m, j in enumerate(node.args):
            other = w.node(j)
            if other.op == "sigmoid" and w.forms.linear(other.args[0]) == single.exponent.times(_MINUS):
                rest = [a for n, a in enumerate(node.args) if n not in (k, m)]
                return _scaled(w, single.factor, [*rest, w.call("sigmoid", w.forms.node(single.exponent))])
    return None


def _softmax(w: Workshop, node: Node) -> int | None:
    """exp(u)/sum(exp(u)) along one axis."""
    over, below = (w.node(a) for a in node.args)
    if over.op != "exp" or below.op != "sum" or below.args != node.args[:1] or not isinstance(below.value, tuple):
        return None
    axis, keepdims = below.value
    rank = len(w.shapes.get(node.args[0], ()))
    if axis is None and rank == 1:
        axis = 0
    if rank == 0 or not isinstance(axis, int) or not (keepdims or axis % rank == 0):
        return None
    return w.graph.add("softmax", over.args, (axis,))


def _complement(w: Workshop, node: Node) -> int | None:
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
    "cos": ("sin", Fraction(1)), "cosh": ("sinh", _MINUS),
}  # fmt: skip


def _half_square(op: str, factor: int) -> Callable[[Workshop, int], int]:
    return lambda w, u: w.times(Fraction(factor), w.square(w.call(op, w.times(_HALF, u))))


# For 1 + f(u), where the last argument is true, and 1 - f(u): the form that does not cancel.
_PAIRS: Mapping[str, Callable[[Workshop, int, bool], int | None]] = {
    "cos": lambda w, u, plus: _half_square("cos" if plus else "sin", 2)(w, u),
    "cosh": lambda w, u, plus: None if plus else _half_square("sinh", -2)(w, u),
    "sigmoid": lambda w, u, plus: None if plus else w.call("sigmoid", w.times(_MINUS, u)),
    "tanh": lambda w, u, plus: w.times(Fraction(2), w.call("sigmoid", w.times(Fraction(2 if plus else -2), u))),
    "erf": lambda w, u, plus: w.call("erfc", w.times(_MINUS, u) if plus else u),
    "erfc": lambda w, u, plus: None if plus else w.call("erf", u),
}


def _root_difference(w: Workshop, node: Node) -> int | None:
    """sqrt(p) - sqrt(q) where p - q is a number."""
    terms = w.terms(node)
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
    if node.op == "sqrt" or (node.op == "pow" and w.constant(node.args[1]) == _HALF):
        return w.forms.linear(node.args[0])
    if node.op == "hypot":
        return w.forms.linear(w.build.sum([w.build.power(a, w.graph.number(2)) for a in node.args]))
    return None


def _hypotenuse(w: Workshop, node: Node) -> int | None:
    """sqrt(a**2 + b**2), b a number or not."""
    inner = w.node(node.args[0])
    if inner.op != "add" or len(inner.args) != 2 or (node.op == "pow" and w.constant(node.args[1]) != _HALF):
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


RULES: tuple[Rule, ...] = (
    Rule("log of exponentials", "log(exp(a) + exp(b) + …) without a power that overflows", ("log",), _log),
    Rule("log of a function", "log of sigmoid, softmax, sum(exp(…)) in one step", ("log",), _log_of_function),
    Rule("log1p", "log(1 + u) keeps the digits of a small u", ("log",), _log1p),
    Rule("tanh", "(exp(a) - exp(b))/(exp(a) + exp(b)) is tanh((a - b)/2)", ("div",), _hyperbolic_quotient),
    Rule("softmax", "exp(u)/sum(exp(u)) without a power that overflows", ("div",), _softmax),
    Rule("sigmoid", "exponentials over exp(a) + exp(b) in logistic functions", ("div", "pow"), _logistic),
    Rule("sigmoid of a product", "exp(u)*sigmoid(-u) is sigmoid(u)", ("mul",), _logistic_product),
    Rule("sinh and cosh", "exp(u) - exp(-u) and exp(u) + exp(-u)", ("add", "mul", "div"), _hyperbolic_sum),
    Rule("complement", "1 - f(u) where f goes to 1, as expm1, sin(u/2)**2, erfc and their like", ("add",), _complement),
    Rule("difference of roots", "sqrt(p) - sqrt(q) is (p - q)/(sqrt(p) + sqrt(q))", ("add",), _root_difference),
    Rule("hypot", "sqrt(a**2 + b**2) without a square that overflows", ("pow", "sqrt"), _hypotenuse),
)
