"""A question about arrays of known sizes as a question about scalars: what the verdict and the referee work on."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import prod
from typing import Any

from derivcli.entries import entries
from derivcli.graph import Graph
from derivcli.language import Shaped, expand, partial, shaped
from derivcli.model import Path
from derivcli.reverse import gradient
from derivcli.tensors.task import ArrayTask, arranged
from derivcli.values import Exacts
from derivcli.verdict import Component

# Scalar operations that are looked at one by one.
MAX_NODES = 60_000
# The step of a directional derivative, a name that no user can write.
STEP = "step of the direction"


def entry_names(name: str, shape: Sequence[int]) -> list[str]:
    """x[0], x[1], … of a vector, X[0,0], X[0,1], … of a matrix; a number keeps its name."""
    if not shape:
        return [name]
    return [f"{name}[{','.join(map(str, index))}]" for index in itertools.product(*map(range, shape))]


def primitives(graph: Shaped, shapes: Mapping[str, tuple[int, ...]], text: str) -> Shaped:
    """The same expression in primitives of the catalog."""
    expanded, roots = expand(graph.graph, graph.roots)
    return shaped(expanded, roots, shapes, text)


def structured(
    graph: Graph, roots: Sequence[int], structures: Mapping[str, str], sizes: Mapping[str, tuple[int, ...]]
) -> tuple[Graph, list[int]]:
    """Each symmetric S as (S + S.T)/2, each diagonal D as D*eye(n): so derivatives by them have their structure.

    Even powers of norms lose their root, which has a corner where they have none.
    """
    new = Graph()

    def replace(i: int, node: Any, args: tuple[int, ...]) -> int | None:
        if node.op == "pow":
            return _power_of_norm(new, *args)
        structure = structures.get(str(node.value)) if node.op == "variable" else None
        if structure is None:
            return None
        variable = new.variable(str(node.value), graph.spans[i])
        if structure == "diagonal":
            return new.add("mul", (variable, new.add("eye", (), sizes[str(node.value)])))
        total = new.add("add", (variable, new.add("transpose", (variable,))))
        return new.add("div", (total, new.number(2)))

    return new, graph.copy_into(new, roots, replace)


def _power_of_norm(graph: Graph, base: int, exponent: int) -> int | None:
    """norm(x)**2 as sum(x*x), norm(x)**4 as sum(x*x)**2, and so on."""
    norm, power = graph.nodes[base], graph.nodes[exponent].value
    if norm.op != "norm" or not isinstance(power, Fraction) or power <= 0 or power.denominator != 1 or power % 2:
        return None
    value: Any = norm.value
    axis, keepdims, order = value
    if order != 2:
        return None
    squares = graph.add("mul", (norm.args[0], norm.args[0]), span=graph.spans[base])
    total = graph.add("sum", (squares,), (axis, keepdims), span=graph.spans[base])
    return total if power == 2 else graph.add("pow", (total, graph.number(power / 2)))


@dataclass
class Scalars:
    """The function entry by entry, and its derivatives by reverse mode on its own graph.

    Args:
        task: the question.
        graph: the entries of the function, in primitives; derivatives are added to it.
        roots: the entries, row by row.
        names: the scalar variables.
        shapes: the shapes of the task's variables, in numbers.
    """

    task: ArrayTask
    graph: Graph
    roots: list[int]
    names: list[str]
    shapes: Mapping[str, tuple[int, ...]]
    _known: dict[tuple[int, tuple[str, ...]], int] = field(default_factory=dict)

    def along(self, path: Path) -> list[tuple[str, ...]]:
        """The scalar derivatives of one entry of the function, in the order of the variables' entries."""
        if self.task.kind == "jvp":
            return [(STEP,)]
        first = [(STEP,)] if self.task.kind == "hvp" else [()]
        lists = [entry_names(name, self.shapes.get(name, ())) for name in self.task.plan[path]]
        return [(*before, *names) for before in first for names in itertools.product(*lists)]

    def components(self, path: Path) -> list[Component]:
        """All numbers of a result in the task's layout, their derivatives not worked out yet."""
        plain = [(root, along) for root in self.roots for along in self.along(path)]
        ordered = [plain[k] for k in positions(self.task, path)]
        return [Component(root, along, self.graph, -1) for root, along in ordered]

    def referee(self, path: Path) -> list[Component]:
        """The same with their derivatives, worked out without any formula."""
        return [self._worked_out(c) for c in self.components(path)]

    def on_the_way(self, component: Component) -> list[int]:
        """The derivatives of lower order that lead to a component, in this graph."""
        return [self._derivative(component.root, component.along[:n]) for n in range(1, len(component.along))]

    def _worked_out(self, c: Component) -> Component:
        return Component(c.root, c.along, self.graph, self._derivative(c.root, c.along), self.on_the_way(c))

    def _derivative(self, root: int, along: tuple[str, ...]) -> int:
        if not along:
            return root
        if (root, along) not in self._known:
            before = self._derivative(root, along[:-1])
            names = [*self.names, STEP]
            for name, found in zip(names, gradient(self.graph, before, names, partial), strict=True):
                self._known[root, (*along[:-1], name)] = found
        return self._known[root, along]


