"""Every engine gives autograd's numbers: all over the catalog, to the second order, at infinity and where there is no
number."""

from __future__ import annotations

import itertools
import math
import random
import shutil
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from test_catalog import differentiable

from derivcli.catalog import ROWS, Row
from derivcli.errors import UsageError
from derivcli.language import Setting, read
from derivcli.model import ENGINES as NAMES
from derivcli.model import Path
from derivcli.numeric.engines.c_code import c_code
from derivcli.numeric.engines.choice import make
from derivcli.numeric.engines.chunks import Engine
from derivcli.numeric.engines.lowered import lowered
from derivcli.numeric.engines.wanted import Wanted
from derivcli.numeric.kernels import torch
from derivcli.programs import computed

# torch.compile takes seconds for each program, and has a test of its own.
QUICK = [name for name in NAMES if name != "compile"]
ENGINES = [name for name in QUICK if name not in ("auto", "autograd")]
HARD = (0.0, 1.0, -1.0, 2.0, 0.5, -2.5, 3.0, 30.0, -40.0, 800.0, -800.0, 1e-8, math.inf, -math.inf, math.nan)
Plan = Mapping[Path, tuple[str, ...]]


def engine(texts: Sequence[str], variables: Sequence[str], plan: Plan, name: str, **more: Any) -> Engine:
    reading = read(texts, setting=Setting(variables))
    return make(computed(reading.graph, reading.roots, False), variables, plan, engine=name, **more)


def columns(points: Sequence[Sequence[float]], variables: Sequence[str], dtype: str = "float64") -> dict[str, Any]:
    kind = getattr(torch, dtype)
    return {name: torch.tensor([p[k] for p in points], dtype=kind) for k, name in enumerate(variables)}


def flat(found: tuple[list[Any], dict[Path, list[Any]]]) -> Any:
    """All results as rows of one table."""
    values, results = found
    return torch.stack([*values, *(d for components in results.values() for d in components)])


def assert_same(found: Any, wanted: Any, tolerance: float) -> None:
    """The same numbers but for rounding, relative to the largest result at the point; NaN and infinity alike."""
    sizes = torch.where(torch.isfinite(wanted), wanted.abs(), 0.0).amax(0).expand_as(wanted)
    same = (found == wanted) | (found.isnan() & wanted.isnan()) | ((found - wanted).abs() <= tolerance * sizes + 1e-300)
    assert bool(same.all()), (found[~same], wanted[~same], (~same).nonzero())


def text_of(row: Row) -> str:
    names = differentiable(row)
    ends = zip(row.parameters, row.samples, strict=True)
    return f"{row.name}({', '.join(p if p in names else str(int(low)) for p, (low, _) in ends)})"


def has_leaves(row: Row) -> bool:
    """Whether the row is computed number by number."""
    if row.leaf:
        return True
    reading = read([text_of(row)], setting=Setting(row.parameters))
    program = computed(reading.graph, reading.roots, False)
    return Wanted(program, row.parameters, {}, "float64", "cpu").one_by_one


def points_of(row: Row) -> list[tuple[float, ...]]:
    """Where the catalog samples the row, and where functions have their trouble."""
    chosen = random.Random(row.key)
    samples = [s for p, s in zip(row.parameters, row.samples, strict=True) if p in differentiable(row)]
    inside = [tuple(chosen.uniform(*s) for s in samples) for _ in range(20)]
    return inside + (
        list(itertools.product(HARD, repeat=len(samples))) if row.accuracy < 1e-12 and not row.leaf else []
    )


def plan_of(variables: Sequence[str], orders: Sequence[int]) -> dict[Path, tuple[str, ...]]:
    """All derivatives of the orders."""
    return {along: along for order in orders for along in itertools.product(variables, repeat=order)}


def compared(texts: Sequence[str], at: Mapping[str, Any], plan: Plan, name: str, **more: Any) -> tuple[Any, Any]:
    """An engine's numbers and autograd's."""
    ours = engine(texts, list(at), plan, name, **more)
    assert ours.name == name
    return flat(ours(at)), flat(engine(texts, list(at), plan, "autograd", **more)(at))


