"""Complex numbers: on the way to real answers, where I is written, and with --complex."""

from __future__ import annotations

import math
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import mpmath
import pytest
from conftest import Ran, rows

from derivcli import Answer, DerivError, differentiate
from derivcli.numeric.complex_kernels import COMPLEX_KERNELS
from derivcli.numeric.kernels import torch

Case = dict[str, Any]
Deriv = Callable[..., Ran]


def asked(case: Case) -> Answer:
    """The answer to a case."""
    options = {key: case[key] for key in ("complex", "order", "wrt") if key in case}
    return differentiate(case["expr"], at=case["at"], **options)


def same(found: Any, expected: Any) -> bool:
    """Whether a result is a number or the two parts of one, to 14 digits; None stands for no number at all."""
    if expected is None:
        return math.isnan(found)
    if isinstance(expected, list):
        expected = complex(*expected)
    return type(found) is type(complex(expected) if isinstance(expected, complex) else float(expected)) and (
        found == pytest.approx(expected, rel=1e-14, abs=1e-14)
    )


@pytest.mark.parametrize("case", rows("complex.jsonl"), ids=lambda c: c["about"])
def test_a_point_in_complex_numbers(case: Case) -> None:
    (point,) = asked(case).points
    ((path, check),) = (point.checks or {}).items()
    assert (check.status, case.get("note", "") in (check.note or "")) == (case["status"], True)
    if "value" in case:
        assert same(point.value, case["value"])
    if check.status in ("agree", "outside_domain"):
        assert same((point.symbolic or {})[path], case.get("derivative"))
    if "derivative" in case:
        assert same(point.result[path], case["derivative"])


POINTS = [complex(x, y) for x in (-3, -1.5, -0.5, 0.25, 2, 30) for y in (0, 1e-3, -1e-3, 0.5, -2, 30)] + [
    complex(0, y) for y in (-2, -0.5, 0.5, 2)
]


@pytest.mark.parametrize("name", ["log", "sqrt", "asin", "acos", "atan", "asinh", "acosh", "atanh", "tan", "tanh"])
def test_the_branches_of_torch_functions_are_those_of_mpmath(name: str) -> None:
    context = mpmath.mp.clone()
    context.dps = 40
    kernel, function, step = COMPLEX_KERNELS[f"complex_{name}"], getattr(context, name), context.mpf(10) ** -15
    for point in POINTS:
        # Along its axis a function that has a cut there is smooth; the sign of a zero decides nothing.
        along = step if point.imag == 0 else step * 1j
        for z in {point, complex(point.real, -0.0) if not point.imag else point}:
            x = torch.tensor(z, dtype=torch.complex128, requires_grad=True)
            value = kernel(x)
            (slope,) = torch.autograd.grad(value, x, torch.ones_like(value))
            exact = complex(function(context.mpc(point)))
            by_steps = complex((function(point + along) - function(point - along)) / (2 * along))
            assert value.item() == pytest.approx(exact, rel=1e-14)
            assert slope.conj().item() == pytest.approx(by_steps, rel=1e-12)


REFUSED = [
    ("abs(z)", {"z": "I"}, "abs has no complex derivative"),
    ("z**2 if z > 1 else z", {"z": "2"}, "has no complex derivative"),
    ("atan2(z, 1)", {"z": "I"}, "atan2 has no complex derivative"),
    ("cbrt(z)", {"z": "I"}, "root has no complex derivative"),
    ("z@z", {"z": [1, 2]}, "--complex is for numbers"),
]


@pytest.mark.parametrize(("text", "at", "reason"), REFUSED, ids=lambda v: v if isinstance(v, str) else "")
def test_what_has_no_complex_derivative_is_refused(text: str, at: Case, reason: str) -> None:
    with pytest.raises(DerivError, match=reason):
        differentiate(text, at=at, complex=True)


def test_values_are_real_unless_complex_ones_are_asked_for(deriv: Deriv) -> None:
    ran = deriv("x", "--at", "x=1+I")
    assert ran.status == 3 and "--complex" in ran.err


def test_real_questions_know_nothing_of_it() -> None:
    (answer,) = (differentiate("sqrt(x)", at={"x": 4}),)
    assert answer.warnings == () and isinstance(answer.points[0].value, float)


def test_one_line_says_that_complex_numbers_were_used() -> None:
    answer = differentiate("sqrt(x-5)*sqrt(x-7)", at=[{"x": 1}, {"x": 2}, {"x": 9}])
    assert answer.warnings == ("worked out in complex numbers: sqrt(x-5) is not real on the way",)
    notes = [(point.checks or {})["x",].note for point in answer.points]
    assert [bool(note) for note in notes] == [True, True, False]


def test_a_hessian_of_complex_variables() -> None:
    (point,) = differentiate("z**2*w", at={"z": "I", "w": "2-I"}, complex=True, hessian=True).points
    assert point.result == {("z", "z"): 4 - 2j, ("z", "w"): 2j, ("w", "z"): 2j, ("w", "w"): 0.0}


def test_every_form_prints_complex_numbers(deriv: Deriv) -> None:
    words = ("I*x**2", "--at", "x=1.5")
    assert deriv(*words, "-q").out == "3*I\n"
    assert deriv(*words, "--csv").out.split("\n")[1] == "1.5,2.25*I,3*I,3*I,agree"
    assert deriv(*words, "--json").json["points"][0]["gradient"] == {"x": {"re": 0.0, "im": 3.0}}
    assert "f = 2.25*I" in deriv(*words, "-o", "plain").out


@pytest.mark.parametrize("words", [["sqrt(I*x)*asin(x)", "--at", "x=3"], ["z**z", "--at", "z=1+I", "--complex"]])
def test_the_code_computes_the_same(words: list[str], deriv: Deriv) -> None:
    code = deriv(*words, "-o", "code").out
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    printed = complex(ran.stdout.splitlines()[1].partition(" = ")[2].strip("[]"))
    (derivative,) = deriv(*words, "--json").json["points"][0]["gradient"].values()
    assert printed == pytest.approx(complex(derivative["re"], derivative["im"]), rel=1e-15)
