"""Bodies: the functions that integrals, sums and products go over, closed off from the graph around them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from derivcli.corners import jump, on_side, place_of
from derivcli.errors import UnsupportedError
from derivcli.graph import BINDERS, Body, Builder, Graph, Node, Value

# A rule: a small graph, its root, and the names of its variables in the order of the node's arguments.
Template = tuple[Graph, int, tuple[str, ...]]
# What finds the derivative of a node by a variable, as a node of the same graph.
Differentiate = Callable[[Graph, int, str], int]


def close(graph: Graph, root: int, bound: str) -> Body:
    """A node as a function of a bound name, which need not occur in it, and of its other variables in order."""
    order = graph.reachable([root])
    place = {i: k for k, i in enumerate(order)}
    nodes = (replace(graph.nodes[i], args=tuple(place[a] for a in graph.nodes[i].args)) for i in order)
    free = (name for name in graph.variables([root]) if name != bound)
    return Body((bound, *free), tuple(nodes), place[root])


def opened(body: Body) -> tuple[Graph, int]:
    """The graph of a body, over variables of the names of its parameters, and its root."""
    graph = Graph()
    new: list[int] = []
    for node in body.nodes:
        new.append(graph.add(node.op, (new[a] for a in node.args), node.value))
    return graph, new[body.root]


def instance(body: Body, graph: Graph, args: Sequence[int]) -> int:
    """The body in a graph, with nodes of it for the parameters."""
    source, root = opened(body)
    given = dict(zip(body.parameters, args, strict=True))
    return source.copy_into(graph, [root], lambda _, n, __: given[str(n.value)] if n.op == "variable" else None)[0]


def rewritten(body: Body, rewrite: Callable[[Graph, list[int]], tuple[Graph, list[int]]]) -> Body:
    """The body with its graph rewritten; its parameters stay, also those that are gone from it."""
    graph, root = opened(body)
    graph, (root,) = rewrite(graph, [root])
    return replace(close(graph, root, body.parameters[0]), parameters=body.parameters)


def binds(graph: Graph, roots: Sequence[int]) -> bool:
    """Whether there is an integral, a sum or a product."""
    return any(graph.nodes[i].op in BINDERS for i in graph.reachable(roots))


def mentioned(graph: Graph, roots: Sequence[int]) -> set[Value]:
    """The names and numbers that occur, also within bodies."""
    found: set[Value] = set()
    for i in graph.reachable(roots):
        value = graph.nodes[i].value
        if isinstance(value, Body):
            inner, root = opened(value)
            found |= mentioned(inner, [root])
        elif isinstance(value, str):
            found.add(value)
    return found


def stepped(graph: Graph, roots: Sequence[int]) -> set[str]:
    """The variables that limits of sums and products depend on: by these there is no derivative."""
    found: set[str] = set()
    for i in graph.reachable(roots):
        node = graph.nodes[i]
        if isinstance(node.value, Body):
            inner, root = opened(node.value)
            inside = stepped(inner, [root])
            moved = [a for a, name in zip(node.args[2:], node.value.parameters[1:], strict=True) if name in inside]
            found.update(graph.variables([*(node.args[:2] if node.op != "Integral" else ()), *moved]))
    return found


def partial(node: Node, argument: int, differentiate: Differentiate) -> Template:
    """The derivative of an integral, a sum or a product by one of its arguments.

    Of an integral it is by Leibniz's rule, of a sum it goes term by term; by a limit of a sum there is none.

    Args:
        node: the operation.
        argument: 0 for its lower limit, 1 for its upper one, then the body's other arguments.
        differentiate: what finds the derivative of a body.

    Raises:
        UnsupportedError: a jump of the body moves with the argument in a way that is not followed.
    """
    assert isinstance(node.value, Body)
    # Names that nobody can write, so that they are nobody else's.
    mark = "'" * (1 + max(name.count("'") for name in node.value.parameters))
    names = tuple(f"{k}{mark}" for k in range(len(node.args)))
    rule = _Rule(node.op, node.value, names, differentiate)
    if argument > 1:
        return rule.graph, rule.by_parameter(argument), names
    if node.op != "Integral":
        return rule.graph, rule.graph.add("constant", value="nan"), names
    value = instance(node.value, rule.graph, (rule.args[argument], *rule.args[2:]))
    return rule.graph, value if argument else rule.graph.add("neg", (value,)), names


@dataclass
class _Rule:
    """One operation on a body, whose arguments are the variables `names` of the rule's graph."""

    op: str
    body: Body
    names: Sequence[str]
    differentiate: Differentiate

    def __post_init__(self) -> None:
        self.graph = Graph()
        self.args = [self.graph.variable(name) for name in self.names]
        self.bound = self.body.parameters[0]

    def bind(self, op: str, inner: Graph, root: int, lower: int, upper: int) -> int:
        """An operation on a node of a body's graph, whose variables are the body's parameters or the rule's own."""
        build = Builder(inner)
        if build.constant(root) == 0:
            return self.graph.number(0)
        given = dict(zip((*self.body.parameters[1:], *self.names), (*self.args[2:], *self.args), strict=True))
        body = close(inner, root, self.bound)
        return self.graph.add(op, (lower, upper, *(given[name] for name in body.parameters[1:])), body)

    def by_parameter(self, argument: int) -> int:
        name = self.body.parameters[argument - 1]
        inner, root = opened(self.body)
        moving = jump(inner, root, self.bound, name) if self.op == "Integral" else None
        if moving is not None:
            return self._split(inner, root, moving, name, self.names[argument])
        derivative = self.differentiate(inner, root, name)
        lower, upper = self.args[:2]
        if self.op == "InfiniteProduct":
            # Where it converges none of its factors is 0.
            whole = self.graph.add(self.op, self.args, self.body)
            slopes = self.bind("Sum", inner, Builder(inner).quotient(derivative, root), lower, upper)
            return Builder(self.graph).product([whole, slopes])
        if self.op == "Product":
            return self._factor_by_factor(inner, derivative)
        return self.bind(self.op, inner, derivative, lower, upper)

    def _factor_by_factor(self, inner: Graph, derivative: int) -> int:
        """The sum over the factors of the slope of one times all others: no division, so zeros are safe."""
        if Builder(inner).constant(derivative) == 0:
            return self.graph.number(0)
        lower, upper = (inner.variable(name) for name in self.names[:2])
        index, rest = inner.variable(self.bound), [inner.variable(name) for name in self.body.parameters[1:]]
        below = inner.add("add", (index, inner.number(-1)))
        above = inner.add("add", (index, inner.number(1)))
        others = [inner.add("Product", (a, b, *rest), self.body) for a, b in ((lower, below), (above, upper))]
        return self.bind("Sum", inner, inner.add("mul", (derivative, *others)), *self.args[:2])

    def _split(self, inner: Graph, root: int, moving: int, name: str, by: str) -> int:
        """The derivative of the integral as the sum of two, up to the jump and from there on."""
        place = place_of(inner, moving, self.bound)
        if place is None:
            message = f"the integral has a jump that moves with {name}, and its derivative is not worked out"
            raise UnsupportedError(message, hint="split the integral where it jumps")
        build, (lower, upper) = Builder(self.graph), self.args[:2]
        given = dict(zip(self.body.parameters[1:], self.args[2:], strict=True))
        (at,) = inner.copy_into(
            self.graph, [place.place], lambda _, n, __: given[str(n.value)] if n.op == "variable" else None
        )
        least, most = (self.graph.add(op, (lower, upper)) for op in ("min", "max"))
        cut = self.graph.add("max", (least, self.graph.add("min", (most, at))))
        ends = [inner.variable(n) for n in self.names[:2]]
        length = Builder(inner).sum([ends[1], Builder(inner).product([inner.number(-1), ends[0]])])
        beyond = inner.add("mul", (place.slope, length))
        before = self.bind("Integral", inner, on_side(inner, root, moving, inner.add("neg", (beyond,))), lower, cut)
        after = self.bind("Integral", inner, on_side(inner, root, moving, beyond), cut, upper)
        return self.differentiate(self.graph, build.sum([before, after]), by)
