"""The change of a number brought to one product with the change of the variable, from which the derivative is read off.

The change of a vector is brought to the end of products, x.T @ A.T @ dx, that of a matrix to the end under a trace.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import reduce

from derivcli.arrays import Shape
from derivcli.derivation.parts import numbers_before, product, put_before, side_by_side, without_brackets
from derivcli.graph import Graph, Node

_WHOLE = (None, False)
_NUMBERS = frozenset(("tr", "det", "logdet", "dot", "norm", "sum", "mean", "logsumexp"))
_MATRICES = frozenset(("inv", "outer", "eye"))
_INTO_SUM = "factor brought into the sum, c*sum(A) = sum(c*A)"
TRANSPOSES = "transpose of a product, (A @ B).T = B.T @ A.T"


def gathered(graph: Graph, root: int, change: str, shapes: Mapping[str, Shape]) -> Iterator[tuple[str, Graph, int]]:
    """What is done until the change stands once, at the end of a product.

    Args:
        graph, root: the change of a number.
        change: what the change of the variable is called.
        shapes: of variables, the change among them.

    Yields:
        What is done, and the node after it; the last one is sum(G*dX). Nothing where there is no such form.
    """
    for name, law in _LAWS:
        products = _Products(Graph(), change, shapes)
        after = products.by(law, graph, root)
        if after is not None:
            graph, root = after
            yield name, graph, root
    last = _Products(graph, change, shapes)
    factors = last.factors(root)
    if factors is None:
        return
    if len(factors) > 1:
        yield f"{change} factored out", graph, last.with_change(last.added(factors))
    turned = last.added([last.transposed(f) for f in factors])
    equation = "a.T @ b = sum(a*b)" if len(shapes[change]) == 1 else "tr(A @ B) = sum(A.T*B)"
    before, inner = numbers_before(graph, root, last.has_change)
    own = last.factors(inner) if before else None
    if own:
        sum_ = last.summed(last.outer_transpose(last.added(own)))
        yield equation, graph, put_before(graph, before, sum_)
        equation = _INTO_SUM
    yield equation, graph, last.summed(last.outer_transpose(last.added(factors)))
    yield TRANSPOSES, graph, last.summed(turned)


def by_entries(graph: Graph, root: int, change: str, shapes: Mapping[str, Shape]) -> int | None:
    """A product of matrices with the change of one as a sum over indices; None of anything else.

    The change has the indices k and l, the product i and j.
    """
    node = graph.nodes[root]
    if node.op == "neg":
        inner = by_entries(graph, node.args[0], change, shapes)
        return None if inner is None else graph.add("neg", (inner,))
    products = _Products(graph, change, shapes)
    chain = products.chain(root)
    places = [k for k, f in enumerate(chain) if products.is_change(f)]
    if len(chain) < 2 or len(places) != 1 or any(products.rank(f) != 2 for f in chain) or len(chain) > len(_LETTERS):
        return None
    k = places[0]
    turned = graph.nodes[chain[k]].op == "transpose"
    before, after = _LETTERS[:k], _LETTERS[k : len(chain) - 1]
    row, column = ("l", "k") if turned else ("k", "l")
    bounds = ["i", *before[: k - 1], row] if k else [row]
    bounds += [column, *after[: len(chain) - k - 2], "j"] if k < len(chain) - 1 else [column]
    pairs = ["".join(pair) for pair in itertools.pairwise(bounds)]
    output = f"{bounds[0]}{bounds[-1]}"
    factors = [f if n != k else graph.variable(change) for n, f in enumerate(chain)]
    pairs[k] = "kl"
    return graph.add("einsum", factors, f"{','.join(pairs)}->{output}")


_LETTERS = "mnopqrstuvw"
# What becomes of an operation on nodes; None where the law says nothing of it.
_Law = Callable[["_Products", str, tuple[int, ...]], int | None]


class _Products:
    """Products of vectors and matrices in a graph, in which one variable is a change."""

    def __init__(self, graph: Graph, change: str, shapes: Mapping[str, Shape]) -> None:
        self.graph, self.change, self.shapes = graph, change, shapes

    def by(self, law: _Law, graph: Graph, root: int) -> tuple[Graph, int] | None:
        """A node after a law; None where it says nothing of it."""
        used = False

        def replace(_: int, node: Node, args: tuple[int, ...]) -> int | None:
            nonlocal used
            made = law(self, node.op, args)
            used = used or made is not None
            return made

        (made,) = graph.copy_into(self.graph, [root], replace)
        return without_brackets(self.graph, made) if used else None

    def rank(self, i: int) -> int:
        """How many axes a node has."""
        node = self.graph.nodes[i]
        if node.op == "variable":
            return len(self.shapes.get(str(node.value), ()))
        if node.op in _NUMBERS:
            return 0
        if node.op in _MATRICES:
            return 2
        ranks = [self.rank(a) for a in node.args]
        return sum(ranks) - 2 if node.op == "matmul" else max(ranks, default=0)

    def has_change(self, i: int) -> bool:
        return any(self.graph.nodes[k].value == self.change for k in self.graph.reachable([i]))

    def is_change(self, i: int) -> bool:
        """Whether a node is the change itself, or its transpose."""
        node = self.graph.nodes[i]
        return self.is_change(node.args[0]) if node.op == "transpose" else node.value == self.change

    def chain(self, i: int) -> list[int]:
        """The factors of a matrix product."""
        node = self.graph.nodes[i]
        return [f for a in node.args for f in self.chain(a)] if node.op == "matmul" else [i]

    def matmul(self, factors: Sequence[int]) -> int:
        return reduce(lambda a, b: self.graph.add("matmul", (a, b)), factors)

    def transposed(self, i: int) -> int:
        """The transpose of a node, with those of products, sums and signs worked out."""
        node = self.graph.nodes[i]
        if node.op == "transpose":
            return node.args[0]
        if self.rank(i) == 0:
            return i
        if node.op == "matmul":
            return self._ends([self.transposed(f) for f in reversed(self.chain(i))])
        if node.op in ("add", "neg", "mul", "div"):
            return self.graph.add(node.op, [self.transposed(a) for a in node.args])
        return self.graph.add("transpose", (i,))

    def _ends(self, factors: list[int]) -> int:
        """A product whose last factor is no transposed vector."""
        last = self.graph.nodes[factors[-1]]
        if last.op == "transpose" and self.rank(factors[-1]) == 1:
            factors = [*factors[:-1], last.args[0]]
        return self.matmul(factors)

    def outer_transpose(self, i: int) -> int:
        """The transpose of a matrix as it is written; a vector has none."""
        if self.rank(i) < 2:
            return i
        node = self.graph.nodes[i]
        if node.op == "neg":
            return self.graph.add("neg", (self.outer_transpose(node.args[0]),))
        return self.transposed(i) if node.op != "matmul" and node.op != "add" else self.graph.add("transpose", (i,))

    def added(self, terms: Sequence[int]) -> int:
        terms = side_by_side(self.graph, "add", terms)
        return terms[0] if len(terms) == 1 else self.graph.add("add", terms)

    def with_change(self, i: int) -> int:
        """A node times the change."""
        whole = self.graph.add("matmul", (i, self.graph.variable(self.change)))
        return whole if len(self.shapes[self.change]) == 1 else self.graph.add("tr", (whole,))

    def summed(self, i: int) -> int:
        """The sum of the entries of a node times those of the change."""
        return self.graph.add("sum", (product(self.graph, [i, self.graph.variable(self.change)]),), _WHOLE)

    def factors(self, i: int) -> list[int] | None:
        """What the change is multiplied by in each term; None where it does not stand at the end of each."""
        node = self.graph.nodes[i]
        if node.op == "add":
            parts = [self.factors(a) for a in node.args]
            return None if any(p is None for p in parts) else [f for p in parts for f in p or ()]
        if node.op == "neg":
            inner = self.factors(node.args[0])
            return None if inner is None else [self.graph.add("neg", (f,)) for f in inner]
        if node.op == "mul":
            own = [a for a in node.args if self.has_change(a)]
            inner = self.factors(own[0]) if len(own) == 1 else None
            rest = [a for a in node.args if a not in own]
            return None if inner is None else [product(self.graph, [*rest, f]) for f in inner]
        inside = node.args[0] if node.op == "tr" else i
        chain = self.chain(inside)
        matrix = len(self.shapes[self.change]) == 2
        if (node.op == "tr") != matrix or len(chain) < 2 or self.graph.nodes[chain[-1]].value != self.change:
            return None
        return [self.matmul(chain[:-1])]


def _sign_before(at: _Products, op: str, args: tuple[int, ...]) -> int | None:
    """(-A) @ B as -(A @ B)."""
    signs = [at.graph.nodes[a].op == "neg" for a in args]
    if op != "matmul" or sum(signs) != 1:
        return None
    parts = [at.graph.nodes[a].args[0] if sign else a for a, sign in zip(args, signs, strict=True)]
    return at.graph.add("neg", (at.matmul([f for a in parts for f in at.chain(a)]),))


def _sign_before_trace(at: _Products, op: str, args: tuple[int, ...]) -> int | None:
    """tr(-A) as -tr(A)."""
    if op != "tr" or at.graph.nodes[args[0]].op != "neg":
        return None
    return at.graph.add("neg", (at.graph.add("tr", at.graph.nodes[args[0]].args),))


def _trace_of_sum(at: _Products, op: str, args: tuple[int, ...]) -> int | None:
    """tr(A + B) as tr(A) + tr(B)."""
    if op != "tr" or at.graph.nodes[args[0]].op != "add":
        return None
    terms = at.graph.nodes[args[0]].args
    return at.added(
        [_sign_before_trace(at, "tr", (a,)) or at.graph.add("tr", (a,)) for a in terms]
    )  # fmt: skip


def _as_product(at: _Products, op: str, args: tuple[int, ...]) -> int | None:
    """sum(a*b) of vectors as a.T @ b."""
    inner = at.graph.nodes[args[0]] if op == "sum" else None
    if inner is None or inner.op != "mul" or not at.has_change(args[0]):
        return None
    vectors = sorted((a for a in inner.args if at.rank(a) == 1), key=at.has_change)
    numbers = [a for a in inner.args if at.rank(a) == 0]
    if len(vectors) != 2 or len(vectors) + len(numbers) < len(inner.args) or at.has_change(vectors[0]):
        return None
    first = vectors[0]
    turned = first if at.graph.nodes[first].op == "transpose" else at.graph.add("transpose", (first,))
    return product(at.graph, [*numbers, at.matmul([turned, *at.chain(vectors[1])])])


def _turned(at: _Products, op: str, args: tuple[int, ...]) -> int | None:
    """dx.T @ a as a.T @ dx."""
    chain = [f for a in args for f in at.chain(a)]
    if op != "matmul" or not at.is_change(chain[0]) or at.rank(chain[0]) != 1 or at.rank(at.matmul(chain)):
        return None
    first, *between, last = (at.transposed(f) if at.rank(f) == 2 else f for f in reversed(chain))
    if at.graph.nodes[chain[0]].op == "transpose":
        first, last = at.graph.add("transpose", (first,)), at.graph.nodes[last].args[0]
    return at.matmul([first, *between, last])


def _as_outer(at: _Products, op: str, args: tuple[int, ...]) -> int | None:
    """a.T @ dX @ b as sum(outer(a, b)*dX)."""
    chain = [f for a in args for f in at.chain(a)]
    places = [k for k, f in enumerate(chain) if at.is_change(f)]
    if op != "matmul" or len(places) != 1 or not 0 < places[0] < len(chain) - 1 or at.rank(at.matmul(chain)):
        return None
    k = places[0]
    left, right = at.transposed(at.matmul(chain[:k])), at.matmul(chain[k + 1 :])
    if at.graph.nodes[left].op == "transpose":
        left = at.graph.nodes[left].args[0]
    pair = (right, left) if at.graph.nodes[chain[k]].op == "transpose" else (left, right)
    return at.summed(at.graph.add("outer", pair))


def _trace_turned(at: _Products, op: str, args: tuple[int, ...]) -> int | None:
    """tr(A @ dX.T) as tr(dX @ A.T)."""
    chain = at.chain(args[0]) if op == "tr" else []
    turned = [f for f in chain if at.is_change(f) and at.graph.nodes[f].op == "transpose"]
    return at.graph.add("tr", (at.transposed(args[0]),)) if turned and len(chain) > 1 else None


def _rotated(at: _Products, op: str, args: tuple[int, ...]) -> int | None:
    """tr(A @ dX @ B) as tr(B @ A @ dX)."""
    chain = at.chain(args[0]) if op == "tr" else []
    places = [k + 1 for k, f in enumerate(chain) if at.is_change(f)]
    if len(places) != 1 or places[0] == len(chain):
        return None
    return at.graph.add("tr", (at.matmul([*chain[places[0] :], *chain[: places[0]]]),))


_LAWS: tuple[tuple[str, _Law], ...] = (
    ("minus sign put in front", _sign_before),
    ("trace of a sum, tr(A + B) = tr(A) + tr(B)", _trace_of_sum),
    ("minus sign put in front", _sign_before_trace),
    ("sum of products, sum(a*b) = a.T @ b", _as_product),
    ("a number is its own transpose, a.T @ b = b.T @ a", _turned),
    ("trace of a transpose, tr(A) = tr(A.T)", _trace_turned),
    ("trace of a product, tr(A @ B) = tr(B @ A)", _rotated),
    ("a.T @ B @ c = sum(outer(a, c)*B)", _as_outer),
)
