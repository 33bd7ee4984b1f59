"""Tables written by polars."""

from __future__ import annotations

import io
import queue
import threading
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

import polars
from polars.io.plugins import register_io_source

from derivcli.errors import UsageError
from derivcli.tables.arrow import Lent
from derivcli.tables.chunks import Cells, Chunk
from derivcli.tables.plain import SEPARATORS, json_rows


def frame_of(chunk: Chunk, new: Mapping[str, Cells], typed: bool) -> Any:
    """The columns of a chunk and new ones as a DataFrame; if `typed`, the variables of text are numbers."""
    columns = {name: _series(name, cells) for name, cells in {**chunk.cells, **new}.items()}
    for name, numbers in chunk.numbers.items():
        if typed and columns[name].dtype == polars.String:
            columns[name] = _series(name, numbers)
    return polars.DataFrame(list(columns.values()))


def _series(name: str, cells: Cells) -> Any:
    if isinstance(cells, polars.Series):
        return cells.alias(name)
    if isinstance(cells, memoryview):
        return polars.Series(Lent(cells)).alias(name)
    # A column of numbers that are all missing has their type all the same.
    return polars.Series(name, cells, dtype=None if any(v is not None for v in cells) else polars.Float64)


class TextWriter:
    """CSV, TSV or NDJSON."""

    def __init__(self, stream: BinaryIO, form: str) -> None:
        self._stream, self._form, self._begun = stream, form, False

    def write(self, chunk: Chunk, new: Mapping[str, Cells]) -> None:
        """Write the columns of a chunk, then new ones."""
        if self._form == "ndjson":
            self._stream.write(_json(chunk, new))
            return
        frame = frame_of(chunk, new, typed=False)
        separator = SEPARATORS[self._form]
        # Not into the stream itself: what goes wrong there is told by Python better than by polars.
        text = io.BytesIO()
        frame.write_csv(text, include_header=not self._begun, separator=separator, null_value="")
        self._stream.write(text.getbuffer())
        self._begun = True

    def finish(self) -> None:
        """All rows are written."""
        self._stream.flush()

    def abort(self) -> None:
        """The stream is another's."""


def _json(chunk: Chunk, new: Mapping[str, Cells]) -> bytes:
    numbers = [cells for cells in (*new.values(), *chunk.numbers.values()) if isinstance(cells, memoryview)]
    if not all(_finite(column) for column in numbers) or len(numbers) < len(new):
        return "".join(f"{line}\n" for line in json_rows(chunk, new)).encode()
    if chunk.lines is None:
        text = frame_of(chunk, new, typed=True).write_ndjson()
        return bytes(text, "utf-8")
    added = polars.DataFrame([_series(name, cells) for name, cells in new.items()])
    lines = added.select(polars.struct(polars.all()).struct.json_encode().alias("new"))
    joined = lines.select(
        polars.lit(polars.Series("", chunk.lines)).str.strip_suffix("}").str.strip_chars_end()
        + polars.lit(", ")
        + polars.col("new").str.strip_prefix("{")
    ).to_series()
    return bytes("\n".join(joined.to_list()) + "\n", "utf-8")


def _finite(numbers: memoryview[float]) -> bool:
    return bool(_series("", numbers).is_finite().all())


class Sink:
    """Parquet or Arrow IPC, written by polars in a thread of its own.

    Args:
        path: of the file.
        form: parquet or arrow.
    """

    def __init__(self, path: str, form: str) -> None:
        self._path, self._form = path, form
        self._frames: queue.Queue[Any] = queue.Queue(1)
        self._failure: BaseException | None = None
        self._thread: threading.Thread | None = None

    def write(self, chunk: Chunk, new: Mapping[str, Cells]) -> None:
        """Write the columns of a chunk, then new ones."""
        frame = frame_of(chunk, new, typed=True)
        if self._thread is None:
            self._thread = threading.Thread(target=self._sink, args=(frame.schema,), daemon=True)
            self._thread.start()
        self._put(frame)

    def finish(self) -> None:
        """All rows are written."""
        self._put(None)
        self._join()
        if self._failure is not None:
            raise UsageError(f"cannot write {self._path}: {self._failure}") from self._failure

    def abort(self) -> None:
        """No more rows will come."""
        if self._thread is not None:
            self._put(_Stop())
            self._join()

    def _put(self, item: Any) -> None:
        while self._thread is not None and self._thread.is_alive():
            try:
                self._frames.put(item, timeout=0.1)
                return
            except queue.Full:
                continue
        if self._failure is not None and item is not None and not isinstance(item, _Stop):
            raise UsageError(f"cannot write {self._path}: {self._failure}") from self._failure

    def _join(self) -> None:
        if self._thread is not None:
            self._thread.join()

    def _sink(self, schema: Any) -> None:
        lazy = register_io_source(self._rows, schema=schema)
        try:
            if self._form == "parquet":
                lazy.sink_parquet(self._path, compression="snappy", statistics=False)
            else:
                lazy.sink_ipc(self._path)
        except BaseException as failure:
            self._failure = failure

    def _rows(self, columns: object, predicate: object, count: object, size: object) -> Iterator[Any]:
        while (frame := self._frames.get()) is not None:
            if isinstance(frame, _Stop):
                raise InterruptedError("stopped")
            yield frame


class _Stop:
    """Ends a sink before its last row."""
