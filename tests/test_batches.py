"""Batches of Arrow: the same numbers however rows are split, every type of column, every reason for no number."""

from __future__ import annotations

import itertools
import math
import multiprocessing
import os
import pickle
import random
import re
import struct
import sys
import threading
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derivcli import DerivError, batch_function, differentiate
from derivcli.batches import BatchFunction, function

pa = pytest.importorskip("pyarrow")

ENGINES = ("native", "program", "autograd")
# A function that each engine computes by another routine of its library, in as few programs as may be.
EXPRESSIONS = [
    "exp(x)*sin(y)", "cos(x) + tan(y/20)", "log(x) + x**y", "x**1.7 + sinh(y/20)", "tanh(x) + erf(y)",
    "erfc(x) + atan2(x, y)", "hypot(x, y) + sigmoid(x)", "log1p(x) + expm1(y/20)", "asinh(x) + atanh(y/20)",
    "log(1 + exp(x*y/20)) + cbrt(x)", "Mod(x, y) + acos(y/20)",
]  # fmt: skip
SLOW = ["gamma(x) + loggamma(y)", "besselj(0, x) + besselj(1, y)", "zeta(x + 2) + erfinv(y/20)"]
ODD = [0.0, -0.0, 5e-324, 1e308, -1e300, math.inf, -math.inf, math.nan, None]


def drawn(count: int, odd: bool, seed: int = 0) -> Any:
    """Rows of numbers of every size, some of them none."""
    chance = random.Random(seed)

    def number() -> float | None:
        if odd and chance.random() < 0.1:
            return chance.choice(ODD)
        wide = odd and chance.random() < 0.3
        return chance.choice([-1, 1]) * 10 ** chance.uniform(-300, 300) if wide else chance.uniform(0.01, 19)

    return pa.record_batch({name: pa.array([number() for _ in range(count)], pa.float64()) for name in "xy"})


def rows(batch: Any) -> list[tuple[Any, ...]]:
    """Rows with the bits of their numbers."""

    def bits(cell: Any) -> Any:
        return struct.pack("d", cell) if isinstance(cell, float) else cell

    return [tuple(bits(cell) for cell in row.values()) for row in batch.to_pylist()]


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("expression", EXPRESSIONS)
@settings(max_examples=3, deadline=None)
@given(cuts=st.lists(st.integers(0, 700), max_size=12), seed=st.integers(0, 99))
def test_numbers_do_not_depend_on_the_split_or_the_order(
    expression: str, engine: str, dtype: str, cuts: list[int], seed: int
) -> None:
    f, batch = batch_function(expression, engine=engine, dtype=dtype), drawn(700, odd=True)
    order = random.Random(seed).sample(range(700), 700)
    moved = batch.take(pa.array(order))
    ends = [0, *sorted(cuts), 700]
    found = [row for a, b in itertools.pairwise(ends) for row in rows(f(moved.slice(a, b - a)))]
    whole = rows(f(batch))
    assert found == [whole[k] for k in order]


@pytest.mark.parametrize("expression", SLOW)
@pytest.mark.parametrize("engine", ["program", "autograd"])
def test_nor_do_those_of_functions_that_are_computed_one_by_one(expression: str, engine: str) -> None:
    f, batch = batch_function(expression, engine=engine), drawn(70, odd=False)
    parts = [f(batch.slice(start, 9)) for start in range(0, 70, 9)]
    assert [row for part in parts for row in rows(part)] == rows(f(batch))


@pytest.mark.parametrize("offset", range(8))
def test_numbers_do_not_depend_on_where_they_lie_in_memory(offset: int) -> None:
    f, batch = batch_function("exp(x)*sin(y)"), drawn(300, odd=False)
    memory = {name: pa.py_buffer(bytes(offset) + batch.column(name).buffers()[1].to_pybytes()) for name in "xy"}
    columns = [pa.Array.from_buffers(pa.float64(), 300, [None, memory[name].slice(offset)]) for name in "xy"]
    assert rows(f(pa.record_batch(columns, ["x", "y"]))) == rows(f(batch))


def test_they_are_those_of_points_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    polars = pytest.importorskip("polars")
    from derivcli import rows as of_files

    monkeypatch.setattr(of_files, "MAX_JUDGED", 20)
    batch, points, out = drawn(2_000, odd=False), tmp_path / "p.parquet", tmp_path / "a.parquet"
    polars.from_arrow(batch).write_parquet(points)
    summary = differentiate("exp(-x/9)*sin(y)", points=str(points), out=str(out), order=2).summary
    f = batch_function("exp(-x/9)*sin(y)", order=2)
    assert summary is not None and summary.engine == f.engine
    found = polars.read_parquet(out)
    answers = f(batch)
    assert found.columns == answers.schema.names[:-1]
    assert rows(answers.drop_columns(["reason"])) == rows(found.to_arrow())
    verdict = f.check(batch, 100, 0)
    assert (verdict.checked, verdict.digits, dict(verdict.statuses)) == (
        summary.checked, summary.digits, dict(summary.statuses)
    )  # fmt: skip


