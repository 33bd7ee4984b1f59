"""Further questions from data, for batch lines, the Python API and the shell alike. `COMMANDS` is the table."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from derivcli.asking import boxed, claim, question
from derivcli.errors import PointError, UsageError

if TYPE_CHECKING:
    from derivcli.claims import Checked
    from derivcli.findings import Analysis, Curve, Propagated, Taylor
    from derivcli.model import Question
    from derivcli.points import Interval
    from derivcli.report import Report

Data = Mapping[str, Any]
# What every question may have beside its own keys.
_SHARED = ("expr", "let", "var", "timeout", "syntax", "seed")
# What belongs to a line of a batch alone.
_LINE = ("id", "strict", "command")


@dataclass(frozen=True)
class Command:
    """A further question.

    Args:
        keys: what it takes beside what all take and its own; None for whatever a question takes.
        own: keys that are no part of a `Question`.
        find: the answer to a question with the values of the own keys.
        told: the objects of the answer's JSON.
        is_sound: whether a strict line takes the answer.
        defaults: values of keys that are not given.
    """

    keys: Sequence[str] | None
    own: Sequence[str]
    find: Callable[[Question, Data], Any]
    told: Callable[[Any], dict[str, Any]]
    is_sound: Callable[[Any], bool] = lambda found: True
    defaults: tuple[tuple[str, Any], ...] = ()


def command_of(data: Data) -> str | None:
    """The name of the further question that an object asks; None for derivatives.

    Raises:
        UsageError: there is no such command.
    """
    name = data.get("command", "check" if "check" in data else None)
    if name is None or (isinstance(name, str) and name in COMMANDS):
        return name
    near = difflib.get_close_matches(str(name), COMMANDS, 1)
    hint = f"did you mean {near[0]!r}?" if near else f"it is one of {', '.join(COMMANDS)}"
    raise UsageError(f"unknown command {name!r}", hint=hint)


def find(name: str, data: Data, strict_names: bool = False) -> Any:
    """The answer to a further question, as plain data.

    Args:
        name: of the command.
        data: the options by name, with underscores; None counts as not given.
        strict_names: whether the options were typed: a point's name that the expression lacks is an error.

    Raises:
        DerivError: a key or a value is not understood, or there is no answer.
    """
    command = COMMANDS[name]
    given = {**dict(command.defaults), **{key: value for key, value in data.items() if value is not None}}
    if command.keys is not None:
        _known(name, given, (*_SHARED, *command.keys, *command.own, *_LINE))
    own = {key: given[key] for key in command.own if key in given}
    rest = {key: value for key, value in given.items() if key not in own and key != "command"}
    return command.find(replace(question(rest, typed=strict_names), strict_names=strict_names), own)


def _known(name: str, given: Data, known: Sequence[str]) -> None:
    unknown = next((key for key in given if key not in known), None)
    if unknown is not None:
        near = difflib.get_close_matches(str(unknown), known, 1)
        raise UsageError(f"{name} has no key {unknown!r}", hint=f"did you mean {near[0]!r}?" if near else None)


def _taylor(asked: Question, own: Data) -> Taylor:
    from derivcli.questions.taylor import taylor

    return taylor(asked)


def _implicit(asked: Question, own: Data) -> Curve:
    from derivcli.questions.implicit import implicit

    return implicit(asked)


def _parametric(asked: Question, own: Data) -> Curve:
    from derivcli.questions.parametric import parametric

    return parametric(asked)


def _propagate(asked: Question, own: Data) -> Propagated:
    from derivcli.points import uncertain
    from derivcli.questions.propagation import propagate
    from derivcli.values import value

    values = uncertain(_assignments("at", own.get("at", [])), _assignments("corr", own.get("corr", [])), value)
    return propagate(replace(asked, points=(values.point,)), values)


def _analyze(asked: Question, own: Data) -> Analysis:
    from derivcli.points import Interval
    from derivcli.questions.analysis import analyze

    sides = boxed(_assignments("range", own.get("range", [])))
    if len(sides) > 1 or not all(isinstance(side, Interval) for side in sides.values()):
        raise UsageError("--range is one interval", hint="write --range x=-5:5")
    side: Interval | None = next(iter(sides.values()), None)
    return analyze(replace(asked, declared=(*asked.declared, *sides)), side)


def _lint(asked: Question, own: Data) -> Report:
    from derivcli.linting import Linter

    return Linter(asked, boxed(_assignments("at", own.get("at", [])))).report()


def _check(asked: Question, own: Data) -> Checked:
    from derivcli.checking import check

    if "check" not in own:
        raise UsageError("the claim is missing", hint="it stands under the key 'check'")
    return check(asked, claim(own))


def _assignments(key: str, given: Any) -> list[str]:
    """Texts as after an option, `x=10±0.1`, from texts or from an object; a pair of numbers is an interval."""
    if isinstance(given, str):
        return [given]
    if isinstance(given, Mapping):
        return [f"{name}={_side(value)}" for name, value in given.items()]
    if isinstance(given, Sequence) and all(isinstance(text, str) for text in given):
        return list(given)
    raise PointError(f"{key!r} is a text, a list of texts, or an object of names and values")


def _side(value: Any) -> str:
    both = isinstance(value, Sequence) and not isinstance(value, str) and len(value) == 2
    return f"{value[0]}:{value[1]}" if both else str(value)


def _taylor_told(found: Taylor) -> dict[str, Any]:
    from derivcli.render.sheets import sheet_data
    from derivcli.render.taylor import taylor_sheet

    return sheet_data(taylor_sheet(found))


def _curve_told(found: Curve) -> dict[str, Any]:
    from derivcli.render.curves import curve_sheet
    from derivcli.render.sheets import sheet_data

    return sheet_data(curve_sheet(found))


def _propagated_told(found: Propagated) -> dict[str, Any]:
    from derivcli.render.propagated import propagated_sheet
    from derivcli.render.sheets import sheet_data

    return sheet_data(propagated_sheet(found))


def _analysis_told(found: Analysis) -> dict[str, Any]:
    from derivcli.render.analysis import analysis_sheet
    from derivcli.render.sheets import sheet_data

    return sheet_data(analysis_sheet(found))


def _report_told(found: Report) -> dict[str, Any]:
    from derivcli.render.lint import report_data

    return report_data(found)


def _checked_told(found: Checked) -> dict[str, Any]:
    from derivcli.render.json import checked_data

    return checked_data(found)


def _agrees(found: Curve) -> bool:
    return all(slope.status == "agree" for point in found.points for slope in point.slopes.values())


_CURVE = ("wrt", "order", "at", "steps")
COMMANDS: dict[str, Command] = {
    "taylor": Command(("order", "at"), (), _taylor, _taylor_told, defaults=(("order", 6),)),
    "implicit": Command(_CURVE, (), _implicit, _curve_told, _agrees),
    "parametric": Command(_CURVE, (), _parametric, _curve_told, _agrees),
    "propagate": Command((), ("at", "corr"), _propagate, _propagated_told),
    "analyze": Command((), ("range",), _analyze, _analysis_told),
    "lint": Command(("wrt", "order", "dtype"), ("at",), _lint, _report_told, lambda found: not found.findings),
    "check": Command(None, ("check",), _check, _checked_told, lambda found: found.status == "correct"),
}
