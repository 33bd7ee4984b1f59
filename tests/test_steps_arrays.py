"""Derivations of vectors and matrices: every rule is an equation that holds, and the last step is the answer."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from conftest import rows

from derivcli import differentiate
from derivcli.arrays import Shape
from derivcli.derivation.array_rules import changed
from derivcli.derivation.marked import Marked
from derivcli.derivation.walk import take
from derivcli.entries import entries
from derivcli.graph import Graph, Node
from derivcli.language import Setting, expand, read, shaped
from derivcli.numeric.exact import evaluate

SHAPES: dict[str, Shape] = {"A": (2, 2), "X": (2, 2), "a": (2,), "b": (2,), "x": (2,), "t": ()}
AT = {"A": [[3, 1], [-2, 5]], "X": [[4, 1], [2, 3]], "a": [2, -1], "b": [1, 3], "x": [0.5, 1.25], "t": 0.75}
MOVED = {"dX": [[0.5, -1], [2, 0.25]], "dx": [1, -0.5], "dt": 1}
# Differences with so small a step are right to twice as many digits.
STEP = Fraction(1, 10**12)
CASES = rows("steps_arrays.jsonl")


def at(graph: Graph, root: int, target: Graph, name: str, step: Fraction) -> int:
    """A node where the variable has moved by a step."""

    def moved(_: int, node: Node, args: tuple[int, ...]) -> int | None:
        if node.op == "detach" or node.value != name:
            return None
        change = target.add("mul", (target.number(step), target.variable(f"d{name}")))
        return target.add("add", (target.variable(name), change))

    held = {i for i in graph.reachable([root]) if graph.nodes[i].op == "detach"}
    known = {i: graph.copy_into(target, [i], lambda *_: None)[0] for i in held}
    return graph.copy_into(target, [root], lambda i, n, a: known.get(i) or moved(i, n, a), leaves=held)[0]


def numbers(graph: Graph, root: int, name: str) -> list[complex]:
    """The entries of a node; changes that are still to be worked out are found by differences, not by any rule."""
    target = Graph()

    def difference(i: int, node: Node, _: tuple[int, ...]) -> int | None:
        if node.op != "d":
            return None
        above, below = (at(graph, node.args[0], target, name, step) for step in (STEP, -STEP))
        return target.add("div", (target.add("add", (above, target.add("neg", (below,)))), target.number(2 * STEP)))

    marks = {i for i in graph.reachable([root]) if graph.nodes[i].op == "d"}
    (copied,) = graph.copy_into(target, [root], difference, leaves=marks)
    shapes = {**SHAPES, **{f"d{n}": s for n, s in SHAPES.items()}}
    arrays = shaped(target, [copied], shapes, "")
    scalars, (roots,) = entries(arrays.graph, arrays.roots, arrays.shapes)
    primitive, ends = expand(scalars, roots)
    values = {**AT, **MOVED}
    point = {entry: number(values, entry) for entry in primitive.variables(ends)}
    return [v.plain() for v in evaluate(primitive, ends, point, real=False, complex_too=True).roots]


def number(values: dict[str, Any], entry: str) -> Fraction:
    """The value of x[0] or X[0,1]."""
    name, _, index = entry.removeprefix("detach(").rstrip(")").partition("[")
    found = values[name]
    for k in filter(None, index.rstrip("]").split(",")):
        found = found[int(k)]
    return Fraction(found)


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["expr"])
def test_each_rule_is_an_equation(case: dict[str, Any]) -> None:
    reading = read([case["expr"]], setting=Setting(list(SHAPES)))
    arrays = shaped(reading.graph, reading.roots, SHAPES, case["expr"])
    marked = Marked(arrays.graph, case["wrt"], f"d{case['wrt']}")
    taken = take(marked, arrays.roots[0], lambda m, i: changed(m, arrays.shapes, i))
    for rule in taken.rules:
        before, after = (numbers(taken.graph, i, case["wrt"]) for i in (rule.before, rule.after))
        # Zeros of any shape are written as one.
        assert (after if after != [0] else after * len(before)) == pytest.approx(before, rel=1e-10, abs=1e-12)
    assert numbers(taken.graph, taken.result, case["wrt"]) == pytest.approx(
        numbers(taken.graph, taken.rules[0].before, case["wrt"]), rel=1e-10, abs=1e-12
    )


@pytest.mark.parametrize("case", [c for c in CASES if c.get("formula", True)], ids=lambda c: c["expr"])
def test_the_steps_of_arrays(case: dict[str, Any]) -> None:
    used = set(read([case["expr"]], setting=Setting(list(SHAPES))).variables)
    var = {name: declared for name, declared in DECLARED.items() if name in used}
    found = differentiate(case["expr"], var=var, wrt=[case["wrt"]], steps=True)
    (told,) = found.derivations
    steps = [step for k, step in enumerate(told.steps) if step.depth or not k]
    assert [step.rule for step in steps] == case["rules"]
    assert told.steps[-1].rule == "derivative read off"
    assert told.steps[-1].after == found.derivatives[case["wrt"],]
    assert steps[0].before.text == f"d({found.expression.text})"
    assert steps[0].span == (0, len(case["expr"]))


DECLARED = {
    "A": "matrix(n,n)", "X": "matrix(n,n)", "a": "vector(n)", "b": "vector(n)", "x": "vector(n)", "t": "scalar",
}  # fmt: skip

GATHERED = [
    ("x.T @ A @ x", "x", [
        "a number is its own transpose, a.T @ b = b.T @ a", "dx factored out", "a.T @ b = sum(a*b)",
        "transpose of a product, (A @ B).T = B.T @ A.T", "common factors taken out",
    ]),
    ("tr(X.T @ A)", "X", ["trace of a transpose, tr(A) = tr(A.T)", "tr(A @ B) = sum(A.T*B)"]),
    ("tr(A @ inv(X))", "X", [
        "minus sign put in front", "trace of a product, tr(A @ B) = tr(B @ A)", "tr(A @ B) = sum(A.T*B)",
        "factor brought into the sum, c*sum(A) = sum(c*A)",
    ]),
    ("det(X)", "X", ["tr(A @ B) = sum(A.T*B)", "factor brought into the sum, c*sum(A) = sum(c*A)"]),
    ("a.T @ X @ b", "X", ["a.T @ B @ c = sum(outer(a, c)*B)"]),
    ("sum((A @ x)*b)", "x", [
        "sum of products, sum(a*b) = a.T @ b", "a.T @ b = sum(a*b)", "transpose of a product, (A @ B).T = B.T @ A.T",
    ]),
    ("inv(X)", "X", ["product of matrices by its entries"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "name", "acts"), GATHERED)
def test_how_the_change_of_the_variable_is_gathered(text: str, name: str, acts: list[str]) -> None:
    used = set(read([text], setting=Setting(list(SHAPES))).variables)
    found = differentiate(text, var={n: DECLARED[n] for n in used}, wrt=[name], steps=True)
    (told,) = found.derivations
    after_rules = [step.rule for k, step in enumerate(told.steps) if k and not step.depth]
    assert list(dict.fromkeys(after_rules)) == [
        *(r for r in after_rules[:1] if "parts" in r),
        *acts,
        "derivative read off",
    ]


REFUSED = [
    ("prod(x)", {}, "no rule for the change of prod"),
    ("max(x)", {}, "no rule for the change of max"),
    ("sum(x + t)", {"wrt": ["t"]}, "a sum of different shapes"),
    ("x.T @ S @ x", {"wrt": ["S"], "var": {"S": "symmetric(n)", "x": "vector(n)"}}, "do not change by themselves"),
    ("sum(x**2)", {"hessian": True}, "first derivatives"),
]


@pytest.mark.parametrize(("text", "asked", "said"), REFUSED)
def test_what_has_no_steps_says_so(text: str, asked: dict[str, Any], said: str) -> None:
    found = differentiate(text, **{"var": {"x": "vector(n)", "t": "scalar"}, "wrt": ["x"], **asked}, steps=True)
    assert not found.derivations
    assert any(said in warning for warning in found.warnings)
    assert all(formula.text for formula in found.derivatives.values()) or "max" in text or "prod" in text
