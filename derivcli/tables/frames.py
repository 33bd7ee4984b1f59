"""Tables read by polars: text in blocks, Parquet and Arrow in batches."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

import polars

from derivcli.errors import PointError, UsageError
from derivcli.tables.arrow import numbers_of
from derivcli.tables.blocks import blocks, first_line
from derivcli.tables.chunks import ROWS, Chunk, float_of, no_number
from derivcli.tables.plain import SEPARATORS, cell, header, object_of, records

# Cells that are read at once, of rows that are narrow; one by one chunks would take longer to find than to read.
_CELLS = 2**20


class Delimited:
    """CSV or TSV; every cell stays the text that it is, and those of variables become numbers, too.

    Args:
        stream: the bytes.
        form: csv or tsv.
        file: its name, for errors.
        size: how many bytes there are, if that is known.
    """

    count: int | None = None

    def __init__(self, stream: BinaryIO, form: str, file: str, size: int | None) -> None:
        self._stream, self._separator, self._form, self._file = stream, SEPARATORS[form], form, file
        line, self._rest = first_line(stream, file)
        self._seen, self._size = len(line), size
        self.names = header(next(csv.reader([decoded(line, file)], delimiter=self._separator), []), file)

    def chunks(self, variables: Sequence[str]) -> Iterator[Chunk]:
        """All rows."""
        first = 1
        for block in blocks(self._stream, self._rest, self._file, quoted=True):
            self._seen += len(block)
            frame = self._frame(block, first)
            if frame.height:
                share = min(self._seen / self._size, 1.0) if self._size else None
                yield chunk_of(frame, variables, self._file, first, share=share)
            first += frame.height

    def _frame(self, block: bytes, first: int) -> Any:
        schema = dict.fromkeys(self.names, polars.String)
        if b"\n\n" not in block and b"\n\r\n" not in block and not block.startswith((b"\n", b"\r\n")):
            try:
                frame = polars.read_csv(
                    block, has_header=False, schema=schema, separator=self._separator, truncate_ragged_lines=False
                )
            except polars.exceptions.PolarsError:
                frame = None
            # An empty last cell may be one that is missing.
            if frame is not None and not frame.get_column(self.names[-1]).null_count():
                return frame
        lines = io.StringIO(decoded(block, self._file), newline="")
        rows = list(records(lines, self._form, len(self.names), self._file, first))
        columns = zip(*rows, strict=True) if rows else ([] for _ in self.names)
        return polars.DataFrame(dict(zip(self.names, map(list, columns), strict=True)), schema=schema)


class Lines:
    """NDJSON: an object on every line; its columns are those of the first object.

    Args:
        stream: the bytes.
        file: its name, for errors.
        size: how many bytes there are, if that is known.
    """

    count: int | None = None

    def __init__(self, stream: BinaryIO, file: str, size: int | None) -> None:
        self._stream, self._file, self._size, self._seen = stream, file, size, 0
        line, rest = first_line(stream, file)
        self._rest = line + b"\n" + rest
        self.names = tuple(object_of(decoded(line, file), file, 1))

    def chunks(self, variables: Sequence[str]) -> Iterator[Chunk]:
        """All rows."""
        first = 1
        for block in blocks(self._stream, self._rest, self._file, quoted=False):
            self._seen += len(block)
            text = decoded(block, self._file)
            lines = polars.Series("", [line for line in text.split("\n") if line.strip()])
            frame = self._frame(block, lines, first)
            share = min(self._seen / self._size, 1.0) if self._size else None
            yield chunk_of(frame, variables, self._file, first, lines.str.strip_chars(), share)
            first += frame.height

    def _frame(self, block: bytes, lines: Any, first: int) -> Any:
        schema = dict.fromkeys(self.names, polars.String)
        try:
            frame = polars.read_ndjson(block, schema=schema)
            if frame.height == len(lines):
                return frame
        except polars.exceptions.PolarsError:
            pass
        rows = [object_of(line, self._file, first + k) for k, line in enumerate(lines)]
        return polars.DataFrame({name: [cell(row.get(name)) for row in rows] for name in self.names}, schema=schema)


class Batches:
    """Parquet or Arrow IPC.

    Args:
        path: of the file.
        form: parquet or arrow.
    """

    def __init__(self, path: str, form: str) -> None:
        self._file = path
        try:
            self._lazy = (polars.scan_parquet if form == "parquet" else polars.scan_ipc)(path, glob=False)
            self.names = tuple(self._lazy.collect_schema().names())
            self.count: int | None = self._lazy.select(polars.len()).collect().item()
        except polars.exceptions.PolarsError as error:
            raise _unreadable(path, error) from None

    def chunks(self, variables: Sequence[str]) -> Iterator[Chunk]:
        """All rows."""
        first = 1
        try:
            # Slice after slice: polars' own batches are read far ahead, which takes several times the memory.
            step = max(ROWS, _CELLS // len(self.names))
            for start in range(0, self.count or 0, step):
                for part in self._lazy.slice(start, step).collect().iter_slices(ROWS):
                    yield chunk_of(part, variables, self._file, first)
                    first += part.height
        except polars.exceptions.PolarsError as error:
            raise _unreadable(self._file, error) from None


def _unreadable(file: str, error: Exception) -> UsageError:
    said = str(error).strip().splitlines()
    return UsageError(f"cannot read {file}: {said[0] if said else type(error).__name__}")


def decoded(text: bytes, file: str) -> str:
    """Bytes as text.

    Raises:
        PointError: they are no text.
    """
    try:
        return text.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise PointError(f"{file} is not text in UTF-8") from None


def chunk_of(
    frame: Any, variables: Sequence[str], file: str, first: int, lines: Any = None, share: float | None = None
) -> Chunk:
    """The rows of a DataFrame; the first one of them is row `first` of the file."""
    numbers = {name: _numbers(frame.get_column(name), file, first) for name in variables}

    def text(name: str, row: int) -> str:
        return str(frame.get_column(name)[row]).strip()

    return Chunk(frame.height, numbers, {s.name: s for s in frame.get_columns()}, text, lines, share)


def _numbers(series: Any, file: str, first: int) -> memoryview[float]:
    """A column as float64, NaN where nothing is written."""
    if series.dtype == polars.String:
        return numbers_of(_read(series, file, first).fill_null(float("nan")))
    if not series.dtype.is_numeric() and series.dtype != polars.Null:
        raise PointError(f"{file}: the column {series.name} holds {series.dtype}, not numbers")
    return numbers_of(series.cast(polars.Float64).fill_null(float("nan")))


def _read(series: Any, file: str, first: int) -> Any:
    """Texts as numbers, null where nothing is written."""
    found = series.cast(polars.Float64, strict=False)
    doubtful = (found.is_null() & series.is_not_null()) | found.is_infinite().fill_null(False)
    for row in doubtful.arg_true().to_list():
        number = float_of(series[row])
        if number is None:
            raise no_number(file, first + row, series.name, series[row])
    if (found.is_null() & series.is_not_null()).any():
        # Spaces around numbers.
        stripped = series.str.strip_chars().replace("", None)
        return stripped.cast(polars.Float64, strict=False)
    return found
