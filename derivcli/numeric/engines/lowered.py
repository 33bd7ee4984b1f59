"""An expression and its derivatives as one list of simple operations: what engines without autograd compute."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from derivcli.graph import BINDERS, Graph, Node, fold
from derivcli.large import derivative_along
from derivcli.numeric.emit import constants
from derivcli.numeric.engines.partials import COMPOSED, COSINE, ODDS, POWER, instance, partial, template
from derivcli.numeric.engines.wanted import Unfit, Wanted
from derivcli.reverse import Partials

# Whole powers up to this one are products.
MAX_PRODUCT = 16

# Kernels that are written out.
_WRITTEN_OUT: Mapping[str, str] = {
    "sech": "2*exp(-abs(x))/(1 + exp(-abs(x))*exp(-abs(x)))",
    "logcosh": "Piecewise((log1p(2*sinh(abs(x)/2)*sinh(abs(x)/2)), abs(x) < 1), "
               "(abs(x) - log(2) + log1p(exp(-2*abs(x))), True))",
    "log1mexp": "Piecewise((log(-expm1(x)), x > -log(2)), (log1p(-exp(x)), True))",
    "logsigmoid": "min(x, 0) - log1p(exp(-abs(x)))",
}  # fmt: skip


@dataclass(frozen=True)
class Lowered:
    """A list of operations.

    Args:
        graph: the operations; each has at most two arguments, a `where` three.
        order: those that are needed, arguments first; constants apart.
        roots: the values by component, then for each result its components.
        constants: the values of nodes without variables.
    """

    graph: Graph
    order: Sequence[int]
    roots: Sequence[int]
    constants: Mapping[int, float | bool]

    @property
    def operations(self) -> int:
        return len(self.order)


def lowered(wanted: Wanted, partials: Partials = partial) -> Lowered:
    """The values and derivatives that are wanted, by reverse mode on the graph.

    Args:
        wanted: what is to be computed.
        partials: the derivatives of functions.

    Raises:
        Unfit: an operation that engines have not.
    """
    if not wanted.ops.isdisjoint(BINDERS):
        raise Unfit("it has an integral, a sum or a product over many terms")
    graph, values = fold(*_prepared(wanted.computed.graph, wanted.computed.roots))
    known: dict[tuple[int, tuple[str, ...]], int] = {(root, ()): root for root in values}
    results = [
        derivative_along(graph, known, root, along, wanted.variables, partials)
        for along in wanted.plan.values()
        for root in values
    ]
    simple, roots = _simplified(*_written_out(graph, [*values, *results]))
    found = {i: value for i, value in constants(simple, roots).items() if not isinstance(value, complex)}
    if any(simple.nodes[i].value == "I" for i in simple.reachable(roots) if simple.nodes[i].op == "constant"):
        raise Unfit("it has the imaginary unit")
    order = [i for i in simple.reachable(roots, leaves=found) if i not in found and simple.nodes[i].op != "variable"]
    return Lowered(simple, order, roots, found)


def _prepared(graph: Graph, roots: Sequence[int]) -> tuple[Graph, list[int]]:
    """The expression in operations whose derivatives are known: compositions are composed, guards are choices."""
    new, varying = Graph(), _varying(graph, roots)

    def replace(i: int, node: Node, args: tuple[int, ...]) -> int | None:
        if i in varying and node.op in COMPOSED:
            return instance(template(COMPOSED[node.op]), new, args)
        if node.op == "guard":
            return new.add("piecewise", (args[1], args[0], args[2], new.add("true")))
        if node.op == "pow" and all(a in varying for a in node.args):
            return new.add(POWER, args)
        if node.op == "pow" and new.nodes[args[1]].value == Fraction(1, 2) and i in varying:
            return new.add("sqrt", args[:1])
        return None

    return new, graph.copy_into(new, roots, replace)


def _varying(graph: Graph, roots: Sequence[int]) -> set[int]:
    """The nodes with a variable below them."""
    found: set[int] = set()
    for i in graph.reachable(roots):
        node = graph.nodes[i]
        if node.op == "variable" or any(a in found for a in node.args):
            found.add(i)
    return found


def _written_out(graph: Graph, roots: Sequence[int]) -> tuple[Graph, list[int]]:
    """The kernels that are short, in torch's operations."""
    new, varying = Graph(), _varying(graph, roots)

    def replace(i: int, node: Node, args: tuple[int, ...]) -> int | None:
        if node.op in _WRITTEN_OUT and i in varying:
            return instance(template(_WRITTEN_OUT[node.op]), new, args)
        if node.op == COSINE:
            return new.add("div", (args[0], new.add("hypot", args)))
        if node.op == ODDS:
            return new.add("div", (new.number(1), new.add("expm1", args)))
        return None

    return new, graph.copy_into(new, roots, replace)


