"""One evaluation of a graph, with two precisions side by side.

What the two say together tells noise from numbers: a sum that is 1e-25 in the one and 1e-50 in the other is 0, a
tangent that is 1e25 and 1e50 is at a pole.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from mpmath.ctx_mp import MPContext

from derivcli import catalog
from derivcli.graph import COMPARISONS, CONDITIONS, Graph, Node
from derivcli.numeric.differences import derivative
from derivcli.numeric.operations import ANGLES, MAX_ANGLE_BITS, MAX_BITS, PROVEN, constant, number, operate
from derivcli.numeric.parts import cleaned, is_complex
from derivcli.numeric.rational import rational_values
from derivcli.numeric.special import Unsettled
from derivcli.spelled import OF_REALS

# Digits that round to the right float.
FLOAT_DIGITS = 25
# Bits that may be lost before a result counts as noise.
_NOISE = 20

# Operations that can vanish by cancellation, or at a zero of their own.
_CANCELLING = frozenset({"add", *catalog.KEYS} - {"exp", "gamma", "root"})
# Of these, the ones that are 0 on whole intervals.
_STEPS = frozenset({"floor", "ceiling", "max", "min", "heaviside"})
# Functions that go to a bound so fast that what is left of the way is soon beyond any precision: the digits that this
# takes for an argument of a size.
_SATURATING: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("exp", "sinh", "cosh", "tanh", "coth"), lambda size: 0.87 * size),
    **dict.fromkeys(("erf", "erfc"), lambda size: 0.44 * size * size),
}

# Functions that are infinite at a pole only, not because they grow.
_FINITE = frozenset(catalog.KEYS) - {"exp", "sinh", "cosh", "gamma", "max", "min", "abs"}


class _Undefined(Exception):
    pass


# What mpmath raises at poles and outside of domains.
_FAILURES = (
    _Undefined, ZeroDivisionError, ValueError, OverflowError, TypeError, AttributeError, NotImplementedError,
)  # fmt: skip


class Level:
    """The values of a graph's nodes with `digits` and with twice as many digits.

    `values` holds the pairs, `origin` for what is undefined the node where it began, `unsettled` what these precisions
    cannot tell, `cleaned` the complex numbers with a part that was noise, `truth` the conditions, `taken` the branch
    of each choice, `ties` the comparisons of equal numbers,
    `widest_angle` the bits of the largest angle before its point, `vanished` the nodes that came out as 0 and may be
    smaller than these precisions can see, `whole` the steps whose argument was taken for a whole number, `deepest` the
    digits that it takes to tell a function from the bound that it goes to.

    With `nudge` 1 or -1, what vanishes is as large as it may be and still vanish, above 0 or below: a result that stays
    the same does not depend on it.
    """

    def __init__(self, graph: Graph, point: Mapping[str, Any], digits: int, real: bool, nudge: int = 0) -> None:
        self.graph, self.point, self.real, self.nudge = graph, point, real, nudge
        self.digits, self.deepest = digits, 0
        self._order: Sequence[int] = ()
        self._rational: dict[int, Fraction] | None = None
        self.contexts = (context_of(digits), context_of(2 * digits))
        self.values: dict[int, tuple[Any, Any]] = {}
        self.truth: dict[int, bool] = {}
        self.taken: dict[int, int] = {}
        self.ties: set[int] = set()
        self.origin: dict[int, int] = {}
        self.unsettled: set[int] = set()
        self.cleaned: set[int] = set()
        self.widest_angle = 0
        self.vanished: set[int] = set()
        self.whole: set[int] = set()

    def run(self, order: Sequence[int]) -> None:
        """Evaluate the nodes; those that others need come first."""
        self._order = order
        for i in order:
            node = self.graph.nodes[i]
            if node.op in ("and", "or"):
                self._connective(i, node)
            elif node.op == "piecewise":
                self._branch(i, node)
            elif not self._inherits(i, node.args):
                if node.op in CONDITIONS:
                    self._condition(i, node)
                else:
                    self._number(i, node)

    def _inherits(self, i: int, args: Sequence[int]) -> bool:
        """Whether the node is undefined or unsettled because an argument is."""
        broken = next((a for a in args if a in self.origin), None)
        if broken is not None:
            self.origin[i] = self.origin[broken]
        elif any(a in self.unsettled for a in args):
            self.unsettled.add(i)
        else:
            return False
        return True

    def _number(self, i: int, node: Node) -> None:
        try:
            self.values[i] = self._settle(i, node, self._operate(i, node))
        except Unsettled:
            self.unsettled.add(i)
        except _FAILURES:
            self.origin[i] = i

    def _operate(self, i: int, node: Node) -> tuple[Any, Any]:
        if not self.real and node.op in OF_REALS and any(is_complex(self.values[a]) for a in node.args):
            raise _Undefined
        if node.op in ("floor", "ceiling", "Mod"):
            return self._step(i, node)
        if node.op == "Along":
            high = derivative(lambda *at: self._at(node.args[0], *at), node, self.point, self.contexts[1])
            return self.contexts[0].convert(high), high
        high = self._in(1, node)
        if node.op in PROVEN and all(low == high for low, high in (self.values[a] for a in node.args)):
            return +self.contexts[0].convert(high), high
        try:
            return self._in(0, node), high
        except _FAILURES as error:
            # More digits know better than fewer: what vanished by rounding may not vanish.
            raise Unsettled from error

    def _at(self, root: int, point: Mapping[str, Any], digits: int) -> tuple[Any, Any]:
        """The pair of a node at another point."""
        level = Level(self.graph, point, digits, real=True)
        level.run(self.graph.reachable([root]))
        if root in level.values:
            return level.values[root]
        raise _Undefined if root in level.origin else Unsettled

    def _in(self, k: int, node: Node) -> Any:
        """The value in one context; a value that is not there raises."""
        context = self.contexts[k]
        if node.op == "variable":
            return number(context, self.point[str(node.value)])
        if node.op in ("number", "constant"):
            return (number if node.op == "number" else constant)(context, node.value)
        args = [self.values[a][k] for a in node.args]
        if node.op in ("sign", "heaviside") and node.args[0] in self.vanished:
            args = [context.zero]
        if node.op in _SATURATING and context.mag(args[0]) < 40:
            self.deepest = max(self.deepest, int(_SATURATING[node.op](abs(args[0]))))
        if node.op in ANGLES and self.widest_angle < context.mag(args[0]) <= MAX_ANGLE_BITS:
            self.widest_angle = context.mag(args[0])
        value = operate(context, node, args)
        if context.isnan(value) or (context.isinf(value) and node.op in _FINITE):
            # What is too large for a context is no pole: log(1 + exp(1e156)) is a number.
            raise Unsettled if any(context.isinf(a) for a in args) else _Undefined
        if isinstance(value, context.mpc):
            if value.imag == 0:
                return value.real
            if self.real:
                raise _Undefined
        return value

    def _settle(self, i: int, node: Node, pair: tuple[Any, Any]) -> tuple[Any, Any]:
        """Zero, infinite, a pole, or the pair as it is."""
        if not node.args:
            return pair
        if not self.real:
            pair, noisy = cleaned(self.contexts, pair)
            self.cleaned |= {i} if noisy else set()
        low, high = (c.mag(v) for c, v in zip(self.contexts, pair, strict=True))
        if high > MAX_BITS:
            return tuple(c.sign(c.re(v)) * c.inf for c, v in zip(self.contexts, pair, strict=True))
        low_bits, high_bits = (c.prec - _NOISE for c in self.contexts)
        if node.op in _CANCELLING and (low != -math.inf or high != -math.inf):
            # Zero is what shrinks with the precision, down to what the operands leave of it.
            scale = max((self.contexts[1].mag(self.values[a][1]) for a in node.args), default=0)
            shrinks = -math.inf in (low, high) or low - high > (high_bits - low_bits) // 2
            if shrinks and low < scale - low_bits and high < scale - high_bits:
                return self._vanish(i, node)
        elif node.op in _CANCELLING - _STEPS and any(self.values[a][1] for a in node.args):
            return self._vanish(i, node)
        poles = node.op == "div" or node.op in _FINITE or (node.op == "pow" and not self.graph.nodes[node.args[1]].args)
        if poles and low > low_bits and high > high_bits and high - low > (high_bits - low_bits) // 2:
            raise _Undefined  # grows with the precision: a pole
        return pair

    def _vanish(self, i: int, node: Node) -> tuple[Any, Any]:
        """Zero, or the largest number that looks like it; what comes from exact numbers, as log(1) does, is 0."""
        zeros = self.contexts[0].zero, self.contexts[1].zero
        if self._rational is None:
            self._rational = rational_values(self.graph, self._order, self.point)
        if all(a in self._rational for a in node.args):
            return zeros
        self.vanished.add(i)
        scale = max(self.contexts[1].mag(self.values[a][1]) for a in node.args if self.values[a][1])
        self.deepest = max(self.deepest, int(0.302 * scale))
        if not self.nudge:
            return zeros
        return tuple(self.nudge * c.ldexp(c.one, scale - self.contexts[1].prec + _NOISE) for c in self.contexts)

    def _step(self, i: int, node: Node) -> tuple[Any, Any]:
        """Floor and its kin, with a value that is a whole number but for noise taken for one."""
        pairs = [self.values[a] for a in node.args]
        if node.op == "Mod":
            quotient = [p / q for p, q in zip(*pairs, strict=True)]
            whole = self._whole(i, quotient[0], quotient[1], down=True)
            return tuple(x - y * w for x, y, w in zip(*pairs, whole, strict=True))
        return self._whole(i, *pairs[0], down=node.op == "floor")

    def _whole(self, i: int, low: Any, high: Any, down: bool) -> tuple[Any, Any]:
        a, b = self.contexts
        nearest = b.nint(high)
        if self._same(low, a.nint(low), high, nearest):
            self.whole.add(i)
            return a.convert(nearest), nearest
        return (a.floor(low), b.floor(high)) if down else (a.ceil(low), b.ceil(high))

    def _same(self, low_x: Any, low_y: Any, high_x: Any, high_y: Any) -> bool:
        """Whether x equals y but for noise, in both precisions."""
        for context, x, y in ((self.contexts[0], low_x, low_y), (self.contexts[1], high_x, high_y)):
            difference = x - y
            if (
                difference != 0
                and context.mag(difference) >= max(context.mag(x), context.mag(y)) - context.prec + _NOISE
            ):
                return False
        return True

    def _condition(self, i: int, node: Node) -> None:
        if node.op not in COMPARISONS:
            self.truth[i] = not self.truth[node.args[0]] if node.op == "not" else node.op == "true"
            return
        zeros = tuple(c.zero for c in self.contexts)
        if any(is_complex(self.values[a]) for a in node.args):
            self.origin[i] = i
            return
        (low_x, high_x), (low_y, high_y) = (zeros if a in self.vanished else self.values[a] for a in node.args)
        equal = self._same(low_x, low_y, high_x, high_y)
        if equal and self.deepest > self.digits and any(self.graph.nodes[a].args for a in node.args):
            self.unsettled.add(i)  # tanh(1000) < 1 is not told by so few digits
            return
        if equal:
            self.ties.add(i)
        less = not equal and high_x < high_y
        self.truth[i] = {
            "lt": less, "le": less or equal, "gt": not less and not equal, "ge": not less, "eq": equal,
            "ne": not equal,
        }[node.op]  # fmt: skip

    def _connective(self, i: int, node: Node) -> None:
        """`and`, `or`: decided by one argument alone, or else by all, which must be defined then."""
        decisive = node.op == "or"
        if any(self.truth.get(a) is decisive for a in node.args):
            self.truth[i] = decisive
        elif not self._inherits(i, node.args):
            self.truth[i] = not decisive

    def _branch(self, i: int, node: Node) -> None:
        """The value of the first branch whose condition holds; conditions before it must be defined."""
        for k in range(0, len(node.args), 2):
            value, condition = node.args[k], node.args[k + 1]
            if self._inherits(i, [condition]):
                return
            if self.truth[condition]:
                self.taken[i] = value
                if not self._inherits(i, [value]):
                    self.values[i] = self.values[value]
                return
        self.origin[i] = i


_CONTEXTS: dict[int, Any] = {}


def context_of(digits: int) -> Any:
    """A context of mpmath with its own precision, kept: building one costs a millisecond."""
    if digits not in _CONTEXTS:
        context = MPContext()
        context.dps = digits
        _CONTEXTS[digits] = context
    return _CONTEXTS[digits]
