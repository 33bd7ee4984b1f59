"""Chunk by chunk: columns of points in, columns of values and derivatives out."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from derivcli.errors import UsageError
from derivcli.many.judging import judged
from derivcli.many.preparing import Prepared
from derivcli.many.sample import Row, Sample
from derivcli.model import Question, Summary
from derivcli.numeric.engines import make
from derivcli.numeric.kernels import torch
from derivcli.tables import Cells, Chunk
from derivcli.task import Task

# Rows that are checked, unless the question says otherwise.
CHECKED = 100


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
        task = prepared.task
        assert task.computed is not None
        self.prepared, self._question, self._constants = prepared, question, constants
        self._columns = [name for name in task.variables if name not in constants]
        self._dtype = getattr(torch, question.dtype)
        try:
            torch.empty(0, dtype=self._dtype, device=question.device)
        except (RuntimeError, AssertionError) as error:
            message = f"torch cannot use the device {question.device}: {str(error).splitlines()[0]}"
            raise UsageError(message) from error
        self._engine = make(
            task.computed, task.variables, task.plan,
            engine=question.engine, dtype=question.dtype, device=question.device, points=points,
        )  # fmt: skip
        limit = CHECKED if question.check_rows is None else question.check_rows
        self._sample = Sample(limit if question.check else 0, question.seed)
        self._names = result_names(task)
        self._points, self._start = 0, time.monotonic()
        self._infinite: tuple[int, int] | None = None
        self._missing: tuple[int, int] | None = None

    def answers(self, chunks: Iterable[Chunk]) -> Iterator[tuple[Chunk, dict[str, Cells]]]:
        """Each chunk with the columns of its answers: `value`, then `d_x` and so on, as float64."""
        with _one_thread():
            for chunk in chunks:
                columns = self._tensors(chunk)
                values, results = self._engine(columns)
                found = [*values, *(column for path in self.prepared.task.plan for column in results[path])]
                _pass_on_what_is_missing(columns, found)
                self._note(chunk, columns, found)
                yield chunk, dict(zip(self._names, map(_buffer, found), strict=True))
                self._points += chunk.rows

    def summary(self) -> Summary:
        """What is told at the end; the rows of the sample are judged now."""
        seconds = time.monotonic() - self._start
        verdict = judged(self._question, self.prepared, self._sample.rows(), self._engine.name)
        return Summary(
            self._points, self._engine.name, seconds, verdict.checked, verdict.digits, verdict.statuses,
            self._infinite, self._missing,
        )  # fmt: skip

    def _tensors(self, chunk: Chunk) -> dict[str, torch.Tensor]:
        """The columns of all variables."""
        device, dtype = self._question.device, self._dtype
        columns = {}
        for name in self.prepared.task.variables:
            if name in self._constants:
                columns[name] = torch.full((chunk.rows,), self._constants[name][1], dtype=dtype, device=device)
            else:
                read = torch.frombuffer(chunk.numbers[name], dtype=torch.float64)
                columns[name] = read.to(dtype=dtype, device=device)
        return columns

    def _note(self, chunk: Chunk, columns: Mapping[str, torch.Tensor], found: Sequence[torch.Tensor]) -> None:
        """Look for rows that are not finite, and choose some to check."""
        missing = _not_finite(list(columns.values()))
        infinite = _not_finite(found) & ~missing
        first = self._points + 1
        self._missing = _more(self._missing, missing, first)
        self._infinite = _more(self._infinite, infinite, first)
        odd = infinite.nonzero().flatten()[:CHECKED].tolist() if self._infinite else []

        def take(place: int) -> Row:
            at = {name: float(column[place]) for name, column in columns.items()}
            texts = {n: self._constants[n][0] if n in self._constants else chunk.text(n, place) for n in columns}
            numbers = iter([float(column[place]) for column in found])
            task = self.prepared.task
            values = list(itertools.islice(numbers, len(task.roots)))
            results = {path: list(itertools.islice(numbers, len(task.roots))) for path in task.plan}
            return Row(first + place, texts, at, values, results)

        self._sample.see(chunk.rows, odd, take)


@contextmanager
def _one_thread() -> Iterator[None]:
    """Let torch's own threads rest: for columns that fit the cache they wait longer for each other than they work."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def result_names(task: Task) -> list[str]:
    """The names of the columns of answers: of components `value[0]`, `d_x[0]` and so on."""
    indices = [""]
    if task.shape:
        places = itertools.product(*map(range, task.shape))
        indices = [f"[{','.join(map(str, place))}]" for place in places]
    derivatives = ["d_" + "_".join(path).replace(",", "_") for path in task.plan]
    return [f"{name}{index}" for name in ("value", *derivatives) for index in indices]


def _pass_on_what_is_missing(columns: Mapping[str, torch.Tensor], found: Sequence[torch.Tensor]) -> None:
    """Where a variable is NaN, so is every answer; torch's derivative of abs would be 0."""
    missing = torch.isnan(_total(list(columns.values())))
    if missing.any():
        missing = torch.stack([torch.isnan(column) for column in columns.values()]).any(0)
        for column in found:
            column[missing] = torch.nan


def _not_finite(columns: Sequence[torch.Tensor]) -> torch.Tensor:
    """At which rows a column is not finite."""
    # A sum is finite where all are, unless it overflows: then each is looked at.
    odd = ~torch.isfinite(_total(columns))
    if odd.any():
        odd = ~torch.stack([torch.isfinite(column) for column in columns]).all(0)
    return odd


def _total(columns: Sequence[torch.Tensor]) -> torch.Tensor:
    total = columns[0].clone()
    for column in columns[1:]:
        total += column
    return total


def _more(before: tuple[int, int] | None, rows: torch.Tensor, first: int) -> tuple[int, int] | None:
    """How many rows there are, and the first one, with those of one more chunk."""
    count = int(rows.sum())
    if not count:
        return before
    return (before[0] + count, before[1]) if before else (count, first + int(rows.nonzero()[0]))


def _buffer(column: torch.Tensor) -> memoryview[float]:
    """The numbers of a column, as float64."""
    count = len(column)
    values = memoryview(bytearray(8 * count)).cast("d")
    torch.frombuffer(values, dtype=torch.float64).copy_(column)
    return values
