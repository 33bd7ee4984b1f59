"""Derivations: as trees, as lines of text, as aligned LaTeX."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from rich.text import Text
from rich.tree import Tree

from derivcli.model import Answer, Derivation, Step
from derivcli.render.names import partial, partial_latex


def trees(answer: Answer, formula: Callable[[str], str], unicode: bool) -> Iterator[Tree]:
    """Each derivation as a tree: the rules within each other, then what becomes of the whole.

    Args:
        answer: with its derivations.
        formula: makes of a formula's text what is printed.
        unicode: whether signs beyond ASCII may be printed.
    """

    def printed(text: str | None) -> str:
        shown = formula(str(text))
        several = unicode and len(answer.variables) > 1
        return re.sub(r"\bd/d(\w+)\(", r"∂/∂\1(", shown) if several else shown

    for told in answer.derivations:
        tree = Tree(Text(_name(answer, told), style="bold"))
        above = [tree]
        for step, whole in _placed(told):
            rule = Text(f"{step.rule}: ", style="cyan")
            left = _left(answer, told, step) if whole else f"{printed(step.before.text)} "
            node = above[step.depth].add(rule + Text(f"{left}= {printed(step.after.text)}", style="default"))
            above[step.depth + 1 :] = [node]
        yield tree


def plain_steps(answer: Answer) -> Iterator[str]:
    """Each derivation as lines, indented as the rules stand within each other."""
    for told in answer.derivations:
        yield f"{_name(answer, told)}:"
        for step, whole in _placed(told):
            left = _left(answer, told, step) if whole else f"{step.before.text} "
            yield f"{'  ' * (step.depth + 1)}{step.rule}: {left}= {step.after.text}"


def latex_steps(answer: Answer) -> Iterator[str]:
    """Each derivation as aligned equations with the names of the rules beside them."""
    for told in answer.derivations:
        name = partial_latex(_d(answer, latex=True), told.along, _function(told, "f_{{{}}}"))
        rows: list[tuple[str, str, str]] = []
        before = ""
        for step, whole in _placed(told):
            of_whole = r"\mathrm{d} f" if _is_change(told) and step is not told.steps[-1] else name
            left = step.before.latex if not whole else "" if before == of_whole else of_whole
            before = of_whole if whole else ""
            rows.append((str(left), f"= {step.after.latex}", step.rule))
        yield aligned(rows)


def aligned(rows: Iterable[tuple[str, str, str]]) -> str:
    """Equations of two sides each, with the names of the rules beside them."""
    lines = [f"{left} &{right} && \\text{{{_escaped(rule)}}}" for left, right, rule in rows]
    return "\n".join([r"\begin{align*}", " \\\\\n".join(lines), r"\end{align*}"])


def _escaped(rule: str) -> str:
    return rule.replace("_", r"\_")


def _placed(told: Derivation) -> Iterator[tuple[Step, bool]]:
    """The steps, and whether each is about the whole: what comes after the rules."""
    yield from ((step, k > 0 and step.depth == 0) for k, step in enumerate(told.steps))


def _is_change(told: Derivation) -> bool:
    """Whether the steps are of the change of an array, which its derivative is read off at the end."""
    return str(told.steps[0].before.text).startswith("d(")


def _left(answer: Answer, told: Derivation, step: Step) -> str:
    """What a step about the whole is of: the derivative, or the change that it is read off."""
    return "df " if _is_change(told) and step is not told.steps[-1] else f"{_name(answer, told)} "


def _name(answer: Answer, told: Derivation) -> str:
    return partial(_d(answer), told.along, _function(told, "f{}"))


def _d(answer: Answer, latex: bool = False) -> str:
    several = len(answer.variables) > 1
    if latex:
        return r"\partial" if several else r"\mathrm{d}"
    return "∂" if several else "d"


def _function(told: Derivation, numbered: str) -> str:
    """What is differentiated: f, or one of its components."""
    return "f" if told.component is None else numbered.format(told.component + 1)
