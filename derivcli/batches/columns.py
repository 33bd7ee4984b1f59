"""Arrow's columns as buffers of float64, where they are if they are that, and results as columns."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from derivcli.errors import PointError, UsageError
from derivcli.many import Columns
from derivcli.tables import Chunk

# Rows that are computed at once: all that is on the way stays in the cache, and engines start no threads of their own.
STEP = 32_000


@dataclass(frozen=True)
class Arrays:
    """Record batches of one schema.

    Args:
        schema: theirs.
        batches: one after the other.
        single: whether it was one record batch that was given.
    """

    schema: Any
    batches: Sequence[Any]
    single: bool

    def mapped(self, function: Callable[[Any], Sequence[Any]], schema: Any) -> Any:
        """What was given with more columns.

        Args:
            function: gives the new columns of a batch.
            schema: of the result.
        """
        pa = pyarrow()
        found = [pa.RecordBatch.from_arrays([*b.columns, *function(b)], schema=schema) for b in self.batches]
        return found[0] if self.single else pa.Table.from_batches(found, schema=schema)


def pyarrow() -> Any:
    """The library.

    Raises:
        UsageError: it is not installed.
    """
    try:
        import pyarrow
    except ImportError:
        hint = "install it: pip install pyarrow"
        raise UsageError("record batches need pyarrow, which is not installed", hint=hint) from None
    return pyarrow


def arrow(batch: Any) -> Arrays:
    """A record batch, a table, or what speaks the interface of Arrow's capsules.

    Raises:
        UsageError: it is none of these.
    """
    pa = pyarrow()
    if not isinstance(batch, (pa.RecordBatch, pa.Table)):
        if hasattr(batch, "__arrow_c_stream__"):
            batch = pa.table(batch)
        elif hasattr(batch, "__arrow_c_array__"):
            batch = pa.record_batch(batch)
        else:
            raise UsageError(f"a record batch of Arrow is needed, not {type(batch).__name__}")
    if isinstance(batch, pa.RecordBatch):
        return Arrays(batch.schema, [batch], True)
    return Arrays(batch.schema, batch.to_batches(), False)


def numbers(batch: Any, names: Sequence[str]) -> dict[str, memoryview[float]]:
    """The columns of some names as float64, NaN where nothing is written.

    Raises:
        PointError: there are two columns of a name, or they hold no numbers.
    """
    found = {}
    for name in names:
        if batch.schema.names.count(name) > 1:
            raise PointError(f"the input has two columns {name!r}")
        found[name] = _buffer(_floats(batch.column(name), name))
    return found


def parts(columns: Columns, rows: int) -> Iterator[tuple[slice, dict[str, memoryview[float]]]]:
    """Some thousand rows after others."""
    for start in range(0, rows, STEP):
        part = slice(start, min(start + STEP, rows))
        yield part, {name: column[part] for name, column in columns.items()}


def chunks(batch: Any, names: Sequence[str]) -> Iterator[Chunk]:
    """The rows of a batch as a table gives them."""
    for part, columns in parts(numbers(batch, names), batch.num_rows):
        yield Chunk(part.stop - part.start, columns, {}, _texts(batch, part.start))


def array_of(values: memoryview[float]) -> Any:
    """Numbers as an array of Arrow, where they are."""
    pa = pyarrow()
    return pa.Array.from_buffers(pa.float64(), len(values), [None, pa.py_buffer(values)])


def joined(schema: Any, names: Sequence[str], reason: str) -> Any:
    """A schema with the columns of results and one for the reason why there is none."""
    pa = pyarrow()
    for name in names:
        schema = schema.append(pa.field(name, pa.float64()))
    return schema.append(pa.field(reason, pa.string()))


def _texts(batch: Any, first: int) -> Callable[[str, int], str]:
    return lambda name, row: str(batch.column(name)[first + row].as_py())


def _floats(column: Any, name: str) -> Any:
    """A column as an array of float64 without nulls."""
    pa = pyarrow()
    import pyarrow.compute as pc

    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.dictionary_decode()
    elif pa.types.is_run_end_encoded(kind):
        column = pc.run_end_decode(column)
    kind = column.type
    if pa.types.is_decimal(kind):
        # By way of digits: the nearest float, which a quotient of floats is not.
        column = column.cast(pa.string())
    elif not (pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_null(kind)):
        raise PointError(f"the column {name} of the input holds {kind}, not numbers")
    column = column.cast(pa.float64(), safe=False)
    return column.fill_null(float("nan")) if column.null_count else column


def _buffer(column: Any) -> memoryview[float]:
    """The numbers of an array where they are; nobody writes there, although the view would let them."""
    rows, data = len(column), column.buffers()[1]
    if not rows:
        return memoryview(b"").cast("d")
    start = data.address + 8 * column.offset
    if start % 8:
        return memoryview(bytearray(memoryview(data)[8 * column.offset : 8 * (column.offset + rows)])).cast("d")
    held: Any = (ctypes.c_double * rows).from_address(start)
    held.data = data  # as long as anybody looks there
    return memoryview(held).cast("B").cast("d")
