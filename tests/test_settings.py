"""Defaults from a file and the environment: what they make of a command line, and what is said where they are wrong."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import rows

from derivcli import differentiate
from derivcli.errors import UsageError
from derivcli.settings import applied

Deriv = Callable[..., Any]
CASES = rows("settings.jsonl")


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the file of settings is looked for."""
    monkeypatch.delenv("DERIV_CONFIG")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "deriv").mkdir()
    return tmp_path / "deriv" / "config.toml"


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.get('file', case.get('environment'))} {case['words']}")
def test_a_command_line_with_its_defaults(
    case: dict[str, Any], settings: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if "file" in case:
        settings.write_text(case["file"], encoding="utf-8")
    for name, value in case.get("environment", {}).items():
        monkeypatch.setenv(name, value)
    if "error" in case:
        with pytest.raises(UsageError) as caught:
            applied(case["words"])
        assert case["error"] in caught.value.message
        assert case.get("hint", caught.value.hint) == caught.value.hint
        assert case.get("span", list(caught.value.span or ())) == list(caught.value.span or ())
        assert "file" not in case or str(settings) in caught.value.message
    else:
        assert applied(case["words"]) == case["applied"]
        said = capsys.readouterr().err
        assert case["warns"] in said if "warns" in case else said == ""


def test_the_file_in_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DERIV_CONFIG")
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert applied(["x"]) == ["x"]
    (tmp_path / ".config" / "deriv").mkdir(parents=True)
    (tmp_path / ".config" / "deriv" / "config.toml").write_text("output = 'plain'", encoding="utf-8")
    assert applied(["x"]) == ["--output", "plain", "x"]


def test_answers_and_errors_have_the_form_of_the_settings(settings: Path, deriv: Deriv) -> None:
    settings.write_text('output = "json"', encoding="utf-8")
    assert deriv("x**2", "--at", "x=3").json["points"][0]["gradient"] == {"x": 6.0}
    failed = deriv("x +")
    assert (failed.status, failed.json["error"]["kind"]) == (3, "parse")
    settings.write_text("output = 1", encoding="utf-8")
    failed = deriv("x**2", "--latex")
    assert (failed.status, failed.out) == (2, "") and "config.toml, line 1" in failed.err


def test_programs_are_not_touched_by_the_file(settings: Path, deriv: Deriv) -> None:
    by_python = differentiate("sqrt(x)", at="x=2")
    plainly = deriv("sqrt(x)", "--at", "x=2", "--json").json
    settings.write_text('output = "latex"\ndigits = 30\nsimplify = "none"', encoding="utf-8")
    assert deriv("sqrt(x)", "--at", "x=2", "--json").json == plainly
    assert differentiate("sqrt(x)", at="x=2") == by_python


def test_a_session_has_the_settings(settings: Path) -> None:
    settings.write_text('output = "plain"\ncolor = "never"', encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "-m", "derivcli", "repl"], input="x**2\nx**3 --json\n", capture_output=True, text=True,
        timeout=60, env=dict(os.environ),
    )  # fmt: skip
    first, _, second = ran.stdout.partition("{")
    assert (ran.returncode, first) == (0, "f = x**2\ndf/dx = 2*x\n")
    assert json.loads("{" + second)["derivatives"]["x"]["text"] == "3*x**2"
