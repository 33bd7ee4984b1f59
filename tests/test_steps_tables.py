"""Derivations of published pairs: every rule is an equation that holds, and the last step is the answer."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from conftest import rows
from derivations import assert_ends_with_the_answer, assert_equal, assert_rules_hold, value

from derivcli import differentiate


@pytest.mark.parametrize("case", rows("steps.jsonl"), ids=lambda c: c["expr"][:60])
def test_the_steps_of_a_table(case: dict[str, Any]) -> None:
    wrt, point = case["wrt"], {name: Fraction(v) for name, v in case["at"].items()}
    asked = {"partial": wrt} if len(wrt) > 1 else {"wrt": wrt}
    found = differentiate(case["expr"], var=case["vars"], steps=True, timeout=30, **asked)
    assert_ends_with_the_answer(found, point)
    assert_equal(value(str(found.derivations[-1].steps[-1].after.text), point), case["d_value"])
    assert not any("steps" in warning for warning in found.warnings)


@pytest.mark.parametrize("case", [c for c in rows("steps.jsonl") if len(c["wrt"]) == 1], ids=lambda c: c["expr"][:60])
def test_each_rule_is_an_equation(case: dict[str, Any]) -> None:
    assert_rules_hold(case["expr"], case["wrt"][0], {name: Fraction(v) for name, v in case["at"].items()})
