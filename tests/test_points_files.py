"""Points from files and answers to files: what is read, what is written, and what is said where that fails."""

from __future__ import annotations

import csv
import gc
import io
import json
import math
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from conftest import Ran
from conftest import rows as cases

from derivcli import differentiate, rows, tables
from derivcli.errors import DerivError, PointError
from derivcli.many import GridTable
from derivcli.many.sample import Row, Sample
from derivcli.points import grid
from derivcli.tables import open_table, written
from derivcli.tables.npy import npy_header
from derivcli.tables.plain import Delimited
from derivcli.values import value

Deriv = Callable[..., Ran]
NEEDS_POLARS = {"parquet", "arrow"}


def skip_without_polars(*forms: str) -> None:
    if NEEDS_POLARS & set(forms):
        pytest.importorskip("polars")


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """From 20 points on a sample is checked."""
    monkeypatch.setattr(rows, "MAX_JUDGED", 20)
    monkeypatch.setattr("derivcli.requests.MAX_JUDGED", 20)
    yield


def columns_of(path: Path) -> dict[str, list[Any]]:
    """A table as lists: numbers where all cells are numbers, else texts."""
    with open_table(str(path), ["x"]) as table:
        found: dict[str, list[str]] = {name: [] for name in table.names}
        for chunk in table.chunks([]):
            for name, cells in chunk.cells.items():
                found[name] += [str(cell) for cell in cells]
    return {name: as_numbers(cells) for name, cells in found.items()}


def as_numbers(cells: list[str]) -> list[Any]:
    try:
        return [float(cell) for cell in cells]
    except ValueError:
        return list(cells)


@pytest.mark.parametrize("form", ["csv", "tsv", "ndjson", "parquet", "arrow", "npz"])
@pytest.mark.parametrize("light", [True, False])
def test_what_is_written_is_read_again(form: str, light: bool, tmp_path: Path) -> None:
    if not light:
        skip_without_polars("parquet")
    skip_without_polars(form)
    path = tmp_path / f"p.{form}"
    (chunk,) = GridTable(grid("x=0:1:1/7,y=2,3", value), 0).chunks(["x", "y"])
    with written(str(path), form, light) as writer:
        writer.write(chunk, {"more": [0.1 * k for k in range(chunk.rows)]})
        writer.write(chunk, {"more": [0.1 * k for k in range(chunk.rows)]})
    found = columns_of(path)
    assert list(found) == ["x", "y", "more"]
    assert found["x"] == list(chunk.numbers["x"]) * 2
    points = differentiate("x*y", points=str(path)).points
    assert [p.at["x"] for p in points] == found["x"]
    assert all(check.status == "agree" for p in points for check in (p.checks or {}).values())


@pytest.mark.parametrize("form", ["csv", "tsv", "ndjson", "parquet", "arrow", "npz"])
def test_rows_have_the_input_then_the_answers(form: str, tmp_path: Path, deriv: Deriv, many: None) -> None:
    skip_without_polars(form)
    points, out = tmp_path / "p.csv", tmp_path / f"a.{form}"
    points.write_text("id,x,y\n" + "".join(f"{k},{k / 8},{k / 4}\n" for k in range(50)))
    ran = deriv("x**2*y", "--points", str(points), "--out", str(out))
    assert (ran.status, ran.out) == (0, "")
    assert "50 points by" in ran.err
    found = columns_of(out)
    assert list(found) == ["id", "x", "y", "value", "d_x", "d_y"]
    assert found["id"] == list(range(50))
    for x, y, f, d_x, d_y in zip(*(found[n] for n in ("x", "y", "value", "d_x", "d_y")), strict=True):
        assert (f, d_x, d_y) == (x**2 * y, 2 * x * y, x**2)


def test_few_rows_have_the_exact_value_and_the_check_too(tmp_path: Path, deriv: Deriv) -> None:
    points = tmp_path / "p.csv"
    points.write_text('name,x\n"a, b",0.1\nc,\nd,-1e3\n')
    lines = list(csv.reader(io.StringIO(deriv("abs(x)", "--points", str(points), "--csv").out)))
    assert lines[0] == ["name", "x", "value", "d_x", "symbolic_x", "status_x"]
    assert lines[1] == ["a, b", "0.1", "0.1", "1", "1", "agree"]
    assert lines[2] == ["c", "", "NaN", "NaN", "", "unchecked"]
    assert lines[3] == ["d", "-1e3", "1000", "-1", "-1", "agree"]


