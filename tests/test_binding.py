"""Integrals, sums and products with variable limits: values and derivatives are those of their closed forms."""

from __future__ import annotations

import math
from typing import Any

import pytest
from conftest import rows

from derivcli import differentiate
from derivcli.errors import DerivError
from derivcli.language import expand, read, write


@pytest.mark.parametrize("case", rows("binding.jsonl"), ids=lambda c: f"{c['expr']} at {c['at']['x']}")
def test_it_is_its_closed_form(case: dict[str, object]) -> None:
    value, *derivatives = case["derivatives"]  # type: ignore[misc]
    for order, derivative in enumerate(derivatives, 1):
        options: dict[str, Any] = {"at": case["at"], "order": order, "timeout": 60}
        (point,) = differentiate(str(case["expr"]), **options).points
        assert point.value == pytest.approx(value, rel=4e-16)
        assert point.symbolic is not None and point.checks is not None
        (path,) = point.result
        assert point.symbolic[path] == pytest.approx(derivative, rel=4e-16, abs=1e-15)
        assert point.result[path] == pytest.approx(derivative, rel=1e-14, abs=1e-15)
        assert point.checks[path].status == "agree"


@pytest.mark.parametrize("case", rows("binding.jsonl"), ids=lambda c: str(c["expr"]))
def test_what_is_written_reads_the_same(case: dict[str, object]) -> None:
    first = read([str(case["expr"])])
    text = write(first.graph, first.roots[0], 1_000)
    again = read([str(text)])
    assert write(again.graph, again.roots[0], 1_000) == text
    written = (write(*_primitive(reading), 1_000) for reading in (first, again))
    assert len(set(written)) == 1


def _primitive(reading):  # type: ignore[no-untyped-def]
    graph, (root,) = expand(reading.graph, reading.roots)
    return graph, root


@pytest.mark.parametrize(
    "expr",
    [
        "Sum(1/k, (k, 1, oo))*x", "Integral(1/t, (t, 0, x))", "Sum((-1)**k*k*x, (k, 1, oo))", "Sum(x**k, (k, 0, oo))",
        "Integral(1/t, (t, x, oo))", "Product(1 + x/k, (k, 1, oo))", "Sum(x**k, (k, 0, 5/2))",
    ],
)  # fmt: skip
def test_what_diverges_has_no_number(expr: str) -> None:
    (point,) = differentiate(expr, at={"x": 2}).points
    assert point.checks is not None and point.symbolic is not None
    assert math.isnan(point.value) and point.checks["x",].status == "outside_domain"  # type: ignore[arg-type]
    assert math.isnan(point.symbolic["x",]) and math.isnan(point.result["x",])  # type: ignore[arg-type]


@pytest.mark.parametrize("expr", ["Integral(sin(t**2)*x, (t, 0, oo))", "Sum(sin(k*x)/k, (k, 1, oo))"])
def test_what_does_not_settle_has_no_number(expr: str) -> None:
    (point,) = differentiate(expr, at={"x": 1}).points
    assert point.checks is not None
    assert math.isnan(point.value) and point.checks["x",].status in ("unchecked", "outside_domain")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("expr", "at", "slopes"),
    [
        ("Sum(abs(x - k), (k, 1, 5))", 3, (-1, 1)),
        ("Integral(sign(t - 1), (t, 0, x))", 1, (-1, 1)),
        ("Integral(heaviside(t - x), (t, 0, 1))", 0, (0, -1)),
        ("Integral(abs(x*t), (t, 0, 1))", 0, (-0.5, 0.5)),
    ],
)
def test_corners_within_are_seen(expr: str, at: float, slopes: tuple[float, float]) -> None:
    (point,) = differentiate(expr, at={"x": at}).points
    assert point.checks is not None
    check = point.checks["x",]
    assert check.status == "kink" and (check.left, check.right) == pytest.approx(slopes)


@pytest.mark.parametrize(
    ("expr", "says"),
    [
        ("Sum(x**k, (k, 0, n))", "no derivative by n"),
        ("Sum(x**k, (k, 0, 10**9))", "the limit is 100,000"),
        ("Integral(floor(t - x), (t, 0, 1))", "jump that moves with x"),
    ],
)
def test_what_cannot_be_had_says_so(expr: str, says: str) -> None:
    at = {"x": "0.5", **({"n": "3"} if "n" in expr.partition("(k")[2] else {})}
    with pytest.raises(DerivError, match=says):
        differentiate(expr, at=at)


def test_the_bound_name_is_no_variable() -> None:
    assert read(["Integral(exp(e*pi), (e, 0, x))"]).variables == ["x"]
    assert read(["t*Integral(t**2, (t, 0, 1))"]).variables == ["t"]
    assert read(["u = x*t; Integral(u, (t, 0, 1))"]).warnings == []


def test_other_variables_count_as_any() -> None:
    (point,) = differentiate("Integral(y*sin(x*t), (t, 0, y))", at={"x": 1, "y": 2}, hessian=True).points
    # y*(1 - cos(x*y))/x by x and x, by x and y, and by y and y
    cosine, sine = math.cos(2), math.sin(2)
    exact = {
        ("x", "x"): 4 - 8 * sine + 4 * cosine,
        ("x", "y"): 2 * sine + 4 * cosine + cosine - 1,
        ("y", "y"): 2 * sine + 2 * cosine,
    }
    for path, number in exact.items():
        assert point.result[path] == pytest.approx(number), path
    assert point.checks is not None and {check.status for check in point.checks.values()} == {"agree"}


def test_derivatives_in_programs_that_are_printed() -> None:
    import torch

    from derivcli.leaves import leaf

    integral = leaf("Integral(exp(-x*t), (t, 0, b))", "b", "x")
    x = torch.tensor([1.0, 2.0], dtype=torch.float64, requires_grad=True)
    b = torch.tensor(3.0, dtype=torch.float64)
    assert torch.autograd.gradcheck(lambda x: integral(b, x), x)
    slope = torch.func.vmap(torch.func.grad(lambda x: integral(b, x)))(x.detach())
    exact = (3 * x * torch.exp(-3 * x) - 1 + torch.exp(-3 * x)) / x**2
    assert torch.allclose(slope, exact, rtol=1e-14)


def test_many_digits() -> None:
    (point,) = differentiate("Integral(exp(-t**2), (t, 0, x))", at={"x": 1}, digits=30).points
    assert point.decimals is not None
    assert point.decimals.value.text == "0.746824132812427025399467436132"  # type: ignore[union-attr]
