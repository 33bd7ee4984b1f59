"""Chunk by chunk: columns of points in, columns of values and derivatives out."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterable, Iterator

from derivcli.many.computing import INFINITE, MISSING, Found
from derivcli.many.function import Function
from derivcli.many.judging import Verdict, judged
from derivcli.many.sample import Row, Sample
from derivcli.model import Question, Summary
from derivcli.tables import Cells, Chunk

# Rows that are checked, unless a question says otherwise.
CHECKED = 100


class Many:
    """The answers at many points; `summary` tells of them at the end.

    Args:
        function: what computes them.
        sample: which of them are checked.
    """

    def __init__(self, function: Function, sample: Sample[Row]) -> None:
        self._function, self._sample = function, sample
        self._points, self._start = 0, time.monotonic()
        self._infinite: tuple[int, int] | None = None
        self._missing: tuple[int, int] | None = None

    def answers(self, chunks: Iterable[Chunk]) -> Iterator[tuple[Chunk, dict[str, Cells]]]:
        """Each chunk with the columns of its answers: `value`, then `d_x` and so on, as float64."""
        for chunk in chunks:
            found = self._function(chunk.numbers, chunk.rows)
            self._note(chunk, found)
            yield chunk, dict(zip(self._function.names, found.columns, strict=True))
            self._points += chunk.rows

    def verdict(self) -> Verdict:
        """The judgement on the rows of the sample."""
        return judged(self._function, self._sample.rows())

    def summary(self, verdict: Verdict) -> Summary:
        """What is told at the end."""
        seconds = time.monotonic() - self._start
        return Summary(
            self._points, self._function.engine, seconds, verdict.checked, verdict.digits, verdict.statuses,
            self._infinite, self._missing,
        )  # fmt: skip

    def _note(self, chunk: Chunk, found: Found) -> None:
        """Look for rows that are not finite, and choose some to check."""
        marks, first = found.marks or b"", self._points + 1
        self._missing = _more(self._missing, marks, MISSING, first)
        self._infinite = _more(self._infinite, marks, INFINITE, first)

        def take(place: int) -> Row:
            given = {n: constants[n][1] if n in constants else chunk.numbers[n][place] for n in names}
            texts = {n: constants[n][0] if n in constants else chunk.text(n, place) for n in names}
            at = {name: self._function.rounded(number) for name, number in given.items()}
            numbers = (column[place] for column in found.columns)
            values = list(itertools.islice(numbers, size))
            results = {path: list(itertools.islice(numbers, size)) for path in task.plan}
            return Row(first + place, texts, at, values, results)

        task, constants = self._function.prepared.task, self._function.constants
        names, size = task.variables, len(task.roots)
        self._sample.see(chunk.rows, list(itertools.islice(_places(marks, INFINITE), CHECKED)), take)


def sample_of(question: Question) -> Sample[Row]:
    """Which rows are checked if a question says nothing else."""
    limit = CHECKED if question.check_rows is None else question.check_rows
    return Sample(limit if question.check else 0, question.seed)


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
