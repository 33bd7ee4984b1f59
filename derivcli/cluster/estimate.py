"""`--dry-run`: how many rows there are, and how long they will take, told by a small sample of the work itself."""

from __future__ import annotations

import itertools
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pyarrow
import pyarrow.parquet

from derivcli.batches import BatchFunction
from derivcli.cluster.part import BLOCK, Job, read, reason, write
from derivcli.cluster.partitions import Partition, opened
from derivcli.cluster.sampling import Sampler
from derivcli.errors import DerivError

# Partitions whose footers are read, how many at once, how many are tried until one has rows, and seconds of the sample.
_LOOKED, _AT_ONCE, _TRIED, _SECONDS = 200, 16, 5, 1.0


@dataclass(frozen=True)
class Estimate:
    """What a run would have to do.

    Args:
        partitions, size, rows: of all that is listed; the rows are exact if `exact`, else told by the bytes.
        todo: how many partitions are left to do, by reason.
        threads: how many would work.
        seconds: how long it would take them, once all is loaded; None where the sample failed, as `trouble` tells.
        unreadable: partitions whose footers cannot be read, of those that were looked into.
        sample, sample_rows, sample_seconds: the partition that was tried, and how far in how many seconds.
    """

    partitions: int
    size: int
    rows: int
    exact: bool
    todo: Mapping[str, int]
    threads: int
    seconds: float | None
    trouble: str | None
    unreadable: Sequence[str]
    sample: str
    sample_rows: int
    sample_seconds: float


def estimate(
    function: BatchFunction, partitions: Sequence[Partition], whys: Sequence[str], jobs: Sequence[Job], threads: int
) -> Estimate:
    """Look into the files and try some rows.

    Args:
        function: what answers.
        partitions: all of them.
        whys: the reasons of what is left to do.
        jobs: what is left to do.
        threads: how many would work.
    """
    size = sum(p.size for p in partitions)
    looked = dict(_counted(partitions))
    known = {name: rows for name, rows in looked.items() if rows is not None}
    unreadable = [name for name, rows in looked.items() if rows is None]
    name, trial, trouble = _sampled(function, [job for job in jobs if job.partition.name not in unreadable] or jobs)
    per_byte = sum(known.values()) / max(1, sum(p.size for p in partitions if p.name in known)) or trial.rows_per_byte

    def rows(some: Sequence[Partition]) -> int:
        return round(sum(known.get(p.name, p.size * per_byte) for p in some))

    seconds = None
    if trial.rows:
        work = rows([job.partition for job in jobs]) * trial.seconds / trial.rows + trial.check * sum(
            job.checked for job in jobs
        )
        seconds = work / max(1, threads)
    return Estimate(
        len(partitions), size, rows(partitions), len(known) == len(partitions), dict(Counter(whys)), threads,
        seconds, trouble, unreadable, name, trial.rows, trial.seconds,
    )  # fmt: skip


def _sampled(function: BatchFunction, jobs: Sequence[Job]) -> tuple[str, _Trial, str | None]:
    """The first partition that has rows that can be answered, with the trial of it; else why there is none."""
    trial, name, trouble = _Trial(0, 0.0, 0.0, 0.0), "", None
    for job in jobs[:_TRIED]:
        name = job.partition.name
        try:
            trial = _tried(function, job)
        except (DerivError, OSError, pyarrow.ArrowException) as error:
            trouble = trouble or f"{name}: {reason(error)}"
            continue
        if trial.rows:
            return name, trial, None
        trouble = trouble or f"{name} has no rows"
    return name, trial, trouble


def _counted(partitions: Sequence[Partition]) -> Iterator[tuple[str, int | None]]:
    """The numbers of rows that footers of Parquet tell: of all partitions, or some of all sizes; None: no footer."""
    step = -(-len(partitions) // _LOOKED)
    some = [p for p in partitions[::step] if p.form == "parquet"]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for partition, rows in zip(some, pool.map(_rows, some), strict=True):
            yield partition.name, rows


def _rows(partition: Partition) -> int | None:
    try:
        system, path = opened(partition.source)
        with system.open(path, "rb") as stream:
            return int(pyarrow.parquet.read_metadata(stream).num_rows)
    except (OSError, pyarrow.ArrowException):
        return None


@dataclass(frozen=True)
class _Trial:
    """So many rows in so many seconds; seconds for a row that is checked; rows for each byte of the file."""

    rows: int
    seconds: float
    check: float
    rows_per_byte: float


def _tried(function: BatchFunction, job: Job) -> _Trial:
    """Answer the first rows of a partition for some time, after the first batch has made all ready."""
    system, path = opened(job.partition.source)
    sampler, seen = Sampler(job.checked, job.seed), 0
    with (
        tempfile.TemporaryDirectory() as folder,
        read(system, path, job.partition.form, job.numbers) as (schema, batches),
    ):
        first = next(batches, None)
        if first is None or not first.num_rows:
            return _Trial(0, 0.0, 0.0, 0.0)
        function(first)
        start = time.monotonic()

        def some() -> Iterator[pyarrow.RecordBatch]:
            nonlocal seen
            for batch in itertools.chain([first], batches):
                yield batch
                seen += 1
                if time.monotonic() > start + _SECONDS:
                    return

        rows = write(function, schema, some(), f"{folder}/sample.parquet", sampler).rows
    seconds = time.monotonic() - start
    sampler.judged(function)  # which loads what checks need
    again = time.monotonic()
    sampler.judged(function)
    # A batch of text is a block of it.
    read_bytes = max(1, min(job.partition.size, seen * BLOCK))
    check = (time.monotonic() - again) / max(1, job.checked)
    return _Trial(rows, seconds, check, rows / read_bytes)
