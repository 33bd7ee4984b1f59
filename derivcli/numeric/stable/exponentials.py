"""Sums of exponentials in a normal form, so that every way to write them out is seen to be the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from derivcli.graph import Builder, Graph, Node

# Longer sums are taken as they are: a normal form of everything would cost more than it helps.
MAX_TERMS = 16


@dataclass(frozen=True)
class Linear:
    """A number and nodes with rational coefficients, added: x - y/2 + 3."""

    terms: Mapping[int, Fraction] = field(default_factory=dict)
    constant: Fraction = Fraction(0)

    def times(self, factor: Fraction) -> Linear:
        return Linear({i: factor * c for i, c in self.terms.items() if factor}, factor * self.constant)

    def plus(self, other: Linear) -> Linear:
        terms = dict(self.terms)
        for i, c in other.terms.items():
            terms[i] = terms.get(i, Fraction(0)) + c
        return Linear({i: c for i, c in terms.items() if c}, self.constant + other.constant)

    def minus(self, other: Linear) -> Linear:
        return self.plus(other.times(Fraction(-1)))


ZERO = Linear()


@dataclass(frozen=True)
class Exponential:
    """A number times exp of a linear form."""

    factor: Fraction
    exponent: Linear


class Exponentials:
    """The normal forms of a graph's nodes. Nodes are looked at in their order, so depth costs nothing."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.build = Builder(graph)
        self._linear: list[Linear] = []
        self._sums: list[Sequence[Exponential]] = []

    def linear(self, i: int) -> Linear:
        """The node as a linear form of others; products with sums are not multiplied out, which would cancel."""
        self._look(i)
        return self._linear[i]

    def sum(self, i: int) -> Sequence[Exponential]:
        """The node as a sum of exponentials with different exponents; nothing where it is none."""
        self._look(i)
        return self._sums[i]

    def single(self, i: int) -> Exponential | None:
        found = self.sum(i)
        return found[0] if len(found) == 1 else None

    def node(self, form: Linear) -> int:
        """The linear form as a node."""
        terms = [self.multiple(c, i) for i, c in form.terms.items()]
        if form.constant or not terms:
            terms.append(self.build.graph.number(form.constant))
        return self.build.sum(terms)

    def multiple(self, factor: Fraction, i: int) -> int:
        """factor*i, with the factor's denominator below."""
        over = self.build.product([self.graph.number(factor.numerator), i])
        return self.build.quotient(over, self.graph.number(factor.denominator))

    def log(self, value: Fraction) -> int:
        """log of a positive number."""
        return self.graph.number(0) if value == 1 else self.graph.add("log", (self.graph.number(value),))

    def _look(self, last: int) -> None:
        for i in range(len(self._linear), last + 1):
            node = self.graph.nodes[i]
            linear = self._linear_of(i, node)
            self._linear.append(linear if len(linear.terms) <= MAX_TERMS else Linear({i: Fraction(1)}))
            found = self._sum_of(node)
            self._sums.append(found if len(found) <= MAX_TERMS else ())

    def _linear_of(self, i: int, node: Node) -> Linear:
        args = [self._linear[a] for a in node.args]
        if node.op == "number" and isinstance(node.value, Fraction):
            return Linear({}, node.value)
        if node.op == "neg":
            return args[0].times(Fraction(-1))
        if node.op == "add" and len(args) <= MAX_TERMS:
            total = ZERO
            for term in args:
                total = total.plus(term)
            # A variable that cancels is still a part of the domain and of the shape.
            return total if set(total.terms) == {k for term in args for k in term.terms} else Linear({i: Fraction(1)})
        if node.op in ("mul", "div"):
            multiple = self._multiple(node)
            if multiple is not None:
                return multiple
        return Linear({i: Fraction(1)})

    def _multiple(self, node: Node) -> Linear | None:
        """A number times a node that is no sum."""
        factor, others = Fraction(1), []
        for k, a in enumerate(node.args):
            value = self.build.constant(a)
            if value is None:
                others.append(a)
            elif node.op == "div" and k == 1:
                factor = factor / value if value else Fraction(0)
            else:
                factor *= value
        if len(others) != 1 or not factor or (node.op == "div" and others[0] != node.args[0]):
            return None
        inner = self._linear[others[0]]
        whole = len(inner.terms) == 1 and not inner.constant
        return (inner if whole else Linear({others[0]: Fraction(1)})).times(factor)

    def _sum_of(self, node: Node) -> Sequence[Exponential]:
        if node.op == "number" and isinstance(node.value, Fraction) and node.value:
            return (Exponential(node.value, ZERO),)
        if node.op == "pow":
            return self._power(*node.args)
        if node.op in _KNOWN:
            u = self._linear[node.args[0]]
            return _collected([Exponential(factor, u.times(multiple)) for factor, multiple in _KNOWN[node.op]])
        sums = [self._sums[a] for a in node.args]
        if node.op not in ("neg", "add", "mul", "div") or not all(sums):
            return ()
        if node.op == "neg":
            return _scaled(sums[0], Exponential(Fraction(-1), ZERO))
        if node.op == "add":
            return _collected([term for terms in sums for term in terms]) if len(sums) <= MAX_TERMS else ()
        if node.op == "div":
            sums = [sums[0], [_inverse(t) for t in sums[1]]]
            return _product(sums) if len(sums[1]) == 1 else ()
        return _product(sums)

    def _power(self, base: int, exponent: int) -> Sequence[Exponential]:
        """E**u, and powers of one exponential."""
        below = self.graph.nodes[base]
        if below.op == "constant" and below.value in ("E", "e"):
            return (Exponential(Fraction(1), self._linear[exponent]),)
        power, found = self.build.constant(exponent), self._sums[base]
        if power is None or len(found) != 1 or found[0].factor != 1 or not found[0].exponent.terms:
            return ()
        return (Exponential(Fraction(1), found[0].exponent.times(power)),)


