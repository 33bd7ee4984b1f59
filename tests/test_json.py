"""The JSON answer: strict, as the schema says, and the same for every face."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

import jsonschema
import pytest

from derivcli.render.json import schema_text

Deriv = Callable[..., Any]
VALIDATOR = jsonschema.Draft202012Validator(json.loads(schema_text()))

COMMANDS = [
    ["sin(x/2**1.5)", "--at", "x=100"],
    ["x*y", "--at", "x=1,2", "--at", "y=3"],
    ["x*y + sin(x)", "--hessian", "--at", "x=1,y=2"],
    ["x**3*y**2", "--partial", "x,x,y", "--at", "x=1,y=2"],
    ["x**3*y**2", "--order", "3", "--at", "x=1,y=2"],
    ["x*y", "x**2", "--at", "x=1,y=2"],
    ["x*y", "--jacobian", "--at", "x=1,y=2"],
    ["[x, 1/x]", "--at", "x=0"],
    ["log(x)", "--at", "x=-1,0,1"],
    ["exp(x)", "--at", "x=1000"],
    ["abs(x)", "--at", "x=0"],
    ["x**2", "--at", "x=3", "--no-check"],
    ["x**2"],
    ["sin(x)", "--at", "x=1/3", "--digits", "30"],
    ["log(x)", "--at", "x=-1,2", "--digits", "30"],
    ["x*y", "x/y", "--at", "x=1/3,y=2", "--digits", "20"],
    ["norm(x)", "--at", "x=[1,2]", "--hessian", "--digits", "20"],
    ["pi", "--digits", "20"],
    ["x", "--digits", "20"],
    ["4"],
    ["(1-cos(x))/x**2", "--at", "x=1e-8"],
    ["sinn(x)"],
    ["x", "--at", "y=1"],
    ["x", "--order", "0"],
    ["--jsn"],
    ["9**9**9**9"],
    ["I*x", "--at", "x=1"],
    ["z*w", "--complex", "--at", "z=1+I,w=2", "--hessian"],
    ["[z, z**I]", "--complex", "--at", "z=I"],
    ["sqrt(x)", "--at", "x=0"],
    ["min(|x|,|y|)", "--at", "x=0,y=0"],
    ["x/x", "--at", "x=0"],
    ["log(1+exp(x))", "--at", "x=1000", "--literal"],
]
CHECKS = [
    (["x**2", "2*x"], 0), (["x**2", "3*x"], 1), (["x*y", "y", "x + 1"], 1), (["x*y", "[[0,1],[1,0]]", "--hessian"], 0),
    (["[x, x*y]", "[[1, 0], [y, x]]"], 0), (["sqrt(-x**2)", "0"], 1), (["abs(x)", "1/0"], 1), (["x**2", "2*C"], 3),
    (["x*y", "y"], 2),
]  # fmt: skip

LINTS = [
    (["log(1+exp(x))"], 1), (["sqrt(x**2)"], 1), (["x*y"], 0), (["1/x", "--at", "x=-1:1"], 1),
    (["x", "--at", "x=3:1"], 3),
    (["log(sum(exp(x)))", "--var", "x:vector(2)"], 1), (["x@x", "--var", "x:vector(n)"], 2),
]  # fmt: skip


@pytest.mark.parametrize(("words", "status"), LINTS, ids=lambda w: " ".join(w) if isinstance(w, list) else "")
def test_every_report_of_lint_is_as_the_schema_says(words: list[str], status: int, deriv: Deriv) -> None:
    ran = deriv("lint", *words, "--ndjson")
    VALIDATOR.validate(ran.json)
    assert ran.status == status and ran.err == ""
    assert status > 1 or bool(ran.json["lint"]["findings"]) == bool(status)


@pytest.mark.parametrize("words", COMMANDS, ids=lambda w: " ".join(w))
@pytest.mark.parametrize("form", ["--json", "--ndjson"])
def test_every_answer_is_as_the_schema_says(words: list[str], form: str, deriv: Deriv) -> None:
    ran = deriv(form, *words)
    VALIDATOR.validate(ran.json)
    assert ("error" in ran.json) == (ran.status != 0)
    assert ran.err == ""
    assert form == "--json" or ran.out.count("\n") == 1


@pytest.mark.parametrize(("words", "status"), CHECKS, ids=lambda w: " ".join(w) if isinstance(w, list) else "")
@pytest.mark.parametrize("form", ["--json", "--ndjson"])
def test_every_check_is_as_the_schema_says(words: list[str], status: int, form: str, deriv: Deriv) -> None:
    ran = deriv("check", form, *words)
    VALIDATOR.validate(ran.json)
    assert ran.status == status and ran.err == ""
    assert ("error" in ran.json) == (status > 1)


def test_the_example_of_the_interface(deriv: Deriv) -> None:
    answer = deriv("sin(x/2**1.5)", "--at", "x=100", "--json").json
    assert answer["expression"]["read_as"] == "sin(sqrt(2)*x/4)"
    assert answer["derivatives"]["x"]["text"] == "sqrt(2)*cos(sqrt(2)*x/4)/4"
    (point,) = answer["points"]
    exact = math.sqrt(2) * math.cos(100 * math.sqrt(2) / 4) / 4
    assert point["at"] == {"x": 100.0}
    assert point["gradient"]["x"] == pytest.approx(exact, rel=1e-13) == point["symbolic"]["x"]
    assert point["checks"]["x"]["status"] == "agree"


def test_shapes_of_results(deriv: Deriv) -> None:
    def point(*words: str) -> Any:
        return deriv("--json", *words).json["points"][0]

    assert point("x*y", "--at", "x=2,y=3")["gradient"] == {"x": 3, "y": 2}
    assert point("x*y", "x", "--at", "x=2,y=3")["jacobian"] == {"x": [3, 1], "y": [2, 0]}
    assert point("x*y", "--hessian", "--at", "x=2,y=3")["hessian"] == {"x": {"x": 0, "y": 1}, "y": {"x": 1, "y": 0}}
    assert point("x*y", "--partial", "x,y", "--at", "x=2,y=3")["derivative"] == {"x,y": 1}
    assert point("x**3", "--order", "2", "--at", "x=2")["derivative"] == {"x,x": 12}
    assert point("x*y", "--hessian", "--at", "x=2,y=3")["checks"]["x"]["y"]["status"] == "agree"


def test_numbers_that_are_not_finite_are_texts(deriv: Deriv) -> None:
    points = deriv("1/x", "--at", "x=0", "--json").json["points"]
    assert points[0]["value"] == "Infinity" and points[0]["gradient"]["x"] == "-Infinity"
    assert points[0]["symbolic"]["x"] == "NaN"


def test_an_error_tells_the_place(deriv: Deriv) -> None:
    ran = deriv("1 + sinn(x)", "--json")
    assert ran.status == 3
    assert ran.json["error"] == {
        "kind": "parse", "message": "sinn is not a known function", "text": "1 + sinn(x)", "span": [4, 8],
        "hint": "did you mean sin? For a product write sinn*(…)",
    }  # fmt: skip


def test_warnings_stand_in_the_answer(deriv: Deriv) -> None:
    ran = deriv("1/2x", "--json")
    assert ran.json["warnings"] == ["1/2x is read as (1/2)*x"] and ran.err == ""


def test_schema_is_itself_valid(deriv: Deriv) -> None:
    jsonschema.Draft202012Validator.check_schema(deriv("schema").json)
