"""An expression in arrays written out entry by entry, as a scalar graph.

So everything that works for scalars (exact values, SymPy, the verdict) works for arrays of known sizes. Values are
looked at with any precision: softmax and its kin are written as they are defined, without a stable form.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from types import MappingProxyType
from typing import Any

from derivcli import catalog
from derivcli.arrays import Shape
from derivcli.entries.contraction import contract
from derivcli.entries.determinants import determinant, inverse, pseudoinverse, solution
from derivcli.entries.layout import Array, Sizes, matrix, together
from derivcli.entries.reductions import REDUCTIONS, SCANS
from derivcli.entries.structural import Arithmetic, Bounded
from derivcli.graph import BINDERS, CONDITIONS, Graph, Node


def entries(
    graph: Graph,
    roots: Sequence[int],
    shapes: Mapping[int, Shape],
    limit: int = 100_000,
    structures: Mapping[str, str] = MappingProxyType({}),
) -> tuple[Graph, list[list[int]]]:
    """The entries of arrays, as nodes of a new graph of scalars.

    A variable x of shape (3,) becomes the variables x[0], x[1], x[2], one of shape (2, 2) X[0,0], X[0,1], …; scalars
    keep their name. Below `detach` the variable x[0] is another one called detach(x[0]), which the caller gives the
    same value. A symmetric S is read as (S[i,j] + S[j,i])/2, a diagonal one as 0 off its diagonal. `dim` is a scalar
    variable of that name.

    Args:
        graph, roots: the expression's arrays; inverses need square matrices of full rank.
        shapes: the shape of each node that the roots need, in ints.
        limit: how many scalar nodes may be made.
        structures: "symmetric" or "diagonal" for matrix variables that are.

    Returns:
        The new graph, and for each root the row-major list of its entries; places in the text are kept.

    Raises:
        TooLarge: more than `limit` nodes.
    """
    work = Bounded(limit)
    writer = _Writer(graph, shapes, structures, work, Arithmetic(work))
    detached = {i for i in graph.reachable(roots) if graph.nodes[i].op == "detach"}
    held = writer.write(graph.reachable(graph.nodes[i].args[0] for i in detached), "detach({})".format, None)
    arrays = writer.write(graph.reachable(roots, detached), str, held)

    finished = Graph()

    def unmark(_: int, node: Node, args: tuple[int, ...]) -> int | None:
        return finished.number(0) if node.op == "zero" else None

    new = iter(work.copy_into(finished, [entry for root in roots for entry in arrays[root].entries], unmark))
    return finished, [[next(new) for _ in arrays[root].entries] for root in roots]


@dataclass(frozen=True)
class _Call:
    """One array operation: its node, its arguments' entries and its shape."""

    node: Node
    args: Sequence[Array]
    shape: Sizes
    arithmetic: Arithmetic
    structure: str
    spell: Callable[[str], str]

    @property
    def value(self) -> Any:
        return self.node.value


@dataclass(frozen=True)
class _Writer:
    graph: Graph
    shapes: Mapping[int, Shape]
    structures: Mapping[str, str]
    work: Bounded
    arithmetic: Arithmetic

    def write(
        self, order: Sequence[int], spell: Callable[[str], str], held: Mapping[int, Array] | None
    ) -> dict[int, Array]:
        """The entries of the nodes in `order`, with variables as `spell` names them; detached nodes are in `held`."""
        arrays: dict[int, Array] = {}
        below_detach = arrays if held is None else held
        for i in order:
            node = self.graph.nodes[i]
            known = below_detach if node.op == "detach" else arrays
            shape = tuple(int(size) for size in self.shapes.get(i, ()))
            self.work.require(prod(shape))
            self.work.here = self.graph.spans[i]
            structure = self.structures.get(str(node.value), "") if node.op == "variable" else ""
            args = [known[a] for a in node.args]
            arrays[i] = _HANDLERS[node.op](_Call(node, args, shape, self.arithmetic, structure, spell))
        return arrays


Handler = Callable[[_Call], Array]


def _scalar(node: int) -> Array:
    return Array((), [node])


def _elementwise(c: _Call) -> Array:
    shape = together([a.shape for a in c.args])
    c.arithmetic.bounded.require(prod(shape))
    columns = [a.broadcast(shape).entries for a in c.args]
    # Scalars stay as they were written: the verdict looks at the user's own form.
    return Array(shape, [c.arithmetic.apply(c.node, args, not shape) for args in zip(*columns, strict=True)])


# Leaves and constant arrays


def _leaf(c: _Call) -> Array:
    return _scalar(c.arithmetic.graph.add(c.node.op, (), c.value))


def _variable(c: _Call) -> Array:
    variable, name = c.arithmetic.graph.variable, str(c.value)
    if not c.shape:
        return _scalar(variable(c.spell(name)))
    indices = [""]
    for size in c.shape:
        indices = [f"{index},{k}" for index in indices for k in range(size)]
    array = Array(c.shape, [variable(c.spell(f"{name}[{index[1:]}]")) for index in indices])
    return _STRUCTURES[c.structure](c.arithmetic, array)


def _symmetric(arithmetic: Arithmetic, array: Array) -> Array:
    # Sums in one order, so that both entries of a pair are one node.
    pairs = [sorted(pair) for pair in zip(array.entries, array.transposed().entries, strict=True)]
    two = arithmetic.graph.number(2)
    return Array(array.shape, [a if a == b else arithmetic.quotient(arithmetic.sum([a, b]), two) for a, b in pairs])


_STRUCTURES: dict[str, Callable[[Arithmetic, Array], Array]] = {
    "": lambda arithmetic, array: array,
    "symmetric": _symmetric,
    "diagonal": lambda arithmetic, array: _where(arithmetic, array, lambda i, j: i == j),
}