def test_a_decimal_in_a_file_is_exact(tmp_path: Path) -> None:
    points = tmp_path / "p.csv"
    points.write_text("x\n0.1\n")
    (point,) = differentiate("sin(10*pi*x)", points=str(points), digits=30).points
    assert point.decimals is not None
    assert point.decimals.value.text == "0"  # type: ignore[union-attr]


def test_rows_that_are_not_finite_get_torchs_numbers(tmp_path: Path) -> None:
    points = tmp_path / "p.csv"
    points.write_text("x\ninf\n0\nNaN\n")
    infinite, zero, missing = differentiate("exp(-x)", points=str(points)).points
    assert (infinite.value, zero.value) == (0.0, 1.0)
    assert math.isnan(missing.value)  # type: ignore[arg-type]
    assert infinite.checks is not None and missing.checks is not None
    assert infinite.checks["x",].note == "x is infinite in this row"
    assert missing.checks["x",].note == "x is missing in this row"


@pytest.mark.parametrize("case", cases("tables.jsonl"), ids=lambda c: f"{c['file']}: {c['says']}")
def test_a_table_that_is_none_says_why(case: dict[str, str], tmp_path: Path, deriv: Deriv) -> None:
    skip_without_polars(case["file"].partition(".")[2])
    path = tmp_path / case["file"]
    path.write_text(case["text"])
    ran = deriv("x*y", "--points", str(path), "-o", case.get("form", "table"))
    assert ran.status in (2, 3)
    assert case["says"] in ran.err
    assert ran.out == ""


@pytest.mark.parametrize("case", [c for c in cases("tables.jsonl") if c["file"][-3:] in ("csv", "tsv", "son")])
def test_polars_and_the_standard_library_refuse_the_same(
    case: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("polars")
    monkeypatch.setattr(tables, "_SMALL", 1)
    path = tmp_path / case["file"]
    path.write_text(case["text"])
    with pytest.raises(DerivError) as failure:
        differentiate("x*y", points=str(path), out=str(tmp_path / "out.csv"))
    assert case["says"] in failure.value.message
    assert list(tmp_path.iterdir()) == [path]


TEXTS = [
    'a,x\n1,2\n"x, ""y""\nz",3\n', "a,x\r\n1,2\r\n\r\n3,4\r\n", "\ufeffa,x\n1, 2 \n,\n2,NaN\n", "a,x\n1,-inf\n2,1e-3",
    "a,x\n1,\n2,+1\n3,.5\n4,5.\n", 'a,x\n"1","2"\n', "a,x\n\n1,2\n\n\n3,4\n\n", "a,x\nü,1E5\n",
]  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
def test_polars_reads_what_the_standard_library_reads(text: str) -> None:
    pytest.importorskip("polars")
    from derivcli.tables import frames

    plain = Delimited(iter(io.StringIO(text.removeprefix("\ufeff"), newline="").readlines()), "csv", "t")
    fast = frames.Delimited(io.BytesIO(text.encode()), "csv", "t", len(text))
    assert plain.names == fast.names
    (one,), (other,) = plain.chunks(["x"]), fast.chunks(["x"])
    assert one.rows == other.rows
    assert [repr(v) for v in one.numbers["x"]] == [repr(v) for v in other.numbers["x"]]
    assert {n: list(c) for n, c in one.cells.items()} == {n: [v or "" for v in c] for n, c in other.cells.items()}


def test_blocks_end_where_rows_end(monkeypatch: pytest.MonkeyPatch) -> None:
    from derivcli.tables import blocks

    text = b'1,"a\nb"\n' * 50 + b"2,c"
    for size in (1, 3, 8, 100):
        monkeypatch.setattr(blocks, "_BLOCK", size)
        parts = list(blocks.blocks(io.BytesIO(text), b"", "t", quoted=True))
        assert b"".join(parts) == text
        assert all(part.count(b'"') % 2 == 0 and part.endswith((b"\n", b"2,c")) for part in parts)


def npy(kind: str, code: str, numbers: list[float], shape: tuple[int, ...]) -> bytes:
    head = npy_header(shape).replace(b"'<f8'", f"'{kind}'".encode())
    return head + struct.pack(f"{kind[0]}{len(numbers)}{code}", *numbers)


@pytest.mark.parametrize(("kind", "code"), [("<f8", "d"), (">f8", "d"), ("<f4", "f"), ("<i4", "i"), ("|u1", "B")])
def test_an_npy_file_holds_the_variables_in_order(kind: str, code: str, tmp_path: Path) -> None:
    path = tmp_path / "p.npy"
    data = npy(kind, code, [1, 2, 3, 4], (2, 2)) if kind[0] != "|" else npy("<u1", code, [1, 2, 3, 4], (2, 2))
    path.write_bytes(data)
    found = differentiate("x - y", points=str(path)).points
    assert [(p.at["x"], p.at["y"], p.value) for p in found] == [(1, 2, -1), (3, 4, -1)]


def test_an_npz_file_has_columns_of_one_length(tmp_path: Path) -> None:
    path = tmp_path / "p.npz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x.npy", npy("<f8", "d", [1, 2], (2,)))
        archive.writestr("y.npy", npy("<f8", "d", [1, 2, 3], (3,)))
    with pytest.raises(PointError, match="different lengths: x 2, y 3"):
        differentiate("x*y", points=str(path))


