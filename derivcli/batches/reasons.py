"""Results as columns of Arrow: null where there is no number, beside a column that says why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from derivcli.batches.columns import array_of, pyarrow
from derivcli.many import MISSING, Columns


def answered(inputs: Columns, results: Mapping[str, memoryview[float]], marks: bytes | None, rows: int) -> list[Any]:
    """The columns of results, then the reasons.

    Args:
        inputs: the variables.
        results: the value, then derivatives, by the names of their columns.
        marks: as of `Found`.
        rows: how many.
    """
    pa = pyarrow()
    columns = [array_of(column) for column in results.values()]
    if marks is None:
        return [*columns, pa.nulls(rows, pa.string())]
    import pyarrow.compute as pc

    found = pa.Array.from_buffers(pa.uint8(), rows, [None, pa.py_buffer(marks)])
    places = pc.indices_nonzero(found)
    missing = pc.equal(found, MISSING[0])
    nothing = pa.scalar(None, pa.float64())
    columns = [pc.if_else(pc.and_not(pc.is_finite(column), missing), column, nothing) for column in columns]
    points = {name: array_of(column).take(places) for name, column in inputs.items()}
    reasons = _reasons(points, {name: column.take(places) for name, column in zip(results, columns, strict=True)})
    return [*columns, pc.replace_with_mask(pa.nulls(rows, pa.string()), pc.not_equal(found, 0), reasons)]


def _reasons(points: Mapping[str, Any], results: Mapping[str, Any]) -> Any:
    """Why rows have no number: the first variable that has none, else the first result."""
    import pyarrow.compute as pc

    cases = []
    for name, column in points.items():
        cases += [(pc.is_nan(column), f"{name} is missing"), (pc.is_inf(column), f"{name} is infinite")]
    cases += [(pc.is_null(column), f"{name} is not finite although the point is") for name, column in results.items()]
    conditions = pyarrow().StructArray.from_arrays([c for c, _ in cases], [str(k) for k in range(len(cases))])
    return pc.case_when(conditions, *(text for _, text in cases))
