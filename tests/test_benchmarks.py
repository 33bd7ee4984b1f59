"""The benchmarks run: each once, at small sizes; how fast anything is, is not tested."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("name", ["engines", "large", "rate", "perceptron"])
def test_a_short_run(name: str) -> None:
    command = [sys.executable, "-m", "tests.benchmarks", name, "--smoke"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert ran.returncode == 0, ran.stderr
    assert "cores" in ran.stdout and "###" in ran.stdout
    assert "not measured" not in ran.stdout