WHOLE = [1, 2, 3, None, 2**60 + 1]
COLUMNS = {
    "int64": pa.array(WHOLE, pa.int64()),
    "uint64": pa.array([*WHOLE[:4], 2**64 - 1], pa.uint64()),
    "int32": pa.array([1, 2, 3, None, -(2**31)], pa.int32()),
    "float32": pa.array([0.1, 2, None, -3e38, 1], pa.float32()),
    "halffloat": pa.array([0.5, 2, None, 4, 1], pa.float32()).cast(pa.float16()),
    "decimal": pa.array([Decimal("0.1"), Decimal("123456789012345678.90123456789"), None], pa.decimal128(38, 11)),
    "decimal256": pa.array([Decimal("1e-30"), Decimal("7") / 3, None], pa.decimal256(60, 40)),
    "dictionary": pa.array([0.1, 0.5, 0.1, None]).dictionary_encode(),
    "runs": pa.RunEndEncodedArray.from_arrays([2, 5], [0.1, 0.7]),
    "null": pa.nulls(3),
    "sliced": pa.array([9, 0.1, None, 0.3, 9]).slice(1, 3),
    "empty": pa.array([], pa.int16()),
}  # fmt: skip


@pytest.mark.parametrize("kind", COLUMNS)
def test_a_column_of_any_numbers_is_the_nearest_floats(kind: str) -> None:
    answers = batch_function("x")(pa.record_batch({"x": COLUMNS[kind]})).to_pydict()
    wanted = [None if cell is None else float(Fraction(cell)) for cell in COLUMNS[kind].to_pylist()]
    assert answers["value"] == wanted
    assert answers["reason"] == ["x is missing" if cell is None else None for cell in wanted]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.decimals(allow_nan=False, allow_infinity=False, places=9, min_value=-(10**18), max_value=10**18)))
def test_a_decimal_is_the_nearest_float(numbers: list[Decimal]) -> None:
    batch = pa.record_batch({"x": pa.array(numbers, pa.decimal128(38, 9))})
    assert batch_function("x")(batch).column("value").to_pylist() == [float(number) for number in numbers]


REASONS = [
    ("log(x)*y", {"x": None, "y": 1.0}, "x is missing"),
    ("log(x)*y", {"x": math.nan, "y": 1.0}, "x is missing"),
    ("log(x)*y", {"x": 2.0, "y": math.inf}, "y is infinite"),
    ("log(x)*y", {"x": -math.inf, "y": None}, "x is infinite"),
    ("exp(-x)*y", {"x": math.inf, "y": 1.0}, "x is infinite"),
    ("log(x)*y", {"x": -2.0, "y": 1.0}, "value is not finite although the point is"),
    ("exp(x)*y", {"x": 1000.0, "y": 1.0}, "value is not finite although the point is"),
    ("sqrt(x)*y", {"x": 0.0, "y": 1.0}, "d_x is not finite although the point is"),
    ("log(x)*y", {"x": 2.0, "y": 3.0}, None),
]  # fmt: skip


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("expression", "point", "reason"), REASONS)
def test_where_there_is_no_number_it_is_null_and_the_reason_is_told(
    expression: str, point: dict[str, float | None], reason: str | None, engine: str
) -> None:
    columns = {name: pa.array([2.5, number, 2.5], pa.float64()) for name, number in point.items()}
    before, row, after = batch_function(expression, engine=engine)(pa.record_batch(columns)).to_pylist()
    assert row["reason"] == reason
    assert before == after and before["reason"] is None and None not in [before["value"], before["d_x"]]
    numbers = [row["value"], row["d_x"], row["d_y"]]
    assert all(number is None or math.isfinite(number) for number in numbers)
    assert (None in numbers) == (reason is not None)
    assert reason is None or reason.startswith("d_") or numbers == [None] * 3


