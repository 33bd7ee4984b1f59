"""Special functions at their edges: poles, ends of domains, holes that are none, and names that are variables."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from derivcli.engine import answer
from derivcli.model import Question

CASES = [json.loads(line) for line in (Path(__file__).parent / "cases" / "special.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["expr"])
def test_the_derivative_by_x_and_its_status(case: dict[str, Any]) -> None:
    at = tuple((name, str(value)) for name, value in case["at"].items())
    (found,) = answer(Question((case["expr"],), (at,), wrt=("x",))).points
    assert found.checks is not None and found.symbolic is not None
    assert found.checks["x",].status == case["status"]
    if case["symbolic"] is None:
        assert math.isnan(found.symbolic["x",])
    else:
        assert found.symbolic["x",] == pytest.approx(float(case["symbolic"]), rel=1e-14)
        assert found.result["x",] == pytest.approx(float(case["symbolic"]), rel=1e-12)
