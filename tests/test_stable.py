"""Torch programs are right where mathematics is, in value and in derivatives; with --literal they are as typed."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import pytest
from conftest import Ran, rows
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from derivcli import differentiate
from derivcli.graph import Graph, Node, fold
from derivcli.language import Setting, expand, read, write
from derivcli.model import Nested
from derivcli.numeric import autodiff
from derivcli.numeric.exact import evaluate
from derivcli.numeric.stable import stable
from derivcli.programs import computed, source

TOLERANCE = 1e-12


def right(found: float, truth: float) -> bool:
    """Whether a float is the truth to 12 digits; below the smallest normal floats to as many as there are."""
    return math.isfinite(found) and abs(found - truth) <= max(TOLERANCE * abs(truth), 1e-304)


@pytest.mark.parametrize("case", rows("stable.jsonl"), ids=lambda c: f"{c['expr']}, order {c['order']}")
def test_autograd_is_right_far_out_and_near_zero(case: Mapping[str, Any]) -> None:
    along = ("x",) * case["order"]
    reading = read([case["expr"]])
    plain = source(computed(reading.graph, reading.roots, literal=False), ["x"])
    _, ((by_graph,),) = _columns(plain, along, case["at"])
    answer = differentiate(case["expr"], at=[{"x": x} for x in case["at"]], no_check=True, order=max(1, len(along)))
    key = ",".join(along)
    by_sympy = [p.value if not along else p.result[(key,)] for p in answer.points]
    for x, truth, *found in zip(case["at"], case["derivative"], by_graph, by_sympy, strict=True):
        assert all(right(f, truth) for f in found), (x, truth, found)


def _columns(program: str, along: tuple[str, ...], points: list[float]) -> tuple[Any, Any]:
    plan = {along: along} if along else {}
    values, results = autodiff.differentiate(program, {"x": points}, plan, "float64", "cpu", 60)
    return values, [results[along]] if along else [values]


@pytest.mark.parametrize("case", rows("stable_arrays.jsonl"), ids=lambda c: f"{c['expr']} at {c['at']}")
def test_arrays_are_computed_in_the_same_forms(case: Mapping[str, Any]) -> None:
    (point,) = differentiate(case["expr"], **{k: v for k, v in case.items() if k != "expr"}).points
    assert point.symbolic is not None
    for path, result in point.result.items():
        wanted = _flat(point.symbolic[path])
        scale = max(map(abs, wanted))
        for found, truth in zip(_flat(result), wanted, strict=True):
            assert abs(found - truth) <= TOLERANCE * scale, (path, result, wanted)


def _flat(nested: Nested | None) -> list[float]:
    assert nested is not None
    return [x for part in nested for x in _flat(part)] if isinstance(nested, list) else [nested]


@pytest.mark.parametrize("case", rows("computed.jsonl"), ids=lambda c: c["expr"])
def test_what_is_computed(case: Mapping[str, str]) -> None:
    reading = read([case["expr"]])
    found = stable(*fold(*expand(reading.graph, reading.roots)))
    assert write(found.graph, found.roots[0], 1000) == case["computed"]


@pytest.mark.parametrize("case", rows("literal.jsonl"), ids=lambda c: f"{c['expr']} at {c['at']}")
def test_literally_it_is_what_torch_returns(case: Mapping[str, Any]) -> None:
    for key in ("literal", "stable"):
        (point,) = differentiate(case["expr"], at={"x": case["at"]}, literal=key == "literal").points
        assert point.result["x",] == pytest.approx(float(case[key]), rel=1e-12, nan_ok=True)


ARGUMENTS = st.sampled_from(["x", "y", "-x", "2*x", "x - 1", "x*y", "-2*y"])
TERMS = st.one_of(
    ARGUMENTS,
    st.sampled_from(["1", "2", "1/2", "3"]),
    st.tuples(st.sampled_from(["exp", "cosh", "sinh", "tanh", "sigmoid", "cos", "erf", "softplus"]), ARGUMENTS).map(
        lambda p: f"{p[0]}({p[1]})"
    ),
)


def grow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pairs = st.tuples(inner, inner)
    return st.one_of(
        st.tuples(inner, st.sampled_from("+-"), inner).map(lambda p: f"({p[0]} {p[1]} {p[2]})"),
        pairs.map(lambda p: f"({p[0]})/({p[1]})"),
        pairs.map(lambda p: f"{p[0]}*({p[1]})"),
        st.tuples(st.sampled_from(["log", "sqrt", "exp"]), inner).map(lambda p: f"{p[0]}({p[1]})"),
        st.tuples(st.sampled_from(["1 - ", "1 + ", "2/(1 + ", "log(1 + ", "sqrt(x**2 + ", "-("]), inner).map(
            lambda p: p[0] + p[1] + ")" * (p[0].count("(") - p[0].count(")"))
        ),
        inner.map(lambda e: f"({e})**2"),
        st.tuples(inner, inner, inner).map(lambda p: f"({p[0]} if {p[1]} < 1 else {p[2]})"),
    )


def primitive(graph: Graph, roots: list[int]) -> tuple[Graph, list[int]]:
    """A program's graph in primitives: a guard is a choice."""
    plain = Graph()

    def replace(_: int, node: Node, args: tuple[int, ...]) -> int | None:
        if node.op != "guard":
            return None
        return plain.add("piecewise", (args[1], args[0], args[2], plain.add("true")))

    same = graph.copy_into(plain, roots, replace)
    return expand(plain, same)