def _where(arithmetic: Arithmetic, array: Array, kept: Callable[[int, int], bool]) -> Array:
    """The matrix with zeros where `kept` (row, column) is false."""
    width = array.shape[1]
    return Array(array.shape, [a if kept(*divmod(k, width)) else arithmetic.zero for k, a in enumerate(array.entries)])


def _filled(c: _Call, entry: int) -> Array:
    return Array(c.shape, [entry] * prod(c.shape))


def _eye(c: _Call) -> Array:
    return _where(c.arithmetic, _filled(c, c.arithmetic.one), lambda i, j: i == j)


def _array(c: _Call) -> Array:
    return Array(c.shape, [c.arithmetic.graph.number(number) for number in c.value[1]])


# Rearrangements


def _diag(c: _Call) -> Array:
    (a,) = c.args
    if len(a.shape) == 1:
        size = a.shape[0]
        return _where(c.arithmetic, a.view((size, size), (0, 1)), lambda i, j: i == j)
    return a.view((min(a.shape),), (a.shape[1] + 1,))


def _stack(c: _Call) -> Array:
    shape = together([a.shape for a in c.args])
    return Array((len(c.args), *shape), [entry for a in c.args for entry in a.broadcast(shape).entries])


def _vec(c: _Call) -> Array:
    return Array((len(c.args[0].entries),), c.args[0].transposed().entries)


# Sums of products

_MATMUL = {(1, 1): "j,j->", (1, 2): "j,jk->k", (2, 1): "ij,j->i", (2, 2): "ij,jk->ik"}
_KRON = {1: "i,k->ik", 2: "ij,kl->ikjl"}


def _contract(c: _Call, spec: str) -> Array:
    return contract(c.arithmetic, spec, c.args)


def _matmul(c: _Call) -> Array:
    left, right = (len(a.shape) for a in c.args)
    return _contract(c, _MATMUL[left, right])


def _kron(c: _Call) -> Array:
    a, b = c.args
    shape = tuple(m * n for m, n in zip(a.shape, b.shape, strict=True))
    return Array(shape, _contract(c, _KRON[len(shape)]).entries)


# Reductions and scans


def _reduction(reduce: Callable[..., int]) -> Handler:
    """The handler of `reduce(arithmetic, entries, *more)`, where the node's value is (axis, keepdims, *more)."""

    def handler(c: _Call) -> Array:
        (a,) = c.args
        axis, keepdims, *more = c.value
        reduced = [reduce(c.arithmetic, [a.entries[p] for p in line], *more) for line in a.lines(axis)]
        kept = [(k, 1 if axis in (None, k) else size) for k, size in enumerate(a.shape)]
        return Array(tuple(size for k, size in kept if keepdims or axis not in (None, k)), reduced)

    return handler


def _scan(scan: Callable[[Arithmetic, Sequence[int]], Sequence[int]]) -> Handler:
    """The handler of `scan(arithmetic, entries)`, which gives as many entries, along the axis of the node's value."""

    def handler(c: _Call) -> Array:
        (a,) = c.args
        found = list(a.entries)
        for line in a.lines(c.value[0]):
            for p, entry in zip(line, scan(c.arithmetic, [a.entries[p] for p in line]), strict=True):
                found[p] = entry
        return Array(a.shape, found)

    return handler


# Determinants and inverses


def _solve(c: _Call) -> Array:
    A, b = c.args
    return Array(b.shape, matrix(solution(c.arithmetic, A.rows, b.rows)).entries)


_ELEMENTWISE = ("add", "mul", "neg", "div", "pow", "piecewise", *CONDITIONS, *BINDERS, *catalog.KEYS)

_HANDLERS: dict[str, Handler] = {
    **dict.fromkeys(_ELEMENTWISE, _elementwise),
    **dict.fromkeys(("number", "constant", "true", "false"), _leaf),
    "variable": _variable,
    "dim": lambda c: _scalar(c.arithmetic.graph.variable(str(c.value))),
    "detach": lambda c: c.args[0],
    "array": _array,
    "eye": _eye,
    "ones": lambda c: _filled(c, c.arithmetic.one),
    "zeros": lambda c: _filled(c, c.arithmetic.zero),
    "full": lambda c: _filled(c, c.args[0].entries[0]),
    "transpose": lambda c: c.args[0].transposed(),
    "reshape": lambda c: Array(c.shape, c.args[0].entries),
    "vec": _vec,
    "index": lambda c: c.args[0].select(c.value),
    "stack": _stack,
    "diag": _diag,
    "tril": lambda c: _where(c.arithmetic, c.args[0], lambda i, j: i >= j),
    "triu": lambda c: _where(c.arithmetic, c.args[0], lambda i, j: i <= j),
    "einsum": lambda c: _contract(c, c.value),
    "matmul": _matmul,
    "dot": lambda c: _contract(c, "i,i->"),
    "outer": lambda c: _contract(c, "i,j->ij"),
    "tr": lambda c: _contract(c, "ii->"),
    "kron": _kron,
    **{op: _reduction(reduce) for op, reduce in REDUCTIONS.items()},
    **{op: _scan(scan) for op, scan in SCANS.items()},
    "det": lambda c: _scalar(determinant(c.arithmetic, c.args[0].rows)),
    "logdet": lambda c: _scalar(c.arithmetic.call("log", determinant(c.arithmetic, c.args[0].rows))),
    "inv": lambda c: matrix(inverse(c.arithmetic, c.args[0].rows)),
    "pinv": lambda c: matrix(pseudoinverse(c.arithmetic, c.args[0].rows)),
    "solve": _solve,
}
