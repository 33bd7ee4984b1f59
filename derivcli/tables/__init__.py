"""Files of points: CSV, TSV, NDJSON, Parquet, Arrow IPC, NPY and NPZ, read and written chunk by chunk."""

from __future__ import annotations

import importlib.util
import io
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

from derivcli.errors import UsageError
from derivcli.tables.chunks import ROWS, Cells, Chunk, Table, Writer
from derivcli.tables.overlap import Behind, ahead
from derivcli.tables.plain import Delimited, Lines, PlainWriter, lines_of
from derivcli.termination import orderly

__all__ = [
    "READ", "ROWS", "WRITTEN", "Cells", "Chunk", "Table", "Writer", "ahead", "form_of", "open_table", "streamed",
    "written",
]  # fmt: skip

_FORMS = {
    ".csv": "csv", ".tsv": "tsv", ".tab": "tsv", ".ndjson": "ndjson", ".jsonl": "ndjson",
    ".parquet": "parquet", ".pq": "parquet",
    ".arrow": "arrow", ".ipc": "arrow", ".feather": "arrow", ".npz": "npz", ".npy": "npy",
}  # fmt: skip
# What can be read, and what can be written.
READ = ("csv", "tsv", "ndjson", "parquet", "arrow", "npy", "npz")
WRITTEN = ("csv", "tsv", "ndjson", "parquet", "arrow", "npz")
# Text up to so many bytes is read before polars is there.
_SMALL = 1 << 22


def form_of(path: str, forms: Sequence[str]) -> str | None:
    """The form that the ending of a file's name tells, if it is one of `forms`."""
    form = _FORMS.get(Path(path).suffix.lower())
    return form if form in forms else None


@contextmanager
def open_table(path: str, variables: Sequence[str]) -> Iterator[Table]:
    """The table in a file, open as long as the block runs.

    Args:
        path: of the file; - for standard input, which holds CSV or NDJSON.
        variables: of the expression, which are the columns of an NPY file.

    Raises:
        UsageError: a file that cannot be read, or an unknown ending.
        PointError: it is empty, or no table.
    """
    form = form_of(path, READ)
    if path != "-" and form is None:
        raise UsageError(f"cannot tell what {path} holds by its name", hint=f"the ending is one of .{', .'.join(READ)}")
    with ExitStack() as stack:
        try:
            stream = sys.stdin.buffer if path == "-" else stack.enter_context(open(path, "rb"))
            table = _table(stream, form, path, variables)
        except OSError as error:
            raise UsageError(f"cannot read {path}: {error.strerror}") from None
        yield table


def _table(stream: BinaryIO, form: str | None, path: str, variables: Sequence[str]) -> Table:
    if form in ("npy", "npz"):
        from derivcli.tables.npy import Arrays

        return Arrays(stream, path, variables)
    if form in ("parquet", "arrow"):
        _polars(path)
        from derivcli.tables.frames import Batches

        return Batches(path, form)
    if path == "-":
        return _text_table(stream, None, "standard input", None)
    return _text_table(stream, form, path, os.fstat(stream.fileno()).st_size)


def _text_table(stream: BinaryIO, form: str | None, file: str, size: int | None) -> Table:
    """A table in text; what is small, or cannot be read by polars, is read by the standard library."""
    start = stream.read(_SMALL)
    if form is None:
        form = "ndjson" if start.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{" else "csv"
    joined = io.BufferedReader(_Joined(start, stream))
    if len(start) < _SMALL or importlib.util.find_spec("polars") is None:
        lines = lines_of(joined, file)
        return Lines(lines, file) if form == "ndjson" else Delimited(lines, form, file)
    from derivcli.tables import frames

    if form == "ndjson":
        return frames.Lines(joined, file, size)
    return frames.Delimited(joined, form, file, size)


class _Joined(io.RawIOBase):
    """What was read of a stream, and then the rest of it."""

    def __init__(self, start: bytes, stream: BinaryIO) -> None:
        self._start, self._stream = memoryview(start), stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        part: Any = self._start[: len(buffer)] if self._start else self._stream.read(len(buffer))
        self._start = self._start[len(part) :]
        buffer[: len(part)] = part
        return len(part)


def _polars(path: str) -> None:
    if importlib.util.find_spec("polars") is None:
        raise UsageError(f"{path} needs polars, which is not installed", hint="install it: pip install polars")


@contextmanager
def written(path: str, form: str, light: bool) -> Iterator[Writer]:
    """A writer of a file, which appears when all rows are written; before, and after an error, nothing is there.

    Args:
        path: of the file.
        form: one of `WRITTEN`.
        light: whether there are so few rows that polars is not worth its start.

    Raises:
        UsageError: the file cannot be written.
    """
    target = os.path.realpath(path)
    special = os.path.exists(target) and not os.path.isfile(target)
    partial = target if special else f"{target}.{os.getpid()}.part"
    try:
        with orderly(), open(partial, "wb") as stream:
            writer = _writer(stream, partial, form, light)
            try:
                with _behind(writer) as behind:
                    yield behind
                writer.finish()
            except BaseException:
                writer.abort()
                raise
        if not special:
            if os.path.exists(target):
                os.chmod(partial, os.stat(target).st_mode & 0o777)
            os.replace(partial, target)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror or error}") from None
    finally:
        if not special:
            with suppress(OSError):
                os.unlink(partial)


@contextmanager
def streamed(stream: BinaryIO, form: str, light: bool) -> Iterator[Writer]:
    """A writer of CSV, TSV or NDJSON to a stream of bytes; `light` as for `written`."""
    writer = _text_writer(stream, form, light)
    with _behind(writer) as behind:
        yield behind
    writer.finish()


@contextmanager
def _behind(writer: Writer) -> Iterator[Writer]:
    """A writer that keeps nobody waiting, until all is written or something went wrong."""
    behind = Behind(writer)
    try:
        yield behind
        behind.finish()
    except BaseException:
        behind.abort()
        raise


def _writer(stream: BinaryIO, path: str, form: str, light: bool) -> Writer:
    if form in ("parquet", "arrow"):
        _polars(path)
        from derivcli.tables.sinks import Sink

        return Sink(path, form)
    if form == "npz":
        from derivcli.tables.npy import ArchiveWriter

        return ArchiveWriter(path)
    return _text_writer(stream, form, light)


def _text_writer(stream: BinaryIO, form: str, light: bool) -> Writer:
    if light or importlib.util.find_spec("polars") is None:
        return PlainWriter(stream, form)
    from derivcli.tables.sinks import TextWriter

    return TextWriter(stream, form)
