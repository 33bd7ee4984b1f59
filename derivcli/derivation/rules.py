"""The rules of differentiation on the user's own form: one derivative that is to be taken becomes simpler ones.

A derivative that is to be taken is a node `d` of the graph, so that the formula before a rule and the formula after it
are expressions like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction

from derivcli import catalog
from derivcli.catalog import hyperbolic, trigonometric
from derivcli.closures import rewritten
from derivcli.derivation.marked import Marked, Template, rational
from derivcli.derivation.textbook import TEXTBOOK, textbook
from derivcli.derivation.within import inside
from derivcli.graph import BINDERS, Body, Graph, Node
from derivcli.language import array_partial, definition, expand, partial

# The name of a rule, and the node that it gives for a derivative.
Applied = tuple[str, int]

# Functions whose rules have names of their own.
_NAMES = {
    "exp": "exponential rule", "log": "logarithm rule", "sqrt": "power rule for the square root",
    "cbrt": "power rule for the cube root",
}  # fmt: skip
_INVERSE = (trigonometric.INVERSE_TRIG, hyperbolic.INVERSE_HYPERBOLIC)
_INVERSE_RULE = "inverse function rule for"
_CHANGED_BASE = ("log2", "log10", "log/2")
_BOUND = {
    "Integral": "differentiation under the integral sign",
    "Sum": "sum rule, term by term",
    "Product": "product rule, factor by factor",
    "InfiniteProduct": "product rule, factor by factor",
}
_LIMITS = "fundamental theorem of calculus"


def differentiate(marked: Marked, i: int) -> Applied:
    """The derivative of a node by the rule of its operation."""
    node = marked.graph.nodes[i]
    if not marked.varies(i):
        return "constant rule", marked.number(0)
    if marked.is_own(i):
        return "identity rule", marked.number(1)
    if node.op == "variable":
        name = str(node.value)
        return f"implicit: {name} depends on {marked.name}", marked.graph.variable(marked.dependent[name])
    multiple = constant_multiple(marked, i)
    if multiple is not None:
        return "constant multiple rule", multiple
    return _RULES.get(node.op, _function)(marked, i, node)


def constant_multiple(marked: Marked, i: int) -> int | None:
    """The derivative of a product or quotient with all factors before it that do not vary; None where there is none."""
    graph = marked.graph
    over: list[int] = []
    below: list[int] = []
    negative, rest = False, i
    while (found := _peeled(marked, rest)) is not None:
        above, under, sign, rest = found
        over, below, negative = [*over, *above], [*below, *under], negative != sign
    if rest == i:
        return None
    opened = marked.product([*over, marked.open(rest)])
    multiple = graph.add("div", (opened, marked.product(below))) if below else opened
    return marked.negative(multiple) if negative else multiple


def _peeled(marked: Marked, i: int) -> tuple[list[int], list[int], bool, int] | None:
    """What can be taken from a node at once: constant factors, constant divisors, a sign; and what is left."""
    graph, node = marked.graph, marked.graph.nodes[i]
    if node.op == "neg":
        return [], [], True, node.args[0]
    if node.op == "mul":
        fixed, moving = _apart(marked, i)
        return (fixed, [], False, marked.product(moving)) if fixed else None
    if node.op != "div":
        return None
    over, below = node.args
    if not marked.varies(below):
        return [], [below], False, over
    above, top = _apart(marked, over)
    under, bottom = _apart(marked, below)
    if rational(graph, over) == 1:
        above, top = [], [over]
    if not above and not under:
        return None
    return above, under, False, graph.add("div", (marked.product(top or [graph.number(1)]), marked.product(bottom)))


def _apart(marked: Marked, i: int) -> tuple[list[int], list[int]]:
    """The factors of a node that do not vary, and those that do."""
    node = marked.graph.nodes[i]
    factors = node.args if node.op == "mul" else (i,)
    fixed = [a for a in factors if not marked.varies(a)]
    return fixed, [a for a in factors if marked.varies(a)]


def _sum(marked: Marked, i: int, node: Node) -> Applied:
    return sum_name(marked.graph, node), marked.graph.add("add", [_term(marked, a) for a in node.args])


def sum_name(graph: Graph, node: Node) -> str:
    """What the rule of a sum is called, by its signs."""
    signs = [graph.nodes[a].op == "neg" for a in node.args]
    return "sum rule" if not any(signs) else "difference rule" if len(signs) == 2 else "sum and difference rule"


def _term(marked: Marked, i: int) -> int:
    """The derivative of a term; the sign of a difference stays where it is."""
    node = marked.graph.nodes[i]
    return marked.negative(marked.open(node.args[0])) if node.op == "neg" else marked.open(i)


def _product(marked: Marked, i: int, node: Node) -> Applied:
    return "product rule", marked.sum([marked.product(_with_open(marked, node.args, k)) for k in range(len(node.args))])


def _with_open(marked: Marked, factors: Sequence[int], k: int) -> list[int]:
    return [marked.open(f) if n == k else f for n, f in enumerate(factors)]


def _quotient(marked: Marked, i: int, node: Node) -> Applied:
    over, below = node.args
    add = marked.graph.add
    if not marked.varies(over):  # it is 1: other numbers are taken out before
        power = _as_power(marked, below)
        if power is not None:
            return "written with a negative exponent", marked.open(power)
        slope = marked.negative(add("div", (marked.number(1), add("pow", (below, marked.number(2))))))
        return _chained(marked, "reciprocal rule", slope, below)
    square = add("pow", (below, marked.number(2)))
    first = marked.product([marked.open(over), below])
    second = marked.product([over, marked.open(below)])
    return "quotient rule", add("div", (marked.sum([first, marked.negative(second)]), square))


def _as_power(marked: Marked, i: int) -> int | None:
    """The reciprocal of a power, or of a square root, as a power; None of other nodes."""
    node = marked.graph.nodes[i]
    if node.op == "sqrt":
        return marked.graph.add("pow", (node.args[0], marked.number(Fraction(-1, 2))))
    if node.op != "pow" or marked.varies(node.args[1]):
        return None
    n = rational(marked.graph, node.args[1])
    exponent = marked.negative(node.args[1]) if n is None else marked.number(-n)
    return marked.graph.add("pow", (node.args[0], exponent))


def _power(marked: Marked, i: int, node: Node) -> Applied:
    base, exponent = node.args
    if not marked.varies(exponent):
        return _chained(marked, "power rule", _lowered(marked, base, exponent), base)
    if rational(marked.graph, base) == 0:
        return _of_zero(marked, exponent)
    logarithm = marked.graph.add("log", (base,))
    if marked.varies(base):
        return "logarithmic differentiation", marked.product([i, marked.open(marked.product([exponent, logarithm]))])
    return _chained(marked, "exponential rule", marked.product([i, logarithm]), exponent)


def _lowered(marked: Marked, base: int, exponent: int) -> int:
    """n*u**(n - 1), with the arithmetic of the exponent done where it is a number."""
    n = rational(marked.graph, exponent)
    if n is None:
        less = marked.sum([exponent, marked.number(-1)])
        return marked.product([exponent, marked.graph.add("pow", (base, less))])
    power = base if n == 2 else marked.graph.add("pow", (base, marked.number(n - 1)))
    return marked.times(n, power)


def _of_zero(marked: Marked, exponent: int) -> Applied:
    """0**u is 0 for positive u; a logarithm of 0 would say nothing."""
    add, zero = marked.graph.add, marked.number(0)
    pairs = (zero, add("gt", (exponent, zero)), marked.number(1), add("eq", (exponent, zero)))
    return "definition of a power of 0", marked.open(add("piecewise", pairs))


def _piecewise(marked: Marked, i: int, node: Node) -> Applied:
    opened = (a if k % 2 else marked.open(a) for k, a in enumerate(node.args))
    return "piecewise, branch by branch", marked.graph.add("piecewise", opened)


def _function(marked: Marked, i: int, node: Node) -> Applied:
    """A function of the catalog by its own rule, or by its definition where it has none."""
    row = catalog.KEYS.get(node.op)
    if row is not None and row.definition and not row.partials and node.op not in TEXTBOOK:
        return definition_name(node.op), marked.open(marked.instance(definition(node.op), node.args))
    moving = [k for k, a in enumerate(node.args) if marked.varies(a)]
    if isinstance(node.value, Body) and max(moving) > 1 and (node.op == "Integral" or min(moving) > 1):
        slopes = inside(marked, node)
        if slopes is not None:
            return _bound(marked, node, slopes)
    partials = [marked.instance(_partial(node, k), node.args) for k in moving]
    open_form = any(marked.graph.nodes[p].op == "Derivative" for p in partials)
    name = "derivative without a closed form" if open_form else _name(node, moving)
    if len(moving) > 1:
        terms = [marked.chain(p, node.args[k]) for p, k in zip(partials, moving, strict=True)]
        return f"{name} and chain rule", marked.sum(terms)
    form = textbook(node.op) if node.op in TEXTBOOK else None
    if form is None:
        return _chained(marked, name, partials[0], node.args[moving[0]])
    said, after = _chained(marked, name, marked.instance(form, node.args), node.args[moving[0]])
    identity = TEXTBOOK[node.op][1]
    if identity:
        marked.restated[after] = _link(marked, partials[0], node.args[moving[0]]), identity
    return said, after


def definition_name(op: str) -> str:
    """What it is called when a function is written as it is defined."""
    return "change of base" if op in _CHANGED_BASE else f"definition of {catalog.KEYS[op].name}"


def _bound(marked: Marked, node: Node, slopes: int) -> Applied:
    """An integral or sum whose variable is within: from its limits, and the derivative of what it is of."""
    ends = [k for k in (1, 0) if marked.varies(node.args[k])]
    terms = [_link(marked, marked.instance(_partial(node, k), node.args), node.args[k]) for k in ends]
    chained = any(not marked.is_own(node.args[k]) for k in ends)
    return _name(node, [*ends, 2]) + (" and chain rule" if chained else ""), marked.sum([*terms, slopes])


def _partial(node: Node, k: int) -> Template:
    """The derivative by an argument, in the words of the catalog; of an integral, a sum or a product, in primitives."""
    if isinstance(node.value, Body):
        return partial(replace(node, value=rewritten(node.value, expand)), k)
    return array_partial(Node(node.op, (), node.value), k)


def _name(node: Node, moving: Sequence[int]) -> str:
    if node.op in BINDERS:
        if node.op != "Integral" or min(moving) > 1:
            return _BOUND[node.op]
        return _LIMITS if max(moving) < 2 else "Leibniz rule"
    return function_name(node.op)


def function_name(op: str) -> str:
    """The name of the rule of a function of the catalog."""
    row = catalog.KEYS[op]
    return _NAMES.get(row.name, f"{_INVERSE_RULE if row.group in _INVERSE else 'derivative of'} {row.name}")


def _chained(marked: Marked, name: str, outer: int, inner: int) -> Applied:
    """The derivative of an outer function, times that of the inner one unless that is the variable itself."""
    name = name if marked.is_own(inner) else f"{name} and chain rule"
    return name, _link(marked, outer, inner)


def _link(marked: Marked, outer: int, inner: int) -> int:
    return outer if marked.is_own(inner) else marked.chain(outer, inner)


_RULES: dict[str, Callable[[Marked, int, Node], Applied]] = {
    "add": _sum,
    "mul": _product,
    "div": _quotient,
    "pow": _power,
    "piecewise": _piecewise,
}
