"""The order of the command line's words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from conftest import rows

from derivcli.errors import UsageError
from derivcli.words import arrange

OPTIONS = {"--at": True, "--json": False, "-q": False, "-o": True, "--help": False}


@pytest.mark.parametrize(
    ("words", "options", "others"),
    [
        (["x", "--at", "x=1"], ["--at", "x=1"], ["x"]),
        (["--at=x=1", "x"], ["--at", "x=1"], ["x"]),
        (["-x^2", "--json"], ["--json"], ["-x^2"]),
        (["-2q+1", "-q"], ["-q"], ["-2q+1"]),
        (["-1"], [], ["-1"]),
        (["--1"], [], ["--1"]),
        (["-(x)"], [], ["-(x)"]),
        (["--at", "--1", "x"], ["--at", "--1"], ["x"]),
        (["-q", "--", "-x", "--json"], ["-q"], ["-x", "--json"]),
        (["x", "-o", "json"], ["-o", "json"], ["x"]),
        (["-sin(x)"], [], ["-sin(x)"]),
    ],
)
def test_a_word_is_an_option_only_if_it_is_one(words: list[str], options: list[str], others: list[str]) -> None:
    assert arrange(words, OPTIONS) == (options, others)


@pytest.mark.parametrize(
    ("words", "says", "hint"),
    [
        (["--jsn", "x"], "no option --jsn", "did you mean --json?"),
        (["-x"], "no option -x", "deriv -- -x"),
        (["x", "--at"], "--at needs a value", None),
        (["x", "--json=1"], "--json takes no value", None),
        (["--quux=3"], "no option --quux", None),
    ],
)
def test_an_option_that_is_none_is_refused(words: list[str], says: str, hint: str | None) -> None:
    with pytest.raises(UsageError, match=says) as caught:
        arrange(words, OPTIONS)
    assert (hint or "") in (caught.value.hint or "")


@pytest.mark.parametrize("case", rows("mistakes.jsonl"), ids=lambda case: " ".join(case["words"]))
def test_a_mistake_is_met_with_help(case: dict[str, Any], deriv: Callable[..., Any]) -> None:
    ran = deriv(*case["words"])
    assert ran.status == case["status"]
    assert case["says"] in ran.err


def test_letters_of_a_derivative_may_be_variables(deriv: Callable[..., Any]) -> None:
    assert deriv("d/dx*x", "--at", "d=1,dx=2,x=3", "--wrt", "x", "-q").out == "0.5\n"
