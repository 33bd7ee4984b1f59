"""How a derivative as the rules leave it becomes the form that is shown: each form by its name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import sympy

from derivcli.deadline import Expired, deadline
from derivcli.graph import Graph
from derivcli.model import Formula
from derivcli.symbolic.algebra import COLLECTED, TAKEN_OUT
from derivcli.symbolic.detailed import AT_ONCE, detailed
from derivcli.symbolic.forms import NAMED, SHORTER
from derivcli.symbolic.fractions import is_rearranged
from derivcli.symbolic.identities import DEFINITIONS, SINGLE
from derivcli.symbolic.named import REARRANGED, said
from derivcli.symbolic.notation import formula
from derivcli.symbolic.singles import MORE, tried
from derivcli.symbolic.translate import to_sympy

# A larger expression is not rewritten in search of a name for what was done to it.
_LARGEST = 400
# What is only on the way is shortened up to this size, by so many forms.
_QUICK = 60
# Forms one after another, each with its name.
_Path = list[tuple[str, Any]]
# So many forms follow each other, and so many expressions are looked at.
_LONGEST, _TRIED = 3, 60


def rewriting(
    graph: Graph, root: int, wanted: tuple[int, str] | None, *, decimals: bool, real: bool, digits: int, seconds: float
) -> list[tuple[str, Formula]]:
    """The named forms from a derivative to the text of the one that is shown.

    Args:
        graph, root: the derivative, in primitives.
        wanted: the node and the text of what is shown; None where the shortest form will do.
        decimals: whether coefficients are printed as decimals.
        real: whether variables are real.
        digits: how long a number may become.
        seconds: for the search.

    Returns:
        Each form with what was done; the last one is the wanted text, unless no known form leads there.

    Raises:
        LimitError, ParseError, UnsupportedError: as `to_sympy`.
    """
    roots = [root] if wanted is None else [root, wanted[0]]
    collected, *goals = to_sympy(graph, roots, "", digits, real)

    def told(expression: Any) -> Formula:
        return formula([expression], (), decimals)

    found = [(COLLECTED, told(collected))]
    try:
        with deadline(seconds):
            if wanted is None:
                return [*found, *_short(collected, told)]
            return [*found, *_searched(collected, goals[0], wanted[1], told)]
    except Expired:
        return found if wanted is None else [*found, _as_found(collected, goals[0], wanted[1], told)]


def _short(collected: Any, told: Callable[[Any], Formula]) -> list[tuple[str, Formula]]:
    name, shortest = min(_quick(collected), key=lambda form: form[1].count_ops())
    return [] if shortest == collected else [(name, told(shortest))]


def _searched(collected: Any, goal: Any, wanted: str, told: Callable[[Any], Formula]) -> list[tuple[str, Formula]]:
    """The forms that lead on to the wanted text."""
    if told(collected).text == wanted or collected.count_ops() > _LARGEST:
        return []
    if is_rearranged(collected, goal):
        return _ending(detailed(collected, (REARRANGED, goal), told), goal, wanted)
    written = _written_out(collected, goal)
    for path in _paths(collected, goal, written):
        if told(path[-1][1]).text == wanted:
            befores = [collected, *(expression for _, expression in path)]
            return [part for before, form in zip(befores, path, strict=False) for part in detailed(before, form, told)]
    return [_as_found(collected, goal, wanted, told)]


def _written_out(expression: Any, goal: Any) -> _Path:
    """Functions that the goal has no longer as they are defined, one after another."""
    path: _Path = []
    for function, (form, name) in DEFINITIONS:
        if expression.has(function) and not goal.has(function):
            expression = form(expression)
            path.append((name, expression))
    return path


def _as_found(collected: Any, goal: Any, wanted: str, told: Callable[[Any], Formula]) -> tuple[str, Formula]:
    """The form that is shown, in one step, by what was seen to change."""
    return said(SHORTER, collected, goal), replace(told(goal), text=wanted)


def _ending(parts: list[tuple[str, Formula]], goal: Any, wanted: str) -> list[tuple[str, Formula]]:
    """The same with the last form as it is wanted: what SymPy builds again has numbers multiplied into brackets."""
    name, last = parts[-1]
    shown = replace(last, text=wanted)
    number = sympy.fraction(goal)[0].primitive()[0]
    if name == COLLECTED and last.text != wanted and number != 1:
        return [*parts, (TAKEN_OUT, shown)]
    return [*parts[:-1], (name, shown)]


def _quick(expression: Any) -> list[tuple[str, Any]]:
    """The expression as it is, and its forms that are found at once."""
    if expression.count_ops() > _QUICK:
        return [("", expression)]
    return [("", expression), *_forms(expression, NAMED[:AT_ONCE])]


def _paths(expression: Any, goal: Any, written: _Path) -> Iterator[_Path]:
    """Forms that are found at once, up to three one after another, then those that take longer.

    The same from where functions are written as they are defined.
    """
    starts: dict[Any, _Path] = {expression: []}
    if written:
        yield written
        starts[written[-1][1]] = written
    reached = dict(starts)
    for found, path in _reached(starts, goal):
        reached[found] = path
        yield path
    for before, path in list(reached.items())[: len(starts) + AT_ONCE]:
        yield from ([*path, form] for form in _forms(before, NAMED[AT_ONCE:]))


def _reached(starts: Mapping[Any, _Path], goal: Any) -> Iterator[tuple[Any, _Path]]:
    """What single forms lead to, one after another, nearest first."""
    known = _functions(goal)
    reached = dict(starts)
    last = dict(starts)
    for _ in range(_LONGEST):
        now, last = last, {}
        # Those that take least, of all expressions, come first.
        for form in (NAMED[0], *MORE, *SINGLE, *NAMED[1 : AT_ONCE + 1]):
            for before, path in now.items():
                for name, found in _forms(before, [form]):
                    strange = _functions(found) - _functions(before) - known
                    if found in reached or strange or len(reached) > _TRIED:
                        continue
                    reached[found] = last[found] = [*path, (name, found)]
                    yield found, reached[found]


def _functions(expression: Any) -> set[str]:
    """The functions in an expression but signs, by their texts: some have classes of ours and SymPy's."""
    return {str(e) for e in expression.atoms(sympy.Function) if not isinstance(e, sympy.sign)}


def _forms(expression: Any, named: Sequence[tuple[Any, str]]) -> Iterator[tuple[str, Any]]:
    for form, name in named:
        found = tried(form, expression)
        if found is not None and found != expression:
            yield said(name, expression, found), found
