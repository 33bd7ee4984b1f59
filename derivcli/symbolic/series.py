"""Power series with exact coefficients, from the graph and the catalog's partial derivatives.

A function's coefficients follow from those of its partial derivatives, one order at a time: y = f(u) has
y' = f_u(u)*u'. Series may begin with negative powers on the way, so that holes such as that of sin(x)/x are filled.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import sympy
from sympy import S

from derivcli.errors import UnsupportedError
from derivcli.graph import COMPARISONS, Body, Graph, Node
from derivcli.reverse import Partials
from derivcli.symbolic import laurent
from derivcli.symbolic.laurent import Laurent
from derivcli.symbolic.translate import applied

# More orders than asked for that are worked out where divisions use some up.
_MORE = 24
# Powers of series that are multiplied out, and the largest exponent of a number.
_MULTIPLIED, _MAX_EXPONENT = 64, 5_000


class _Unseen(Exception):
    """What decides shows in terms of a higher order alone."""


@dataclass(frozen=True)
class Scene:
    """What is expanded, and about where.

    Args:
        graph: of primitives; rules add their nodes to it.
        begins: for each variable that moves the node of its value; it has no variables.
        directions: for each of them the symbol of its step.
        partials: the partial derivatives of functions.
        corners: nodes with the condition under which they need have no derivative.
    """

    graph: Graph
    begins: Mapping[str, int]
    directions: Mapping[str, Any]
    partials: Partials
    corners: Mapping[int, int]


class Expansion:
    """The series of nodes about one point."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.graph = scene, scene.graph
        self._known: dict[int, tuple[int, Laurent]] = {}
        self._moving: dict[int, bool] = {}

    def coefficients(self, root: int, order: int) -> list[Any]:
        """The coefficients of a node up to an order.

        Raises:
            UnsupportedError: it has no such series, or none that is found here; with the place.
        """
        for wanted in range(order + 1 + _MORE):
            try:
                found = self.series(root, wanted)
            except _Unseen:
                continue
            if found.low < 0:
                raise self._no(root, "has a pole here")
            if found.end > order:
                return [found.at(k) for k in range(order + 1)]
        raise self._no(root, "has no series that is found here")

    def series(self, i: int, order: int) -> Laurent:
        """The series of a node, worked out with all numbers up to an order."""
        known = self._known.get(i)
        if known is None or known[0] < order:
            known = self._known[i] = (order, self._found(i, self.graph.nodes[i], order))
        return known[1]

    def moves(self, i: int) -> bool:
        """Whether a node depends on a variable that moves."""
        if i not in self._moving:
            names = self.graph.variables([i])
            self._moving[i] = any(name in self.scene.begins for name in names)
        return self._moving[i]

    def _no(self, i: int, why: str) -> UnsupportedError:
        names = ", ".join(self.scene.begins)
        return UnsupportedError(f"there is no Taylor series by {names}: this {why}", span=self.graph.spans[i])

    def _found(self, i: int, node: Node, order: int) -> Laurent:
        if node.op == "variable" and node.value in self.scene.begins:
            name = str(node.value)
            start = self._constant_of(self.scene.begins[name])
            return laurent.trimmed(0, [start, self.scene.directions[name]], order)
        if not self.moves(i):
            return laurent.trimmed(0, [self._constant(i, node)], order)
        rule = _RULES.get(node.op)
        return rule(self, i, node, order) if rule is not None else self._function(i, node, order)

    def _constant(self, i: int, node: Node) -> Any:
        if node.op == "variable":
            return sympy.Symbol(str(node.value), real=True)
        if node.op in ("number", "constant"):
            return applied(node, [])
        if node.op == "piecewise":
            return self._constant_of(self._branch(i, node, 0, 0))
        return self._real(i, applied(node, [self._constant_of(a) for a in node.args]))

    def _constant_of(self, i: int) -> Any:
        return self.series(i, 0).at(0)

    def _real(self, i: int, value: Any) -> Any:
        """A value that is a number, or may be one."""
        infinite = () if isinstance(self.graph.nodes[i].value, Body) else (S.Infinity, S.NegativeInfinity)
        if value.has(S.ComplexInfinity, S.NaN, *infinite):
            raise self._no(i, "is infinite or undefined here")
        if value.is_real is False or (not value.free_symbols and value.has(S.ImaginaryUnit)):
            raise self._no(i, "is no real number here")
        return value

    def args(self, i: int, order: int) -> list[Laurent]:
        """The series of a node's arguments."""
        return [self.series(a, order) for a in self.graph.nodes[i].args]

    def _function(self, i: int, node: Node, order: int) -> Laurent:
        """A function of the catalog: its value, and the rest from its partial derivatives, an order lower."""
        starts = [self._start(i, a, order) for a in node.args]
        empty = node.op == "Integral" and starts[0] == starts[1]
        terms = [S.Zero if empty else self._real(i, applied(node, starts))]
        corner = self.scene.corners.get(i)
        if corner is not None:
            # The condition may hold the function itself, as x == floor(x) does: its value is known by now.
            self._known.setdefault(i, (0, laurent.trimmed(0, terms, 0)))
            if self._holds(corner, 0, 0):
                raise self._no(i, "may have no derivative here")
        if order:
            slope = Laurent(order, ())
            for k, argument in enumerate(node.args):
                if self.moves(argument):
                    partial = self.series(self._partial(node, k), order - 1)
                    slope = laurent.total(slope, laurent.product(partial, laurent.slope(self.series(argument, order))))
            if slope.low < 0:
                raise self._no(i, "has no finite slope here")
            terms += [slope.at(k) / (k + 1) for k in range(min(order, slope.end))]
        return laurent.trimmed(0, terms, min(order, len(terms) - 1))

    def _start(self, i: int, argument: int, order: int) -> Any:
        found = self.series(argument, order)
        if found.low < 0:
            raise self._no(i, "is taken of what is infinite here")
        return _first(found)

    def _partial(self, node: Node, k: int) -> int:
        """A partial derivative of a function, as a node."""
        rule, root, parameters = self.scene.partials(node, k)
        bound = dict(zip(parameters, node.args, strict=True))
        (copied,) = rule.copy_into(
            self.graph, [root], lambda _, n, __: bound.get(str(n.value)) if n.op == "variable" else None
        )
        return copied

    def power(self, i: int, node: Node, order: int) -> Laurent:
        """A power: of whole exponents anywhere, of others where the base is not 0."""
        base, exponent = node.args
        if self.moves(exponent):
            product = self.graph.add("mul", (exponent, self.graph.add("log", (base,), None, self.graph.spans[i])))
            return self.series(self.graph.add("exp", (product,), None, self.graph.spans[i]), order)
        found, r = self.series(base, order), self._constant_of(exponent)
        if r.is_Integer and 0 <= r <= _MULTIPLIED:
            result = laurent.trimmed(0, [S.One], order)
            for _ in range(int(r)):
                result = laurent.product(result, found)
            return result
        if not found.terms:
            raise _Unseen
        if r.is_number and abs(r) > _MAX_EXPONENT:
            raise self._no(i, "has an exponent that is too large")
        if found.low and not r.is_Integer:
            raise self._no(
                i, "has no derivatives of all orders here" if r.is_number else "depends on its exponent here"
            )
        return laurent.power(found, r, self._real(i, found.terms[0] ** r))

    def quotient(self, i: int, node: Node, order: int) -> Laurent:
        """A quotient; the denominator may vanish."""
        over, below = self.args(i, order)
        if not below.terms:
            raise _Unseen
        return laurent.product(over, laurent.power(below, -S.One, 1 / below.terms[0]))

    def choice(self, i: int, node: Node, order: int) -> Laurent:
        """A choice: of one branch, or of branches whose series are the same so far."""
        branches = [self._branch(i, node, side, order) for side in (0, 1, -1)]
        first, *others = [self.series(b, order) for b in dict.fromkeys(branches)]
        if branches[1] == branches[2]:
            # The point itself counts for no derivative, but its value must be that of the branch around it.
            around = self.series(branches[1], order)
            if others and (around.low < 0 or not laurent.is_zero(_first(first) - _first(around))):
                raise self._no(i, "jumps here")
            return around
        end = min(s.end for s in (first, *others))
        low = min(s.low for s in (first, *others))
        if any(not laurent.is_zero(first.at(k) - s.at(k)) for s in others for k in range(low, end)):
            raise self._no(i, "changes its formula here, and a derivative with it")
        return first

    def _branch(self, i: int, node: Node, side: int, order: int) -> int:
        """The value that is chosen at the point, or beside it."""
        for value, condition in zip(node.args[::2], node.args[1::2], strict=True):
            if self._holds(condition, side, order):
                return value
        raise self._no(i, "is defined by none of its branches here")

    def _holds(self, i: int, side: int, order: int) -> bool:
        node = self.graph.nodes[i]
        if node.op in ("and", "or"):
            truths = [self._holds(a, side, order) for a in node.args]
            return all(truths) if node.op == "and" else any(truths)
        if node.op == "not":
            return not self._holds(node.args[0], side, order)
        if node.op not in COMPARISONS:
            return node.op == "true"
        left, right = self.args(i, order)
        sign = self._sign(i, laurent.total(left, laurent.scaled(right, -S.One)), side)
        return {"lt": sign < 0, "le": sign <= 0, "gt": sign > 0, "ge": sign >= 0, "eq": sign == 0, "ne": sign != 0}[
            node.op
        ]

    def _sign(self, i: int, gap: Laurent, side: int) -> int:
        """The sign of a difference at the point (side 0), or just beside it."""
        if side == 0 and gap.low > 0:
            return 0
        if not gap.terms:
            if not self.moves(i):
                return 0
            raise _Unseen
        sign = laurent.sign_of(gap.terms[0])
        if sign is None or (side and gap.low > 0 and len(self.scene.begins) > 1):
            raise self._no(i, "is a comparison that is not decided here")
        return sign * (side if gap.low % 2 and side else 1)


def _first(found: Laurent) -> Any:
    """The value at the point itself."""
    if found.end <= 0:
        raise _Unseen
    return found.at(0)


def _add(e: Expansion, i: int, _: Node, order: int) -> Laurent:
    first, *others = e.args(i, order)
    for other in others:
        first = laurent.total(first, other)
    return first


def _mul(e: Expansion, i: int, _: Node, order: int) -> Laurent:
    first, *others = e.args(i, order)
    for other in others:
        first = laurent.product(first, other)
    return first


def _sinc(e: Expansion, i: int, node: Node, order: int) -> Laurent:
    u, span = node.args[0], e.graph.spans[i]
    return e.series(e.graph.add("div", (e.graph.add("sin", (u,), None, span), u), None, span), order)


_RULES: dict[str, Callable[[Expansion, int, Node, int], Laurent]] = {
    "add": _add,
    "mul": _mul,
    "neg": lambda e, i, _, order: laurent.scaled(e.args(i, order)[0], -S.One),
    "div": Expansion.quotient,
    "pow": Expansion.power,
    "piecewise": Expansion.choice,
    "sinc": _sinc,
}
