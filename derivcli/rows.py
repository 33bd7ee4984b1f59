"""Points from files and large grids, and rows to files: every point judged where they are few, else a sample.

Rows are computed by an engine where they are many, or where one is asked for.
"""

from __future__ import annotations

import cmath
import itertools
import math
import random
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from typing import Any

from derivcli.engine import answer
from derivcli.errors import PointError, UsageError
from derivcli.many import Function, Given, GridTable, Many, Sample, constants_of, sample_of, used_names
from derivcli.model import Answer, Check, Nested, Path, Point, PointAnswer, Question
from derivcli.points import MAX_POINTS, grid
from derivcli.render.answer import result_columns
from derivcli.render.numbers import number
from derivcli.requests import MAX_JUDGED, Request
from derivcli.tables import Cells, Chunk, Table, ahead, open_table, streamed, written
from derivcli.values import nest, value

# Rows that are not worth the start of polars.
_LIGHT = 50_000

# Told after each chunk: the rows so far, all rows if known, the part of the table that is done if that is known.
Watch = Callable[[int, "int | None", "float | None"], None]


@contextmanager
def _source(question: Question, asked: Request) -> Iterator[tuple[Table, dict[str, str]]]:
    """The table of points, and the texts of variables that are the same at all of them."""
    listed = grid([] if asked.at is None else asked.at, partial(value, seed=question.seed), asked.pair)
    if asked.points is None:
        yield GridTable(listed, question.seed), {}
        return
    if len(listed) > 1:
        raise UsageError("beside --points, --at gives one value to what the file lacks")
    point = next(listed.points(), ())
    with open_table(asked.points, used_names(question, [])) as table:
        yield table, {name: str(text) for name, text in point}


def answer_rows(question: Question, asked: Request, watch: Watch | None = None) -> tuple[Answer, bool]:
    """Answer at all points; whether rows were written, too, so that nothing is left to show but the summary.

    Args:
        question: what is asked, without points.
        asked: where points come from and rows go to.
        watch: is told how far it is.

    Raises:
        DerivError: the question, a file or a point cannot be read, or a file cannot be written.
    """
    with ExitStack() as stack:
        table, constants = stack.enter_context(_source(question, asked))
        many = _Setting(question, table, constants, asked)
        chunks = stack.enter_context(ahead(table.chunks(many.columns)))
        limit = MAX_JUDGED if asked.form else MAX_POINTS
        first = list(_up_to(chunks, limit))
        count = sum(chunk.rows for chunk in first)
        if not count:
            raise PointError(f"{many.file} holds no points")
        by_engine = asked.form is not None and question.engine != "auto"
        if count <= limit and not by_engine:
            return many.few(first, count)
        if asked.form is None:
            hint = "write them as rows: --csv, or --out FILE.csv, .parquet, …"
            raise PointError(f"more than {MAX_POINTS:,} points for one answer", hint=hint)
        return many.all(itertools.chain(first, chunks), watch), True


def _up_to(chunks: Iterator[Chunk], limit: int) -> Iterator[Chunk]:
    """The first chunks, until there are more rows than `limit`."""
    count = 0
    for chunk in chunks:
        yield chunk
        count += chunk.rows
        if count > limit:
            return


