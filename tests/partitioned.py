"""Files of points, and a cluster that is none: what the tests of `deriv map` share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("distributed")
pytest.importorskip("pyarrow")

import pyarrow
import pyarrow.parquet as pq

from derivcli.cluster import mapping
from derivcli.cluster.part import Answered, Failure, Job
from derivcli.cluster.partitions import listed, pattern

Deriv = Callable[..., Any]
EXPRESSION = "exp(-x**2)*y"


def points(rows: int, start: int = 0) -> pyarrow.Table:
    """Some points, no two of them the same."""
    order = range(start, start + rows)
    columns = {"id": list(order), "x": [k / 97 - 3 for k in order], "y": [k % 13 - 6.5 for k in order]}
    return pyarrow.table(columns)


def put(path: Path, rows: int, start: int = 0, **options: Any) -> Path:
    """A file of points."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(points(rows, start), path, **options)
    return path


def job(path: Path, folder: Path, **more: Any) -> Job:
    """The job of one file."""
    (partition,) = listed(pattern(str(path)))
    return Job(partition, str(folder), **{"numbers": ("x", "y"), "checked": 0, "seed": 0, **more})


def asked(folder: Path, expression: str = EXPRESSION, out: str = "out", **more: Any) -> mapping.Request:
    """The request to answer all files of the folder `in`."""
    return mapping.Request([expression], {}, f"{folder}/in/*.parquet", f"{folder}/{out}", None, 2, 1, 1, 0, **more)


@dataclass
class Future:
    """A future that is done."""

    status: str = "finished"
    outcome: Any = None

    def add_done_callback(self, function: Callable[[Future], None]) -> None:
        function(self)

    def result(self) -> Any:
        return self.outcome

    def exception(self) -> Any:
        return self.outcome

    def __hash__(self) -> int:
        return id(self)


class Inline:
    """A client without a cluster; `script` says of each task what becomes of it, else it is run."""

    dashboard_link = None
    cluster: Any = None

    def __init__(self, script: Callable[..., Future | None] = lambda *_, **__: None) -> None:
        self.script = script

    def __enter__(self) -> Inline:
        return self

    def __exit__(self, *_: object) -> None: ...

    def nthreads(self) -> dict[str, int]:
        return {"a": 1, "b": 1}

    def cancel(self, *_: object, **__: object) -> None: ...

    def submit(self, task: Callable[..., Any], function: Any, jobs: Sequence[Job], **options: Any) -> Future:
        return self.script(jobs, **options) or Future(outcome=task(function, jobs))


@dataclass
class Notes:
    """A ledger that notes."""

    accepted: list[str] = field(default_factory=list)
    rejected: list[tuple[str, str, int]] = field(default_factory=list)

    def accept(self, answered: Answered) -> Failure | None:
        self.accepted.append(answered.job.partition.name)
        return None

    def reject(self, failure: Failure, attempts: int) -> None:
        self.rejected.append((failure.job.partition.name, failure.reason, attempts))

    def tick(self) -> None: ...


def jobs_of(folder: Path, count: int) -> list[Job]:
    return [job(put(folder / "in" / f"{k}.parquet", 2, start=2 * k), folder / "work") for k in range(count)]
