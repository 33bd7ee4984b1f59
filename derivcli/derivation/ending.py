"""From what the rules give to the formula that is shown, and whether all formulas on the way have its values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from derivcli.deadline import undisturbed
from derivcli.derivation.evaluations import evaluated
from derivcli.derivation.naming import rearranged
from derivcli.derivation.rules import definition_name
from derivcli.derivation.telling import IN_ORDER, MAX_CHARACTERS, followed, told
from derivcli.derivation.tidy import as_defined, tidied, to_define, without_zeros_and_ones
from derivcli.graph import Graph
from derivcli.language import Setting, expand, read
from derivcli.language.limits import MAX_NUMBER_DIGITS
from derivcli.model import Formula, Step

_DIFFER = 1e-9
# What SymPy does by itself and no rule here has a name for.
_WORKED_OUT, _CASES = "functions of numbers worked out", "cases brought together"


@dataclass(frozen=True)
class Manner:
    """How formulas are told: with decimals or fractions, of real variables or not, and the seconds for their forms."""

    decimals: bool
    real: bool
    seconds: float


def tidy(steps: list[Step], graph: Graph, root: int, decimals: bool) -> tuple[Graph, int]:
    """Go on from what the rules give: zeros and ones, numbers, signs, fractions, powers."""
    last = graph, root
    for name, formula in tidied(graph, root, decimals, MAX_CHARACTERS):
        last = formula
        followed(steps, name, told(*last, decimals))
    return last


def end(steps: list[Step], graph: Graph, root: int, wanted: Formula | None, manner: Manner) -> None:
    """Go on to the form that is shown; to a short one where none is."""
    if wanted is not None and steps[-1].after.text == wanted.text:
        steps[-1] = replace(steps[-1], after=wanted)
        return
    forms = _forms(graph, root, wanted, manner)
    for op in to_define(graph, root, str(forms[0][1].text) if forms else ""):
        graph, root = as_defined(graph, root, op)
        followed(steps, definition_name(op), told(graph, root, manner.decimals))
        graph, root = tidy(steps, graph, root, manner.decimals)
    names = graph.variables([root])

    def follow(name: str, after: Formula) -> None:
        by_parts = rearranged(str(steps[-1].after.text), str(after.text), names)
        followed(steps, name if by_parts == IN_ORDER and "fraction" in name else by_parts or name, after)

    if forms:
        kinds = evaluated(steps, graph, root, manner.decimals, manner.real)
        left = _CASES if "Piecewise(" in str(forms[0][1].text) else _WORKED_OUT
        follow(" and ".join(kinds) or left, forms[0][1])
    for name, form in forms[1:]:
        follow(name, form if form.latex else _as_laid_out(form, names, manner.decimals))
        if not form.latex and "identity" in name:
            reading = read([str(steps[-1].after.text)], setting=Setting(names))
            evaluated(steps, reading.graph, reading.roots[0], manner.decimals, manner.real)
    if wanted is not None:
        follow("written shorter", wanted)
        steps[-1] = replace(steps[-1], after=wanted)
    _without_loops(steps, names)


def _without_loops(steps: list[Step], names: Sequence[str]) -> None:
    """Leave out what comes back to where it was, but for the order."""
    begun = next((k for k, step in enumerate(steps) if k and not step.depth), len(steps))
    for k in range(begun + 1, len(steps)):
        start = steps[k].before
        if "'" in str(start.text):
            continue  # the slope y' is not put in yet
        same = [rearranged(str(start.text), str(step.after.text), names) == IN_ORDER for step in steps[k:]]
        if False not in same or True not in same[same.index(False) :]:
            continue
        end = k + len(same) - same[::-1].index(True)
        back, rest = steps[end - 1].after, steps[end:]
        del steps[k:]
        followed(steps, IN_ORDER, back)
        steps += rest
        return


def _forms(graph: Graph, root: int, wanted: Formula | None, manner: Manner) -> list[tuple[str, Formula]]:
    with undisturbed():
        from derivcli.symbolic.rewriting import rewriting
    primitive, (last,) = expand(graph, [root])
    text = None if wanted is None else str(wanted.text)
    try:
        goal = None if text is None else (_as_nodes(primitive, [text], graph.variables([root]))[0], text)
        return rewriting(
            primitive, last, goal, decimals=manner.decimals,
            real=manner.real, digits=MAX_NUMBER_DIGITS, seconds=manner.seconds,
        )  # fmt: skip
    except Exception:  # whatever SymPy stumbles over; the form that is shown is then one step away
        return []


def _as_laid_out(form: Formula, names: Sequence[str], decimals: bool) -> Formula:
    """A fraction whose terms stand side by side, with the brackets that it needs."""
    reading = read([str(form.text)], setting=Setting(names))
    return told(*without_zeros_and_ones(reading.graph, reading.roots[0]), decimals)


def as_printed(graph: Graph, steps: Sequence[Step], names: Sequence[str]) -> list[int]:
    """The formulas after the steps, as they are printed, as nodes of a graph of primitives."""
    return _as_nodes(graph, [str(step.after.text) for step in steps], names)


def _as_nodes(graph: Graph, texts: Sequence[str], names: Sequence[str]) -> list[int]:
    roots: list[int] = []
    for text in dict.fromkeys(texts):
        reading = read([text], setting=Setting(names))
        source, ends = expand(reading.graph, reading.roots)
        roots += source.copy_into(graph, ends, lambda *_: None)
    return roots


def differ(a: Any, b: Any) -> bool:
    """Whether two values are not the same but for rounding."""
    return bool(abs(a - b) > _DIFFER * max(abs(a), abs(b), _DIFFER))