@pytest.mark.parametrize("name", ENGINES)
@pytest.mark.parametrize("row", [row for row in ROWS if not has_leaves(row)], ids=lambda r: r.key)
def test_every_function_is_autograds(row: Row, name: str) -> None:
    variables = differentiable(row)
    try:
        found, wanted = compared([text_of(row)], columns(points_of(row), variables), plan_of(variables, (1, 2)), name)
    except UsageError as refused:
        assert "C's library has no" in str(refused)
        return
    assert_same(found, wanted, 1e-12)


def test_a_leaf_is_called_by_the_program() -> None:
    at = columns([(0.3, 1.2), (2.0, 0.5)], ("x", "y"))
    assert_same(*compared(["besselj(2, x)*y"], at, plan_of(("x", "y"), (1, 2)), "program"), 1e-13)


EXPRESSIONS = [
    ["exp(-(x**2 + y**2)/2)*sin(3*x)/(1 + x**4*y**2) + log(1 + exp(y*x))"],
    ["x**y"], ["x**y*y**x", "x/y"], ["sqrt(x) if x > 0 else y/x"], ["max(x, y, 0)**2 + min(x, log(y))"],
    ["log(max(x, 0))"], ["1/max(x, y)"], ["x*y", "3", "y", "x", "x"], ["x**16/y**3 + x**-5"], ["x**0.3*y**(5/2)"],
    ["where(x < y and y > 0 or not x == 2, x*y, exp(x))"], ["hypot(x, y)*atan2(y, x)"], ["2**x + x**2 - 3**y"],
]  # fmt: skip


@pytest.mark.parametrize("name", ENGINES)
@pytest.mark.parametrize("texts", EXPRESSIONS, ids=str)
def test_expressions_are_autograds(texts: Sequence[str], name: str) -> None:
    hard = columns(list(itertools.product((*HARD, 0.7, -1.3), repeat=2)), ("x", "y"))
    assert_same(*compared(texts, hard, plan_of(("x", "y"), (1,)), name), 1e-12)
    # Of 0**y autograd's second derivative is NaN where it is 0.
    chosen = random.Random(0)
    plain = columns([(chosen.uniform(-2, 2), chosen.uniform(0.1, 3)) for _ in range(50)], ("x", "y"))
    assert_same(*compared(texts, plain, plan_of(("x", "y"), (2,)), name), 1e-12)


@pytest.mark.parametrize("name", ENGINES)
def test_third_derivatives_and_chunks_of_any_length(name: str) -> None:
    chosen = random.Random(0)
    at = columns([(chosen.uniform(-2, 2), chosen.uniform(0.1, 2)) for _ in range(70_001)], ("x", "y"))
    assert_same(*compared(["sin(x*y)/y + x**3"], at, {("x,x,y",): ("x", "x", "y"), ("y",): ("y",)}, name), 1e-12)


@pytest.mark.parametrize("name", QUICK)
def test_float32(name: str) -> None:
    at = columns([(0.5, 2.0), (-1.5, 0.25), (math.inf, 1.0)], ("x", "y"), "float32")
    plan = plan_of(("x", "y"), (1,))
    found = flat(engine(EXPRESSIONS[0], ("x", "y"), plan, name, dtype="float32")(at))
    assert found.dtype == torch.float32
    assert_same(found, flat(engine(EXPRESSIONS[0], ("x", "y"), plan, "autograd", dtype="float32")(at)), 1e-5)


@pytest.mark.parametrize("name", QUICK)
def test_results_are_written_over_where_that_is_asked(name: str) -> None:
    ours = engine(["x*y"], ("x", "y"), plan_of(("x", "y"), (1,)), name)
    out = [torch.empty(2, dtype=torch.float64) for _ in range(3)]
    values, results = ours(columns([(2.0, 3.0), (4.0, 5.0)], ("x", "y")), out)
    assert values[0] is out[0] and out[0].tolist() == [6.0, 20.0]
    assert {path: c[0].tolist() for path, c in results.items()} == {("x",): [3.0, 5.0], ("y",): [2.0, 4.0]}


@pytest.mark.parametrize("name", QUICK)
@pytest.mark.parametrize(("text", "variables"), [("3", ("x",)), ("pi", ()), ("x", ("x", "y"))])
def test_constants_and_variables_that_do_not_occur(text: str, variables: tuple[str, ...], name: str) -> None:
    at = columns([(1.5, 2.5)], ("x", "y"))
    values, results = engine([text], variables, plan_of(variables, (1,)), name)(at)
    assert values[0].tolist() == [{"3": 3.0, "pi": math.pi, "x": 1.5}[text]]
    assert all(c[0].tolist() == [float((text,) == path)] for path, c in results.items())


