"""What the tests share: the command run in this process, and cases from files."""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from derivcli.shell import run

# A worker that happens to run is not what is tested, nor are the settings of whoever runs the tests.
for _name in [name for name in os.environ if name.startswith("DERIV_")]:
    del os.environ[_name]
os.environ["DERIV_WORKER"] = os.environ["DERIV_CONFIG"] = "off"
CASES = Path(__file__).parent / "cases"


@dataclass(frozen=True)
class Ran:
    """A finished command: its exit status and streams."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))


@pytest.fixture
def deriv(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """`deriv("x**2", "--at", "x=3")` runs the command line."""

    def call(*words: str) -> Ran:
        capsys.readouterr()
        status = run(words)
        streams = capsys.readouterr()
        return Ran(int(status), streams.out, streams.err)

    return call


@pytest.fixture
def printed(capsys: pytest.CaptureFixture[str]) -> Callable[[str], str]:
    """`printed(source)` runs a Python program, in this process, and is what it prints."""

    def call(source: str) -> str:
        capsys.readouterr()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            exec(compile(source, "<program>", "exec"), {"__name__": "__main__"})
        return capsys.readouterr().out

    return call


def rows(name: str) -> list[dict[str, Any]]:
    """The cases of one file; a file without cases is a mistake."""
    found = [json.loads(line) for line in (CASES / name).read_text(encoding="utf-8").splitlines() if line.strip()]
    assert found, f"{name} holds no case"
    return found
