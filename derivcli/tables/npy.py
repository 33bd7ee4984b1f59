"""NPY and NPZ, read and written without NumPy: the format of `numpy.lib.format`."""

from __future__ import annotations

import ast
import math
import os
import struct
import sys
import tempfile
import zipfile
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import IO, Any

from derivcli.errors import PointError, UsageError
from derivcli.tables.chunks import ROWS, Cells, Chunk, float_of

_MAGIC = b"\x93NUMPY"
# Kinds of numbers as NumPy and as Python's arrays call them.
_KINDS = {"f8": "d", "f4": "f", "i8": "q", "i4": "i", "i2": "h", "i1": "b", "u8": "Q", "u4": "I", "u2": "H", "u1": "B"}


class _Column:
    """One-dimensional numbers in a stream.

    Args:
        stream: the bytes of an NPY file.
        file: its name, for errors.
    """

    def __init__(self, stream: IO[bytes], file: str) -> None:
        self._stream, self._file = stream, file
        start = stream.read(8)
        if start[:6] != _MAGIC or len(start) < 8:
            raise UsageError(f"{file} is no array of NumPy")
        size, kind = (2, "<H") if start[6] == 1 else (4, "<I")
        (length,) = struct.unpack(kind, stream.read(size))
        try:
            head = ast.literal_eval(stream.read(length).decode("latin-1"))
            self.shape, descr, columns = tuple(head["shape"]), str(head["descr"]), bool(head["fortran_order"])
        except (ValueError, SyntaxError, KeyError, TypeError):
            raise UsageError(f"{file} is no array of NumPy") from None
        if descr[1:] not in _KINDS or len(self.shape) > 2 or (columns and len(self.shape) == 2):
            hint = "give one-dimensional arrays of float64, one for each variable, in an NPZ file"
            order = " with its columns one after the other (Fortran's order)" if columns else ""
            raise PointError(f"{file} holds numbers of the kind {descr} in the shape {self.shape}{order}", hint=hint)
        self._kind, self._swapped = _KINDS[descr[1:]], descr[0] == (">" if sys.byteorder == "little" else "<")

    def read(self, count: int) -> array[Any]:
        """The next numbers."""
        found = array(self._kind)
        data = self._stream.read(count * found.itemsize)
        if len(data) < count * found.itemsize:
            raise PointError(f"{self._file} ends before its last number")
        found.frombytes(data)
        if self._swapped:
            found.byteswap()
        return found


class Arrays:
    """An NPZ file with an array for each column, or an NPY file.

    Args:
        stream: its bytes.
        path: its name.
        variables: what the columns of an NPY file are, in order.
    """

    def __init__(self, stream: IO[bytes], path: str, variables: Sequence[str]) -> None:
        self._file = path
        try:
            if path.lower().endswith(".npy"):
                self._columns = {"": _Column(stream, path)}
            else:
                archive = zipfile.ZipFile(stream)
                members = [m for m in archive.namelist() if m.endswith(".npy")]
                self._columns = {m[:-4]: _Column(archive.open(m), f"{path}, {m[:-4]}") for m in members}
        except zipfile.BadZipFile:
            raise UsageError(f"{path} is no archive of NumPy") from None
        if not self._columns:
            raise PointError(f"{path} is empty")
        self._width = self._check(variables)
        self.names = tuple(self._columns) if self._width is None else tuple(variables)

    def _check(self, variables: Sequence[str]) -> int | None:
        """The number of columns of an NPY file; None for an archive."""
        shapes = {name: column.shape for name, column in self._columns.items()}
        if "" not in shapes:
            other = next((n for n, shape in shapes.items() if len(shape) != 1), None)
            if other is not None:
                raise PointError(f"{self._file}: {other} has the shape {shapes[other]}; a column has one axis")
            if len(set(shapes.values())) > 1:
                told = ", ".join(f"{name} {shape[0]:,}" for name, shape in shapes.items())
                raise PointError(f"{self._file}: columns of different lengths: {told}")
            self.count = next(iter(shapes.values()))[0]
            return None
        shape = shapes[""]
        width = 1 if len(shape) == 1 else shape[1] if shape else 0
        if not shape or width != len(variables):
            hint = "an NPZ file has names: np.savez('points.npz', x=x, y=y)"
            message = f"{self._file} has the shape {shape}; its columns are the variables {', '.join(variables)}"
            raise PointError(message, hint=hint)
        self.count = shape[0]
        return width

    def chunks(self, variables: Sequence[str]) -> Iterator[Chunk]:
        """All rows."""
        for start in range(0, self.count, ROWS):
            rows = min(ROWS, self.count - start)
            if self._width is None:
                parts = {name: column.read(rows) for name, column in self._columns.items()}
            else:
                flat = self._columns[""].read(rows * self._width)
                parts = {name: flat[k :: self._width] for k, name in enumerate(self.names)}
            numbers = {name: memoryview(bytearray(array("d", parts[name]))).cast("d") for name in variables}
            # What is only carried along stays what it is: not every whole number is a float.
            cells: dict[str, Cells] = {n: numbers.get(n) or p.tolist() for n, p in parts.items()}
            yield Chunk(rows, numbers, cells, _text(parts))


def _text(parts: Mapping[str, array[Any]]) -> Callable[[str, int], str]:
    return lambda name, row: str(parts[name][row])


class ArchiveWriter:
    """An NPZ file, one array after the other: each is collected in a file beside it first.

    Args:
        path: of the file.
    """

    def __init__(self, path: str) -> None:
        self._path, self._count = path, 0
        self._parts: dict[str, IO[bytes]] = {}
        self._open = ExitStack()

    def write(self, chunk: Chunk, new: Mapping[str, Cells]) -> None:
        """Write the columns of a chunk, then new ones; texts have no place in an archive of numbers."""
        for name, cells in {**chunk.cells, **chunk.numbers, **new}.items():
            if name not in self._parts:
                self._parts[name] = self._open.enter_context(_beside(self._path))
            self._parts[name].write(_bytes(name, cells))
        self._count += chunk.rows

    def finish(self) -> None:
        """All rows are written."""
        with zipfile.ZipFile(self._path, "w") as archive:
            for name, part in self._parts.items():
                part.seek(0)
                with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                    member.write(npy_header((self._count,)))
                    while data := part.read(1 << 20):
                        member.write(data)
        self.abort()

    def abort(self) -> None:
        """The files beside it go."""
        self._open.close()


@contextmanager
def _beside(path: str) -> Iterator[IO[bytes]]:
    """A file without a name on the disk of another."""
    with tempfile.TemporaryFile(dir=os.path.dirname(path)) as part:
        yield part


def _bytes(name: str, cells: Cells) -> bytes:
    if isinstance(cells, memoryview):
        return cells.tobytes()
    found = [_number(value) for value in cells]
    if None in found:
        raise UsageError(f"the column {name} holds text, and an NPZ file holds numbers", hint="write .csv or .parquet")
    return array("d", [math.nan if v is None else v for v in found]).tobytes()


def _number(value: Any) -> float | None:
    """What a cell holds as a float; None for text."""
    return math.nan if value is None else float_of(value) if isinstance(value, str) else float(value)


def npy_header(shape: Sequence[int]) -> bytes:
    """The beginning of an NPY file of float64, format version 1.0."""
    header = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {tuple(shape)}, }}"
    # The data begin at a multiple of 64 bytes.
    header += " " * (-(len(header) + 11) % 64) + "\n"
    return _MAGIC + b"\x01\x00" + struct.pack("<H", len(header)) + header.encode("latin-1")
