"""Vectors and matrices: what they are, what is refused, and the figures of the tutorials that deriv grew from."""

from __future__ import annotations

import csv
import io
import json
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import rows

from derivcli.arrays import LAYOUTS, OPERATIONS, ROWS, SPELLINGS, derivative_shape
from derivcli.asking import question
from derivcli.catalog import SPELLINGS as ELEMENTWISE
from derivcli.engine import answer
from derivcli.entries.entrywise import _HANDLERS
from derivcli.errors import DerivError, LimitError, ParseError, PointError, ShapeError, UsageError
from derivcli.language.shape_rules import RULES
from derivcli.numeric.array_code import _CODE
from derivcli.render.arrays import grids
from derivcli.render.json import answer_data

Deriv = Callable[..., Any]
ASKED = ("expr", "at", "wrt", "vjp", "jvp", "direction", "hvp", "var", "layout", "syntax")


def ask(**data: Any) -> dict[str, Any]:
    return answer_data(answer(question(data)))


def close(found: Any, wanted: Any, tolerance: float) -> bool:
    if isinstance(wanted, dict):
        return all(close(found[key], value, tolerance) for key, value in wanted.items())
    if isinstance(wanted, list):
        return len(found) == len(wanted) and all(close(f, w, tolerance) for f, w in zip(found, wanted, strict=True))
    return abs(found - wanted) <= tolerance + 1e-12 * abs(wanted)


@pytest.mark.parametrize("case", rows("arrays.jsonl"), ids=lambda c: c["expr"][:60])
def test_an_answer(case: dict[str, Any]) -> None:
    data = {key: case[key] for key in ASKED if key in case}
    if "hessian" in case:
        data["hessian"] = True
    found = ask(**data)
    point = found["points"][0]
    tolerance = case.get("tolerance", 0.0)
    kind = next((k for k in ("vjp", "jvp", "hvp", "direction") if k in case), None)
    if kind is not None:
        kind = "jvp" if kind == "direction" else kind
        assert close(point[kind], case["answer"], tolerance)
        assert close(point["symbolic"], case["answer"], tolerance)
    for key in {"gradient", "jacobian", "hessian"} & set(case):
        assert close(point[key], case[key], tolerance)
        assert close(point["symbolic"], case[key], 0.0)
    if "value" in case:
        assert close(point["value"], case["value"], 0.0)
    for name, text in case.get("formula", {}).items():
        assert found["derivatives"][name]["text"] == text
    if "read_as" in case:
        assert found["expression"]["read_as"] == case["read_as"]
    for name, status in case.get("status", {}).items():
        assert point["checks"][name]["status"] == status
    if "hessian_status" in case:
        statuses = {check["status"] for inner in point["checks"].values() for check in inner.values()}
        assert statuses == {case["hessian_status"]}
    for name, values in case.get("symbolic", {}).items():
        assert close(point["symbolic"][name], values, 0.0)
    for name, index in case.get("index", {}).items():
        assert point["checks"][name]["index"] == index


@pytest.mark.parametrize("case", rows("shapes.jsonl"), ids=lambda c: c["text"])
def test_shapes_that_do_not_fit_are_refused_at_their_place(case: dict[str, Any]) -> None:
    with pytest.raises((ShapeError, ParseError)) as raised:
        ask(expr=case["text"], at=case["at"])
    assert case["says"] in f"{raised.value.message}; {raised.value.hint}"
    assert raised.value.span == tuple(case["span"])


def test_an_operation_has_a_line_in_every_table() -> None:
    keys = OPERATIONS - {"mtimes", "dim"}
    assert keys <= set(RULES)
    assert keys <= set(_CODE)
    assert keys <= set(_HANDLERS)
    assert {row.key for row in ROWS} <= OPERATIONS | {"flatten", "arange", "linspace", "rand", "randn", "spd"}
    assert all(row.summary and row.parameters for row in ROWS)


def test_a_function_of_arrays_has_no_name_of_another() -> None:
    assert not set(SPELLINGS) & set(ELEMENTWISE)


SHAPES = {
    ("scalar", "scalar"): (1,), ("scalar", "vector"): (1, "n"), ("scalar", "matrix"): ("k", "n"),
    ("vector", "scalar"): ("m", 1), ("vector", "vector"): ("m", "n"), ("vector", "matrix"): ("m", "k", "n"),
    ("matrix", "scalar"): ("m", "l"), ("matrix", "vector"): ("m", "l", "n"), ("matrix", "matrix"): ("m", "l", "k", "n"),
}  # fmt: skip


