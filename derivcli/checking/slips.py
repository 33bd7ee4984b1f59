"""THE table of slips: what people do in place of a rule of differentiation, and how it is said.

A slip is a way to differentiate one node wrongly. It is told only if the derivative with it has the claimed values at
every point that was looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from derivcli.checking.rules import View, terms
from derivcli.graph import CONDITIONS

# A node's derivative as the slip has it, and the slip in words, in which {0} is the node, {1} and so on what follows.
Slipped = tuple[int, str, tuple[int, ...]]

_ARITHMETIC = frozenset({"add", "neg", "mul", "div", "pow", "piecewise", "number", "variable", "constant"})


@dataclass(frozen=True)
class Row:
    """One kind of slip: the operations that it happens at (none: functions), and what it makes of a node."""

    ops: tuple[str, ...]
    slip: Callable[[View], Iterator[Slipped]]

    def at(self, view: View) -> list[Slipped]:
        op = view.node.op
        fits = op in self.ops if self.ops else op not in _ARITHMETIC and op not in CONDITIONS
        return list(self.slip(view)) if fits and any(view.varies(k) for k in range(len(view.args))) else []


def _inner_of_function(view: View) -> Iterator[Slipped]:
    for k, argument in enumerate(view.args):
        if view.varies(k) and view.build.graph.nodes[argument].op != "variable":
            words = "the inner derivative of {0} is missing: multiply by {1}"
            yield view.partial(k), words, (view.slopes[k],)


def _inner_of_power(view: View) -> Iterator[Slipped]:
    base, exponent = view.args
    words = "the inner derivative of {0} is missing: multiply by {1}"
    nodes = view.build.graph.nodes
    if view.varies(0) and not view.varies(1) and nodes[base].op != "variable":
        yield view.build.product([exponent, view.lowered()]), words, (view.slopes[0],)
    if view.varies(1) and not view.varies(0) and nodes[exponent].op != "variable":
        outer = view.build.product([view.i, view.build.graph.add("log", (base,))])
        yield outer, words, (view.slopes[1],)


def _inner_of_reciprocal(view: View) -> Iterator[Slipped]:
    over, below = view.args
    if not view.varies(0) and view.build.graph.nodes[below].op != "variable":
        square = view.build.power(below, view.build.graph.number(2))
        words = "the inner derivative of {0} is missing: multiply by {1}"
        yield view.minus(view.build.quotient(over, square)), words, (view.slopes[1],)


def _slope_inside(view: View) -> Iterator[Slipped]:
    if len(view.args) == 1 and view.build.graph.nodes[view.args[0]].op != "variable":
        words = "the inner derivative of {0}, {1}, stands inside the function; it is a factor"
        yield view.partial(0, view.slopes), words, (view.slopes[0],)


def _lost_inside(view: View) -> Iterator[Slipped]:
    """The outer derivative at the variable itself, with the inner derivative or without."""
    nodes, names = view.build.graph.nodes, view.build.graph.variables(view.args)
    if len(view.args) != 1 or len(names) != 1 or nodes[view.args[0]].op == "variable":
        return
    outer = view.partial(0, [view.build.graph.variable(names[0])])
    words = "the outer derivative of {0} is taken at {2}, not at {1}"
    parts = (view.args[0], view.build.graph.variable(names[0]))
    yield view.build.product([outer, view.slopes[0]]), words, parts
    yield outer, words + ", and the inner derivative is missing", parts


def _power_rule(view: View) -> Iterator[Slipped]:
    if view.varies(1):
        return
    build, (base, exponent) = view.build, view.args
    slope = view.slopes[0]
    yield build.product([exponent, view.i, slope]), "the exponent of {0} is not lowered by 1", ()
    yield build.product([view.lowered(), slope]), "the factor {1} is missing: the exponent of {0}", (exponent,)
    raised = build.power(base, build.sum([exponent, build.graph.number(1)]))
    yield build.product([exponent, raised, slope]), "the exponent of {0} is raised by 1; it is lowered", ()
    yield view.minus(terms(view)[0]), "the derivative of {0} has the wrong sign", ()


def _exponential(view: View) -> Iterator[Slipped]:
    build, (base, exponent) = view.build, view.args
    if not view.varies(1):
        return
    rule = build.product([exponent, view.lowered()])
    if view.varies(0):
        power, logarithm = terms(view)
        words = "{0} is differentiated as a power, but its exponent {1} varies, too"
        yield power, words, (exponent,)
        words = "{0} is differentiated as an exponential, but its base {1} varies, too"
        yield logarithm, words, (base,)
        return
    words = "the power rule is for a constant exponent: {0} is an exponential"
    yield build.product([rule, view.slopes[1]]), words, ()
    logarithm = build.graph.add("log", (base,))
    yield build.product([view.i, view.slopes[1]]), "the factor {1} is missing: the base of {0} is not e", (logarithm,)


def _exponential_function(view: View) -> Iterator[Slipped]:
    build, (exponent,) = view.build, view.args
    lowered = build.graph.add("exp", (build.sum([exponent, build.graph.number(-1)]),))
    words = "the power rule is for a constant exponent: {0} is an exponential"
    yield build.product([exponent, lowered, view.slopes[0]]), words, ()


def _product(view: View) -> Iterator[Slipped]:
    varying = [k for k in range(len(view.args)) if view.varies(k)]
    build, parts = view.build, terms(view)
    if len(varying) > 1:
        slopes = [view.slopes[k] if k in varying else a for k, a in enumerate(view.args)]
        yield build.product(slopes), "the derivative of the product {0} is not the product of the derivatives", ()
        for k in varying:
            rest = build.sum([part for j, part in enumerate(parts) if j != k])
            words = "the product rule for {0} lacks the term with the derivative of {1}"
            yield rest, words, (view.args[k],)
        for k in varying:
            flipped = build.sum([view.minus(part) if j == k else part for j, part in enumerate(parts)])
            words = "in the product rule for {0} the term with the derivative of {1} has the wrong sign"
            yield flipped, words, (view.args[k],)
    for k, argument in enumerate(view.args):
        if not view.varies(k) and len(view.args) > 1:
            yield _without_factor(view, k), "the factor {1} of {0} is missing", (argument,)


def _without_factor(view: View, dropped: int) -> int:
    """The derivative of a product as if one factor were not there."""
    build, kept = view.build, [k for k in range(len(view.args)) if k != dropped]
    return build.sum([build.product([view.slopes[j] if j == k else view.args[j] for j in kept]) for k in kept])


def _quotient(view: View) -> Iterator[Slipped]:
    build, (over, below) = view.build, view.args
    if not view.varies(1):
        yield view.slopes[0], "the factor 1/{1} of {0} is missing", (below,)
        return
    first, second = build.product([view.slopes[0], below]), build.product([over, view.slopes[1]])
    difference = build.sum([first, view.minus(second)])
    square = build.power(below, build.graph.number(2))
    if not view.varies(0):
        yield build.quotient(second, square), "the minus sign of the derivative of {0} is missing", ()
        words = "the denominator of {0} is not squared"
        yield view.minus(build.quotient(second, below)), words, ()
        yield build.quotient(over, view.slopes[1]), "the derivative of {0} is not 1 over a derivative", ()
        return
    words = "the quotient rule for {0} has a minus, not a plus, between its terms"
    yield build.quotient(build.sum([first, second]), square), words, ()
    words = "the quotient rule for {0} begins with the derivative of the numerator: the sign is wrong"
    yield view.minus(build.quotient(difference, square)), words, ()
    yield difference, "the quotient rule for {0} lacks its denominator, the square of {1}", (below,)
    yield build.quotient(difference, below), "in the quotient rule for {0} the denominator is not squared", ()
    words = "the derivative of the quotient {0} is not the quotient of the derivatives"
    yield build.quotient(view.slopes[0], view.slopes[1]), words, ()
    words = "the quotient rule for {0} lacks the term with the derivative of {1}"
    yield build.quotient(first, square), words, (below,)
    yield view.minus(build.quotient(second, square)), words, (over,)


def _sum(view: View) -> Iterator[Slipped]:
    build = view.build
    for k, argument in enumerate(view.args):
        others = [slope for j, slope in enumerate(view.slopes) if j != k]
        if view.varies(k):
            yield build.sum(others), "the derivative of the term {1} is missing", (argument,)
            flipped = build.sum([*others, view.minus(view.slopes[k])])
            yield flipped, "the derivative of the term {1} has the wrong sign", (argument,)
        words = "the term {1} is kept as it is" + ("" if view.varies(k) else ": the derivative of a constant is 0")
        yield build.sum([*others, argument]), words, (argument,)


def _sign_of_function(view: View) -> Iterator[Slipped]:
    yield view.minus(view.build.sum(terms(view))), "the derivative of {0} has the wrong sign", ()


def _without_choice(view: View) -> Iterator[Slipped]:
    """Absolute values, and the larger of two, taken for what they are on one side."""
    for k, slope in enumerate(view.slopes):
        if view.varies(k):
            yield slope, "{0} is differentiated as if it were {1} everywhere", (view.args[k],)


def _one_branch(view: View) -> Iterator[Slipped]:
    for k in range(0, len(view.args), 2):
        yield view.slopes[k], "only the branch {1} of {0} is differentiated", (view.args[k],)


ROWS: tuple[Row, ...] = (
    Row((), _inner_of_function),
    Row(("pow",), _inner_of_power),
    Row(("div",), _inner_of_reciprocal),
    Row((), _slope_inside),
    Row((), _lost_inside),
    Row(("mul",), _product),
    Row(("div",), _quotient),
    Row(("pow",), _power_rule),
    Row(("pow",), _exponential),
    Row(("exp",), _exponential_function),
    Row((), _sign_of_function),
    Row(("abs", "max", "min"), _without_choice),
    Row(("piecewise",), _one_branch),
    Row(("add",), _sum),
)

# Factors that slip in with a change of units or of a logarithm's base, as texts of the language.
FACTORS = ("1", "pi", "1/pi", "pi/180", "180/pi", "log(10)", "1/log(10)", "log(2)", "1/log(2)", "sqrt(2)", "e")
# Numerators and denominators of multiples of such a factor, and of a factor alone.
SMALL, SIMPLE = 12, 1_000


def simple(number: Fraction, limit: int) -> bool:
    return abs(number.numerator) <= limit and number.denominator <= limit