_HALF = Fraction(1, 2)
# Functions as sums of exponentials: factors, and the multiples of the argument in the exponents.
_KNOWN: Mapping[str, Sequence[tuple[Fraction, Fraction]]] = {
    "exp": ((Fraction(1), Fraction(1)),),
    "expm1": ((Fraction(1), Fraction(1)), (Fraction(-1), Fraction(0))),
    "cosh": ((_HALF, Fraction(1)), (_HALF, Fraction(-1))),
    "sinh": ((_HALF, Fraction(1)), (-_HALF, Fraction(-1))),
}


def _inverse(term: Exponential) -> Exponential:
    return Exponential(1 / term.factor, term.exponent.times(Fraction(-1)))


def _collected(terms: Sequence[Exponential]) -> Sequence[Exponential]:
    """Equal exponents together; nothing where some of them cancel."""
    found: list[Exponential] = []
    for term in terms:
        same = next((k for k, other in enumerate(found) if other.exponent == term.exponent), None)
        if same is None:
            found.append(term)
        else:
            found[same] = Exponential(found[same].factor + term.factor, term.exponent)
    return found if all(term.factor for term in found) else ()


def _scaled(terms: Sequence[Exponential], by: Exponential) -> Sequence[Exponential]:
    """Each term times another; nothing where a part of an exponent cancels."""
    found = [Exponential(t.factor * by.factor, t.exponent.plus(by.exponent)) for t in terms]
    kept = all(
        set(new.exponent.terms) == {*old.exponent.terms, *by.exponent.terms}
        for new, old in zip(found, terms, strict=True)
    )
    return found if kept else ()


def _product(sums: Sequence[Sequence[Exponential]]) -> Sequence[Exponential]:
    """The product of single terms and at most one longer sum."""
    longer = [s for s in sums if len(s) > 1]
    if len(longer) > 1:
        return ()
    product = longer[0] if longer else [Exponential(Fraction(1), ZERO)]
    for factors in sums:
        if len(factors) == 1:
            product = _scaled(product, factors[0])
    return product