@pytest.mark.parametrize(("pair", "shape"), SHAPES.items(), ids=str)
def test_numerator_layout(pair: tuple[str, str], shape: tuple[Any, ...]) -> None:
    y = {"scalar": (), "vector": ("m",), "matrix": ("m", "l")}[pair[0]]
    x = {"scalar": (), "vector": ("n",), "matrix": ("n", "k")}[pair[1]]
    assert derivative_shape("numerator", y, x) == shape
    assert derivative_shape("torch", y, x) == y + x


@pytest.mark.parametrize("pair", SHAPES, ids=str)
def test_denominator_layout_is_the_other_one_turned_around(pair: tuple[str, str]) -> None:
    y = {"scalar": (), "vector": ("m",), "matrix": ("m", "l")}[pair[0]]
    x = {"scalar": (), "vector": ("n",), "matrix": ("n", "k")}[pair[1]]
    assert derivative_shape("denominator", y, x) == tuple(reversed(derivative_shape("numerator", y, x)))


def test_the_shape_table_is_printed(deriv: Deriv) -> None:
    printed = deriv("shapes", "X @ a", "--var", "X:matrix(m,n),a:vector(n)").out
    assert all(f"({','.join(map(str, shape))})" in printed for shape in SHAPES.values())
    assert "f by X │ (m) │ (m,n) │ (m,m,n) │ (m,n,m)" in printed
    data = json.loads(deriv("shapes", "--json").out)
    assert [row["numerator"] for row in data["shapes"]] == [list(shape) for shape in SHAPES.values()]
    assert all(layout in data["shapes"][0] for layout in LAYOUTS)


@pytest.mark.parametrize(
    ("declared", "formula"),
    [
        ("x:vector(n), A:matrix(n,n)", "(A + A.T) @ x"), ("x:vector(3), A:matrix(3,3)", "(A + A.T) @ x"),
        ("x:vector(n), A:symmetric(n)", "2*A @ x"), ("x:vector(n), A:diagonal(n)", "2*A @ x"),
    ],
)  # fmt: skip
def test_declared_shapes_need_no_point(declared: str, formula: str) -> None:
    assert ask(expr="x.T @ A @ x", var=declared, wrt="x")["derivatives"]["x"]["text"] == formula


def test_a_product_needs_no_numbers_but_a_name() -> None:
    declared = "X:matrix(m,n), w:vector(n), v:vector(m)"
    pulled = ask(expr="X @ w", var=declared, wrt=["X", "w"], vjp="v")["derivatives"]
    assert {name: f["text"] for name, f in pulled.items()} == {"X": "outer(v, w)", "w": "X.T @ v"}
    pushed = ask(expr="X @ w", var="X:matrix(m,n), w:vector(n)", jvp="w=u")
    assert (pushed["derivatives"]["text"], pushed["wrt"]) == ("X @ u", ["w"])


def test_formulas_keep_the_names_of_sizes_and_are_checked_with_their_numbers() -> None:
    found = ask(expr="mean(x**2)", var="x:vector(n)", at={"x": [1, 2, 4]})
    assert found["derivatives"]["x"] == {"text": "2*x/n", "latex": r"\frac{2 x}{n}", "shape": ["n"]}
    assert found["points"][0]["checks"]["x"]["status"] == "agree"


