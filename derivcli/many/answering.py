"""Chunk by chunk: columns of points in, columns of values and derivatives out."""

from __future__ import annotations

import itertools
import time
from array import array
from collections.abc import Iterable, Iterator, Mapping

from derivcli.many.computing import Found, computer
from derivcli.many.judging import Verdict, judged
from derivcli.many.preparing import Prepared
from derivcli.many.sample import Row, Sample
from derivcli.model import Question, Summary
from derivcli.tables import Cells, Chunk
from derivcli.task import Task

# Rows that are checked, unless the question says otherwise.
CHECKED = 100
# How `Found` marks a point that is not finite, and one with a result that is not.
_MISSING, _INFINITE = b"\x01", b"\x02"


class Many:
    """The answers at many points; `summary` tells of them at the end.

    Args:
        question: what is asked.
        prepared: the same, read and differentiated.
        constants: the variables that have the same value at every point, with their texts and floats.
        points: how many there are, if that is known.

    Raises:
        UsageError: an unknown engine, or a device that cannot be used.
    """

    def __init__(
        self,
        question: Question,
        prepared: Prepared,
        constants: Mapping[str, tuple[str, float]],
        points: int | None = None,
    ) -> None:
        self.prepared, self._question, self._constants = prepared, question, constants
        self._computer = computer(question, prepared.task, points)
        limit = CHECKED if question.check_rows is None else question.check_rows
        self._sample = Sample(limit if question.check else 0, question.seed)
        self._names = result_names(prepared.task)
        self._points, self._start = 0, time.monotonic()
        self._infinite: tuple[int, int] | None = None
        self._missing: tuple[int, int] | None = None

    def answers(self, chunks: Iterable[Chunk]) -> Iterator[tuple[Chunk, dict[str, Cells]]]:
        """Each chunk with the columns of its answers: `value`, then `d_x` and so on, as float64."""
        for chunk in chunks:
            found = self._computer(self._inputs(chunk), chunk.rows)
            self._note(chunk, found)
            yield chunk, dict(zip(self._names, found.columns, strict=True))
            self._points += chunk.rows

    def verdict(self) -> Verdict:
        """The judgement on the rows of the sample."""
        return judged(self._question, self.prepared, self._sample.rows(), self._computer.name)

    def summary(self, verdict: Verdict) -> Summary:
        """What is told at the end."""
        seconds = time.monotonic() - self._start
        return Summary(
            self._points, self._computer.name, seconds, verdict.checked, verdict.digits, verdict.statuses,
            self._infinite, self._missing,
        )  # fmt: skip

    def _inputs(self, chunk: Chunk) -> dict[str, memoryview[float]]:
        """The columns of all variables."""
        inputs = dict(chunk.numbers)
        for name, (_, number) in self._constants.items():
            inputs[name] = memoryview(bytearray(array("d", [number]) * chunk.rows)).cast("d")
        return inputs

    def _note(self, chunk: Chunk, found: Found) -> None:
        """Look for rows that are not finite, and choose some to check."""
        marks, first = found.marks or b"", self._points + 1
        self._missing = _more(self._missing, marks, _MISSING, first)
        self._infinite = _more(self._infinite, marks, _INFINITE, first)

        def take(place: int) -> Row:
            given = {n: self._constants[n][1] if n in self._constants else chunk.numbers[n][place] for n in names}
            texts = {n: self._constants[n][0] if n in self._constants else chunk.text(n, place) for n in names}
            at = {name: self._computer.rounded(number) for name, number in given.items()}
            numbers = (column[place] for column in found.columns)
            values = list(itertools.islice(numbers, size))
            results = {path: list(itertools.islice(numbers, size)) for path in task.plan}
            return Row(first + place, texts, at, values, results)

        task = self.prepared.task
        names, size = task.variables, len(task.roots)
        self._sample.see(chunk.rows, list(itertools.islice(_places(marks, _INFINITE), CHECKED)), take)


def result_names(task: Task) -> list[str]:
    """The names of the columns of answers: of components `value[0]`, `d_x[0]` and so on."""
    indices = [""]
    if task.shape:
        places = itertools.product(*map(range, task.shape))
        indices = [f"[{','.join(map(str, place))}]" for place in places]
    derivatives = ["d_" + "_".join(path).replace(",", "_") for path in task.plan]
    return [f"{name}{index}" for name in ("value", *derivatives) for index in indices]


def _places(marks: bytes, mark: bytes) -> Iterator[int]:
    """Where a mark stands."""
    place = marks.find(mark)
    while place >= 0:
        yield place
        place = marks.find(mark, place + 1)


def _more(before: tuple[int, int] | None, marks: bytes, mark: bytes, first: int) -> tuple[int, int] | None:
    """How many rows have a mark, and the first one, with those of one more chunk."""
    count = marks.count(mark)
    if not count:
        return before
    return (before[0] + count, before[1]) if before else (count, first + marks.find(mark))
