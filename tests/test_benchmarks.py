"""The benchmarks run: each once, at small sizes; how fast anything is, is not tested."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]


def needs(name: str, *modules: str) -> Any:
    """A benchmark that is measured against something that need not be installed."""
    lacking = [module for module in modules if importlib.util.find_spec(module) is None]
    return pytest.param(name, marks=[pytest.mark.skip(f"{lacking[0]} is not here")] if lacking else [])


@pytest.mark.parametrize(
    "name",
    [
        *("engines", "large", "rate", "perceptron", "start"),
        needs("points", "polars", "pyarrow", "numpy"),
        needs("cluster", "distributed", "pyarrow", "numpy"),
    ],
)
def test_a_short_run(name: str) -> None:
    command = [sys.executable, "-m", "tests.benchmarks", name, "--smoke"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert ran.returncode == 0, ran.stderr
    assert "cores" in ran.stdout and "###" in ran.stdout
    assert "not measured" not in ran.stdout