def positions(task: ArrayTask, path: Path) -> list[int]:
    """For each number of a result in the task's layout its place in torch's."""
    sizes = task.result_numbers(path)
    strides = [prod(sizes[k + 1 :]) for k in range(len(sizes))]
    order = arranged(task, path)
    return [
        sum(i * strides[k] for i, k in zip(index, order, strict=True))
        for index in itertools.product(*(range(sizes[k]) for k in order))
    ]


def scalars(task: ArrayTask, vectors: Mapping[str, Exacts]) -> Scalars:
    """The task entry by entry.

    Args:
        task: the question, with sizes in numbers.
        vectors: the V of products: of the cotangent under its name, of tangents under the variables' names.

    Raises:
        TooLarge: more scalar operations than are looked at.
    """
    assert task.sized is not None
    shapes = task.declarations.in_numbers()
    graph, roots = structured(task.sized.graph, task.sized.roots, task.declarations.structures, shapes)
    if task.kind in ("jvp", "hvp"):
        graph, roots = _moved(graph, roots, {name: vectors[name] for name in task.tangents})
    elif task.kind == "vjp":
        products = graph.add("mul", (roots[0], _array(graph, vectors[task.cotangent])))
        roots = [graph.add("sum", (products,), (None, False))]
    arrays = primitives(Shaped(graph, list(roots), {}), shapes, task.reading.text)
    written, (components,) = entries(arrays.graph, arrays.roots, arrays.shapes, MAX_NODES)
    names = [entry for name in task.variables for entry in entry_names(name, shapes.get(name, ()))]
    return Scalars(task, written, components, names, shapes)


def _array(graph: Graph, exacts: Exacts) -> int:
    """A constant array of a graph; irrational numbers as the floats that torch is given."""
    numbers = tuple(v if isinstance(v, Fraction) else Fraction(float(v)) for v in exacts.entries)
    if not exacts.shape:
        return graph.number(numbers[0])
    return graph.add("array", (), (exacts.shape, numbers, "V"))


def _moved(graph: Graph, roots: Sequence[int], tangents: Mapping[str, Exacts]) -> tuple[Graph, list[int]]:
    """f(x + step*V): its derivative by the step, at 0, is the Jacobian-vector product."""
    new = Graph()

    def replace(i: int, node: Any, args: tuple[int, ...]) -> int | None:
        if node.op != "variable" or str(node.value) not in tangents:
            return None
        variable = new.variable(str(node.value), graph.spans[i])
        tangent = _array(new, tangents[str(node.value)])
        return new.add("add", (variable, new.add("mul", (new.variable(STEP), tangent))))

    return new, graph.copy_into(new, roots, replace)
