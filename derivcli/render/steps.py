"""Derivations: as trees, as lines of text, as aligned LaTeX."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text
from rich.tree import Tree

from derivcli.model import Answer, Derivation, Step
from derivcli.render.names import partial, partial_latex

# By how much the further lines of an equation are indented.
_INDENT = 4
# What a line breaks before, where that stands behind so much of it.
_OPERATORS, _LAST_PART = ("= ", "+ ", "- "), 0.3


@dataclass(frozen=True)
class Told:
    """A derivation for people.

    Args:
        name: of the derivative.
        lines: how deep each stands, its rule, and its equation in the language of the prompt.
    """

    name: str
    lines: Sequence[tuple[int, str, str]]


@dataclass(frozen=True)
class _Hanging:
    """A text whose further lines are indented."""

    text: Text

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Its lines, as Rich asks for them."""
        lines = _broken(self.text, console, max(options.max_width - _INDENT, 1))
        for k, line in enumerate(lines):
            line.rstrip()
            yield Text(" " * _INDENT) + line if k else line


def _broken(text: Text, console: Console, width: int) -> Iterator[Text]:
    """The lines of a text, each broken before an operator where it has one."""
    while len(text.plain) > width:
        place = _break(text.plain, width) or len(text.wrap(console, width, overflow="fold")[0].plain)
        line, text = text.divide([place])
        yield line
        text = text[len(text.plain) - len(text.plain.lstrip()) :]
    yield text


def _break(text: str, width: int) -> int | None:
    """Where a line ends: outside of brackets, before the sign of equality, or within the longest bracket.

    In the last part of the line; the sign of equality may stand before that, if one more line will do.
    """
    begun = text.find(": ")
    places = [(size, k) for k, size in _operators(text) if begun < k <= width]
    late = [(size, k) for size, k in places if k > width * _LAST_PART]
    size, place = max(late, default=(0, None))
    equal = next((k for _, k in places if text[k + 1 : k + 3] == "= "), None)
    if size < len(text) and equal is not None and len(text) - equal <= width + 1:
        return equal
    return place


def _operators(text: str) -> Iterator[tuple[int, int]]:
    """The spaces before operators, each with the length of the bracket around it; of the whole text where none is."""
    opened: list[tuple[int, list[int]]] = []
    outside: list[int] = []
    for k, letter in enumerate(text):
        if letter in "([{":
            opened.append((k, []))
        elif letter in ")]}" and opened:
            begun, within = opened.pop()
            yield from ((place, k - begun) for place in within)
        elif letter == " " and text[k + 1 : k + 3] in _OPERATORS:
            (opened[-1][1] if opened else outside).append(k)
    yield from ((place, len(text)) for place in outside)


def tree(told: Told, formula: Callable[[str], str]) -> Tree:
    """A derivation as a tree: the rules within each other, then what becomes of the whole.

    Args:
        told: the derivation.
        formula: makes of a formula's text what is printed.
    """
    top = Tree(Text(told.name, style="bold"))
    above = [top]
    for depth, rule, equation in told.lines:
        label = Text(f"{formula(rule)}: ", style="cyan") + Text(formula(equation), style="default")
        node = above[depth].add(_Hanging(label))
        above[depth + 1 :] = [node]
    return top


def lines(told: Told) -> Iterator[str]:
    """A derivation as lines, indented as the rules stand within each other."""
    yield f"{told.name}:"
    for depth, rule, equation in told.lines:
        yield f"{'  ' * (depth + 1)}{rule}: {equation}"


def with_partials(text: str) -> str:
    """The derivatives in a text as partial ones."""
    return re.sub(r"\bd/d(\w+)\(", r"∂/∂\1(", text)


def trees(answer: Answer, formula: Callable[[str], str], unicode: bool) -> Iterator[Tree]:
    """Each derivation of an answer as a tree.

    Args:
        answer: with its derivations.
        formula: makes of a formula's text what is printed.
        unicode: whether signs beyond ASCII may be printed.
    """
    several = unicode and _has_partials(answer)
    for told in _of(answer):
        yield tree(told, (lambda text: with_partials(formula(text))) if several else formula)


def plain_steps(answer: Answer) -> Iterator[str]:
    """Each derivation of an answer as lines."""
    for told in _of(answer):
        yield from map(with_partials, lines(told)) if _has_partials(answer) else lines(told)


def _of(answer: Answer) -> Iterator[Told]:
    for told in answer.derivations:
        lefts = (_left(answer, told, step) if whole else f"{step.before.text} " for step, whole in _placed(told))
        rows = [(s.depth, s.rule, f"{left}= {s.after.text}") for s, left in zip(told.steps, lefts, strict=True)]
        yield Told(_name(answer, told), rows)


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
    return re.sub(r"\*\*(\w+|\([^()]*\))", r"$^{\1}$", rule.replace("_", r"\_"))


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
    if latex:
        return r"\partial" if _has_partials(answer) else r"\mathrm{d}"
    return "∂" if _has_partials(answer) else "d"


def _has_partials(answer: Answer) -> bool:
    return len(answer.variables) > 1


def _function(told: Derivation, numbered: str) -> str:
    """What is differentiated: f, or one of its components."""
    return "f" if told.component is None else numbered.format(told.component + 1)
