"""Derivations all over the catalog: every rule is an equation that holds, and the last step is the answer."""

from __future__ import annotations

from dataclasses import replace

import pytest
from derivations import assert_ends_with_the_answer, assert_rules_hold
from test_catalog import SMOOTH, points, question

from derivcli.catalog import Row
from derivcli.engine import answer

# Functions whose differences take seconds each, and that the tests of the catalog hold against mpmath.
SLOW = {"appellf1", "betainc/4", "betainc_regularized/4", "lerchphi", "elliptic_pi/3", "elliptic_pi"}


@pytest.mark.parametrize("row", SMOOTH, ids=lambda r: r.key)
def test_the_steps_of_a_function(row: Row) -> None:
    asked = question(row)
    point = list(points(row))[-1]
    found = answer(replace(asked, points=(), steps=True, timeout=30.0))
    assert_ends_with_the_answer(found, {name: point[name] for name in found.variables})
    assert {told.along[0] for told in found.derivations} == set(found.wrt)
    if row.key not in SLOW:
        for name in found.wrt:
            assert_rules_hold(asked.expressions[0], name, {n: point[n] for n in found.variables})
