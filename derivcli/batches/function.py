"""A picklable function of Arrow record batches: columns of points in, the same with values and derivatives out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from derivcli.asking import question as asked
from derivcli.batches.columns import arrow, chunks, joined, numbers, parts
from derivcli.batches.reasons import answered
from derivcli.errors import PointError, UsageError
from derivcli.many import Function, Given, Many, Sample, Verdict, constants_of, used_names
from derivcli.model import Point, Question
from derivcli.numeric.alone import alone
from derivcli.numeric.engines.pages import new_buffer

# The column that says why there is no number.
REASON = "reason"
# Functions that a process keeps.
_KEPT = 64
# What says nothing of numbers, only of how they are shown, found and checked.
_MANNER = ("points", "simplify", "timeout", "check", "check_rows", "exact", "full", "steps", "strict_names", "entries")


@dataclass(frozen=True)
class BatchFunction:
    """From an Arrow record batch to one with more columns: `value`, `d_x` and so on, and `reason`.

    It is plain data, to be sent anywhere; each process compiles it once, when it is called first. It may be called from
    several threads. Numbers are the same however rows are split into batches.

    Args:
        question: what is asked, without points.
        constants: the variables that have the same value at every point.
    """

    question: Question
    constants: Point

    def __call__(self, batch: Any) -> Any:
        """The columns of a batch, then the answers.

        Where there is no number it is null, and `reason` says why; else `reason` is null.

        Args:
            batch: a record batch; or a table or anything else that gives Arrow streams, such as a frame of polars.

        Returns:
            A record batch for a record batch, else a table.

        Raises:
            DerivError: a column is missing, holds no numbers, or has the name of an answer.
        """
        arrays = arrow(batch)
        return arrays.mapped(self._answers, self.schema(arrays.schema))

    def schema(self, schema: Any) -> Any:
        """The schema of the answers to batches of a schema.

        Raises:
            DerivError: as a call.
        """
        return joined(schema, self._function(schema).names, REASON)

    def check(self, batch: Any, rows: int = 100, seed: int = 0) -> Verdict:
        """The judgement on a sample of rows, by autograd and by the exact value.

        Args:
            batch: as of a call.
            rows: how many at most.
            seed: of the choice.
        """
        arrays = arrow(batch)
        function = self._function(arrays.schema)
        many = Many(function, Sample(rows, seed))
        for part in arrays.batches:
            for _ in many.answers(chunks(part, function.columns)):
                pass
        with alone():
            return many.verdict()

    def _answers(self, batch: Any) -> list[Any]:
        """The new columns of a record batch."""
        function, rows = self._function(batch.schema), batch.num_rows
        inputs = numbers(batch, function.columns)
        outputs, marks = [new_buffer(rows) for _ in function.names], bytearray(rows)
        odd = False
        for part, columns in parts(inputs, rows):
            found = function(columns, part.stop - part.start, [output[part] for output in outputs])
            if found.marks is not None:
                marks[part], odd = found.marks, True
        results = dict(zip(function.names, outputs, strict=True))
        return answered(inputs, results, bytes(marks) if odd else None, rows)

    def _function(self, schema: Any) -> Function:
        """What is computed of batches of a schema."""
        return function_of(self.question, self.constants, tuple(schema.names))

    @property
    def engine(self) -> str:
        """The engine that computes."""
        return self.question.engine

    @property
    def digest(self) -> str:
        """A text that is the same for the same question: what was read and all that numbers depend on."""
        plain = function_of(self.question, self.constants).prepared.plain
        data = {key: found for key, found in asdict(self.question).items() if key not in _MANNER}
        data |= {"expressions": plain.expression.text or self.question.expressions, "constants": self.constants}
        return json.dumps(data, sort_keys=True, ensure_ascii=False)


def batch_function(expr: str | Sequence[str], *, at: Any = None, **options: Any) -> BatchFunction:
    """A picklable function of record batches, for engines that others run; see `derivcli.batch_function`."""
    for key in ("points", "out", "check_rows"):
        if options.get(key) is not None:
            raise UsageError(f"{key!r} makes no sense of batches: they are the points")
    question = asked({"expr": expr, "at": at, **options})
    if len(question.points) > 1:
        raise UsageError("'at' gives one value to what the input lacks")
    constants = question.points[0] if question.points else ()
    question = replace(question, points=(), strict_names=True)
    asked_for = {*question.wrt, *question.partial}
    known = {*question.declared, *(name for name, _ in constants)}
    unknown = asked_for - known - {*used_names(replace(question, wrt=(), partial=()), list(asked_for))}
    if unknown:
        hint = "var declares what only a column has"
        raise PointError(f"the expression has no variable {min(unknown)}", hint=hint)
    function = function_of(question, constants)
    # What it is here it is everywhere: numbers do not depend on where a batch is computed, or how long it is.
    return BatchFunction(replace(question, engine=function.engine), constants)


# What this process has made: by the names of columns, and by those of variables, which few columns are.
_by_columns: dict[tuple[Question, Point, tuple[str, ...] | None], Function] = {}
_by_variables: dict[tuple[Question, Point, tuple[str, ...]], Function] = {}


def function_of(question: Question, constants: Point, columns: tuple[str, ...] | None = None) -> Function:
    """What is computed, made once by this process.

    Args:
        question, constants: what is asked.
        columns: the names of all columns; None where each variable has one.

    Raises:
        DerivError: as `Function`; a column is missing, or has the name of an answer.
    """
    key = (question, constants, columns)
    found = _by_columns.get(key)
    if found is not None:
        return found
    given = [name for name, _ in constants]
    with alone():
        source = Given("the input", columns or (), given)
        names = used_names(question, given) if columns is None else source.variables(question)
        variables = (question, constants, tuple(dict.fromkeys([*names, *given])))
        if variables not in _by_variables:
            _keep(_by_variables, variables, Function(question, variables[2], constants_of(constants, question.seed)))
        found = _by_variables[variables]
        if columns is not None:
            source.free([*found.names, REASON])
        _keep(_by_columns, key, found)
    return found


def _keep(kept: dict[Any, Function], key: Any, function: Function) -> None:
    """Keep one more; of too many the oldest is forgotten."""
    if len(kept) >= _KEPT:
        del kept[next(iter(kept))]
    kept[key] = function
