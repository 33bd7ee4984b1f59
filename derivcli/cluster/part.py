"""One partition, from its file to a file of answers; this is what runs on the workers."""

from __future__ import annotations

import errno
import os
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, BinaryIO

import pyarrow
import pyarrow.compute
import pyarrow.csv
import pyarrow.json
import pyarrow.parquet

from derivcli.batches import BatchFunction
from derivcli.batches.function import REASON
from derivcli.cluster.partitions import Partition, is_local, opened, version
from derivcli.cluster.sampling import Checked, Sampler
from derivcli.errors import DerivError
from derivcli.tables import ROWS

# Bytes that are read at once of a column or a text: what is in memory does not grow with the file or its row groups.
BLOCK = 1 << 20
# What no other worker could write either.
_FULL = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True)
class Job:
    """A partition to answer.

    Args:
        partition: where the points are.
        folder: the address of the folder that the answers are written to, under a name of this attempt's own.
        numbers: the columns that hold numbers, whatever the first rows of a text look like.
        checked: how many rows are checked.
        seed: of their choice.
    """

    partition: Partition
    folder: str
    numbers: tuple[str, ...]
    checked: int
    seed: int


@dataclass(frozen=True)
class Written:
    """What went into a file of answers: its rows and bytes, their digest, and why rows have no number."""

    rows: int
    size: int
    digest: str
    reasons: dict[str, int]


@dataclass(frozen=True)
class Answered:
    """What was written.

    Args:
        job: which job.
        file: the address that was written to.
        written: what is in there.
        checked: what the check of some rows showed.
        seconds: how long it took.
    """

    job: Job
    file: str
    written: Written
    checked: Checked
    seconds: float


@dataclass(frozen=True)
class Failure:
    """Why nothing was written.

    Args:
        job: which job.
        reason: one sentence.
        again: whether another attempt may do better.
        full: whether there is no room for any answers.
    """

    job: Job
    reason: str
    again: bool = True
    full: bool = False


def answer_all(function: BatchFunction, jobs: Sequence[Job]) -> list[Answered | Failure]:
    """Answer some partitions, one after the other; what goes wrong with one harms no other."""
    return [answer(function, job) for job in jobs]


def answer(function: BatchFunction, job: Job) -> Answered | Failure:
    """Answer one partition; what goes wrong is told, not raised."""
    target = f"{job.folder}/{uuid.uuid4().hex}.parquet"
    try:
        return _answered(function, job, target)
    except DerivError as error:
        failure = Failure(job, error.message, again=False)
    except _Unwritable as error:
        failure = Failure(job, f"the answers cannot be written: {error.strerror}", full=error.errno in _FULL)
    except Exception as error:  # of whatever store, file or library: it must not end the worker
        failure = Failure(job, reason(error))
    with suppress(Exception):
        system, path = opened(target)
        system.rm(path)
    return failure


def _answered(function: BatchFunction, job: Job, target: str) -> Answered:
    start = time.monotonic()
    system, path = opened(job.partition.source)
    before = version(_info(system, path))
    sampler = Sampler(job.checked, job.seed)
    with read(system, path, job.partition.form, job.numbers) as (schema, batches):
        written = write(function, schema, batches, target, sampler)
    if version(_info(system, path)) != before:
        raise OSError(errno.EAGAIN, "it changed while it was read")
    checked = sampler.judged(function)
    return Answered(job, target, written, checked, time.monotonic() - start)


def write(
    function: BatchFunction,
    schema: pyarrow.Schema,
    batches: Iterable[pyarrow.RecordBatch],
    target: str,
    sampler: Sampler,
) -> Written:
    """Answer batch after batch into a file.

    Args:
        function: what answers.
        schema: of the batches.
        batches: the points.
        target: the address of the file.
        sampler: is shown the points.

    Raises:
        DerivError: the columns do not fit the question.
        OSError: the file cannot be written, or the points cannot be read.
    """
    reasons, rows = Counter[str](), 0
    with _sink(target) as sink:
        with _writer(sink, function.schema(schema)) as writer:
            for batch in batches:
                found = function(batch)
                writer.write_batch(found)
                told = found.column(REASON)
                reasons.update(_counted(told))
                sampler.see(batch, _places(told, sampler.limit))
                rows += batch.num_rows
        return Written(rows, sink.size, sink.digest, dict(reasons))


