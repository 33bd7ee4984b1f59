"""Arrays written out entry by entry: the laws of linear algebra exactly, every operation against torch."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import prod
from typing import Any

import pytest
import torch

from derivcli.arrays import OPERATIONS, Shape
from derivcli.entries import TooLarge, entries
from derivcli.graph import Graph
from derivcli.language import partial, write
from derivcli.numeric.exact import Exact, evaluate
from derivcli.reverse import gradient

HALF = Fraction(1, 2)
ONE, TWO = Fraction(1), Fraction(2)


class Arrays:
    """A graph of arrays built by hand: `a("matmul", a.variable("A", 2, 3), x)`."""

    def __init__(self) -> None:
        self.graph = Graph()
        self.shapes: dict[int, Shape] = {}

    def __call__(self, op: str, *args: int, value: Any = None, shape: Shape | None = None) -> int:
        node = self.graph.add(op, args, value)
        if shape is not None:
            self.shapes[node] = shape
        return node

    def variable(self, name: str, *shape: int) -> int:
        return self("variable", value=name, shape=shape)

    def number(self, value: int | Fraction) -> int:
        return self("number", value=Fraction(value), shape=())

    def entries(self, *roots: int, **more: Any) -> tuple[Graph, list[list[int]]]:
        return entries(self.graph, roots, self.shapes, **more)

    def values(self, *roots: int, seed: object = 0, **more: Any) -> list[list[Exact]]:
        """The entries of the roots at a random rational point."""
        graph, found = self.entries(*roots, **more)
        point = rationals(graph.variables(itertools.chain(*found)), seed)
        exact = iter(evaluate(graph, list(itertools.chain(*found)), point, real=True).roots)
        return [[next(exact) for _ in nodes] for nodes in found]


def rationals(names: Sequence[str], seed: object) -> dict[str, Fraction]:
    """Numbers without a pattern, of both signs."""
    dice = random.Random(str(seed))
    return {name: Fraction(dice.randrange(-99, 99), dice.randrange(1, 20)) for name in sorted(names)}


def floats(exact: Sequence[Exact]) -> list[float]:
    assert all(e.kind == "number" for e in exact)
    return [float(e) for e in exact]


def flat(array: torch.Tensor) -> list[float]:
    return [float(number) for number in array.reshape(-1)]


def named(name: str, array: torch.Tensor) -> dict[str, Fraction]:
    """The entries of an array under the names of its scalar variables."""
    if not array.shape:
        return {name: Fraction(float(array))}
    places = itertools.product(*map(range, array.shape))
    return {f"{name}[{','.join(map(str, at))}]": Fraction(float(array[at])) for at in places}


# Every operation


def pinv(A: torch.Tensor) -> torch.Tensor:
    return torch.linalg.pinv(A)


Row = tuple[str, Any, tuple[tuple[int, ...], ...], Callable[..., torch.Tensor]]

# The operation, the node's value, the shapes of its arguments, and the same in torch.
TABLE: list[Row] = [
    ("add", None, ((3, 1), (2, 1, 4), ()), lambda x, y, z: x + y + z),
    ("mul", None, ((3, 1), (4,), ()), lambda x, y, z: x * y * z),
    ("neg", None, ((2, 3),), lambda x: -x),
    ("div", None, ((2, 3), (3,)), lambda x, y: x / y),
    ("pow", None, ((2, 1), (3,)), lambda x, y: x**y),
    ("exp", None, ((2, 3),), torch.exp),
    ("max", None, ((2, 1), (3,)), torch.maximum),
    ("matmul", None, ((2, 3), (3, 4)), torch.matmul),
    ("matmul", None, ((2, 3), (3,)), torch.matmul),
    ("matmul", None, ((3,), (3, 4)), torch.matmul),
    ("matmul", None, ((3,), (3,)), torch.matmul),
    ("dot", None, ((3,), (3,)), torch.dot),
    ("outer", None, ((2,), (3,)), torch.outer),
    ("kron", None, ((2, 3), (4, 5)), torch.kron),
    ("kron", None, ((2,), (3,)), torch.kron),
    ("transpose", None, ((2, 3),), lambda x: x.T),
    ("transpose", None, ((3,),), lambda x: x),
    ("transpose", None, ((2, 3, 4),), lambda x: x.permute(2, 1, 0)),
    ("sum", (None, False), ((2, 3),), torch.sum),
    ("sum", (None, True), ((2, 3),), lambda x: torch.sum(x, (0, 1), keepdim=True)),
    ("sum", (1, False), ((2, 3, 4),), lambda x: torch.sum(x, 1)),
    ("sum", (0, True), ((2, 3),), lambda x: torch.sum(x, 0, keepdim=True)),
    ("mean", (1, False), ((2, 3),), lambda x: torch.mean(x, 1)),
    ("prod", (1, False), ((2, 3),), lambda x: torch.prod(x, 1)),
    ("prod", (None, False), ((2, 3),), torch.prod),
    ("amax", (0, False), ((2, 3),), lambda x: torch.amax(x, 0)),
    ("amin", (None, False), ((2, 3),), torch.amin),
    ("logsumexp", (0, True), ((2, 3),), lambda x: torch.logsumexp(x, 0, keepdim=True)),
    ("var", (1, False, ONE), ((2, 3),), lambda x: torch.var(x, 1)),
    ("var", (None, False, 0), ((2, 3),), lambda x: torch.var(x, correction=0)),
    ("std", (0, True, 1), ((2, 3),), lambda x: torch.std(x, 0, keepdim=True)),
    ("norm", (None, False, TWO), ((2, 3),), torch.linalg.norm),
    ("norm", (1, False, ONE), ((2, 3),), lambda x: x.abs().sum(1)),
    ("norm", (0, True, "inf"), ((2, 3),), lambda x: x.abs().amax(0, keepdim=True)),
    ("softmax", (1,), ((2, 3),), lambda x: torch.softmax(x, 1)),
    ("softmax", (0,), ((2, 3),), lambda x: torch.softmax(x, 0)),
    ("cumsum", (0,), ((4,),), lambda x: torch.cumsum(x, 0)),
    ("cumsum", (1,), ((2, 3, 4),), lambda x: torch.cumsum(x, 1)),
    ("tr", None, ((3, 3),), torch.trace),
    *(("det", None, ((n, n),), torch.linalg.det) for n in range(1, 7)),
    *(("logdet", None, ((n, n),), torch.logdet) for n in range(1, 6)),
    *(("inv", None, ((n, n),), torch.linalg.inv) for n in range(1, 7)),
    *(("solve", None, ((n, n), (n,)), torch.linalg.solve) for n in range(1, 6)),
    ("solve", None, ((3, 3), (3, 2)), torch.linalg.solve),
    ("solve", None, ((4, 4), (4, 2)), torch.linalg.solve),
    *(("pinv", None, (shape,), pinv) for shape in ((3, 2), (2, 3), (3, 3), (5, 4), (4, 5))),
    ("diag", None, ((3,),), torch.diag),
    ("diag", None, ((2, 3),), torch.diag),
    ("diag", None, ((3, 2),), torch.diag),
    ("tril", None, ((2, 3),), torch.tril),
    ("triu", None, ((3, 2),), torch.triu),
    ("vec", None, ((2, 3),), lambda x: x.T.reshape(-1)),
    ("reshape", (3, 2), ((2, 3),), lambda x: x.reshape(3, 2)),
    ("reshape", (-1,), ((2, 3),), lambda x: x.reshape(-1)),
    ("index", (-1,), ((3,),), lambda x: x[-1]),
    ("index", (1,), ((2, 3),), lambda x: x[1]),
    ("index", (("slice", 1, None, None), 2), ((2, 3),), lambda x: x[1:, 2]),
    ("index", (("slice", None, None, None), ("slice", None, -1, 2)), ((2, 4),), lambda x: x[:, :-1:2]),
    ("index", (("slice", None, None, -1),), ((4,),), lambda x: x.flip(0)),
    ("stack", None, ((3,), (3,)), lambda x, y: torch.stack([x, y])),
    ("stack", None, ((), (), ()), lambda x, y, z: torch.stack([x, y, z])),
    ("eye", (2, 3), (), lambda: torch.eye(2, 3)),
    ("ones", (2, 3), (), lambda: torch.ones(2, 3)),
    ("zeros", (2,), (), lambda: torch.zeros(2)),
    ("full", (2, 3), ((),), lambda x: x.expand(2, 3)),
    ("array", ((2, 2), (ONE, TWO, HALF, ONE), "…"), (), lambda: torch.tensor([[1, 2], [0.5, 1]])),
    ("einsum", "ij,k->ijk", ((2, 3), (4,)), lambda x, y: torch.einsum("ij,k->ijk", x, y)),
    ("einsum", "ii->i", ((3, 3),), torch.diag),
    ("einsum", "ij,jk,k->i", ((2, 3), (3, 4), (4,)), lambda x, y, z: x @ y @ z),
    ("einsum", "ij, ij", ((2, 3), (2, 3)), lambda x, y: (x * y).sum()),
    ("einsum", "ji", ((2, 3),), lambda x: x.T),
]  # fmt: skip


def an_argument(shape: tuple[int, ...], dice: random.Random) -> torch.Tensor:
    """Positive numbers that a float holds exactly; square matrices far from singular."""
    numbers = [dice.randrange(8, 128) / 64 for _ in range(prod(shape))]
    array = torch.tensor(numbers, dtype=torch.float64).reshape(shape)
    return array + 3 * torch.eye(shape[0]) if len(shape) == 2 and shape[0] == shape[1] else array


@pytest.mark.parametrize("row", TABLE, ids=lambda row: " ".join(map(str, row[:3])))
def test_every_operation_has_the_values_of_torch(row: Row) -> None:
    op, value, shapes, function = row
    dice = random.Random(str(row[:3]))
    arguments = {name: an_argument(shape, dice) for name, shape in zip("xyz", shapes, strict=False)}
    wanted = function(*arguments.values())
    a = Arrays()
    root = a(op, *(a.variable(n, *x.shape) for n, x in arguments.items()), value=value, shape=tuple(wanted.shape))
    graph, (found,) = a.entries(root)
    point = {k: v for name, x in arguments.items() for k, v in named(name, x).items()}
    assert floats(evaluate(graph, found, point, real=True).roots) == pytest.approx(flat(wanted), rel=1e-12)


def test_the_table_has_every_operation() -> None:
    # `mtimes` is MATLAB's product, which the reader turns into one of the others; two have tests of their own.
    assert {row[0] for row in TABLE} >= OPERATIONS - {"mtimes", "detach", "dim"}


def test_a_choice_is_made_entry_by_entry() -> None:
    a = Arrays()
    x, zero = a.variable("x", 3), a.number(0)
    relu = a("piecewise", x, a("gt", x, zero), zero, a("true"))
    graph, (found,) = a.entries(relu)
    point = {"x[0]": -ONE, "x[1]": TWO, "x[2]": HALF}
    assert floats(evaluate(graph, found, point, real=True).roots) == [0, 2, 0.5]


# Laws


def identity(n: int) -> list[float]:
    return [float(i == j) for i in range(n) for j in range(n)]


@pytest.mark.parametrize("n", range(1, 7))
def test_an_inverse_times_its_matrix_is_the_identity(n: int) -> None:
    a = Arrays()
    X, y = a.variable("X", n, n), a.variable("y", n)
    solved = a("matmul", X, a("solve", X, y))
    left, right, product, given = a.values(a("matmul", a("inv", X), X), a("matmul", X, a("inv", X)), solved, y)
    assert floats(left) == floats(right) == identity(n)
    assert floats(product) == floats(given)


@pytest.mark.parametrize("n", range(1, 6))
def test_determinants_of_products_are_products_of_determinants(n: int) -> None:
    a = Arrays()
    X, Y = a.variable("X", n, n), a.variable("Y", n, n)
    both, apart, turned, straight = a.values(
        a("det", a("matmul", X, Y)), a("mul", a("det", X), a("det", Y)), a("det", a("transpose", X)), a("det", X)
    )
    assert floats(both) == floats(apart)
    assert floats(turned) == floats(straight)


@pytest.mark.parametrize("shape", [(3, 2), (2, 3), (2, 2), (5, 4)])
def test_pseudoinverses_are_inverses_on_the_range(shape: tuple[int, int]) -> None:
    a = Arrays()
    A = a.variable("A", *shape)
    there, given = a.values(a("matmul", a("matmul", A, a("pinv", A)), A), A)
    assert floats(there) == floats(given)


def leibniz(matrix: Sequence[Sequence[Fraction]]) -> Fraction:
    """The determinant as the sum over all permutations."""
    total = Fraction(0)
    for places in itertools.permutations(range(len(matrix))):
        inversions = sum(p > q for p, q in itertools.combinations(places, 2))
        total += (-1) ** inversions * prod((matrix[i][p] for i, p in enumerate(places)), start=ONE)
    return total


@pytest.mark.parametrize("rank_lost", [1, 2])
@pytest.mark.parametrize("n", [2, 3, 4, 5])
def test_the_derivative_of_a_determinant_is_the_cofactor_where_the_matrix_is_singular(n: int, rank_lost: int) -> None:
    dice = random.Random(n)
    rows = [[Fraction(dice.randrange(-9, 9), 7) for _ in range(n)] for _ in range(n)]
    rows[0][0] = Fraction(0)
    for k in range(1, rank_lost + 1):
        rows[-k] = [3 * entry for entry in rows[0]] if k < n else [Fraction(0)] * n
    a = Arrays()
    graph, ((root,),) = a.entries(a("det", a.variable("X", n, n)))
    places = list(itertools.product(range(n), repeat=2))
    names = [f"X[{i},{j}]" for i, j in places]
    derivatives = gradient(graph, root, names, partial)
    point = {name: rows[i][j] for name, (i, j) in zip(names, places, strict=True)}
    cofactors = [
        (-1) ** (i + j) * leibniz([[*row[:j], *row[j + 1 :]] for k, row in enumerate(rows) if k != i])
        for i, j in places
    ]
    value, *found = floats(evaluate(graph, [root, *derivatives], point, real=True).roots)
    assert value == 0
    assert found == [float(c) for c in cofactors]


# Structure


def test_triangular_matrices_stay_triangular() -> None:
    n = 5
    a = Arrays()
    X, w = a.variable("X", n, n), a.variable("w", n)
    upper, diagonal = a("triu", X), a("diag", w)
    graph, (inverse, determinant, of_diagonal, reciprocals) = a.entries(
        a("inv", upper), a("det", upper), a("det", diagonal), a("diag", a("inv", diagonal))
    )
    assert all(graph.nodes[inverse[i * n + j]].value == 0 for i in range(n) for j in range(i))
    assert set(graph.variables(determinant)) == {f"X[{k},{k}]" for k in range(n)}
    point = rationals(graph.variables(determinant + of_diagonal), 0)
    found = evaluate(graph, determinant + of_diagonal, point, real=True).roots
    wanted = [prod((point[name.format(k)] for k in range(n)), start=ONE) for name in ("X[{0},{0}]", "w[{0}]")]
    assert floats(found) == [float(value) for value in wanted]
    assert [graph.nodes[i].op for i in reciprocals] == ["div"] * n


def test_zeros_of_structure_vanish_and_zeros_that_were_written_stay() -> None:
    a = Arrays()
    x, y = a.variable("x"), a.variable("y")
    pair = a("stack", x, a("log", y))
    written = a("stack", a.number(1), a.number(0))
    graph, (structural, product, quotient) = a.entries(
        a("matmul", a("eye", value=(2, 2), shape=(2, 2)), pair), a("dot", written, pair), a("div", x, x)
    )
    point = {"x": Fraction(0), "y": -ONE}
    found = evaluate(graph, [*structural, *product, *quotient], point, real=True).roots
    assert [e.kind for e in found] == ["number", "undefined", "undefined", "undefined"]


def test_scalars_stay_as_they_were_written() -> None:
    a = Arrays()
    x, y = a.variable("x"), a.variable("y")
    root = a("add", a.number(1), a("mul", x, a("neg", y), x), a("div", a("sin", x), a("pow", y, a.number(3))))
    graph, ((found,),) = a.entries(root)
    assert write(graph, found, 1_000) == write(a.graph, root, 1_000)


# With dS = (dX + dX.T)/2, or its diagonal, the gradient of tr(A @ S) is that of A.T.
PROJECTIONS: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "symmetric": lambda G: (G + G.T) / 2,
    "diagonal": lambda G: torch.diag(torch.diag(G)),
}


@pytest.mark.parametrize("structure", PROJECTIONS)
def test_derivatives_by_a_structured_matrix_are_projected(structure: str) -> None:
    n = 3
    a = Arrays()
    A, S = a.variable("A", n, n), a.variable("S", n, n)
    graph, ((root,),) = a.entries(a("tr", a("matmul", A, S)), structures={"S": structure})
    given = an_argument((n, n), random.Random(structure))
    point = {**named("A", given), **dict.fromkeys(named("S", given), ONE)}
    found = evaluate(graph, gradient(graph, root, list(named("S", given)), partial), point, real=True).roots
    assert floats(found) == flat(PROJECTIONS[structure](given.T))


def test_a_symmetric_matrix_is_its_own_transpose() -> None:
    a = Arrays()
    S = a.variable("S", 3, 3)
    _, (straight, turned) = a.entries(S, a("transpose", S), structures={"S": "symmetric"})
    assert straight == turned


def test_below_detach_variables_have_other_names() -> None:
    a = Arrays()
    x, t = a.variable("x", 2), a.variable("t")
    held = a("detach", a("mul", a("detach", x), t))
    graph, (found,) = a.entries(a("mul", x, held))
    assert set(graph.variables(found)) == {"x[0]", "x[1]", "detach(x[0])", "detach(x[1])", "detach(t)"}
    derivative = gradient(graph, found[0], ["x[0]", "t"], partial)
    point = {"x[0]": TWO, "detach(x[0])": TWO, "detach(t)": Fraction(5), "t": Fraction(5)}
    assert floats(evaluate(graph, [found[0], *derivative], point, real=True).roots) == [20, 10, 0]


def test_a_size_is_a_variable() -> None:
    a = Arrays()
    graph, ((found,),) = a.entries(a("div", a.variable("t"), a("dim", value="n", shape=())))
    assert floats(evaluate(graph, [found], {"t": ONE, "n": TWO}, real=True).roots) == [0.5]


# Limits and places


def too_large() -> Mapping[str, Callable[[Arrays], int]]:
    return {
        "a variable": lambda a: a.variable("X", 10**6, 10**6),
        "a product": lambda a: a("matmul", a.variable("X", 60, 60), a.variable("Y", 60, 60)),
        "a product of zeros": lambda a: a("matmul", *(a("eye", value=(300, 300), shape=(300, 300)),) * 2),
        "an outer sum": lambda a: a("add", a.variable("x", 300, 1), a.variable("y", 300)),
        "an inverse": lambda a: a("inv", a.variable("X", 40, 40)),
    }


@pytest.mark.parametrize("what", too_large())
def test_what_is_too_large_is_refused_at_once(what: str) -> None:
    a = Arrays()
    root = too_large()[what](a)
    with pytest.raises(TooLarge):
        a.entries(root, limit=50_000)


def test_entries_know_their_place_in_the_text() -> None:
    graph = Graph()
    x = graph.variable("x", (4, 5))
    root = graph.add("sum", (graph.add("log", (x,), span=(0, 6)),), (None, False), span=(0, 12))
    found, ((total,),) = entries(graph, [root], {x: (2,)})
    spans = {found.nodes[i].op: found.spans[i] for i in found.reachable([total])}
    assert spans == {"variable": (4, 5), "log": (0, 6), "add": (0, 12)}


def test_depth_costs_nothing() -> None:
    a = Arrays()
    node = a.variable("x", 2)
    for _ in range(5_000):
        node = a("sin", node)
    graph, (found,) = a.entries(node)
    assert len(graph.nodes) == 10_002
    assert len(found) == 2
