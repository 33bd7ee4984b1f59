"""The derivation of derivatives of arrays: how the value changes with the variable, and what is read off from that.

From df = tr(inv(X) @ dX) the derivative is read off: it is the G of df = sum(G*dX). What is said is held against the
formula at random entries, in sizes in numbers.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial

from derivcli.arrays import Shape
from derivcli.deadline import Expired, deadline
from derivcli.derivation.array_rules import changed
from derivcli.derivation.gathering import by_entries, gathered
from derivcli.derivation.marked import Marked
from derivcli.derivation.telling import MAX_CHARACTERS, followed, rule_steps, told
from derivcli.derivation.tidy import tidied
from derivcli.derivation.walk import take
from derivcli.entries import TooLarge, entries
from derivcli.errors import DerivError, ShapeError, UnsupportedError
from derivcli.graph import Graph
from derivcli.language import Reading, Setting, expand, read, shaped, write
from derivcli.model import Derivation, Formula, Path, Step
from derivcli.numeric.exact import evaluate

# Scalar nodes that a check may make, and sizes for names that have none, in turn.
_MAX_NODES, _SIZES = 20_000, (2, 3)
_DIFFER = 1e-9


@dataclass(frozen=True)
class ArrayForm:
    """What is differentiated.

    Args:
        graph, root, shapes: the user's own form, with the shape of each node.
        variables: the shape of each variable.
        structures: "symmetric" or "diagonal" for matrices that are.
        sizes: the names of sizes, with numbers where they are known.
        decimals: whether numbers that end are written as decimals.
    """

    graph: Graph
    root: int
    shapes: Mapping[int, Shape]
    variables: Mapping[str, Shape]
    structures: Mapping[str, str]
    sizes: Mapping[str, int | None]
    decimals: bool


def array_derivations(
    form: ArrayForm, formulas: Mapping[Path, Formula], seconds: float
) -> tuple[list[Derivation], list[str]]:
    """How first derivatives of arrays are found.

    Args:
        form: what was differentiated.
        formulas: for each variable the derivative, in torch's layout.
        seconds: for all of it.

    Returns:
        The derivations, and what a reader should be told.
    """
    found: list[Derivation] = []
    warnings: list[str] = []
    try:
        with deadline(seconds):
            for (name,), formula in formulas.items():
                try:
                    found.append(Derivation((name,), None, tuple(_steps(form, name, formula))))
                except (DerivError, TooLarge) as error:
                    reason = error.message if isinstance(error, DerivError) else "the arrays are large"
                    warnings.append(f"the steps to the derivative by {name} are left out: {reason}")
    except Expired:
        warnings.append(f"the derivation ran out of time after {seconds:.2g} s: what was found by then is shown")
    return found, warnings


def _steps(form: ArrayForm, name: str, formula: Formula) -> list[Step]:
    """The steps to one derivative.

    Raises:
        UnsupportedError: a rule or notation that there is not, or steps that lead to another derivative.
        LimitError: they are too long.
        TooLarge: the arrays are, for the check.
    """
    if name in form.structures:
        raise UnsupportedError(f"the entries of {name} do not change by themselves; declare it as a matrix")
    taken_names = {*form.variables, *form.sizes}
    change = next(c for c in (f"d{name}{k or ''}" for k in itertools.count()) if c not in taken_names)
    shapes = {**form.variables, change: form.variables[name]}
    marked = Marked(form.graph.copy(), name, change)
    taken = take(marked, form.root, partial(_changed, form.shapes))
    if formula.text is None:
        raise UnsupportedError("the formula is too long to be printed, or not known")
    steps = rule_steps(taken, form.decimals, places=True, shapes=shapes)
    if not steps:
        raise UnsupportedError("the expression is the variable itself")
    last = taken.graph, taken.restated
    for said, node in tidied(*last, form.decimals, MAX_CHARACTERS):
        last = node
        followed(steps, said, told(*last, form.decimals, shapes))
    written = _read(form, formula.text)
    _check(form, change, shapes, last, written)
    whole, notation = _in_one(form, name, change, *written)
    shown = None if whole is None else _shown(form, whole, shapes)
    begun = len(steps)
    if form.variables[name]:
        _gather(form, steps, change, shapes, last, shown)
    if shown is not None and _same_but_brackets(steps[-1].after, shown):
        steps[-1] = replace(steps[-1], after=shown)
    elif shown is not None:
        shorter = len(steps) > begun and len(str(shown.text)) < len(str(steps[-1].after.text))
        followed(steps, "common factors taken out" if shorter else f"written as {notation}", shown)
    steps.append(Step("derivative read off", steps[-1].after, formula, steps[0].span))
    return steps


def _gather(
    form: ArrayForm,
    steps: list[Step],
    change: str,
    shapes: Mapping[str, Shape],
    last: tuple[Graph, int],
    wanted: Formula | None,
) -> None:
    """Go on to one product with the change of the variable, if all forms on the way have the value of the first."""
    found: list[tuple[str, Formula]] = []
    known = _numbers(steps[-1].after.text, shapes, _in_numbers(form))
    try:
        for said, graph, root in _forms(form, last, change, shapes):
            found.append((said, told(graph, root, form.decimals, shapes)))
            values = _numbers(found[-1][1].text, shapes, _in_numbers(form))
            if any(abs(a - b) > _DIFFER * max(1.0, abs(b)) for a, b in zip(values, known, strict=True)):
                return
            if wanted is not None and _same_but_brackets(found[-1][1], wanted):
                break
    except DerivError:
        return
    for said, formula in found:
        followed(steps, said, formula)


def _forms(
    form: ArrayForm, last: tuple[Graph, int], change: str, shapes: Mapping[str, Shape]
) -> Iterator[tuple[str, Graph, int]]:
    """How a change is brought to the form from which the derivative is read off."""
    if not form.shapes[form.root]:
        yield from gathered(*last, change, shapes)
        return
    graph, root = last
    summed = by_entries(graph, root, change, shapes)
    if summed is not None:
        yield "product of matrices by its entries", graph, summed


def _same_but_brackets(a: Formula, b: Formula) -> bool:
    return re.sub(r"[()]", "", str(a.text)) == re.sub(r"[()]", "", str(b.text))


def _in_numbers(form: ArrayForm) -> dict[str, int]:
    """Numbers for all sizes."""
    return {name: known or _SIZES[k % len(_SIZES)] for k, (name, known) in enumerate(form.sizes.items())}


def _shown(form: ArrayForm, node: tuple[Graph, int], shapes: Mapping[str, Shape]) -> Formula:
    try:
        return told(*node, form.decimals, shapes)
    except ShapeError:
        raise UnsupportedError("its sizes are partly names and partly numbers; leave the shapes to --at") from None


def _read(form: ArrayForm, text: str) -> tuple[Graph, int]:
    """A formula of the derivative as it is printed; entries in brackets are one array."""
    reading = read([text], setting=Setting([*form.variables], form.sizes))
    return reading.graph, _one_root(reading)


def _one_root(reading: Reading) -> int:
    return reading.graph.add("stack", reading.roots) if reading.vector else reading.roots[0]


def _changed(shapes: Mapping[int, Shape], marked: Marked, i: int) -> tuple[str, int]:
    return changed(marked, shapes, i)


def _in_one(form: ArrayForm, name: str, change: str, graph: Graph, root: int) -> tuple[tuple[Graph, int] | None, str]:
    """The change of the value by the derivative: sum(G*dX), J @ dx, or G*dt of a number t; None with more axes."""
    output, shape = form.shapes[form.root], form.variables[name]
    moved = graph.variable(change)
    if not shape:
        return (graph, graph.add("mul", (root, moved))), f"G*{change}"
    if not output:
        return (graph, graph.add("sum", (graph.add("mul", (root, moved)),), (None, False))), f"sum(G*{change})"
    if len(output) == len(shape) == 1:
        return (graph, graph.add("matmul", (root, moved))), f"J @ {change}"
    return None, ""


def _check(
    form: ArrayForm, change: str, shapes: Mapping[str, Shape], node: tuple[Graph, int], derivative: tuple[Graph, int]
) -> None:
    """Hold the change by the rules against the derivative times the change of the variable, entry by entry.

    Raises:
        UnsupportedError: they differ.
        TooLarge: the arrays are.
    """
    sizes = _in_numbers(form)
    found, slopes, moved = (
        _numbers(write(*n, 10 * MAX_CHARACTERS), shapes, sizes) for n in (node, derivative, _variable(change))
    )
    if len(slopes) not in (1, len(found) * len(moved)):
        raise UnsupportedError("they lead to another shape than the derivative has")
    if len(slopes) == 1 and slopes[0] == 0:
        slopes = [0.0] * len(found) * len(moved)  # zeros of any shape are written as one
    for k, number in enumerate(found):
        terms = [slope * dx for slope, dx in zip(slopes[k * len(moved) :], moved, strict=False)]
        if not abs(sum(terms) - number) <= _DIFFER * max(1.0, *map(abs, terms)):
            raise UnsupportedError("they lead to another value than the derivative has")


def _variable(name: str) -> tuple[Graph, int]:
    graph = Graph()
    return graph, graph.variable(name)


def _numbers(text: str | None, shapes: Mapping[str, Shape], sizes: Mapping[str, int]) -> Sequence[complex]:
    """The entries of an expression at a point whose entries are all different, its matrices well conditioned."""
    if text is None:
        raise UnsupportedError("a step is too long")
    in_numbers = {name: tuple(_size(s, sizes) for s in shape) for name, shape in shapes.items()}
    reading = read([text], setting=Setting([*shapes], sizes))
    arrays = shaped(reading.graph, [_one_root(reading)], in_numbers, text)
    graph, (roots,) = entries(arrays.graph, arrays.roots, arrays.shapes, _MAX_NODES)
    graph, roots = expand(graph, roots)
    point = {name: _entry(name) for name in graph.variables(roots)}
    point |= {name: Fraction(size) for name, size in sizes.items()}
    return [value.plain() for value in evaluate(graph, roots, point, real=False, complex_too=True).roots]


def _size(size: int | str, sizes: Mapping[str, int]) -> int:
    if isinstance(size, str) and size not in sizes:
        raise UnsupportedError("its sizes are not known")
    return sizes[size] if isinstance(size, str) else size


def _entry(name: str) -> Fraction:
    """A number that belongs to an entry, larger on the diagonal."""
    name = name.removeprefix("detach(")
    code = sum((k + 3) * ord(letter) for k, letter in enumerate(name.rstrip(")")))
    return Fraction(code * 37 % 101 + 11, 113) + (2 if re.search(r"\[(\d+),\s*\1\]", name) else 0)