def _simplified(graph: Graph, roots: Sequence[int]) -> tuple[Graph, list[int]]:
    """Everything with variables in operations of one or two arguments, and `where` of three."""
    new, varying = Graph(), _varying(graph, roots)

    def replace(i: int, node: Node, args: tuple[int, ...]) -> int | None:
        rule = _SIMPLE.get(node.op)
        return rule(new, args) if rule is not None and i in varying else None

    return new, graph.copy_into(new, roots, replace)


def _power(graph: Graph, args: Sequence[int]) -> int | None:
    """A whole power as products, which share their squares with other powers; a root as `sqrt`."""
    base, exponent = args[0], graph.nodes[args[1]].value
    if not isinstance(exponent, Fraction) or not 0 < abs(exponent) <= MAX_PRODUCT:
        return None
    if exponent < 0:
        positive = graph.add("pow", (base, graph.number(-exponent)))
        over = _power(graph, (base, graph.number(-exponent)))
        return graph.add("div", (graph.number(1), positive if over is None else over))
    if exponent == Fraction(1, 2):
        return graph.add("sqrt", (base,))
    return _product(graph, base, int(exponent)) if exponent.denominator == 1 else None


def _product(graph: Graph, base: int, times: int) -> int:
    if times == 1:
        return base
    part = _product(graph, base, times // 2 if times % 2 == 0 else times - 1)
    return graph.add("mul", (part, part if times % 2 == 0 else base))


def _sum(graph: Graph, args: Sequence[int]) -> int:
    """A sum from the left; negative terms are subtracted."""
    total = args[0]
    for term in args[1:]:
        node = graph.nodes[term]
        total = graph.add("sub", (total, *node.args)) if node.op == "neg" else graph.add("add", (total, term))
    return total


def _negative(graph: Graph, args: Sequence[int]) -> int | None:
    """Minus a product of a number is the product of minus that number."""
    node = graph.nodes[args[0]]
    factor = graph.nodes[node.args[0]].value if node.op == "mul" else None
    return graph.add("mul", (graph.number(-factor), node.args[1])) if isinstance(factor, Fraction) else None


def _chained(op: str) -> Callable[[Graph, Sequence[int]], int]:
    def chain(graph: Graph, args: Sequence[int]) -> int:
        found = args[0]
        for arg in args[1:]:
            found = graph.add(op, (found, arg))
        return found

    return chain


def _choice(graph: Graph, args: Sequence[int]) -> int:
    """The first value whose condition holds; NaN, which is 0/0, where none does."""
    zero = graph.number(0)
    found = graph.add("div", (zero, zero))
    for value, condition in zip(args[-2::-2], args[::-2], strict=True):
        op = graph.nodes[condition].op
        if op != "false":
            found = value if op == "true" else graph.add("where", (condition, value, found))
    return found


_SIMPLE: Mapping[str, Callable[[Graph, Sequence[int]], int | None]] = {
    "pow": _power, "add": _sum, "neg": _negative, "piecewise": _choice,
    POWER: lambda graph, args: graph.add("pow", args),
    **{op: _chained(op) for op in ("mul", "and", "or")},
}  # fmt: skip