def test_other_columns_and_the_schemas_metadata_are_carried_along() -> None:
    others = {
        "name": pa.array(["a", None, "c"]), "list": pa.array([[1], [], None]),
        "deep": pa.array([{"u": 1, "v": "w"}] * 3),
        "kind": pa.array(["p", "q", "p"]).dictionary_encode(),
        "when": pa.array([1, 2, 3], pa.timestamp("us")),
    }  # fmt: skip
    schema = pa.schema(
        [pa.field("x", pa.float64(), nullable=False, metadata={"unit": "m"})]
        + [pa.field(name, cells.type) for name, cells in others.items()],
        metadata={"origin": "here"},
    )
    batch = pa.record_batch([pa.array([1.0, 2, 3]), *others.values()], schema=schema)
    f = batch_function("x**2")
    answers = f(batch)
    assert answers.schema.equals(f.schema(batch.schema), check_metadata=True)
    assert answers.schema.names == [*batch.schema.names, "value", "d_x", "reason"]
    assert answers.select(batch.schema.names).equals(batch)
    assert answers.schema.metadata == {b"origin": b"here"} and answers.schema.field("x").metadata == {b"unit": b"m"}
    assert [answers.column(k).buffers() == batch.column(k).buffers() for k in range(1)]


ERRORS = [
    ({"u": [1.0]}, "the input has no column x"),
    ({"x": ["a"]}, "the column x of the input holds string, not numbers"),
    ({"x": [True]}, "the column x of the input holds bool, not numbers"),
    ({"x": [[1.0]]}, "the column x of the input holds list"),
    ({"x": [1.0], "value": [1.0]}, "the input has a column value already"),
    ({"x": [1.0], "d_x": [1.0]}, "the input has a column d_x already"),
    ({"x": [1.0], "reason": ["a"]}, "the input has a column reason already"),
    ({"x": [1.0], "a": [1.0]}, "a is a column of the input and has a value"),
]  # fmt: skip


@pytest.mark.parametrize(("columns", "says"), ERRORS)
def test_a_batch_that_does_not_fit_says_why(columns: dict[str, list[Any]], says: str) -> None:
    f, batch = batch_function("a*x", at={"a": 2}, wrt="x"), pa.record_batch(columns)
    with pytest.raises(DerivError, match=re.escape(says)):
        f(batch)


def test_so_do_two_columns_of_a_variable_and_what_is_no_batch() -> None:
    f = batch_function("x**2")
    with pytest.raises(DerivError, match="two columns 'x'"):
        f(pa.record_batch([pa.array([1.0]), pa.array([2.0])], names=["x", "x"]))
    with pytest.raises(DerivError, match="a record batch of Arrow is needed, not list"):
        f([1.0])


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"at": "b=1"}, "no variable b"),
        ({"at": "a=1,2"}, "one value"),
        ({"at": {"a": [1, 2]}}, "a number, not an array"),
        ({"points": "p.csv"}, "they are the points"),
        ({"engine": "fast"}, "'engine' is one of"),
        ({"ordr": 2}, "unknown key 'ordr'"),
        ({"digits": 30}, "only derivatives of numbers"),
    ],
)
def test_a_question_that_is_none_of_batches_says_why_at_once(options: dict[str, Any], says: str) -> None:
    with pytest.raises(DerivError, match=re.escape(says)):
        batch_function("a*x", **options)


def test_an_expression_that_cannot_be_read_says_why_at_once() -> None:
    with pytest.raises(DerivError):
        batch_function("sin(x")


def test_a_missing_library_is_named_with_the_command_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(DerivError, match="need pyarrow") as failure:
        batch_function("x")(None)
    assert failure.value.hint == "install it: pip install pyarrow"


@pytest.mark.parametrize(
    ("options", "names"),
    [
        ({}, ["d_x", "d_y"]),
        ({"order": 2}, ["d_x_x", "d_y_y"]),
        ({"partial": ["x", "x", "y"]}, ["d_x_x_y"]),
        ({"hessian": True}, ["d_x_x", "d_x_y", "d_y_x", "d_y_y"]),
        ({"wrt": "y"}, ["d_y"]),
    ],
)
def test_columns_are_called_as_they_are_in_files(options: dict[str, Any], names: list[str]) -> None:
    answers = batch_function("x**2*y**3", **options)(pa.record_batch({"x": [3], "y": [2]}))
    assert answers.schema.names == ["x", "y", "value", *names, "reason"]
    assert answers.column("value").to_pylist() == [72]


def test_a_vector_has_a_column_for_each_component() -> None:
    (answers,) = batch_function(["x*y", "x + y"])(pa.record_batch({"x": [3], "y": [2]})).to_pylist()
    values, slopes = {"value[0]": 6, "value[1]": 5}, {"d_x[0]": 2, "d_x[1]": 1, "d_y[0]": 3, "d_y[1]": 1}
    assert answers == {"x": 3, "y": 2, **values, **slopes, "reason": None}


