"""What computes a chunk: compiled C on the buffers as they are, where it can, else torch and one of its engines."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Protocol

from derivcli.model import Question
from derivcli.numeric.engines.compiled import Buffers
from derivcli.numeric.engines.pages import new_buffer
from derivcli.numeric.engines.wanted import Unfit, Wanted
from derivcli.task import Task

# For each variable its values, float64 of shape (points,).
Columns = Mapping[str, "memoryview[float]"]
# How `Found` marks a point that is not finite, and one with a result that is not.
MISSING, INFINITE = b"\x01", b"\x02"


@dataclass(frozen=True)
class Found:
    """What was computed at some points.

    Args:
        columns: values and then derivatives, component by component, float64 of shape (points,).
        marks: for each point 1 where it is not finite, 2 where a result alone is not; None where all are finite.
    """

    columns: Sequence[memoryview[float]]
    marks: bytes | None


class Computer(Protocol):
    """Something that computes values and derivatives at some points after others."""

    name: str

    def __call__(self, inputs: Columns, count: int, outputs: Sequence[memoryview[float]] | None = None) -> Found:
        """The results at `count` points, NaN where a variable is; in `outputs`, if there are any."""
        ...

    def rounded(self, number: float) -> float:
        """A number as it is computed with."""
        ...


def computer(question: Question, task: Task) -> Computer:
    """What computes the numbers of a task: the same engine for any number of points, so that numbers are the same, too.

    Args:
        question: which engine it asks for, in which dtype and where.
        task: the expression and what is asked of it.

    Raises:
        UsageError: an unknown engine, or a device that cannot be used.
    """
    assert task.computed is not None
    if question.engine in ("auto", "native"):
        wanted = Wanted(task.computed, tuple(task.variables), dict(task.plan), question.dtype, question.device)
        with suppress(Unfit):
            return _Native(wanted)
    return _Torch(question, task)


class _Native:
    name = "native"

    def __init__(self, wanted: Wanted) -> None:
        self._variables, self._compute = wanted.variables, Buffers(wanted)

    def __call__(self, inputs: Columns, count: int, outputs: Sequence[memoryview[float]] | None = None) -> Found:
        columns = outputs or [new_buffer(count) for _ in range(self._compute.width)]
        return Found(columns, self._compute([inputs[name] for name in self._variables], columns, count))

    def rounded(self, number: float) -> float:
        return number


class _Torch:
    def __init__(self, question: Question, task: Task) -> None:
        from derivcli.numeric.engines.choice import make
        from derivcli.numeric.kernels import torch

        assert task.computed is not None
        self._torch, self._variables, self._plan = torch, task.variables, list(task.plan)
        self._engine = make(
            task.computed, task.variables, task.plan,
            engine=question.engine, dtype=question.dtype, device=question.device,
        )  # fmt: skip
        self._like = torch.empty(0, dtype=getattr(torch, question.dtype), device=question.device)
        self.name = self._engine.name

    def __call__(self, inputs: Columns, count: int, outputs: Sequence[memoryview[float]] | None = None) -> Found:
        # In all that follows: threads that torch once had are missing in a process that was forked since.
        with _rest(self._torch):
            return self._found(inputs, count, outputs)

    def _found(self, inputs: Columns, count: int, outputs: Sequence[memoryview[float]] | None) -> Found:
        torch = self._torch
        read = {name: torch.frombuffer(inputs[name], dtype=torch.float64) for name in self._variables}
        values, derivatives = self._engine({name: column.to(self._like) for name, column in read.items()})
        found = [*values, *(column for path in self._plan for column in derivatives[path])]
        columns = outputs or [new_buffer(count) for _ in found]
        results = [torch.frombuffer(column, dtype=torch.float64) for column in columns]
        for result, column in zip(results, found, strict=True):
            result.copy_(column)
        width = len(values)
        for k, result in enumerate(results[width:]):
            result[torch.isnan(results[k % width])] = torch.nan
        return Found(columns, self._marks(list(read.values()), results))

    def rounded(self, number: float) -> float:
        return float(self._torch.tensor(number, dtype=self._like.dtype))

    def _marks(self, inputs: Sequence[Any], outputs: Sequence[Any]) -> bytes | None:
        torch = self._torch
        # A sum is finite where all are, unless it overflows: then each is looked at.
        if torch.isfinite(_total([*inputs, *outputs])).all():
            return None
        missing = torch.stack([torch.isnan(column) for column in inputs]).any(0)
        for output in outputs:
            output[missing] = torch.nan
        odd_point, odd = (~torch.stack([torch.isfinite(c) for c in group]).all(0) for group in (inputs, outputs))
        marks = bytearray(len(missing))
        torch.frombuffer(marks, dtype=torch.uint8).copy_(torch.where(odd_point, 1, torch.where(odd, 2, 0)))
        return bytes(marks)


class _Rest:
    """Torch's own threads rest while somebody computes: for columns that fit the cache they wait longer than they work.

    Several threads may compute at once; each finds torch with as many threads again as it had before the first of them.
    """

    def __init__(self) -> None:
        self._lock, self._inside, self._before = threading.Lock(), 0, 1

    @contextmanager
    def __call__(self, torch: Any) -> Iterator[None]:
        with self._lock:
            if not self._inside:
                self._before = torch.get_num_threads()
            self._inside += 1
        torch.set_num_threads(1)
        try:
            yield
        finally:
            torch.set_num_threads(self._before)
            with self._lock:
                self._inside -= 1


_rest = _Rest()


def _forked() -> None:
    """In a new process nobody computes yet, whatever other threads did in the old one."""
    global _rest
    _rest = _Rest()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)


def _total(columns: Sequence[Any]) -> Any:
    total = columns[0].clone()
    for column in columns[1:]:
        total += column
    return total
