"""The table of `deriv shapes`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

Shape = tuple[int | str, ...]


class Row(Protocol):
    """The shapes of y, x and dy/dx in each layout."""

    @property
    def y(self) -> str: ...
    @property
    def x(self) -> str: ...
    @property
    def y_shape(self) -> Shape: ...
    @property
    def x_shape(self) -> Shape: ...
    @property
    def by_layout(self) -> Mapping[str, Shape]: ...


def write_shapes(own: Sequence[Row], general: Sequence[Row], as_json: bool) -> None:
    """Write the rows of an expression, and the general ones, to standard output."""
    if as_json:
        print(json.dumps({"schema": "deriv/1", "shapes": [_data(row) for row in own or general]}))
        return
    console = Console(markup=False, highlight=False)
    for rows in filter(None, (own, general)):
        table = Table(box=box.ROUNDED, header_style="bold")
        for name in ("y by x", "y", "x", *rows[0].by_layout):
            table.add_column(name)
        for row in rows:
            shapes = (row.y_shape, row.x_shape, *row.by_layout.values())
            table.add_row(Text(f"{row.y} by {row.x}"), *(Text(_shown(shape)) for shape in shapes))
        console.print(table)


def _shown(shape: Shape) -> str:
    return f"({','.join(map(str, shape))})"


def _data(row: Row) -> Mapping[str, Any]:
    return {"y": row.y, "x": row.x, "y_shape": row.y_shape, "x_shape": row.x_shape, **row.by_layout}