def test_a_column_called_as_a_constant_is_a_variable() -> None:
    answers = batch_function("e**2*x", wrt="x")(pa.record_batch({"x": [1.0], "e": [3.0]})).to_pylist()
    assert answers == [{"x": 1, "e": 3, "value": 9, "d_x": 9, "reason": None}]


def test_no_rows_give_no_rows() -> None:
    f, batch = batch_function("x"), pa.record_batch({"x": pa.array([], pa.float64())})
    assert f(batch).num_rows == 0
    assert f(pa.Table.from_batches([], schema=batch.schema)).schema == f.schema(batch.schema)


def test_a_table_is_answered_batch_by_batch() -> None:
    f, batch = batch_function("exp(x)*y"), drawn(100, odd=True)
    table = pa.Table.from_batches([batch.slice(0, 30), batch.slice(30, 0), batch.slice(30)])
    answers = f(table)
    assert isinstance(answers, pa.Table) and answers.column("value").num_chunks == 3
    assert rows(answers) == rows(f(batch))


def test_what_gives_arrow_streams_is_a_table() -> None:
    polars = pytest.importorskip("polars")
    frame = polars.DataFrame({"x": [1.0, None, 3.0], "s": ["a", "b", "c"]})
    answers = polars.from_arrow(batch_function("x**2")(frame))
    assert answers["value"].to_list() == [1, None, 9]
    assert answers["s"].to_list() == ["a", "b", "c"]


def test_it_is_made_once_by_a_process_however_often_it_is_unpickled(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []

    class Counted(function.Function):
        def __init__(self, *args: Any) -> None:
            made.append(args)
            super().__init__(*args)

    monkeypatch.setattr(function, "Function", Counted)
    packed = pickle.dumps(batch_function("x**2 + 12321"))
    made.clear()
    assert len(packed) < 2_000
    batch = pa.record_batch({"x": [1.0]})
    for k in range(1_000):
        f: BatchFunction = pickle.loads(packed)
        assert f(batch if k % 2 else batch.append_column("s", pa.array(["a"]))).column("value").to_pylist() == [12322]
    assert len(made) <= 1


def test_a_question_has_one_digest() -> None:
    digest = batch_function("x^2 * y", at={"y": 2}).digest
    assert digest == batch_function("x**2*y", at="y=2", timeout=50).digest
    others = [("x**2*y", {"at": "y=3"}), ("y*x**2", {"at": "y=2"}), ("x**2*y", {"at": "y=2", "order": 2})]
    others += [("x**2*y", {"at": "y=2", "dtype": "float32"}), ("x**2*y", {"at": "y=2", "engine": "autograd"})]
    assert digest not in {batch_function(text, **options).digest for text, options in others}


@pytest.mark.parametrize(
    ("expression", "engine"), [("exp(x)*sin(y)", e) for e in ENGINES] + [("besselj(0, x) + gamma(y)", "program")]
)
def test_threads_find_what_one_thread_finds(expression: str, engine: str) -> None:
    f = batch_function(expression, engine=engine)
    batch = drawn(300 if "bessel" in expression else 40_000, odd=False)
    wanted, found = f(batch), {}

    def work(k: int) -> None:
        found[k] = pickle.loads(pickle.dumps(f))(batch)

    threads = [threading.Thread(target=work, args=(k,)) for k in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 6 and all(answers.equals(wanted) for answers in found.values())


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are not forked here")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
@pytest.mark.parametrize("engine", ENGINES)
def test_a_process_that_is_forked_goes_on(engine: str) -> None:
    f, batch = batch_function("exp(x)*sin(y)", engine=engine), drawn(40_000, odd=True)
    wanted = rows(f(batch))
    with function.alone(), multiprocessing.get_context("fork").Pool(1) as pool:  # as if another thread were at work
        found = pool.apply_async(_answered, (f, batch)).get(60)
    assert found == wanted


def _answered(f: BatchFunction, batch: Any) -> list[tuple[Any, ...]]:
    return rows(f(batch))


def test_a_sample_of_rows_is_judged() -> None:
    batch = pa.record_batch({"x": [-1.0, 0.0, 1.0, None, math.inf]})
    verdict = batch_function("abs(x)").check(batch, 10)
    assert verdict.checked == 3
    assert dict(verdict.statuses) == {"agree": (2, 1), "kink": (1, 2)}
    outside = batch_function("log(x)").check(pa.record_batch({"x": [-1.0, 2.0]}))
    assert dict(outside.statuses) == {"outside_domain": (1, 1), "agree": (1, 2)}


def test_an_unknown_variable_is_refused_before_the_first_batch() -> None:
    with pytest.raises(DerivError, match="the expression has no variable q"):
        batch_function("x**2", wrt="q")
