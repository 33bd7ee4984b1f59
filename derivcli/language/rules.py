"""The catalog's texts (definitions, partial derivatives, special points) as graphs, and graphs rewritten by them."""

from __future__ import annotations

import functools
from collections.abc import Container, Mapping, Sequence
from fractions import Fraction

from derivcli import catalog, closures
from derivcli.arrays import OPERATIONS
from derivcli.graph import BINDERS, COMPARISONS, Body, Graph, Node, differentiated, is_rational
from derivcli.language.parser import Parser
from derivcli.language.scope import Scope
from derivcli.language.tokens import tokenize
from derivcli.reverse import gradient
from derivcli.spelled import KEPT, SLOPES

# Powers are no row, but x**y is as special at 0 as a root.
_POWER = catalog.Row("power", "", "", ("x", "y"), special="x == 0")

# A text of the catalog as a graph, its root, and the names of the row's parameters.
Template = tuple[Graph, int, tuple[str, ...]]


def expand(graph: Graph, roots: Sequence[int], keep: Container[str] = ()) -> tuple[Graph, list[int]]:
    """The same expression with every function that has a definition replaced by it: primitives, and what is kept.

    Of numbers alone nothing is kept: they are worked out once, in many digits.
    """
    if is_rational(graph, roots):
        return graph.copy(), list(roots)
    expanded = Graph()
    varying: set[int] = set()
    for i in graph.reachable(roots) if keep else ():
        node = graph.nodes[i]
        if node.op == "variable" or node.op in OPERATIONS or any(a in varying for a in node.args):
            varying.add(i)

    def replace(i: int, node: Node, args: tuple[int, ...]) -> int | None:
        if isinstance(node.value, Body):
            return expanded.add(node.op, args, closures.rewritten(node.value, expand), graph.spans[i])
        row = catalog.KEYS.get(node.op)
        if row is None or not row.definition or (node.op in keep and i in varying):
            return None
        return _instance(_definition(node.op), expanded, args, graph.spans[i])

    return expanded, graph.copy_into(expanded, roots, replace)


def partial(node: Node, argument: int) -> Template:
    """The partial derivative of a primitive by one of its arguments, in primitives.

    Args:
        node: the function; of a `Derivative`, the one that is differentiated once more.
        argument: which argument.
    """
    return _partial(_anywhere(node), argument)


def _anywhere(node: Node) -> Node:
    """The function without its arguments: its derivatives are read once, wherever it stands."""
    return node if node.op in BINDERS else Node(node.op, (), node.value)


@functools.cache
def _partial(node: Node, argument: int) -> Template:
    if node.op in BINDERS:
        return closures.partial(node, argument, lambda graph, root, name: gradient(graph, root, [name], partial)[0])
    key, orders = differentiated(node) if node.op == "Derivative" else (node.op, None)
    row = catalog.KEYS[key]
    if orders is None and row.partials[argument]:
        return _primitive_template(row.partials[argument], row)
    return _open(row, tuple(n + (k == argument) for k, n in enumerate(orders or [0] * len(row.parameters))))


def _open(row: catalog.Row, orders: tuple[int, ...]) -> Template:
    """A derivative that has no closed form: it stays one, with a value all the same."""
    graph = Graph()
    return graph, graph.add("Derivative", map(graph.variable, row.parameters), (row.key, orders)), row.parameters


def slope(node: Node, argument: int) -> Template:
    """The partial derivative of a function of programs by one of its arguments, in functions of programs.

    Args:
        node: the function.
        argument: which argument.
    """
    return _slope(_anywhere(node), argument)


@functools.cache
def _slope(node: Node, argument: int) -> Template:
    row = catalog.KEYS.get(node.op)
    text = SLOPES.get(node.op, row.partials if row is not None else ())[argument:]
    if row is None or not text or not text[0]:
        return partial(node, argument)
    graph, root = _parsed(text[0], row)
    expanded, roots = expand(graph, [root], KEPT)
    return expanded, roots[0], row.parameters


# In formulas of arrays, as those who train networks write it.
_ARRAY_PARTIALS = {"tanh": ("1 - tanh(x)**2",)}


def array_partial(node: Node, argument: int) -> Template:
    """The partial derivative of any function of the catalog in the form that formulas of arrays print."""
    return _array_partial(_anywhere(node), argument)


@functools.cache
def _array_partial(node: Node, argument: int) -> Template:
    if node.op == "Derivative":
        return partial(node, argument)
    row = catalog.KEYS[node.op]
    partials = _ARRAY_PARTIALS.get(node.op, row.partials)
    if partials and not partials[argument]:
        return partial(node, argument)
    if partials:
        graph, root = _parsed(partials[argument], row)
        return graph, root, row.parameters
    graph, root = _parsed(row.definition, row)
    (derivative,) = gradient(graph, root, row.parameters[argument : argument + 1], array_partial)
    return graph, derivative, row.parameters


@functools.cache
def definition(op: str) -> Template:
    """What a function of the catalog is defined as, in the words of its row."""
    row = catalog.KEYS[op]
    return worded(row.definition, row)


def worded(text: str, row: catalog.Row) -> Template:
    """A text about the arguments of a row."""
    return *_parsed(text, row), row.parameters


@functools.cache
def _special(op: str) -> Template | None:
    row = _POWER if op == "pow" else catalog.KEYS.get(op)
    return _primitive_template(row.special, row) if row is not None and row.special else None


