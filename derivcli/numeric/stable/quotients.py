"""Rules about sums of exponentials: their logarithms, their quotients, and themselves.

A rule is given a node whose arguments are rewritten already, and gives the one in its place, or None.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from derivcli.graph import Node
from derivcli.numeric.stable.exponentials import Exponential, Linear
from derivcli.numeric.stable.workshop import HALF, MINUS, Workshop

# Higher powers of a sum of exponentials are left as they are.
_MAX_POWER = 8


def log_of_exponentials(w: Workshop, node: Node) -> int | None:
    (u,) = node.args
    terms = w.forms.sum(u)
    if len(terms) == 2 and terms[0].factor * terms[1].factor < 0:
        more, less = sorted(terms, key=lambda t: t.factor, reverse=True)
        less = Exponential(-less.factor, less.exponent)
        return w.build.sum([_logarithm(w, more), w.call("log1mexp", _log_quotient(w, less, more))])
    if not terms or any(t.factor < 0 for t in terms):
        return None
    if len(terms) == 2:
        a, b = terms
        if a.factor == b.factor and a.exponent == b.exponent.times(MINUS):
            return w.build.sum([w.call("logcosh", w.forms.node(_upward(a, b))), w.forms.log(2 * a.factor)])
        for first, other in ((a, b), (b, a)):
            if not w.varies(first):
                least = _logarithm(w, first)
                softplus = w.call("logsigmoid", _log_quotient(w, first, other))
                return w.build.sum([least, w.times(MINUS, softplus)])
    # Numbers come last: two of them would be an operation on constants.
    logarithms = [_logarithm(w, t) for t in sorted(terms, key=lambda t: not w.varies(t))]
    total = logarithms[0]
    for logarithm in logarithms[1:]:
        total = w.call("logaddexp", total, logarithm)
    return total


def _upward(a: Exponential, b: Exponential) -> Linear:
    """Of two opposite exponents the one that is not written with a minus."""
    return b.exponent if _is_negative(a.exponent) else a.exponent


def _is_negative(form: Linear) -> bool:
    """Whether a linear form begins with a minus."""
    return next(iter(form.terms.values())) < 0


def _unsigned(form: Linear) -> Linear:
    return form.times(MINUS) if _is_negative(form) else form


def _logarithm(w: Workshop, term: Exponential) -> int:
    return w.build.sum([w.forms.node(term.exponent), w.forms.log(term.factor)])


def _log_quotient(w: Workshop, a: Exponential, b: Exponential) -> int:
    """The logarithm of a/b."""
    return w.build.sum([w.forms.node(a.exponent.minus(b.exponent)), w.forms.log(a.factor / b.factor)])


def log_of_function(w: Workshop, node: Node) -> int | None:
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


def log_of_one_plus(w: Workshop, node: Node) -> int | None:
    inner = w.node(node.args[0])
    one = w.graph.number(1)
    if inner.op != "add" or inner.args.count(one) != 1:
        return None
    return w.call("log1p", w.build.sum([a for a in inner.args if a != one]))


def hyperbolic_sum(w: Workshop, node: Node) -> int | None:
    """c*(exp(u) - exp(-u)) and c*(exp(u) + exp(-u))."""
    args = [a for a in node.args if w.constant(a) is None]
    if node.op != "add" and (len(args) != 1 or (args[0] != node.args[0] and node.op == "div")):
        return None
    terms = w.forms.sum(w.graph.add(node.op, node.args))
    if len(terms) != 2 or terms[0].exponent != terms[1].exponent.times(MINUS) or not terms[0].exponent.terms:
        return None
    a, b = terms
    if a.factor == b.factor:
        return w.times(2 * a.factor, w.call("cosh", w.forms.node(_upward(a, b))))
    if a.factor == -b.factor:
        first = a if _upward(a, b) == a.exponent else b
        return w.times(2 * first.factor, w.call("sinh", w.forms.node(first.exponent)))
    return None


def hyperbolic_quotient(w: Workshop, node: Node) -> int | None:
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
    sign = MINUS if _is_negative(difference) else Fraction(1)
    half = w.forms.node(difference.times(sign * HALF))
    if a.factor == -b.factor and c.factor == d.factor:
        return w.times(sign * a.factor / c.factor, w.call("tanh", half))
    if a.factor == b.factor and c.factor == -d.factor:
        return w.times(sign * a.factor / c.factor, w.call("coth", half))
    return None


def logistic(w: Workshop, node: Node) -> int | None:
    """An exponential, or anything, over a power of a sum of two exponentials with positive factors."""
    parts = _power_below(w, node)
    if parts is None:
        return None
    over, (a, b), power = parts
    total, rest = _exponential_part(w, over)
    if a.factor == b.factor and a.exponent == b.exponent.times(MINUS) and not total.exponent.terms:
        if total.exponent.constant:
            return None
        sech = w.build.power(w.call("sech", w.forms.node(_upward(a, b))), w.graph.number(power))
        return _scaled(w, total.factor / (2 * a.factor) ** power, [*rest, sech])
    if w.difference(a, b) is None:
        return None
    for first in range(power + 1):
        second = power - first
        if a.exponent.times(Fraction(first)).plus(b.exponent.times(Fraction(second))) == total.exponent:
            factors = _logistic_powers(w, a, b, first, second)
            return _scaled(w, total.factor / (a.factor**first * b.factor**second), [*rest, *factors])
    return None


def _logistic_powers(w: Workshop, a: Exponential, b: Exponential, first: int, second: int) -> list[int]:
    """sigmoid(d)**first*sigmoid(-d)**second, d = log(a/b); what both have in common is a power of sech."""
    common = min(first, second)
    found = [_bell(w, _log_quotient(w, a, b), common)] if common else []
    for x, y, power in ((a, b, first - common), (b, a, second - common)):
        if power:
            found.append(w.build.power(w.call("sigmoid", _log_quotient(w, x, y)), w.graph.number(power)))
    return found


def _bell(w: Workshop, u: int, power: int) -> int:
    """(sigmoid(u)*sigmoid(-u))**power, whose slope is 0 at 0 without a difference."""
    sech = w.build.power(w.call("sech", w.times(HALF, u)), w.graph.number(2 * power))
    return w.times(Fraction(1, 4**power), sech)


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


def logistic_product(w: Workshop, node: Node) -> int | None:
    """exp(u)*sigmoid(-u) and sigmoid(u)*sigmoid(-u)"""
    logistics = {k: w.forms.linear(w.node(i).args[0]) for k, i in enumerate(node.args) if w.node(i).op == "sigmoid"}
    for m, opposite in logistics.items():
        for k, i in enumerate(node.args):
            single = w.forms.single(i)
            u = single.exponent if single is not None else logistics.get(k)
            if u is None or not u.terms or u != opposite.times(MINUS):
                continue
            rest = [a for n, a in enumerate(node.args) if n not in (k, m)]
            if single is None:
                return _scaled(w, Fraction(1), [*rest, _bell(w, w.forms.node(_unsigned(u)), 1)])
            return _scaled(w, single.factor, [*rest, w.call("sigmoid", w.forms.node(u))])
    return None


def softmax(w: Workshop, node: Node) -> int | None:
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
