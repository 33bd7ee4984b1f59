"""Structure of Jacobians and Hessians of known functions, and what may share a column."""

from __future__ import annotations

import itertools
import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derivcli.graph import Graph
from derivcli.language import expand, partial, read
from derivcli.numeric.exact import evaluate
from derivcli.reverse import gradient
from derivcli.sparsity import PIECEWISE_LINEAR, colour, hessian_pattern, jacobian_pattern

NAMES = ("x", "y", "z", "w")


def primitives(text: str) -> tuple[Graph, int]:
    reading = read([text])
    graph, (root,) = expand(reading.graph, reading.roots)
    return graph, root


def members(mask: int) -> str:
    return "".join(name for k, name in enumerate(NAMES) if mask >> k & 1)


# The function, what its derivative sees, and with what each of x, y, z, w interacts.
PATTERNS = [
    ("x + 2*y - z/3", "xyz", ("", "", "", "")),
    ("x*y + z", "xyz", ("y", "x", "", "")),
    ("x*y*z", "xyz", ("yz", "xz", "xy", "")),
    ("x**2 + y*w", "xyw", ("x", "w", "", "y")),
    ("x*x", "x", ("x", "", "", "")),
    ("x/y", "xy", ("y", "xy", "", "")),
    ("x/3 + 2/y", "xy", ("", "y", "", "")),
    ("x**y", "xy", ("xy", "xy", "", "")),
    ("sin(x + y) + exp(z)", "xyz", ("xy", "xy", "z", "")),
    ("(x + y)*(z + w)", "xyzw", ("zw", "zw", "xy", "xy")),
    ("abs(x) + max(y, z) + relu(w)", "xyzw", ("", "", "", "")),
    ("max(x**2, y*z)", "xyz", ("x", "z", "y", "")),
    ("piecewise((x**2, y > 0), (z, True))", "xz", ("x", "", "", "")),
    ("hypot(x, y)*z", "xyz", ("xyz", "xyz", "xy", "")),
    ("pi*sqrt(2)", "", ("", "", "", "")),
]


@pytest.mark.parametrize(("text", "seen", "partners"), PATTERNS)
def test_patterns_of_known_functions(text: str, seen: str, partners: tuple[str, ...]) -> None:
    graph, root = primitives(text)
    assert members(*jacobian_pattern(graph, [root], NAMES)) == seen
    assert tuple(map(members, hessian_pattern(graph, root, NAMES))) == partners


@pytest.mark.parametrize("text", [row[0] for row in PATTERNS])
def test_what_is_not_in_a_pattern_is_zero(text: str) -> None:
    graph, root = primitives(text)
    first, second = jacobian_pattern(graph, [root], NAMES)[0], hessian_pattern(graph, root, NAMES)
    point = {name: Fraction(17 + 4 * k, 13) for k, name in enumerate(NAMES)}
    for i, derivative in enumerate(gradient(graph, root, NAMES, partial)):
        entries = gradient(graph, derivative, NAMES, partial)
        value, *values = map(float, evaluate(graph, [derivative, *entries], point, real=True).roots)
        assert value == 0 or first >> i & 1
        assert all(entry == 0 or second[i] >> k & 1 for k, entry in enumerate(values))


@pytest.mark.parametrize("op", sorted(PIECEWISE_LINEAR))
def test_straight_pieces_have_no_second_derivative(op: str) -> None:
    graph = Graph()
    names = ["x", "y"] if op in ("max", "min", "Mod") else ["x"]
    root = graph.add(op, [graph.variable(name) for name in names])
    seconds = [s for d in gradient(graph, root, names, partial) for s in gradient(graph, d, names, partial)]
    point = {"x": Fraction(17, 13), "y": Fraction(5, 7)}
    assert {float(e) for e in evaluate(graph, seconds, point, real=True).roots} == {0}


def rosenbrock(n: int) -> tuple[Graph, int, list[str]]:
    graph = Graph()
    names = [f"x[{k}]" for k in range(n)]
    variables = [graph.variable(name) for name in names]
    two = graph.number(2)
    terms = []
    for a, b in itertools.pairwise(variables):
        valley = graph.add("add", (b, graph.add("neg", (graph.add("pow", (a, two)),))))
        along = graph.add("add", (graph.number(1), graph.add("neg", (a,))))
        terms += [
            graph.add("mul", (graph.number(100), graph.add("pow", (valley, two)))),
            graph.add("pow", (along, two)),
        ]
    return graph, graph.add("add", terms), names


def test_the_hessian_of_a_chain_has_three_colours() -> None:
    n = 1_000
    graph, root, names = rosenbrock(n)
    rows = hessian_pattern(graph, root, names)
    assert rows == [sum(1 << j for j in (i - 1, i, i + 1) if 0 <= j < n) for i in range(n)]
    assert colour(rows, n) == [k % 3 for k in range(n)]
    assert jacobian_pattern(graph, [root], names) == [2**n - 1]


def test_dense_and_diagonal_hessians() -> None:
    n = 200
    graph = Graph()
    names = [f"x[{k}]" for k in range(n)]
    exponentials = [graph.add("exp", (graph.variable(name),)) for name in names]
    total = graph.add("add", exponentials)
    assert max(colour(hessian_pattern(graph, total, names), n)) == 0
    assert sorted(colour(hessian_pattern(graph, graph.add("log", (total,)), names), n)) == list(range(n))


def test_other_variables_have_no_bit() -> None:
    graph, root = primitives("x*y*z")
    assert jacobian_pattern(graph, [root], ["z", "q"]) == [1]
    assert hessian_pattern(graph, root, ["z", "q"]) == [0, 0]


@given(st.lists(st.integers(0, 2**12 - 1), max_size=12))
def test_columns_of_one_colour_share_no_row(rows: list[int]) -> None:
    colours = colour(rows, 12)
    for a, b in itertools.combinations(range(12), 2):
        assert colours[a] != colours[b] or not any(row >> a & row >> b & 1 for row in rows)
    # A greedy colouring needs no more colours than one column has neighbours, and one.
    neighbours = [{b for row in rows if row >> a & 1 for b in range(12) if row >> b & 1 and b != a} for a in range(12)]
    assert max(colours) <= max(map(len, neighbours))


def test_large_graphs_are_no_work() -> None:
    """20,000 nodes over 1,000 names: a sweep of set operations, not one for each pair (seconds, when it was)."""
    dice = random.Random(0)
    graph = Graph()
    names = [f"x[{k}]" for k in range(1_000)]
    nodes = [graph.variable(name) for name in names]
    while len(graph.nodes) < 20_000:
        nodes.append(graph.add(dice.choice(("add", "mul", "sin")), [dice.choice(nodes[-2_000:]) for _ in range(2)]))
    assert len(hessian_pattern(graph, nodes[-1], names)) == 1_000
