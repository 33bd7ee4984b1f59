"""What the tests of derivations share: the values of steps, and what must hold of all of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction

import pytest

from derivcli.derivation.marked import Marked
from derivcli.derivation.walk import take
from derivcli.graph import Graph, Node
from derivcli.language import Setting, expand, read
from derivcli.model import Answer, Derivation
from derivcli.numeric.exact import evaluate

Point = Mapping[str, Fraction]


def numbers(graph: Graph, roots: list[int], point: Point) -> list[complex]:
    """The values of nodes; derivatives that are still to be taken are found by differences, not by any rule."""
    new = Graph()

    def replaced(_: int, node: Node, args: tuple[int, ...]) -> int | None:
        return new.add("Along", args, (((node.value, 1),), 0)) if node.op == "d" else None

    primitive, ends = expand(new, graph.copy_into(new, roots, replaced))
    return [v.plain() for v in evaluate(primitive, ends, point, real=False, complex_too=True).roots]


def value(text: str, point: Point) -> complex:
    reading = read([text], setting=Setting(list(point)))
    return numbers(reading.graph, reading.roots, point)[0]


def assert_equal(a: complex, b: complex) -> None:
    assert a == pytest.approx(b, rel=1e-10, abs=1e-12)


def assert_rules_hold(text: str, name: str, point: Point) -> None:
    reading = read([text], setting=Setting(list(point)))
    taken = take(Marked(reading.graph, name), reading.roots[0])
    for rule in taken.rules:
        before, after = numbers(taken.graph, [rule.before, rule.after], point)
        assert_equal(before, after)
    assert_equal(*numbers(taken.graph, [taken.rules[0].before, taken.result], point))


def assert_ends_with_the_answer(found: Answer, point: Point) -> None:
    """The rules lead from the expression down to the formula that is shown, and each form has its values."""
    by_path = {(p[0] if found.kind == "derivative" else ",".join(p)): f for p, f in found.derivatives.items()}
    assert {",".join(told.along) for told in found.derivations} >= set(by_path)
    for told in found.derivations:
        formula = by_path.get(",".join(told.along))
        if formula is not None:
            assert (told.steps[-1].after.text, told.steps[-1].after.latex) == (formula.text, formula.latex)
        assert_follows(told, point)


# What says nothing of what is done.
VAGUE = {
    "written shorter", "simplified", "brackets and fractions rearranged", "signs worked out", "fraction expanded",
    "powers and fractions brought together", "powers brought together", "Pythagorean identity", "hyperbolic identity",
    "laws of roots", "laws of logarithms",
}  # fmt: skip


def assert_follows(told: Derivation, point: Point) -> None:
    shown = told.steps[-1].after.text or ""
    for before, step in zip(told.steps, told.steps[1:], strict=False):
        if step.depth:
            continue
        first = step.rule == "parts put together"
        assert step.before == (told.steps[0].after if first else before.after)
        assert step.before.text != step.after.text
        assert step.rule and step.rule not in VAGUE
        if step.rule == "like terms collected":
            assert re.search(r" [+-] ", str(step.before.text))
        if "Derivative(" not in shown + str(step.after.text):
            assert_equal(value(str(step.after.text), point), value(shown, point))