class _Setting:
    """A question with its points."""

    def __init__(self, question: Question, table: Table, constants: Mapping[str, str], asked: Request) -> None:
        self.question, self.table, self.constants, self.asked = question, table, constants, asked
        self.file = "standard input" if asked.points == "-" else asked.points or "the grid"
        self._given = Given(self.file, table.names, constants)
        names = self._given.variables(question)
        others = table.names if asked.points is None else ()
        self.names = [*names, *(name for name in others if name not in names)]
        self.columns = [name for name in self.names if name in table.names]

    def all(self, chunks: Iterator[Chunk], watch: Watch | None) -> Answer:
        """All points by an engine, rows written as they come."""
        function = self._function()
        self._given.free(function.names)
        many = Many(function, sample_of(self.question))
        done = 0
        with self._writer(light=False) as writer:
            for chunk, new in many.answers(chunks):
                writer.write(chunk, new)
                done += chunk.rows
                if watch is not None:
                    watch(done, self.table.count, chunk.share)
            verdict = many.verdict()  # while the last rows are written
        return replace(function.prepared.plain, summary=many.summary(verdict))

    def few(self, chunks: Sequence[Chunk], count: int) -> tuple[Answer, bool]:
        """Every point as ever; rows with the columns of the input, if rows are wanted."""
        found = self._judged(chunks, count)
        if self.asked.form is None:
            return found, False
        with self._writer(light=count <= _LIGHT) as writer:
            start = 0
            for chunk in chunks:
                points = found.points[start : start + chunk.rows]
                writer.write(chunk, self._new_columns(found, points))
                start += chunk.rows
        return found, True

    def _new_columns(self, found: Answer, points: Sequence[PointAnswer]) -> dict[str, Cells]:
        rows = [result_columns(found, point) for point in points]
        cells = [[number(v) if isinstance(v, complex) else v for _, v in row] for row in rows]
        columns: dict[str, Cells] = {name: [row[k] for row in cells] for k, (name, _) in enumerate(rows[0])}
        self._given.free(list(columns))
        if self.asked.form == "npz":
            return {name: cells for name, cells in columns.items() if not name.startswith("status_")}
        return columns

    def _writer(self, light: bool) -> Any:
        if self.asked.out is not None:
            return written(self.asked.out, str(self.asked.form), light)
        sys.stdout.flush()
        return streamed(sys.stdout.buffer, str(self.asked.form), light)

    def _function(self) -> Function:
        point = tuple(self.constants.items())
        return Function(self.question, self.names, constants_of(point, self.question.seed))

    def _judged(self, chunks: Sequence[Chunk], count: int) -> Answer:
        """All points in one answer; those that are not finite have torch's numbers, unchecked."""
        points: list[Point | None] = []
        for chunk in chunks:
            points += [self._point(chunk, k) for k in range(chunk.rows)]
        finite = [point for point in points if point is not None]
        found = _sampled(replace(self.question, points=tuple(finite)))
        if len(finite) == count:
            return found
        odd = iter(self._odd(chunks, found))
        whole = iter(found.points)
        return replace(found, points=tuple(next(odd if point is None else whole) for point in points))

    def _point(self, chunk: Chunk, k: int) -> Point | None:
        """The point of one row as texts; None where it is not finite."""
        if not all(math.isfinite(chunk.numbers[name][k]) for name in self.columns):
            return None
        return tuple((n, self.constants[n] if n in self.constants else chunk.text(n, k)) for n in self.names)

    def _odd(self, chunks: Sequence[Chunk], found: Answer) -> Iterator[PointAnswer]:
        """The points that are not finite."""
        function = self._function()
        task = function.prepared.task
        for chunk, new in Many(function, Sample(0, 0)).answers(chunks):
            columns = list(new.values())
            size = len(task.roots)
            for k in range(chunk.rows):
                if self._point(chunk, k) is not None:
                    continue
                numbers = [column[k] for column in columns]
                results: dict[Path, Nested] = {
                    path: nest(numbers[size * (i + 1) : size * (i + 2)], task.shape) for i, path in enumerate(task.plan)
                }
                at = {name: number for name, (_, number) in function.constants.items()}
                at |= {name: chunk.numbers[name][k] for name in self.columns}
                name = next(n for n in self.columns if not math.isfinite(at[n]))
                note = f"{name} is {'missing' if math.isnan(at[name]) else 'infinite'} in this row"
                checks = {path: Check("unchecked", note=note) for path in results} if self.question.check else None
                exact = dict.fromkeys(results) if self.question.check else None
                yield PointAnswer(
                    {n: at[n] for n in task.variables}, nest(numbers[:size], task.shape), results, exact, checks
                )


def _sampled(question: Question) -> Answer:
    """The answer, with as many points checked as were asked for."""
    limit, count = question.check_rows, len(question.points)
    if limit is None or count <= limit or not question.check:
        return answer(question)
    plain = answer(replace(question, check=False, digits=None))
    places = _spread(plain.points, limit, question.seed)
    if not places:
        return plain
    checked = answer(replace(question, points=tuple(question.points[k] for k in places)))
    points = list(plain.points)
    for k, point in zip(places, checked.points, strict=True):
        points[k] = point
    return replace(checked, points=tuple(points))


def _spread(points: Sequence[PointAnswer], limit: int, seed: int) -> list[int]:
    """Places to check: the first, the last, some that are not finite, and others at random."""
    odd = [k for k, point in enumerate(points) if not all(map(_finite, (point.value, *point.result.values())))]
    others = list(range(len(points)))
    random.Random(seed).shuffle(others)
    wanted = dict.fromkeys([0, len(points) - 1, *odd[: limit // 4], *others])
    return sorted(itertools.islice(wanted, limit))


def _finite(numbers: Nested) -> bool:
    return all(map(_finite, numbers)) if isinstance(numbers, list) else cmath.isfinite(numbers)
