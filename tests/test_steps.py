"""Derivations as they are asked for and told."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import jsonschema
import pytest
from conftest import rows
from derivations import assert_equal, value
from rich.console import Console

from derivcli import differentiate
from derivcli.derivation.naming import rearranged
from derivcli.derivation.solving import is_linear, solved
from derivcli.derivation.tidy import tidied
from derivcli.errors import DerivError
from derivcli.language import read, write
from derivcli.render.json import answer_data, schema_text
from derivcli.render.steps import Told, tree

Deriv = Callable[..., Any]

RULES = [
    ("7*x", "x", ["constant multiple rule", "identity rule"]),
    ("x**5", "x", ["power rule"]),
    ("a**2", "x", ["constant rule"]),
    ("x + sin(x)", "x", ["sum rule", "identity rule", "derivative of sin"]),
    ("x*sin(x)", "x", ["product rule", "identity rule", "derivative of sin"]),
    ("sin(x)/x", "x", ["quotient rule", "derivative of sin", "identity rule"]),
    ("1/sin(x)", "x", ["reciprocal rule and chain rule", "derivative of sin"]),
    ("sin(x**3)", "x", ["derivative of sin and chain rule", "power rule"]),
    ("exp(x)", "x", ["exponential rule"]),
    ("2**x", "x", ["exponential rule"]),
    ("log(x**3)", "x", ["logarithm rule and chain rule", "power rule"]),
    ("asin(x)", "x", ["inverse function rule for asin"]),
    ("x**x", "x", ["logarithmic differentiation", "product rule", "identity rule", "logarithm rule"]),
    ("x**2 if x<1 else 2", "x", ["piecewise, branch by branch", "power rule", "constant rule"]),
    ("log10(x)", "x", ["change of base", "constant multiple rule", "logarithm rule"]),
    ("Integral(sin(t), (t, 0, x))", "x", ["fundamental theorem of calculus"]),
    ("besselj(x, 2)", "x", ["derivative without a closed form"]),
    ("atan2(x, x**2)", "x", ["inverse function rule for atan2 and chain rule", "identity rule", "power rule"]),
]


@pytest.mark.parametrize(("text", "name", "rules"), RULES)
def test_the_rules_by_name(text: str, name: str, rules: list[str]) -> None:
    (told,) = differentiate(text, wrt=[name], var=[name], steps=True).derivations
    assert [step.rule for k, step in enumerate(told.steps) if step.depth or not k] == rules


@pytest.mark.parametrize("case", rows("steps_textbook.jsonl"), ids=lambda c: c["expr"])
def test_a_textbook_derivative(case: dict[str, Any]) -> None:
    """The rules by their names, each at its place in the text, and what is done with their results."""
    found = differentiate(case["expr"], wrt=["x"], steps=True)
    (told,) = found.derivations
    rules = [step for k, step in enumerate(told.steps) if step.depth or not k]
    assert [step.rule for step in rules] == case["rules"]
    assert [case["expr"][slice(*step.span)] for step in rules if step.span is not None] == case["places"]
    assert [step.rule for step in told.steps[len(rules) :]] == case["then"]
    assert told.steps[-1].after == found.derivatives["x",]
    assert not found.warnings
    for latex in (str(step.after.latex) for step in told.steps):
        assert latex.count("{") == latex.count("}") and latex.count(r"\left") == latex.count(r"\right")
        assert "**" not in latex


def test_each_step_knows_its_place() -> None:
    text = "3*x + cos(x**2)"
    (told,) = differentiate(text, steps=True).derivations
    places = {step.rule: text[slice(*step.span)] for step in told.steps if step.span is not None}
    assert places["derivative of cos and chain rule"] == "cos(x**2)"
    assert places["power rule"] == "x**2"
    assert places["constant multiple rule"] == "3*x"


def test_the_user_form_is_kept() -> None:
    (told,) = differentiate("(x*x)/x", steps=True).derivations
    assert told.steps[0].before.text == "d/dx(x*x/x)"


def test_every_order_and_variable_has_its_derivation() -> None:
    found = differentiate("x**3*y", hessian=True, steps=True)
    assert [told.along for told in found.derivations] == [
        ("x",), ("x", "x"), ("x", "y"), ("y",), ("y", "x"), ("y", "y"),
    ]  # fmt: skip
    second = found.derivations[1]
    assert second.steps[0].before.text == "d/dx(3*x**2*y)"
    assert second.steps[0].span is None


def test_components_are_numbered() -> None:
    found = differentiate(["x*y", "y**2"], wrt=["y"], steps=True)
    assert [(told.component, told.steps[-1].after.text) for told in found.derivations] == [(0, "x"), (1, "2*y")]


def test_decimals_stay_decimals() -> None:
    (told,) = differentiate("0.1*x**2.5", steps=True).derivations
    assert [s.after.text for s in told.steps][-3:] == ["0.1*2.5*x**1.5", "0.25*x**1.5", "0.25*x**(3/2)"]


def test_an_expression_that_is_too_large_says_so() -> None:
    found = differentiate(" + ".join(f"sin({k}*x)" for k in range(1, 200)), steps=True)
    assert not found.derivations
    assert any("more than 300 steps" in warning for warning in found.warnings)


def test_the_json_is_as_the_schema_says() -> None:
    data = answer_data(differentiate(["x*y", "sin(x)"], steps=True))
    jsonschema.Draft202012Validator(json.loads(schema_text())).validate(data)
    assert {"rule", "before", "after", "span"} <= set(data["steps"][0])


def test_batch_takes_steps(deriv: Deriv, tmp_path: Any) -> None:
    (tmp_path / "q.ndjson").write_text('{"expr": "x**2", "steps": true}\n{"expr": "x", "steps": 1}\n')
    ran = deriv("batch", str(tmp_path / "q.ndjson"))
    first, second = map(json.loads, ran.out.splitlines())
    assert first["steps"][0]["rule"] == "power rule"
    assert "steps" in second["error"]["message"]


def test_latex_is_aligned(deriv: Deriv) -> None:
    out = deriv("x**2*sin(x)", "--steps", "-o", "latex").out
    assert out.count(r"\begin{align*}") == out.count(r"\end{align*}") == 1
    assert r"&& \text{product rule} \\" in out


def test_a_tree_without_unicode_is_drawn_in_ascii(deriv: Deriv) -> None:
    out = deriv("x**2*sin(x)", "--steps", "-o", "plain").out
    assert "df/dx:\n  product rule: d/dx(x**2*sin(x)) = d/dx(x**2)*sin(x) + x**2*d/dx(sin(x))\n" in out


# What a law makes of a form, and nothing else.
LAWS = [
    ("(-x)*y*(-z)", "minus signs cancel", "x*y*z"),
    ("x*(-y)", "minus sign put in front", "-x*y"),
    ("(-x)**3", "power of a minus sign", "-x**3"),
    ("(x*y)**2", "power of a product, (a*b)**n = a**n*b**n", "x**2*y**2"),
    ("(x/y)**2", "power of a quotient, (a/b)**n = a**n/b**n", "x**2/y**2"),
    ("(x**2)**3", "power of a power, (a**m)**n = a**(m*n)", "x**6"),
    ("sqrt(x)**3", "power of a root, sqrt(a)**n = a**(n/2)", "x**(3/2)"),
    ("x**(-2)", "negative exponent, a**(-n) = 1/a**n", "1/x**2"),
    ("x**(1/2)", "root as a power, a**(1/2) = sqrt(a)", "sqrt(x)"),
    ("x/(y/z)", "divided by a fraction: multiplied by its reciprocal", "x*z/y"),
    ("x/y/z", "fraction of a fraction, (a/b)/c = a/(b*c)", "x/(y*z)"),
    ("x*(y/z)", "fractions multiplied", "x*y/z"),
    ("sqrt(x)*y*sqrt(x)", "product of roots, sqrt(a)*sqrt(a) = a", "x*y"),
    ("sqrt(2)*x*x**2", "product of powers, a**m*a**n = a**(m + n)", "sqrt(2)*x**3"),
    ("6*x**3*y/(x*4)", "cancelled", "3*x**2*y/2"),
    ("x/sqrt(x)", "quotient of powers, a**m/a**n = a**(m - n)", "sqrt(x)"),
]


@pytest.mark.parametrize(("text", "name", "result"), LAWS)
def test_a_law_of_arithmetic(text: str, name: str, result: str) -> None:
    reading = read([text])
    told = [(said, write(*formula, 100)) for said, formula in tidied(reading.graph, reading.roots[0], False, 100)]
    assert told == [(name, result)]
    assert_equal(*(value(t, dict.fromkeys("xyz", Fraction(7, 3))) for t in (text, result)))


ORDERS = [
    ("x*y + z", "z + y*x", "put in order"),
    ("x/2", "1/2*x", "put in order"),
    ("max(x, 0)", "max(0, x)", "put in order"),
    ("-1 - x", "-(x + 1)", "minus sign taken out of the bracket"),
    ("-(x - 1)", "1 - x", "minus sign multiplied into the bracket"),
    ("(x - y)/(y - z)", "(y - x)/(z - y)", "minus signs of the brackets cancel"),
    ("-(-2*y)/x", "2*y/x", "minus signs cancel"),
    ("x*2**(-x)", "x/2**x", "negative exponent, a**(-n) = 1/a**n"),
    ("1/exp(y)", "exp(-y)", "negative exponent, 1/a**n = a**(-n)"),
    ("x + x", "2*x", None),
    ("x/y/z", "x/(y*z)", "put in order"),
    ("(x**2)**3", "x**6", None),
]


@pytest.mark.parametrize(("before", "after", "name"), ORDERS)
def test_what_only_stands_elsewhere(before: str, after: str, name: str | None) -> None:
    assert rearranged(before, after, "xyz") == name


SOLVED = [
    ("2*x + 2*y*s", ["2*y*s = -2*x", "s = (-2*x)/(2*y)"]),
    ("y + s - 3", ["s = -y + 3"]),
    ("z*s - (y + x*s)", ["z*s - y - x*s = 0", "z*s - x*s = y", "(z - x)*s = y", "s = y/(z - x)"]),
    ("x*(y + 2*s)", ["x*y + x*2*s = 0", "x*2*s = -x*y", "s = (-x*y)/(x*2)"]),
    ("(y - x*s)/y**2", ["y/y**2 - x*s/y**2 = 0", "-x*s/y**2 = -y/y**2", "s = (-y/y**2)/(-x/y**2)"]),
]  # fmt: skip


@pytest.mark.parametrize(("left", "sides"), SOLVED)
def test_an_equation_is_solved_act_by_act(left: str, sides: list[str]) -> None:
    reading = read([left])
    graph, (root,) = reading.graph, reading.roots
    assert is_linear(graph, root, "s")
    acts = [f"{write(e.graph, e.left, 100)} = {write(e.graph, e.right, 100)}" for _, e in solved(graph, root, "s")]
    assert [side for side in dict.fromkeys(acts) if side != f"{write(graph, root, 100)} = 0"] == sides


@pytest.mark.parametrize("left", ["s**2 - x", "x/s - 1", "sin(s)", "s*s", "x + y"])
def test_what_is_not_linear_is_not_solved(left: str) -> None:
    reading = read([left])
    assert not is_linear(reading.graph, reading.roots[0], "s")


@pytest.mark.parametrize("form", [("--lang", "c"), ("-o", "code"), ("-q",), ("--csv",)])
def test_forms_without_steps_say_so(form: tuple[str, ...], deriv: Deriv) -> None:
    ran = deriv("x**2", "--steps", *form)
    assert ran.status == 2 and "there are no steps in" in ran.err


def test_a_constant_has_one_step_and_no_warning() -> None:
    found = differentiate("7", steps=True)
    assert [step.rule for step in found.derivations[0].steps] == ["constant rule"]
    assert not found.warnings


def test_long_lines_are_indented() -> None:
    told = Told("df/dx", [(0, "product rule", "d/dx(x) = " + " + ".join(f"x**{k}" for k in range(30)))])
    console = Console(width=60, file=io.StringIO(), force_terminal=False)
    console.print(tree(told, str))
    first, second, *_ = console.file.getvalue().splitlines()[1:]  # type: ignore[attr-defined]
    assert len(first) <= 60 and first.startswith("└── product rule: d/dx(x) = ")
    assert second.startswith(" " * 8 + "x**") or second.startswith(" " * 8 + "+ ")


BROKEN = [
    ("a*(b - c) + d*(e - f) = g*(h - i) + j*(k - l)", ["a*(b - c) + d*(e - f) = g*(h - i)", "+ j*(k - l)"]),
    ("df/dx = (a*(b + c) - d*(e + f))/(g + h + i)", ["df/dx", "= (a*(b + c) - d*(e + f))/(g + h + i)"]),
    ("(a*(b + c) - d*(e + f)*g*h*i*j*k)/(x + y)**2", ["(a*(b + c)", "- d*(e + f)*g*h*i*j*k)/(x + y)**2"]),
    ("abcdefghijklmnopqrstuvwxyz" * 2, ["a:", "abcdefghijklmnopqrstuvwxyzabcdefghijkl", "mnopqrstuvwxyz"]),
]  # fmt: skip


@pytest.mark.parametrize(("equation", "lines"), BROKEN)
def test_lines_break_where_brackets_do_not(equation: str, lines: list[str]) -> None:
    console = Console(width=46, file=io.StringIO(), force_terminal=False)
    console.print(tree(Told("df/dx", [(0, "a", equation)]), str))
    found = console.file.getvalue().splitlines()[1:]  # type: ignore[attr-defined]
    assert [line.strip("└─ ").removeprefix("a: ") for line in found] == lines
    assert max(map(len, found)) <= 46


def test_what_is_wrong_is_an_error_as_ever() -> None:
    with pytest.raises(DerivError):
        differentiate("sinn(x)", steps=True)
