"""Which function a question's plot is of: the variables along the axes, the values of the others, the points."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from derivcli.errors import UnsupportedError, UsageError
from derivcli.many.computing import Computer, computer
from derivcli.many.preparing import prepare, used_names
from derivcli.model import Question, Value
from derivcli.points import Interval
from derivcli.values import value

# As many variables as a plot has axes for.
_MOST = 2


@dataclass(frozen=True)
class Subject:
    """What is plotted.

    Args:
        question: of the function alone: the other variables have become their values, and there are no points.
        answered: the question that is answered beside the plot.
        variables: those along the axes, one or two.
        given: the values of the others, as they were typed.
        points: the given values of the variables.
        sides: the ranges that are given, by variable.
    """

    question: Question
    answered: Question
    variables: tuple[str, ...]
    given: Mapping[str, str]
    points: tuple[tuple[float, ...], ...]
    sides: Mapping[str, Interval]


class Function:
    """A function and its derivatives along the axes at many places at once."""

    def __init__(self, of: Subject) -> None:
        try:
            prepared = prepare(of.question, of.variables)
        except UnsupportedError as error:
            raise UnsupportedError(f"this cannot be plotted: {error.message}") from error
        self._compute: Computer = computer(of.question, prepared.task)
        self._names = of.variables
        self.graph, (self.root, *_) = prepared.task.graph, prepared.task.roots
        self.text = " ".join(of.question.expressions[0].split())
        self.warnings = prepared.plain.warnings
        # A curve is looked at for its breaks, its heights and its slopes at the same places.
        self._known: dict[tuple[tuple[float, ...], ...], tuple[Sequence[float], ...]] = {}

    def __call__(self, *columns: Sequence[float]) -> tuple[Sequence[float], ...]:
        """Values, then the derivatives along each variable; not finite where there are none.

        Args:
            columns: the places, a column for each variable.
        """
        if not columns[0]:
            return ((),) * (1 + len(self._names))
        places = tuple(map(tuple, columns))
        if places not in self._known:
            self._known[places] = self._computed(columns)
        return self._known[places]

    def _computed(self, columns: Sequence[Sequence[float]]) -> tuple[Sequence[float], ...]:
        inputs = {
            name: memoryview(bytearray(array("d", xs))).cast("d") for name, xs in zip(self._names, columns, strict=True)
        }
        return tuple(column.tolist() for column in self._compute(inputs, len(columns[0])).columns)


def subject(question: Question, sides: Mapping[str, Interval]) -> Subject:
    """What is plotted of a question.

    Args:
        question: the question with its points.
        sides: the ranges that are given, by variable.

    Raises:
        UsageError: it is not a function of one or two variables once the values are put in.
    """
    if len(question.expressions) > 1:
        raise UsageError("a plot is of one expression", hint="plot the others by themselves")
    wide = replace(question, declared=(*question.declared, *sides))
    given = dict.fromkeys(name for point in question.points for name, _ in point)
    names = list(dict.fromkeys([*used_names(wide, list(given)), *sides, *given]))
    variables = _along(question, names, list(given), sides)
    fixed = _fixed(question, [name for name in names if name not in variables])
    points = [p for point in question.points if (p := _place(dict(point), variables)) is not None]
    of = replace(
        wide, points=(), let=(*fixed.items(), *question.let), wrt=variables, partial=(), hessian=False,
        jacobian=False, vjp=None, jvp=(), direction=(), hvp=(), digits=None, graph=False, steps=False,
        order=_order(question, variables), dtype="float64",
        declared=tuple(name for name in dict.fromkeys((*question.declared, *variables)) if name not in fixed),
    )  # fmt: skip
    return Subject(
        question=of,
        answered=question if points else replace(question, points=()),
        variables=variables,
        given=fixed,
        points=tuple(dict.fromkeys(points)),
        sides=sides,
    )


def _along(
    question: Question, names: Sequence[str], given: Sequence[str], sides: Mapping[str, Interval]
) -> tuple[str, ...]:
    """The variables along the axes: those with ranges and without values, --wrt's, those without values, or all."""
    if not names:
        raise UsageError("there is no variable to plot along", hint="name one by --range x=-5:5")
    free = [name for name in names if name not in given]
    ranged = [*sides, *(name for name in free if name not in sides)] if sides else []
    for choice in (ranged, question.wrt, sorted(free), sorted(names)):
        if 0 < len(choice) <= _MOST and {*free} <= {*choice}:
            return tuple(choice)
    hint = f"give the others values, such as --at {names[-1]}=1, and ranges to these: --range {names[0]}=-5:5"
    raise UsageError(f"a plot is along one variable or two, and this has {len(names)}", hint=hint)


def _order(question: Question, variables: Sequence[str]) -> int:
    """The order of the derivative that is asked for along one variable; of two the gradient is drawn."""
    if len(variables) > 1 or set(question.partial) - set(variables):
        return 1
    return len(question.partial) or (2 if question.hessian else question.order)


def _fixed(question: Question, names: Sequence[str]) -> dict[str, str]:
    """The one value of each other variable, as it was typed."""
    found: dict[str, str] = {}
    for name in names:
        values = {str(text): text for point in question.points for n, text in point if n == name}
        if len(values) != 1:
            said = "has no value" if not values else "has several values"
            raise UsageError(f"{name} is none of the axes and {said}", hint=f"write --at {name}=1")
        found[name] = _number(name, *values.values())
    return found


def _place(point: Mapping[str, Value], variables: Sequence[str]) -> tuple[float, ...] | None:
    """The values of the variables at a point; None where it lacks one."""
    texts = [(name, _number(name, point[name])) for name in variables if name in point]
    if len(texts) < len(variables):
        return None
    return tuple(value(text, name).floats[0] for name, text in texts)


def _number(name: str, text: Value) -> str:
    if not isinstance(text, str) or value(text, name).shape:
        raise UnsupportedError(f"{name} is an array, and a plot is of numbers")
    return text