@given(st.recursive(TERMS, grow, max_leaves=6), st.integers(-40, 40), st.integers(-40, 40))
@settings(deadline=None, derandomize=True, max_examples=250, suppress_health_check=[HealthCheck.too_slow])
def test_no_value_and_no_domain_changes(text: str, x: int, y: int) -> None:
    """In exact numbers the rewritten expression is the same, undefined where the other one is."""
    point = {"x": Fraction(x, 16), "y": Fraction(y, 16)}
    reading = read([text], setting=Setting(["x", "y"]))
    before, (root,) = fold(*expand(reading.graph, reading.roots))
    found = computed(reading.graph, reading.roots, literal=False)
    after, (same,) = primitive(found.graph, list(found.roots))
    (wanted,) = evaluate(before, [root], point, real=True).roots
    (value,) = evaluate(after, [same], point, real=True).roots
    assume("unresolved" not in (wanted.kind, value.kind))
    assert value.kind == wanted.kind, text
    if value.kind == "number":
        assert abs(value.value - wanted.value) <= 1e-18 * abs(wanted.value), text


def test_the_code_says_what_was_rewritten(deriv: Callable[..., Ran]) -> None:
    ran = deriv("log(1+exp(x)) + (log(x) if x > 0 else 0)", "--at", "x=-1", "-o", "code")
    assert "# log(1 + exp(x)) is computed as -logsigmoid(-x)\n" in ran.out
    assert "# guarded: log(x) where x > 0 does not hold\n" in ran.out


def test_literal_code_is_the_code_as_typed(deriv: Callable[..., Ran]) -> None:
    ran = deriv("softplus(x) + max(x, 0)", "--at", "x=1", "--literal", "-o", "code")
    assert "torch.nn.functional.softplus(x)" in ran.out and "torch.maximum(x, x.new_tensor(0))" in ran.out
    assert "# softplus" not in ran.out


def test_choices_within_choices_stay_small() -> None:
    """Guards of deep choices are those of the conditions further out: the program does not double at each step."""
    text = "y = x; " + "".join(f"y = log(y + {k}) if y > {k} else y/2; " for k in range(40)) + "y"
    reading = read([text])
    assert len(computed(reading.graph, reading.roots, literal=False).graph.nodes) < 10_000