@pytest.mark.parametrize("name", QUICK)
def test_no_points_at_all(name: str) -> None:
    values, results = engine(["sin(x)"], ("x",), {("x",): ("x",)}, name)(columns([], ("x",)))
    assert values[0].shape == results["x",][0].shape == (0,)


@pytest.mark.skipif(shutil.which("g++") is None, reason="torch.compile needs a compiler here")
def test_torch_compile_computes_the_same() -> None:
    at = columns([(x / 7, 1 + x / 9) for x in range(-20, 20)], ("x", "y"))
    assert_same(*compared(EXPRESSIONS[0], at, plan_of(("x", "y"), (1,)), "compile"), 1e-12)


def chosen(text: str, literal: bool = False) -> str:
    reading = read([text])
    program = computed(reading.graph, reading.roots, literal)
    return make(program, reading.variables, {("x",): ("x",)}).name


def test_the_engine_is_chosen_by_what_it_can() -> None:
    assert chosen("sin(x)") == ("native" if shutil.which("gcc") or shutil.which("cc") else "program")
    assert chosen("gamma(x)") == "program"
    assert chosen("sin(x)", literal=True) == chosen("Integral(exp(-x*t**2), (t, 0, 1))") == "autograd"


@pytest.mark.parametrize("name", ENGINES)
def test_what_an_engine_cannot_it_says(name: str) -> None:
    reading = read(["tanh(x)"])
    with pytest.raises(UsageError, match=f"the engine {name} cannot compute this"):
        make(computed(reading.graph, reading.roots, literal=True), ("x",), {("x",): ("x",)}, engine=name)


def test_an_unknown_engine_or_device_is_refused() -> None:
    with pytest.raises(UsageError, match="there is no engine 'fast'"):
        engine(["x"], ("x",), {}, "fast")
    with pytest.raises(UsageError, match="torch cannot use the device"):
        engine(["x"], ("x",), {}, "auto", device="cuda:99")


@pytest.mark.parametrize("name", ["autograd", "program"])
@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU")
def test_on_a_gpu(name: str) -> None:
    at = columns([(0.5, 2.0), (-1.5, 0.25)], ("x", "y"))
    plan = plan_of(("x", "y"), (1, 2))
    found = flat(engine(EXPRESSIONS[0], ("x", "y"), plan, name, device="cuda")(at))
    assert_same(found, flat(engine(EXPRESSIONS[0], ("x", "y"), plan, "autograd")(at)), 1e-12)


needs_a_compiler = pytest.mark.skipif(chosen("x") != "native", reason="there is no C compiler")


@needs_a_compiler
def test_compiled_programs_are_kept_where_nobody_else_writes(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    at = columns([(1.25, 0.0)], ("x", "y"))
    for _ in range(2):
        assert engine(["x**3"], ("x", "y"), {}, "native")(at)[0][0].tolist() == [1.25**3]
    directory = tmp_path / "deriv" / "native"
    (kept,) = directory.iterdir()
    assert directory.stat().st_mode & 0o077 == kept.stat().st_mode & 0o022 == 0
    directory.chmod(0o777)  # somebody else could have put a file there: it is not used
    kept.write_text("not a program")
    assert engine(["x**3"], ("x", "y"), {}, "native")(at)[0][0].tolist() == [1.25**3]
    assert kept.read_text() == "not a program"


def test_without_a_compiler_the_program_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert chosen("sin(x)") == "program"


@needs_a_compiler
def test_a_compiler_that_fails_is_done_without(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "gcc").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "gcc").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert chosen("sin(x)") == "program"


def test_no_text_of_the_user_reaches_the_compiler() -> None:
    reading = read(["system*0.1 + main"])
    program = computed(reading.graph, reading.roots, False)
    code = c_code(lowered(Wanted(program, ("system", "main"), {}, "float64", "cpu")), ("system", "main"), "float64", 1)
    assert "system" not in code and "main" not in code and (0.1).hex() in code