def test_standard_input_is_csv_or_ndjson(deriv: Deriv, monkeypatch: pytest.MonkeyPatch) -> None:
    for text in ("x\n3\n", '{"x": 3}\n', ' \n{"x": 3.0}\n'):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        assert deriv("x**2", "--points", "-", "-q").out == "6\n"


def test_what_the_file_lacks_comes_from_the_prompt(tmp_path: Path, deriv: Deriv) -> None:
    points = tmp_path / "p.csv"
    points.write_text("x\n1\n2\n")
    assert deriv("a*x", "--points", str(points), "--at", "a=pi", "--wrt", "x", "-q").out.split() == [repr(math.pi)] * 2
    assert "has no column a" in deriv("a*x", "--points", str(points)).err
    assert "has a value after --at, too" in deriv("a*x", "--points", str(points), "--at", "x=1,a=2").err
    assert "no variable b" in deriv("x", "--points", str(points), "--at", "b=2").err


def test_a_column_named_as_a_constant_is_a_variable(tmp_path: Path, deriv: Deriv) -> None:
    points = tmp_path / "p.csv"
    points.write_text("e\n3\n")
    assert deriv("e**2", "--points", str(points), "-q").out == "6\n"


@pytest.mark.parametrize(
    ("out", "says"),
    [("p.csv", "holds the points"), ("missing/a.csv", "No such file"), ("a.txt", None), (".", "cannot write")],
)
def test_a_file_that_cannot_be_written_says_why(out: str, says: str | None, tmp_path: Path, deriv: Deriv) -> None:
    points = tmp_path / "p.csv"
    points.write_text("x\n1\n")
    ran = deriv("x", "--points", str(points), "--csv", "--out", str(tmp_path / out))
    assert (ran.status == 0) is (says is None)
    assert (says or "") in ran.err
    assert points.read_text() == "x\n1\n"


def test_an_error_leaves_no_part_of_a_file(tmp_path: Path, deriv: Deriv, many: None) -> None:
    points, out = tmp_path / "p.csv", tmp_path / "a.csv"
    points.write_text("x\n" + "1\n" * 40_000 + "one\n")
    out.write_text("before")
    assert "row 40,001, column x" in deriv("x", "--points", str(points), "--out", str(out)).err
    assert out.read_text() == "before"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.csv", "p.csv"]


AXES = ["0:1:1e-3", "0:0.3:0.1", "-1:2:1/7", "0:2*pi:pi/100", "linspace(0,1,1001)", "1e300:1.001e300:1e296", "1,2,pi"]


@pytest.mark.parametrize("axis", AXES)
@pytest.mark.parametrize("listed", [0, 10**6])
def test_a_grid_has_the_nearest_floats(axis: str, listed: int) -> None:
    found = grid([f"x={axis}", "y=1,2"], value)
    (chunk,) = GridTable(found, 0).chunks(["x", "y"])
    points = list(found.points())
    assert chunk.rows == len(points)
    exact = [float(value(text, "x").entries[0]) for text in (dict(point)["x"] for point in points[::7])]
    assert list(chunk.numbers["x"])[::7] == exact
    assert chunk.text("x", 2) == dict(points[2])["x"]
    assert list(chunk.numbers["y"])[:4] == [1, 2, 1, 2]


