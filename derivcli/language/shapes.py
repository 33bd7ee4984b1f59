"""The shape of every node, by NumPy's rules; what does not fit is refused with both shapes and its place.

The pass also settles what depends on shapes: negative axes, sizes of -1, and the product of matrixcalculus.org, which
is the matrix product or scales.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from derivcli.arrays import OPERATIONS, Shape
from derivcli.errors import LimitError, ShapeError
from derivcli.graph import BINDERS, Graph, Node
from derivcli.language.limits import MAX_ENTRIES
from derivcli.language.shape_case import Case
from derivcli.language.shape_rules import RULES, product


@dataclass
class Shaped:
    """A graph with the shape of each node; `rows` are vectors that were transposed, as in `x.T @ y`."""

    graph: Graph
    roots: list[int]
    shapes: dict[int, Shape]
    rows: set[int] = field(default_factory=set)


def has_arrays(graph: Graph, roots: Sequence[int]) -> bool:
    """Whether anything in the expression is no number."""
    return any(graph.nodes[i].op in OPERATIONS for i in graph.reachable(roots))


def shaped(
    graph: Graph,
    roots: Sequence[int],
    variables: Mapping[str, Shape],
    text: str,
    doubts: Mapping[int, tuple[str, str]] | None = None,
) -> Shaped:
    """Find the shapes.

    Args:
        graph, roots: the expression.
        variables: the shapes of variables; one that is missing is a number.
        text: the user's text, which the places of nodes are in.
        doubts: nodes that have two readings if they meet a matrix, and products that have if they meet two arrays.

    Raises:
        ShapeError: shapes that do not fit, with both of them and the place.
    """
    result = Shaped(Graph(), [], {})
    pass_ = _Pass(graph, result, variables, text)
    new: dict[int, int] = {}
    for i in graph.reachable(roots):
        node = graph.nodes[i]
        args = tuple(new[a] for a in node.args)
        if doubts and i in doubts and _meets_arrays(node.op, [len(result.shapes[a]) for a in args]):
            message, hint = doubts[i]
            raise ShapeError(message, text=text, span=graph.spans[i], hint=hint)
        new[i] = pass_.settle(i, node, args)
    result.roots = [new[r] for r in roots]
    return result


def _meets_arrays(op: str, axes: Sequence[int]) -> bool:
    """Whether what is doubtful about a node matters."""
    return sum(n > 0 for n in axes) > 1 if op == "mul" else axes[0] > 1


@dataclass
class _Pass:
    source: Graph
    result: Shaped
    variables: Mapping[str, Shape]
    text: str

    def settle(self, i: int, node: Node, args: tuple[int, ...]) -> int:
        """Add a node of the source, its value settled, and its shape."""
        shapes = [self.result.shapes[a] for a in args]
        lying = [k for k, a in enumerate(args) if a in self.result.rows]
        case = Case(self.text, self.source, i, node, shapes, lying)
        op, value = node.op, node.value
        if op == "variable":
            shape: Shape = self.variables.get(str(value), ())
        elif op == "mtimes":
            op, shape = product(case)
        elif op == "dot" and all(shapes) and max(map(len, shapes)) == 2:
            # NumPy's dot of matrices is their product.
            op, (shape, value) = "matmul", RULES["matmul"](case)
        elif op in RULES:
            shape, value = RULES[op](case)
        elif op in BINDERS and any(shapes):
            k = next(k for k, shape in enumerate(shapes) if shape)
            raise case.error(f"{BINDERS[op]} goes with numbers alone: {case.words(k)}")
        else:
            shape = case.broadcast()
        count = 1
        for size in shape:
            count *= size if isinstance(size, int) else 1
        if count > MAX_ENTRIES:
            message = f"an array of {count:,} entries; the limit is {MAX_ENTRIES:,}"
            raise LimitError(message, text=self.text, span=self.source.spans[i])
        number = self.result.graph.add(op, args, value, self.source.spans[i])
        self.result.shapes[number] = shape
        if case.is_row(op):
            self.result.rows.add(number)
        return number
