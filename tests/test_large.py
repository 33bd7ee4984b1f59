"""Large expressions: read, differentiated and evaluated without a recursion limit, and no formula that nobody reads."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
from conftest import Ran

from derivcli import differentiate
from derivcli.language import read
from derivcli.numeric.jets import NAMES
from derivcli.numeric.kernels import torch
from derivcli.numeric.load import load
from derivcli.programs import computed, source, stepped


def answered(text: str, at: dict[str, float]) -> Any:
    """The one point of an answer, every result of which agrees with the exact value."""
    (point,) = differentiate(text, at=at).points
    assert point.checks is not None
    assert {check.status for check in point.checks.values()} == {"agree"}
    return point


def test_the_product_of_1000_variables() -> None:
    at = {f"x{i}": 1 + i / 1e4 for i in range(1, 1001)}
    point = answered("*".join(at), at)
    whole = math.prod(at.values())
    assert all(point.result[name,] == pytest.approx(whole / value, rel=1e-12) for name, value in at.items())


def test_sines_nested_1000_deep() -> None:
    point = answered("sin(" * 1000 + "x" + ")" * 1000, {"x": 0.7})
    value, slope = 0.7, 1.0
    for _ in range(1000):
        value, slope = math.sin(value), slope * math.cos(value)
    assert point.result["x",] == pytest.approx(slope, rel=1e-12)


def test_the_helmholtz_energy_of_25_variables() -> None:
    names = [f"x{i}" for i in range(1, 26)]
    pairs = "+".join(f"{a}*{b}/{i + k + 1}" for i, a in enumerate(names) for k, b in enumerate(names))
    logs = "+".join(f"{name}*log({name}/(1 - b))" for name in names)
    text = f"b = ({'+'.join(names)})/100; {logs} - ({pairs})/(sqrt(8)*b)*log((1+(1+sqrt(2))*b)/(1+(1-sqrt(2))*b))"
    point = answered(text, {name: 0.5 + k / 100 for k, name in enumerate(names)})
    x = torch.tensor([0.5 + k / 100 for k in range(25)], dtype=torch.float64, requires_grad=True)
    places, b, root = torch.arange(25, dtype=torch.float64), x.sum() / 100, math.sqrt(2)
    attraction = (x[:, None] * x / (places[:, None] + places + 1)).sum() / (math.sqrt(8) * b)
    helmholtz = (x * torch.log(x / (1 - b))).sum() - attraction * torch.log((1 + (1 + root) * b) / (1 + (1 - root) * b))
    (wanted,) = torch.autograd.grad(helmholtz, x)
    assert [point.result[name,] for name in names] == pytest.approx(wanted.tolist(), rel=1e-11)


def test_rosenbrock_of_500_variables() -> None:
    x = [0.3 + 0.4 * (i % 9) for i in range(500)]
    text = "+".join(f"100*(x{i + 1}-x{i}**2)**2+(1-x{i})**2" for i in range(499))
    point = answered(text, {f"x{i}": value for i, value in enumerate(x)})
    for i in range(1, 499):
        wanted = 200 * (x[i] - x[i - 1] ** 2) - 400 * x[i] * (x[i + 1] - x[i] ** 2) - 2 * (1 - x[i])
        assert point.result[f"x{i}",] == pytest.approx(wanted, rel=1e-9)


def test_how_long_a_formula_is_stands_in_its_place(deriv: Callable[..., Ran]) -> None:
    text = "sin(" * 1000 + "x" + ")" * 1000
    assert "f(x) = 1,000 operations, not printed (--full prints it)" in deriv(text).out
    assert deriv(text, "-q").out == "501,499 operations, not printed (--full prints it)\n"
    assert "more than 1,000,000,000,000 operations" in deriv("u=x;" + "u=u*u+u;" * 150 + "u").out


@pytest.mark.parametrize(
    "text",
    [
        "sin(x)*y - x/y", "x**2 + y**0.5 - 3", "where(x < y, x*y, 1/x)", "max(x, y, 2) + log(1 + exp(x))",
        "x if x > 1 else y if y > 1 else 3", "gamma(x) + polygamma(1, y) + besselj(2, x)", "hypot(x, 3) + 2**y",
        "+".join(f"{k}*x**{k % 5}*y" for k in range(1, 200)), "*".join(f"(x + {k})" for k in range(120)),
    ],
    ids=lambda text: text[:30],
)  # fmt: skip
def test_step_by_step_it_is_the_same_program(text: str) -> None:
    reading = read([text])
    program = computed(reading.graph, reading.roots, literal=False)
    compiled = load(source(program, ["x", "y"]), "f", NAMES)
    columns = [torch.tensor([0.5, 1.5, 2.5, -1.0], dtype=torch.float64), torch.full((4,), 1.25, dtype=torch.float64)]
    (wanted,), (found,) = compiled(*columns), stepped(program, ["x", "y"])(*columns)
    torch.testing.assert_close(found, wanted, rtol=0, atol=0, equal_nan=True)