def test_a_long_range_is_counted_not_built() -> None:
    found = grid("x=0:1:1e-7", value)
    assert len(found) == 10**7 + 1
    assert found.groups[0].point(3) == (("x", str(Fraction(3, 10**7))),)


@pytest.mark.parametrize(("count", "limit", "chunk"), [(1, 5, 10), (7, 10, 3), (1_000, 10, 7), (10_000, 100, 999)])
def test_a_sample_has_the_ends_and_rows_that_are_not_finite(count: int, limit: int, chunk: int) -> None:
    sample = Sample(limit, 1)
    odd = {k for k in range(count) if k % 97 == 50}
    for start in range(0, count, chunk):
        size = min(chunk, count - start)
        places = [k for k in range(size) if start + k in odd]
        sample.see(size, places, lambda place, start=start: Row(start + place, {}, {}, [], {}))  # type: ignore[misc]
    found = [row.number for row in sample.rows()]
    assert found == sorted(set(found))
    assert len(found) == min(limit, count)
    assert {0, count - 1} <= set(found)
    assert len(odd & set(found)) >= min(len(odd), limit // 4)


def test_every_row_has_the_same_chance() -> None:
    hits = [0] * 20
    for seed in range(2_000):
        sample = Sample(4, seed)
        for start in (0, 5, 10, 15):
            sample.see(5, [], lambda place, start=start: Row(start + place, {}, {}, [], {}))  # type: ignore[misc]
        for row in sample.rows():
            hits[row.number] += 1
    assert hits[0] == hits[-1] == 2_000
    assert all(150 < count < 300 for count in hits[1:-1])


def test_of_many_points_a_sample_is_checked(tmp_path: Path, deriv: Deriv, many: None) -> None:
    ran = deriv("abs(x)", "--at", "x=-1:1:0.01", "--csv", "--check-rows", "201")
    lines = list(csv.DictReader(io.StringIO(ran.out)))
    assert [float(line["d_x"]) for line in lines] == [math.copysign(1, k) if k else 0 for k in range(-100, 101)]
    assert list(lines[0]) == ["x", "value", "d_x"] if len(lines) > 20 else True
    assert "201 rows checked: 200 agree" in ran.err or "status_x" in lines[0]


def test_a_kink_in_the_sample_is_told_with_its_row(deriv: Deriv, many: None) -> None:
    ran = deriv("abs(x)", "--at", "x=0:1:0.01", "--csv", "--strict")
    assert "kink: 1 row of those, the first is row 1" in ran.err
    assert ran.status == 4


def test_rows_that_are_not_finite_are_told(deriv: Deriv, many: None) -> None:
    ran = deriv("1/x", "--at", "x=-1:1:0.01", "--csv")
    assert "not finite although the point is: 1 row of all, the first is row 101" in ran.err


def test_an_engine_that_is_named_computes_few_rows_too(deriv: Deriv) -> None:
    ran = deriv("x**2", "--at", "x=1,2,3", "--csv", "--engine", "program")
    assert ran.out == "x,value,d_x\n1.0,1.0,2.0\n2.0,4.0,4.0\n3.0,9.0,6.0\n"
    assert "3 rows checked: 3 agree" in ran.err


def test_an_engine_that_is_wrong_is_found(tmp_path: Path, many: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from derivcli.many import function

    right = function.computer

    class Wrong:
        name = "wrong"

        def __init__(self, *args: Any) -> None:
            self.computer = right(*args)
            self.rounded = self.computer.rounded

        def __call__(self, *args: Any) -> Any:
            found = self.computer(*args)
            value, *derivatives = found.columns
            return replace(found, columns=[value, *([1.001 * d for d in column] for column in derivatives)])

    monkeypatch.setattr(function, "computer", Wrong)
    found = differentiate("x**2", at="x=1:30:1", out=str(tmp_path / "a.csv"), check_rows=10)
    assert found.summary is not None
    assert found.summary.statuses["disagree"][0] == found.summary.checked


@pytest.mark.parametrize("expr", ["x*y", "[x, x*y**2]", "5", "abs(x) + y"])
@pytest.mark.parametrize(
    "options", [{}, {"order": 2}, {"partial": ["x", "y"]}, {"hessian": True}, {"dtype": "float32"}]
)
def test_many_points_have_the_numbers_of_few(
    expr: str, options: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if "hessian" in options and expr.startswith("["):
        return
    out, at = tmp_path / "a.csv", {"x": "1:4:1/3", "y": "1,2,3.5"}
    asked = {**options, "timeout": 60, "var": "x,y", "wrt": [] if "partial" in options else ["x", "y"]}
    few = differentiate(expr, at=at, **asked)
    monkeypatch.setattr(rows, "MAX_JUDGED", 20)
    monkeypatch.setattr("derivcli.requests.MAX_JUDGED", 20)
    many = differentiate(expr, at=at, out=str(out), engine="autograd", **asked)
    assert many.summary is not None and many.summary.points == len(few.points) == 30
    assert set(many.summary.statuses) == {"agree"}
    from derivcli.render.answer import result_columns

    found = columns_of(out)
    for k, point in enumerate(few.points):
        wanted = {n: v for n, v in result_columns(few, point) if n.startswith(("value", "d_"))}
        assert {name: found[name][k] for name in wanted} == pytest.approx(wanted, rel=1e-6)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["norm(v)", "--at", "v=[1,2]", "--out", "a.tsv"], "not an array"),
        (["x", "--at", "x=0:1:1e-7", "--json"], "--csv, or --out"),
        (["I*x", "--at", "x=0:1:1e-3", "--csv"], "complex numbers, integrals and sums"),
        (["x", "--at", "x=1:100:1", "--csv", "--engine", "warp"], "engine"),
        (["x", "--at", "x=1:100:1", "--csv", "--check-rows", "-1"], "0 or more"),
        (["x", "--at", "x=1:100:1", "--csv", "--device", "cuda"], "cannot use the device"),
    ],
)
def test_what_cannot_be_done_at_many_points_says_so(words: list[str], says: str, deriv: Deriv, many: None) -> None:
    ran = deriv(*words)
    assert ran.status in (2, 3)
    assert says in ran.err + ran.out


