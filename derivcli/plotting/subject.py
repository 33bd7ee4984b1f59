"""Which function a question's plot is of: the variable along the axis, the values of the others, the points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from derivcli.errors import UnsupportedError, UsageError
from derivcli.many.computing import Computer, computer
from derivcli.many.preparing import prepare, used_names
from derivcli.model import Question, Value
from derivcli.points import Interval
from derivcli.values import value


@dataclass(frozen=True)
class Subject:
    """What is plotted.

    Args:
        question: of the function alone: the other variables have become their values, and there are no points.
        answered: the question that is answered beside the plot.
        variable: the one along the axis.
        given: the values of the others, as they were typed.
        points: the given values of the variable.
        side: the range, where one is given.
    """

    question: Question
    answered: Question
    variable: str
    given: Mapping[str, str]
    points: tuple[float, ...]
    side: Interval | None


class Function:
    """A function and its derivative at many numbers at once."""

    def __init__(self, of: Subject) -> None:
        try:
            self._prepared = prepare(of.question, [of.variable])
        except UnsupportedError as error:
            raise UnsupportedError(f"this cannot be plotted: {error.message}") from error
        self._compute: Computer = computer(of.question, self._prepared.task)
        self._name = of.variable
        self.text = " ".join(of.question.expressions[0].split())
        self.warnings = self._prepared.plain.warnings

    def __call__(self, xs: Sequence[float]) -> tuple[Sequence[float], Sequence[float]]:
        """Values and derivatives; not finite where there are none."""
        inputs = memoryview(bytearray(8 * len(xs))).cast("d")
        for k, x in enumerate(xs):
            inputs[k] = x
        values, slopes = self._compute({self._name: inputs}, len(xs)).columns
        return values.tolist(), slopes.tolist()


def subject(question: Question, sides: Mapping[str, Interval]) -> Subject:
    """What is plotted of a question.

    Args:
        question: the question with its points.
        sides: the range, by its variable; empty where none is given.

    Raises:
        UsageError: it is not a function of one variable once the values are put in.
    """
    if len(question.expressions) > 1:
        raise UsageError("a plot is of one expression", hint="plot the others by themselves")
    wide = replace(question, declared=(*question.declared, *sides))
    given = dict.fromkeys(name for point in question.points for name, _ in point)
    names = list(dict.fromkeys([*used_names(wide, list(given)), *sides, *given]))
    variable = _along(question, names, list(given), sides)
    fixed = _fixed(question, [name for name in names if name != variable])
    points = [_number(variable, text) for point in question.points for name, text in point if name == variable]
    of = replace(
        wide, points=(), let=(*fixed.items(), *question.let), wrt=(variable,), partial=(), hessian=False,
        jacobian=False, vjp=None, jvp=(), direction=(), hvp=(), digits=None, graph=False, steps=False,
        declared=tuple(name for name in (*question.declared, variable) if name not in fixed),
    )  # fmt: skip
    return Subject(
        question=of,
        answered=question if points else replace(question, points=()),
        variable=variable,
        given=fixed,
        points=tuple(dict.fromkeys(value(text, variable).floats[0] for text in points)),
        side=sides.get(variable),
    )


def _along(question: Question, names: Sequence[str], given: Sequence[str], sides: Mapping[str, Interval]) -> str:
    """The variable along the axis: by the range, else the only one, the only one without a value, or --wrt's."""
    if sides:
        return next(iter(sides))
    free = [name for name in names if name not in given]
    for choice in (names, free, question.wrt):
        if len(choice) == 1:
            return choice[0]
    if not names:
        raise UsageError("there is no variable to plot along", hint="name one by --range x=-5:5")
    two = " and ".join(names) if len(names) == 2 else f"{len(names)} variables"
    raise UsageError(
        f"a plot is along one variable, and this has {two}",
        hint=f"give the others values, such as --at {names[-1]}=1, and a range to this one: --range {names[0]}=-5:5",
    )


def _fixed(question: Question, names: Sequence[str]) -> dict[str, str]:
    """The one value of each other variable, as it was typed."""
    found: dict[str, str] = {}
    for name in names:
        values = {str(text): text for point in question.points for n, text in point if n == name}
        if len(values) != 1:
            said = "has no value" if not values else "has several values"
            raise UsageError(f"a plot is along one variable, and {name} {said}", hint=f"write --at {name}=1")
        found[name] = _number(name, *values.values())
    return found


def _number(name: str, text: Value) -> str:
    if not isinstance(text, str) or value(text, name).shape:
        raise UnsupportedError(f"{name} is an array, and a plot is of numbers")
    return text
