"""The rules of differentiation on the user's own form: one derivative that is to be taken becomes simpler ones.

A derivative that is to be taken is a node `d` of the graph, so that the formula before a rule and the formula after it
are expressions like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from derivcli import catalog
from derivcli.closures import rewritten
from derivcli.derivation.marked import Marked, Template, rational
from derivcli.graph import BINDERS, Body, Node
from derivcli.language import array_partial, definition, expand, partial

# The name of a rule, and the node that it gives for a derivative.
Applied = tuple[str, int]

# Functions whose rules have names of their own.
_NAMES = {"exp": "exponential rule", "log": "logarithm rule"}
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
    if node.op == "variable":
        return "identity rule", marked.number(1)
    return _RULES.get(node.op, _function)(marked, i, node)


def _sum(marked: Marked, i: int, node: Node) -> Applied:
    return "sum rule", marked.graph.add("add", [_term(marked, a) for a in node.args])


def _term(marked: Marked, i: int) -> int:
    """The derivative of a term; the sign of a difference stays where it is."""
    node = marked.graph.nodes[i]
    return marked.negative(marked.open(node.args[0])) if node.op == "neg" else marked.open(i)


def _negative(marked: Marked, i: int, node: Node) -> Applied:
    return "constant multiple rule", marked.negative(marked.open(node.args[0]))


def _product(marked: Marked, i: int, node: Node) -> Applied:
    moving = [k for k, a in enumerate(node.args) if marked.varies(a)]
    if len(moving) == len(node.args):
        return "product rule", marked.sum([marked.product(_with_open(marked, node.args, k)) for k in moving])
    fixed = [a for a in node.args if not marked.varies(a)]
    rest = marked.product([node.args[k] for k in moving])
    return "constant multiple rule", marked.product([*fixed, marked.open(rest)])


def _with_open(marked: Marked, factors: Sequence[int], k: int) -> list[int]:
    return [marked.open(f) if n == k else f for n, f in enumerate(factors)]


def _quotient(marked: Marked, i: int, node: Node) -> Applied:
    over, below = node.args
    add = marked.graph.add
    if not marked.varies(below):
        return "constant multiple rule", add("div", (marked.open(over), below))
    square = add("pow", (below, marked.number(2)))
    if not marked.varies(over):
        top = marked.open(below) if rational(marked.graph, over) == 1 else marked.product([over, marked.open(below)])
        return "reciprocal rule", marked.negative(add("div", (top, square)))
    first = marked.product([marked.open(over), below])
    second = marked.product([over, marked.open(below)])
    return "quotient rule", add("div", (marked.sum([first, marked.negative(second)]), square))


def _power(marked: Marked, i: int, node: Node) -> Applied:
    base, exponent = node.args
    if not marked.varies(exponent):
        return _chained(marked, "power rule", _lowered(marked, base, exponent), base)
    if rational(marked.graph, base) == 0:
        return _of_zero(marked, exponent)
    logarithm = marked.graph.add("log", (base,))
    if marked.varies(base):
        return "logarithmic differentiation", marked.product([i, marked.open(marked.product([exponent, logarithm]))])
    natural = marked.graph.nodes[base] == Node("constant", value="E")
    return _chained(marked, "exponential rule", i if natural else marked.product([i, logarithm]), exponent)


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
    if row is not None and row.definition and not row.partials:
        return f"definition of {row.name}", marked.open(marked.instance(definition(node.op), node.args))
    moving = [k for k, a in enumerate(node.args) if marked.varies(a)]
    partials = [marked.instance(_partial(node, k), node.args) for k in moving]
    open_form = any(marked.graph.nodes[p].op == "Derivative" for p in partials)
    name = "derivative without a closed form" if open_form else _name(node, moving)
    if len(moving) == 1:
        return _chained(marked, name, partials[0], node.args[moving[0]])
    terms = [marked.chain(p, node.args[k]) for p, k in zip(partials, moving, strict=True)]
    return f"{name} and chain rule", marked.sum(terms)


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
    row = catalog.KEYS[node.op]
    return _NAMES.get(row.name, f"derivative of {row.name}")


def _chained(marked: Marked, name: str, outer: int, inner: int) -> Applied:
    """The derivative of an outer function, times that of the inner one unless that is the variable itself."""
    if marked.graph.nodes[inner].op == "variable":
        return name, outer
    return f"{name} and chain rule", marked.chain(outer, inner)


_RULES: dict[str, Callable[[Marked, int, Node], Applied]] = {
    "add": _sum,
    "neg": _negative,
    "mul": _product,
    "div": _quotient,
    "pow": _power,
    "piecewise": _piecewise,
}