@pytest.mark.parametrize(
    ("data", "error", "says"),
    [
        ({"expr": "x@x", "var": "x:vector(n,m)"}, UsageError, "one size"),
        ({"expr": "x@x", "var": "x:tensor(n)"}, UsageError, "not a shape"),
        ({"expr": "x@y", "var": "x:vector(n),y:vector(n)", "at": {"x": [1], "y": [1, 2]}}, ShapeError, "n is 1"),
        ({"expr": "sum(S)", "var": "S:symmetric(2)", "at": {"S": [[1, 2], [3, 4]]}}, PointError, "symmetric"),
        ({"expr": "sum(D)", "var": "D:diagonal(2)", "at": {"D": [[1, 2], [2, 4]]}}, PointError, "diagonal"),
        ({"expr": "x*2", "at": {"x": [1, 2]}, "vjp": [1]}, ShapeError, "V has the shape"),
        ({"expr": "x*2", "at": {"x": [1, 2]}, "jvp": {"y": [1]}}, UsageError, "no variable y"),
        ({"expr": "x*y", "at": {"x": [1], "y": [1]}, "jvp": [1]}, UsageError, "x=…, y=…"),
        ({"expr": "x*2", "at": {"x": [1]}, "vjp": [1], "order": 2}, UsageError, "--vjp and --order"),
        ({"expr": "x*2", "at": {"x": [1]}, "hessian": True}, UsageError, "--order 2"),
        ({"expr": "x@x", "at": {"x": [1]}, "hessian": True, "layout": "numerator"}, UsageError, "--layout"),
        ({"expr": "x", "at": {"x": [1]}, "direction": [0]}, UsageError, "no direction"),
        ({"expr": "X@w", "var": "X:matrix(m,n),w:vector(n)", "vjp": "w"}, UsageError, "stands in the expression"),
        ({"expr": "X@w", "var": "X:matrix(m,n),w:vector(n)", "jvp": "X=D,w=D"}, UsageError, "of its own name"),
        ({"expr": "X@w", "var": "X:matrix(m,n),w:vector(n)", "vjp": "sin"}, UsageError, "sin is a function"),
        ({"expr": "x", "at": {"x": [[1], [2, 3]]}}, PointError, "different lengths"),
        ({"expr": "x", "at": {"x": []}}, PointError, "empty list"),
        ({"expr": "x", "at": {"x": [[[1]]]}}, PointError, "a vector or a matrix"),
        ({"expr": "y = x; while y < 2: y = 2*y; y"}, ParseError, "add --at"),
        ({"expr": "y = x; while y > 0: y = 2*y; y", "at": {"x": 1}}, LimitError, "1,000 steps"),
        ({"expr": "while x < 2: y = x", "at": {"x": 1}}, ParseError, "asked after it"),
        ({"expr": "else: y = x; y", "at": {"x": 1}}, ParseError, "without its `if`"),
        ({"expr": "y = x; while y @ y: y = x; y", "at": {"x": [1]}}, ParseError, "condition"),
        ({"expr": "sum(ones(10000, 10000))*x", "at": {"x": 1}}, ParseError, "limit"),
    ],
    ids=lambda v: str(v)[:60],
)  # fmt: skip
def test_what_cannot_be_asked_says_why(data: dict[str, Any], error: type[DerivError], says: str) -> None:
    with pytest.raises(error) as raised:
        ask(**data)
    assert says in f"{raised.value.message}; {raised.value.hint}"


def test_loops_say_how_often_they_ran() -> None:
    found = ask(expr="y = x*2; while norm(y) < 1000: y = y*2; y", at={"x": [-0.9618, -3.322, -0.6637]})
    assert found["loops"] == {"while norm(y) < 1000": 8}


def test_points_whose_loops_run_differently_are_answered_one_by_one() -> None:
    found = ask(expr="y = x; while y < 100: y = y*2; y", at=[{"x": 3}, {"x": 50}])
    assert [p["gradient"]["x"] for p in found["points"]] == [64, 2]
    assert any("runs differently" in w for w in found["warnings"])


def test_random_arrays_are_the_same_every_time_and_differ_from_each_other() -> None:
    found = ask(expr="dot(x, y) + dot(randn(3), randn(3))*x[0]", at="x=randn(3),y=randn(3)")
    again = ask(expr="dot(x, y) + dot(randn(3), randn(3))*x[0]", at="x=randn(3),y=randn(3)")
    assert found == again
    at = found["points"][0]["at"]
    assert at["x"] != at["y"]
    assert ask(expr="sum(x)", at="x=randn(3)", seed=5)["points"][0]["at"]["x"] != at["x"]


def test_entries_are_written_where_they_are_asked_for() -> None:
    found = ask(expr="x @ x", at={"x": [1, 2]}, entries=True)
    assert found["derivatives"]["x"]["text"] == "[2*x[0], 2*x[1]]"


def test_arrays_of_numbers_go_the_way_of_numbers() -> None:
    found = ask(expr="det([[x, 1], [1, y]])")
    assert found["expression"]["read_as"] == "x*y - 1"
    assert found["derivatives"]["x"]["text"] == "y"


def test_what_is_too_large_for_exact_values_is_checked_in_floats() -> None:
    found = ask(expr="norm(A @ x)**2", at="A=randn(120,130),x=randn(130)")
    checks = found["points"][0]["checks"]
    assert {c["status"] for c in checks.values()} == {"agree"}
    corner = ask(expr="sum(relu(A @ x))", at="A=zeros(120,130),x=randn(130)")
    assert corner["points"][0]["checks"]["x"]["status"] == "unchecked"


def test_a_sparse_hessian_is_the_dense_one() -> None:
    rosenbrock = "sum(100*(x[1:] - x[:-1]**2)**2 + (1 - x[:-1])**2)"
    found = ask(expr=rosenbrock, at="x=1*linspace(-1,1,50)", hessian=True)
    point = found["points"][0]
    assert point["checks"]["x"]["x"]["status"] == "agree"
    assert sum(v != 0 for row in point["hessian"]["x"]["x"] for v in row) == 50 + 2 * 49


