"""Sums multiplied out where terms then cancel, as in (1 - y)*sigmoid(z) - y*sigmoid(-z), which is sigmoid(z) - y."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from derivcli.indices.algebra import add, product
from derivcli.indices.canonical import key
from derivcli.indices.nodes import Function, Index, Node, Product, Sum, split

# Longer sums and products are left alone; multiplying out may double them again and again.
_MAX_TERMS = 16


def shortened(node: Node) -> Node:
    """The node itself, or with its sums multiplied out where fewer factors are left."""
    if not isinstance(node, Sum) or len(node.terms) > _MAX_TERMS:
        return node
    best: Node = node
    size = _factors(node)
    for opened in (list(node.terms), list(_opposites_opened(node.terms))):
        spread = [t for term in opened for t in _multiplied_out(term)]
        if len(spread) <= _MAX_TERMS and len(spread) > len(node.terms):
            collected = add(*spread)
            if _factors(collected) < size:
                best, size = collected, _factors(collected)
    return best


def _factors(node: Node) -> int:
    """How many factors the terms of a sum have, those of the sums among them counted, too."""
    terms = node.terms if isinstance(node, Sum) else (node,)
    return sum(_factors(f) if isinstance(f, Sum) else 1 for t in terms for f in _parts(t)[1])


def _parts(term: Node) -> tuple[Fraction, tuple[Node, ...], frozenset[Index]]:
    if isinstance(term, Product):
        return term.coefficient, term.factors, term.bound
    coefficient, rest = split(term)
    return coefficient, (rest,), frozenset()


def _multiplied_out(term: Node) -> Iterator[Node]:
    if not isinstance(term, Product):
        yield term
        return
    place = next((n for n, f in enumerate(term.factors) if isinstance(f, Sum)), None)
    if place is None:
        yield term
        return
    chosen = term.factors[place]
    assert isinstance(chosen, Sum)
    for part in chosen.terms:
        factors = [*term.factors[:place], part, *term.factors[place + 1 :]]
        yield product(term.coefficient, factors, term.bound)


def _opposites_opened(terms: tuple[Node, ...]) -> Iterator[Node]:
    """sigmoid(-u) as 1 - sigmoid(u), in terms of a sum that has sigmoid(u), too."""
    arguments = {key(s.args[0]) for t in terms for s in _sigmoids(t)}
    for term in terms:
        opened = next((s for s in _sigmoids(term) if split(s.args[0])[0] < 0), None)
        if opened is None or not isinstance(term, Product):
            yield term
            continue
        opposite = _opposite(opened)
        if key(opposite.args[0]) not in arguments:
            yield term
            continue
        others = [f for f in term.factors if f is not opened]
        yield product(term.coefficient, others, term.bound)
        yield product(-term.coefficient, [*others, opposite], term.bound)


def _sigmoids(term: Node) -> Iterator[Function]:
    for factor in _parts(term)[1]:
        if isinstance(factor, Function) and factor.op == "sigmoid":
            yield factor


def _opposite(sigmoid: Function) -> Function:
    return Function("sigmoid", (product(-1, [sigmoid.args[0]]),))
