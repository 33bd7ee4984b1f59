"""`deriv batch`: a question on every line, an answer on every line."""

from __future__ import annotations

import io
import json
import signal
import subprocess
import sys
from typing import Any

import pytest
from test_json import VALIDATOR

from derivcli.batch import run


def batch(*lines: Any) -> tuple[int, list[dict[str, Any]]]:
    out = io.StringIO()
    text = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    status = run(text, out)
    answers = [json.loads(line) for line in out.getvalue().splitlines()]
    for answer in answers:
        VALIDATOR.validate(answer)
    return int(status), answers


def test_answers_come_in_order_with_their_ids() -> None:
    status, answers = batch({"id": "a", "expr": "x**2", "at": {"x": 3}}, {"id": 7, "expr": "x"}, {"expr": "y"})
    assert status == 0
    assert [a.get("id") for a in answers] == ["a", 7, None]
    assert answers[0]["points"][0]["gradient"] == {"x": 6}


@pytest.mark.parametrize(
    "line",
    [
        "not json", "[1, 2]", "5", '{"id": 1}', '{"id": 1, "expr": 5}', '{"id": 1, "expr": "x", "at": {"x": NaN}}',
        "[" * 100_000, '{"expr": "' + "(" * 10_000 + '"}', '{"expr": "x", "at": 5}', '{"expr": "x", "nonsense": 1}',
        '{"expr": "x", "at": {"x": "__import__(1)"}}', '{"expr": "x\\u0000"}', '{"expr": "9**9**9**9"}',
        '{"expr": "x", "order": "two"}', '{"expr": "x", "hessian": 1}',
        '{"expr": "x", "at": {"x": ' + "1" * 5000 + "}}",
    ],
)  # fmt: skip
def test_a_bad_line_harms_no_neighbour(line: str) -> None:
    good = {"id": "good", "expr": "x**2", "at": {"x": 3}}
    status, (before, bad, after) = batch(good, line, good)
    assert status == 1
    assert before == after and before["points"][0]["gradient"] == {"x": 6}
    assert bad["error"]["kind"] != "internal" and (bad.get("id") == 1 or bad["line"] == 2)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('{"expr": "x", "expr": "x**2"}', '"expr" stands twice in one object of this line'),
        ('{"expr": "x", "at": {"x": 1, "x": 2}}', '"x" stands twice in one object of this line'),
        ('{"expr": "x", "at": {"x": NaN}}', "NaN is not a number that JSON has"),
        ('{"expr": "x", "at": {"x": -Infinity}}', "-Infinity is not a number that JSON has"),
    ],
)
def test_what_json_leaves_open_is_refused(line: str, says: str) -> None:
    _, (bad,) = batch(line)
    assert bad["line"] == 1 and bad["error"]["message"] == says


def test_options_are_keys() -> None:
    _, (hessian, partial, let, several, free) = batch(
        {"expr": "x*y", "at": {"x": 1, "y": 2}, "hessian": True},
        {"expr": "x*y", "at": {"x": 1, "y": 2}, "partial": ["x", "y"]},
        {"expr": "b**2", "let": {"b": "x+1"}, "at": {"x": 1}},
        {"expr": ["x", "x**2"], "at": [{"x": 1}, {"x": 2}], "wrt": "x"},
        {"expr": "x**2", "at": {"x": 1}, "no_check": True, "dtype": "float32"},
    )
    assert hessian["points"][0]["hessian"]["x"]["y"] == 1
    assert partial["points"][0]["derivative"] == {"x,y": 1}
    assert let["points"][0]["gradient"] == {"x": 4}
    assert [p["jacobian"]["x"] for p in several["points"]] == [[1, 2], [1, 4]]
    assert free["points"][0]["checks"] is None


def test_a_number_means_what_is_written() -> None:
    _, (answer,) = batch('{"expr": "x", "at": {"x": 0.1}}')
    assert answer["points"][0]["at"] == {"x": 0.1}
    _, (third,) = batch(
        '{"expr": "(x - 0.1234567890123456789)*y", "at": {"x": 0.1234567890123456789, "y": 1}, "wrt": "y"}'
    )
    assert third["points"][0]["symbolic"] == {"y": 0}