def _counted(reasons: pyarrow.Array) -> dict[str, int]:
    """Each reason with the number of rows that have it."""
    if reasons.null_count == len(reasons):
        return {}
    found = reasons.drop_null().value_counts()
    return {pair["values"]: pair["counts"] for pair in found.to_pylist()}


def _places(reasons: pyarrow.Array, limit: int) -> list[int]:
    """Where there is a reason, the first few times."""
    if reasons.null_count == len(reasons):
        return []
    found: list[int] = pyarrow.compute.indices_nonzero(reasons.is_valid()).slice(0, limit).to_pylist()
    return found


def _info(system: Any, path: str) -> Any:
    system.invalidate_cache()
    return system.info(path)


@contextmanager
def read(
    system: Any, path: str, form: str, numbers: Sequence[str]
) -> Iterator[tuple[pyarrow.Schema, Iterator[pyarrow.RecordBatch]]]:
    """The columns of a file, and its rows some thousands at a time.

    Args:
        system, path: where it is, as fsspec has it.
        form: what it holds.
        numbers: the columns that hold numbers, whatever the first rows look like.
    """
    with system.open(path, "rb") as stream:
        yield _READERS[form](stream, numbers)


def _parquet(stream: BinaryIO, numbers: Sequence[str]) -> tuple[pyarrow.Schema, Iterator[pyarrow.RecordBatch]]:
    file = pyarrow.parquet.ParquetFile(stream, buffer_size=BLOCK, pre_buffer=False)
    return file.schema_arrow, file.iter_batches(batch_size=ROWS, use_threads=False)


def _delimited(separator: str) -> Callable[[BinaryIO, Sequence[str]], tuple[Any, Iterator[Any]]]:
    def reader(stream: BinaryIO, numbers: Sequence[str]) -> tuple[Any, Iterator[Any]]:
        csv = pyarrow.csv
        file = csv.open_csv(
            stream,
            read_options=csv.ReadOptions(use_threads=False, block_size=BLOCK),
            parse_options=csv.ParseOptions(delimiter=separator, newlines_in_values=True),
            convert_options=csv.ConvertOptions(column_types=dict.fromkeys(numbers, pyarrow.float64())),
        )
        return file.schema, iter(file)

    return reader


def _lines(stream: BinaryIO, numbers: Sequence[str]) -> tuple[pyarrow.Schema, Iterator[pyarrow.RecordBatch]]:
    file = pyarrow.json.open_json(stream, read_options=pyarrow.json.ReadOptions(use_threads=False, block_size=BLOCK))
    return file.schema, iter(file)


_READERS = {"parquet": _parquet, "csv": _delimited(","), "tsv": _delimited("\t"), "ndjson": _lines}


class _Unwritable(OSError):
    """The answers cannot be written, whatever the points are."""


class _Sink:
    """A stream of bytes that is written once, from its beginning, with its digest."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self._digest = stream, blake2b(digest_size=32)
        self.size, self.closed = 0, False

    @property
    def digest(self) -> str:
        return self._digest.hexdigest()

    def write(self, data: Any) -> int:
        with _writing():
            self._stream.write(data)
        self._digest.update(data)
        self.size += len(data)
        return len(data)

    def flush(self) -> None:
        """What is buffered goes out with the end of the stream."""

    def close(self) -> None:
        self.closed = True


@contextmanager
def _writing() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _Unwritable(error.errno, error.strerror or str(error)) from error


@contextmanager
def _sink(target: str) -> Iterator[_Sink]:
    system, path = opened(target)
    with _writing():
        if is_local(system):
            os.makedirs(os.path.dirname(path), exist_ok=True)
        stream = system.open(path, "wb")
    try:
        yield _Sink(stream)
    finally:
        with _writing():
            stream.close()


@contextmanager
def _writer(sink: _Sink, schema: pyarrow.Schema) -> Iterator[Any]:
    """A writer of Parquet. A dictionary of numbers that hardly ever repeat would only cost time."""
    texts = [column.name for column in schema if pyarrow.types.is_string(column.type)]
    with pyarrow.parquet.ParquetWriter(
        sink, schema, compression="snappy", write_statistics=False, use_dictionary=texts
    ) as writer:
        yield writer


def reason(error: Exception) -> str:
    """What an error says, in one line."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    said = str(error).strip().splitlines()
    return said[0] if said else type(error).__name__