def test_the_graph_of_autograd(deriv: Deriv) -> None:
    printed = deriv("mean(3*(x+2))", "--at", "x=[1,1]", "--graph").out
    assert [line.split()[0] for line in printed.splitlines()[-4:]] == [
        "MeanBackward0",
        "MulBackward0",
        "AddBackward0",
        "x",
    ]
    graph = deriv("mean(3*(x+2))", "--at", "x=[1,1]", "--graph", "--json").json["graph"]
    assert graph[1] == {"depth": 1, "name": "MulBackward0", "text": "3*(x + 2)"}


def test_arrays_for_numpy(deriv: Deriv, tmp_path: Path) -> None:
    file = tmp_path / "out.npz"
    assert deriv("A @ x", "--at", "A=[[1,2],[3,4],[5,6]],x=[1,2]", "--wrt", "x", "--out", str(file)).status == 0
    with zipfile.ZipFile(file) as archive:
        assert set(archive.namelist()) == {"A.npy", "x.npy", "value.npy", "d_x.npy", "symbolic_x.npy"}
        data = archive.read("d_x.npy")
    header, body = data[:128], data[128:]
    assert header.startswith(b"\x93NUMPY\x01\x00") and b"'shape': (3, 2)" in header and header.endswith(b"\n")
    assert struct.unpack("<6d", body) == (1, 2, 3, 4, 5, 6)


def test_csv_has_a_column_for_each_entry(deriv: Deriv) -> None:
    lines = list(csv.reader(io.StringIO(deriv("x*y", "--at", "x=[1,2],y=3", "--wrt", "y", "--csv").out)))
    names = "x[0],x[1],y,value[0],value[1],d_y[0],d_y[1],symbolic_y[0],symbolic_y[1],status_y"
    assert lines == [names.split(","), ["1", "2", "3", "3", "6", "1", "2", "1", "2", "agree"]]


def test_latex_has_the_values_as_matrices(deriv: Deriv) -> None:
    printed = deriv("x.T @ A @ x", "--at", "x=[1,2],A=[[1,2],[3,4]]", "--wrt", "x", "--latex").out
    assert r"\left(A + A^{\top}\right) x" in printed
    assert r"\begin{pmatrix}12 \\ 21\end{pmatrix}" in printed


def test_a_wide_matrix_is_cut_with_a_count_on_a_terminal_only() -> None:
    cut = [line for line, _ in grids(121, True, (30, 100), lambda index: ["123"], True)]
    assert len(cut) == 2 * 20 + 2
    assert cut[-1] == "… 80 more columns and 10 more rows (--json has them)"
    whole = [line for line, _ in grids(10_000, False, (30, 100), lambda index: ["123"], True)]
    assert len(whole) == 2 * 30 + 1
    assert whole[1].count("123") == 100


@pytest.mark.parametrize(
    ("words", "key", "results"),
    [
        (["norm(A @ x)**2", "--at", "A=[[1,2],[3,4]],x=[1,2]"], "gradient", ("A", "x")),
        (["A @ sigmoid(x)", "--at", "A=[[1,2],[3,4]],x=[1,2]"], "jacobian", ("A", "x")),
        (["sum(x**3)", "--at", "x=[1,2]", "--hessian"], "hessian", ("x", "x")),
        (["sum(x**3)*t", "--at", "t=2,x=[1,2]", "--partial", "t,x"], "derivative", ("t,x",)),
        (["x*y", "--at", "x=[1,2],y=[3,4]", "--vjp", "[1,5]"], "vjp", ("x", "y")),
        (["x*y", "--at", "x=[1,2],y=[3,4]", "--jvp", "x=[1,0],y=[0,1]"], "jvp", ()),
        (["sum(x**3)", "--at", "x=[1,2]", "--hvp", "[1,0]"], "hvp", ("x",)),
        (["y @ A @ x", "--at", "A=[[1,2],[3,5]],x=[1,2],y=[1,1]", "--hvp", "x=[3,4]"], "hvp", ("y", "A", "x")),
        (["A @ x", "--at", "A=[[1,2],[3,5]],x=[1,2]", "--direction", "x=[3,4]"], "jvp", ()),
    ],
    ids=lambda v: v if isinstance(v, str) else "",
)  # fmt: skip
def test_the_program_of_arrays_runs_as_printed(
    words: list[str], key: str, results: tuple[str, ...], deriv: Deriv, printed: Callable[[str], str]
) -> None:
    lines = printed(deriv(*words, "-o", "code").out).splitlines()
    values = [json.loads(line.split(" = ")[1]) for line in lines if not line.startswith("f = ")]
    found = deriv(*words, "--json").json["points"][0][key]
    if key == "hessian":
        found = found["x"]
    assert values == ([found] if not results else [found[name] for name in dict.fromkeys(results)])