def test_a_superfluous_name_is_a_warning() -> None:
    _, (answer,) = batch({"expr": "x", "at": {"x": 1, "z": 2}})
    assert answer["warnings"] == ["the expression has no variable z"]
    _, (constant,) = batch({"expr": "4", "at": {"x": 1}, "wrt": ["x"]})
    assert constant["points"][0]["gradient"] == {"x": 0}


def test_the_command_reads_standard_input_and_survives_ctrl_c() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "derivcli", "batch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True,
        # Where the tests run in the background, Ctrl-C is ignored by all that they start.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    assert process.stdin and process.stdout and process.stderr
    process.stdin.write('{"id": 1, "expr": "x**2"}\n')
    process.stdin.flush()
    assert json.loads(process.stdout.readline())["id"] == 1
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 130
    assert "Traceback" not in process.stderr.read()


def test_the_same_question_has_the_same_answer_through_every_face(deriv: Any) -> None:
    _, (line,) = batch({"expr": "x*sin(y)", "at": {"x": 2, "y": "pi/3"}})
    shell = deriv("x*sin(y)", "--at", "x=2,y=pi/3", "--json", "--simplify", "fast").json
    assert line == shell


@pytest.mark.parametrize(
    ("line", "status"),
    [
        ({"expr": "abs(x)", "at": {"x": 0}, "strict": True}, 1), ({"expr": "x", "at": {"x": 0}, "strict": True}, 0),
        ({"expr": "abs(x)", "at": {"x": 0}}, 0), ({"expr": "x**2", "check": "3*x", "strict": True}, 1),
        ({"expr": "x**2", "check": "3*x"}, 0), ({"expr": "x", "strict": 1}, 1),
    ],
)  # fmt: skip
def test_a_strict_line_fails_where_a_check_does(line: dict[str, Any], status: int) -> None:
    assert batch(line)[0] == status


FURTHER = [
    ({"command": "taylor", "expr": "sin(x)", "at": {"x": 0}, "order": 3}, "taylor.polynomial.text", "x - x**3/6"),
    ({"command": "taylor", "expr": "1/x"}, "error.kind", "unsupported"),
    (
        {"command": "implicit", "expr": "x**2+y**2=25", "at": {"x": 3, "y": 4}},
        "implicit.points.0.slopes.x.value",
        -0.75,
    ),
    ({"command": "parametric", "expr": ["t**2", "t**3"]}, "parametric.derivatives.x.text", "3*t/2"),
    ({"command": "propagate", "expr": "x*y", "at": {"x": "10±0.1", "y": 2}}, "propagated.text", "20.00 ± 0.20"),
    ({"command": "propagate", "expr": "x-y", "at": "x=1±0.1,y=1±0.1", "corr": {"x,y": 1}}, "propagated.deviation", 0),
    ({"command": "analyze", "expr": "x**2", "range": {"x": [-1, 1]}}, "analysis.features.0.kind", "minimum"),
    ({"command": "lint", "expr": "sqrt(x**2)", "at": {"x": [-1, 1]}}, "lint.findings.0.status", "kink"),
    ({"command": "check", "expr": "x**2", "check": "2*x"}, "check.correct", True),
    ({"command": "check", "expr": "x**2"}, "error.message", "the claim is missing"),
    ({"command": "tailor", "expr": "x"}, "error.hint", "did you mean 'taylor'?"),
    ({"command": "taylor", "expr": "x", "hessian": True}, "error.message", "taylor has no key 'hessian'"),
]


@pytest.mark.parametrize(("line", "path", "expected"), FURTHER, ids=lambda v: str(v))
def test_further_questions_are_asked_by_a_key(line: dict[str, Any], path: str, expected: Any) -> None:
    _, (found,) = batch({"id": 1, **line})
    for step in path.split("."):
        found = found[int(step)] if isinstance(found, list) else found[step]
    assert found == expected


def test_a_strict_line_fails_where_a_further_question_does() -> None:
    found = {"command": "lint", "expr": "sqrt(x**2)", "at": {"x": [-1, 1]}}
    assert [batch({**found, "strict": strict})[0] for strict in (False, True)] == [0, 1]
