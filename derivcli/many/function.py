"""What is asked as a function of columns: made once, used by any number of threads."""

from __future__ import annotations

import itertools
from array import array
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from derivcli.errors import PointError
from derivcli.many.computing import Columns, Found, computer
from derivcli.many.preparing import Prepared, prepare, used_names
from derivcli.model import Point, Question
from derivcli.task import Task
from derivcli.values import value


@dataclass(frozen=True)
class Given:
    """Where the values of the variables come from.

    Args:
        source: of the points, as errors call it.
        columns: the names of all columns.
        constants: the variables that have the same value at every point.
    """

    source: str
    columns: Sequence[str]
    constants: Collection[str]

    def variables(self, question: Question) -> list[str]:
        """The variables of a question; those that are constants and nothing else of it come last.

        Raises:
            PointError: one has no value, or two.
        """
        twice = next((name for name in self.constants if name in self.columns), None)
        if twice is not None:
            raise PointError(f"{twice} is a column of {self.source} and has a value after --at, too")
        names = used_names(question, [*self.columns, *self.constants])
        lacking = [name for name in names if name not in self.columns and name not in self.constants]
        if lacking:
            told = f"its columns are {', '.join(self.columns)}" if self.columns else "it has no columns"
            hint = f"{told}; a value for all rows is given by --at {lacking[0]}=…"
            raise PointError(f"{self.source} has no column {' and no column '.join(lacking)}", hint=hint)
        return [*names, *(name for name in self.constants if name not in names)]

    def free(self, names: Sequence[str]) -> None:
        """Raises PointError where a column has one of the names of answers."""
        twice = next((name for name in names if name in self.columns), None)
        if twice is not None:
            hint = "the answers need that name: rename it"
            raise PointError(f"{self.source} has a column {twice} already", hint=hint)


def constants_of(point: Point, seed: int) -> dict[str, tuple[str, float]]:
    """The variables of a point with their texts and floats.

    Raises:
        PointError: an array.
    """
    found = {}
    for name, text in point:
        exact = value(text, name, seed)
        if exact.shape:
            raise PointError(f"{name}: beside a file of points each value is a number, not an array")
        found[name] = (str(text), float(exact.entries[0]))
    return found


class Function:
    """The value and the derivatives as a function of columns.

    Args:
        question: what is asked.
        names: the variables that have a value at every point.
        constants: those of them that have the same one everywhere, with their texts and floats.

    Raises:
        DerivError: the question cannot be understood, or is none about many points; an unknown engine.
    """

    def __init__(self, question: Question, names: Sequence[str], constants: Mapping[str, tuple[str, float]]) -> None:
        self.question, self.constants = question, constants
        self.prepared: Prepared = prepare(question, names)
        self._computer = computer(question, self.prepared.task)
        self.engine = self._computer.name
        self.names = result_names(self.prepared.task)
        self.columns = [name for name in self.prepared.task.variables if name not in constants]

    def __call__(self, numbers: Columns, rows: int, outputs: Sequence[memoryview[float]] | None = None) -> Found:
        """The results at some points.

        Args:
            numbers: for each variable with a column float64 of shape (rows,), NaN where there is none.
            rows: how many points, at least one.
            outputs: for each of `names` float64 of shape (rows,) to write into; None for new ones.
        """
        inputs = dict(numbers)
        for name, (_, number) in self.constants.items():
            inputs[name] = memoryview(bytearray(array("d", [number]) * rows)).cast("d")
        return self._computer(inputs, rows, outputs)

    def rounded(self, number: float) -> float:
        """A number as it is computed with."""
        return self._computer.rounded(number)


def result_names(task: Task) -> list[str]:
    """The names of the columns of answers: of components `value[0]`, `d_x[0]` and so on."""
    indices = [""]
    if task.shape:
        places = itertools.product(*map(range, task.shape))
        indices = [f"[{','.join(map(str, place))}]" for place in places]
    derivatives = ["d_" + "_".join(path).replace(",", "_") for path in task.plan]
    return [f"{name}{index}" for name in ("value", *derivatives) for index in indices]