def test_a_batch_line_takes_points_and_writes_rows(tmp_path: Path, deriv: Deriv, many: None) -> None:
    from derivcli.batch import answer_line
    from derivcli.render.json import schema_text

    jsonschema = pytest.importorskip("jsonschema")
    points, out = tmp_path / "p.ndjson", tmp_path / "a.ndjson"
    points.write_text("".join(f'{{"x": {k}, "tag": [{k}]}}\n' for k in range(30)))
    data, failed = answer_line(json.dumps({"id": 1, "expr": "x**2", "points": str(points), "out": str(out)}), 1)
    jsonschema.validate(data, json.loads(schema_text()))
    assert not failed, data
    assert (data["points"], data["summary"]["points"]) == ([], 30)
    lines = [json.loads(line) for line in out.read_text().splitlines()]
    assert lines[3] == {"x": 3, "tag": [3], "value": 9.0, "d_x": 6.0}


def test_polars_is_lent_numbers_and_gives_them_back() -> None:
    polars = pytest.importorskip("polars")
    from derivcli.tables import arrow

    values = memoryview(bytearray(struct.pack("<4d", 1, math.inf, -0.0, math.nan))).cast("d")
    series = polars.Series(arrow.Lent(values))
    assert [repr(v) for v in arrow.numbers_of(series)] == ["1.0", "inf", "-0.0", "nan"]
    assert list(arrow.numbers_of(polars.concat([series, series]).slice(3, 2)))[1] == 1
    del series
    gc.collect()
    assert not arrow._lent


def test_parquet_without_polars_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    path = tmp_path / "p.parquet"
    path.write_bytes(b"PAR1")
    with pytest.raises(DerivError) as failure:
        differentiate("x", points=str(path))
    assert failure.value.hint == "install it: pip install polars"


def test_a_writer_that_fails_ends_the_run(tmp_path: Path) -> None:
    class Broken:
        def write(self, *_: object) -> None:
            raise OSError(28, "No space left on device")

        finish = abort = lambda self: None

    with pytest.raises(OSError, match="No space"), tables._behind(Broken()) as behind:  # type: ignore[arg-type]
        for _ in range(10):
            behind.write(None, {})  # type: ignore[arg-type]
    with pytest.raises(DerivError), written(str(tmp_path / "a.csv"), "csv", True):
        raise OSError(28, "No space left on device")


def test_a_pipe_that_is_closed_ends_the_run_quietly() -> None:
    command = [sys.executable, "-m", "derivcli", "sin(x)", "--at", "x=0:1:1e-6", "--csv"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stderr is not None
        assert process.stdout.readline() == b"x,value,d_x\n"
        process.stdout.close()
        assert process.stderr.read() == b""
