"""The rows of a sample: what the engine found there, against autograd and the exact value."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from derivcli import helper
from derivcli.deadline import Expired, deadline
from derivcli.evaluation import EXACT_SECONDS
from derivcli.many.function import Function
from derivcli.many.preparing import Prepared
from derivcli.many.sample import Row
from derivcli.model import Check, Path, Question
from derivcli.task import Task
from derivcli.values import value
from derivcli.verdict import TOLERANCE, judge

# Seconds for all rows together.
_SECONDS = 60.0


@dataclass(frozen=True)
class Verdict:
    """How many rows were checked, the digits at the worst that agrees, and for each status how many and the first."""

    checked: int
    digits: float | None
    statuses: Mapping[str, tuple[int, int]]


def judged(function: Function, rows: Sequence[Row]) -> Verdict:
    """The verdict on the rows of a sample; those whose point is not finite have none.

    Args:
        function: what was computed.
        rows: what it found.
    """
    question, prepared = function.question, function.prepared
    finite = [row for row in rows if all(map(math.isfinite, row.at.values()))]
    beside: Sequence[Row] = finite
    if finite and function.engine != "autograd":
        beside = helper.call(helper.NUMBERS, _by_autograd, question, prepared.task, finite)
    statuses: dict[str, tuple[int, int]] = {}
    worst: float | None = None
    end = time.monotonic() + _SECONDS
    for row, other in zip(finite, beside, strict=True):
        checks = _checks(question, prepared, row) if time.monotonic() < end else {}
        status = next((c.status for c in checks.values() if c.status != "agree"), "agree") if checks else "unchecked"
        results = [(row.results[path], other.results[path]) for path in row.results] if status != "agree" else []
        if any(_differ(*pair, 0.0, question.dtype) for pair in results) or _differ(
            row.values, other.values, _moved(other), question.dtype
        ):
            status = "disagree"
        count, first = statuses.get(status, (0, row.number))
        statuses[status] = (count + 1, first)
        digits = [c.digits for c in checks.values() if c.digits is not None and c.status == "agree"]
        worst = min([*digits, *([] if worst is None else [worst])], default=None)
    return Verdict(len(finite), worst, statuses)


def _checks(question: Question, prepared: Prepared, row: Row) -> Mapping[Path, Check]:
    point = {name: value(text, name, question.seed).entries[0] for name, text in row.texts.items()}
    try:
        with deadline(EXACT_SECONDS):
            return judge(prepared.subject, point, row.results, question.dtype).checks
    except Expired:
        return {}


def _by_autograd(question: Question, task: Task, rows: Sequence[Row]) -> list[Row]:
    """The same rows by autograd."""
    from derivcli.numeric.engines.choice import make
    from derivcli.numeric.kernels import torch

    assert task.computed is not None
    engine = make(
        task.computed, task.variables, task.plan, engine="autograd", dtype=question.dtype, device=question.device
    )
    kind = {"dtype": getattr(torch, question.dtype), "device": question.device}
    values, results = engine({name: torch.tensor([row.at[name] for row in rows], **kind) for name in task.variables})
    # Where there is no value engines give no derivative.
    told = {
        path: [torch.where(torch.isnan(value), value, column) for value, column in zip(values, columns, strict=True)]
        for path, columns in results.items()
    }
    return [
        Row(
            row.number, row.texts, row.at, [float(column[k]) for column in values],
            {path: [float(column[k]) for column in columns] for path, columns in told.items()},
        )
        for k, row in enumerate(rows)
    ]  # fmt: skip


def _moved(row: Row) -> float:
    """How far the value moves with its variables, as they go to 0: what rounding errors are held against."""
    along = ((path[-1].split(",")[-1], numbers) for path, numbers in row.results.items() if path)
    sizes = (abs(row.at[name] * number) for name, numbers in along if name in row.at for number in numbers)
    return max(filter(math.isfinite, sizes), default=0.0)


def _differ(ours: Sequence[float], theirs: Sequence[float], scale: float, dtype: str) -> bool:
    """Whether the engine found other numbers than autograd."""
    bound = TOLERANCE[dtype][0] * max([scale, *(abs(v) for v in theirs if math.isfinite(v))])
    pairs = ((a, b) for a, b in zip(ours, theirs, strict=True) if not (a == b or (math.isnan(a) and math.isnan(b))))
    return any(not abs(a - b) <= bound for a, b in pairs)