@functools.cache
def _singular(op: str) -> Template | None:
    row = catalog.KEYS.get(op)
    return _primitive_template(row.singular, row) if row is not None and row.singular else None


def singularities(graph: Graph, roots: Sequence[int]) -> dict[int, int]:
    """For each node that goes to infinity somewhere by itself: the condition for being there.

    The conditions are added to `graph`, which must hold primitives only.
    """
    nodes = [(i, _singular(graph.nodes[i].op)) for i in graph.reachable(roots)]
    return {
        i: _instance(template, graph, graph.nodes[i].args, graph.spans[i])
        for i, template in nodes
        if template is not None
    }


def _is_smooth(graph: Graph, node: Node) -> bool:
    """Whether a power has derivatives at 0, too: its exponent is a whole number."""
    exponent = graph.nodes[node.args[1]].value if node.op == "pow" else None
    return isinstance(exponent, Fraction) and exponent.denominator == 1


def specials(graph: Graph, roots: Sequence[int]) -> list[tuple[int, int]]:
    """For each node with points where no derivative need exist: the node, and the condition for being at one.

    The conditions are added to `graph`, which must hold primitives only.
    """
    found = []
    for i in graph.reachable(roots):
        node = graph.nodes[i]
        if isinstance(node.value, Body):
            found += [(i, condition) for condition in _within(graph, node)]
        template = _special(graph.nodes[i].op)
        if template is not None and not _is_smooth(graph, graph.nodes[i]):
            found.append((i, _instance(template, graph, graph.nodes[i].args, graph.spans[i])))
    return found


# Terms of an infinite sum of which it is asked whether they are at a corner.
_ASKED = 200


def _within(graph: Graph, node: Node) -> list[int]:
    """The conditions under which a body puts its integral or sum at a point where no derivative need exist.

    Of an integral that is a corner at one of its limits, of a sum one in any term; and any that does not depend on the
    bound name.
    """
    body = node.value
    assert isinstance(body, Body)
    inner, root = closures.opened(body)
    lower, upper, *given = node.args
    conditions = []
    for _, condition in [*specials(inner, [root]), *_ties(inner, root)]:
        asked = closures.close(inner, condition, body.parameters[0])
        places = dict(zip(body.parameters[1:], given, strict=True))
        args = [places[name] for name in asked.parameters[1:]]
        if not any(n.op == "variable" and n.value == body.parameters[0] for n in asked.nodes):
            conditions.append(closures.instance(asked, graph, (lower, *args)))
        elif node.op == "Integral":
            ends = [end for end in (lower, upper) if not _is_infinite(graph, end)]
            conditions += [closures.instance(asked, graph, (end, *args)) for end in ends]
        elif args:
            conditions.append(_any(graph, inner, condition, node, places))
    return [c for c in conditions if graph.variables([c])]


def _any(graph: Graph, inner: Graph, condition: int, node: Node, places: Mapping[str, int]) -> int:
    """Whether a condition holds in any term of a sum; of an infinite one, in one of the first."""
    assert isinstance(node.value, Body)
    lower, upper = node.args[:2]
    if _is_infinite(graph, lower):
        last = graph.number(_ASKED) if _is_infinite(graph, upper) else upper
        lower = graph.add("add", (last, graph.number(-2 * _ASKED)))
    if _is_infinite(graph, upper):
        upper = graph.add("add", (lower, graph.number(2 * _ASKED)))
    one, zero, otherwise = inner.number(1), inner.number(0), inner.add("true")
    counted = closures.close(inner, inner.add("piecewise", (one, condition, zero, otherwise)), node.value.parameters[0])
    args = (places[name] for name in counted.parameters[1:])
    return graph.add("gt", (graph.add("Sum", (lower, upper, *args), counted), graph.number(0)))


def _ties(graph: Graph, root: int) -> list[tuple[int, int]]:
    """The comparisons below a node, and the conditions that what they compare is equal."""
    compared = [i for i in graph.reachable([root]) if graph.nodes[i].op in COMPARISONS]
    return [(i, graph.add("eq", graph.nodes[i].args)) for i in compared]


def _is_infinite(graph: Graph, i: int) -> bool:
    node = graph.nodes[graph.nodes[i].args[0]] if graph.nodes[i].op == "neg" else graph.nodes[i]
    return node.op == "constant" and node.value in ("oo", "-oo")


def _instance(template: Template, target: Graph, args: Sequence[int], span: tuple[int, int] | None) -> int:
    source, root, parameters = template
    bound = dict(zip(parameters, args, strict=True))

    def replace(_: int, node: Node, new_args: tuple[int, ...]) -> int | None:
        if node.op == "variable":
            return bound[str(node.value)]
        return target.add(node.op, new_args, node.value, span)

    return source.copy_into(target, [root], replace)[0]


@functools.cache
def _definition(op: str) -> Template:
    row = catalog.KEYS[op]
    return _primitive_template(row.definition, row)


def _primitive_template(text: str, row: catalog.Row) -> Template:
    graph, root = _parsed(text, row)
    expanded, roots = expand(graph, [root])
    return expanded, roots[0], row.parameters


def _parsed(text: str, row: catalog.Row) -> tuple[Graph, int]:
    graph = Graph()
    parser = Parser(text, Scope(graph, declared=frozenset(row.parameters)))
    return graph, parser.parse(tokenize(text)).node
