"""What further questions print, whatever they are about: lines, one table, lines; LaTeX; the bare result; JSON."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from derivcli.errors import visible
from derivcli.render.console import console_of
from derivcli.render.json import SCHEMA, dumps
from derivcli.render.steps import Told, tree
from derivcli.render.steps import lines as lines_of
from derivcli.render.unicode import mathematical

# A line of the table's surroundings: what it is called, and its text.
Line = tuple[str, str]
Shown = TypeVar("Shown")
# A table or a list that is longer than a screen is shown by so many lines of its beginning and of its end.
_SCREEN, _ENDS = 40, 12


@dataclass(frozen=True)
class Sheet:
    """One answer, ready to be printed.

    Args:
        data: the objects of its JSON, beside the schema's name and the warnings.
        latex, quiet: its LaTeX, and the bare result.
        above, below: lines around the table; formulas in the language of the prompt.
        derivations, results: what follows the lines above: how something is found, and lines of what was found.
        heads, rows: the table; none without rows.
        columns, records: the same for programs, with numbers in full.
        warnings: what goes to standard error.
    """

    data: Mapping[str, Any]
    latex: str
    quiet: str
    above: Sequence[Line]
    derivations: Sequence[Told] = ()
    results: Sequence[Line] = ()
    heads: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    below: Sequence[Line] = ()
    columns: Sequence[str] = ()
    records: Sequence[Sequence[str]] = ()
    warnings: Sequence[str] = field(default=())


def write_sheet(sheet: Sheet, form: str, color: str) -> None:
    """Write an answer to standard output in one of the forms, and warnings to standard error."""
    if form in ("json", "ndjson"):
        print(dumps(sheet_data(sheet), indent=2 if form == "json" else None))
        return
    if form == "table":
        _write_table(sheet, console_of(color))
    else:
        print(_FORMS[form](sheet))
    for warning in sheet.warnings:
        print(f"deriv: warning: {visible(warning)}", file=sys.stderr)


def sheet_data(sheet: Sheet) -> dict[str, Any]:
    """An answer as the objects of its JSON."""
    return {"schema": SCHEMA, **sheet.data, "warnings": list(sheet.warnings)}


def _csv(sheet: Sheet) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([sheet.columns, *sheet.records])
    return out.getvalue().rstrip("\n")


def _plain(sheet: Sheet) -> str:
    """The lines around the table, and its rows with their cells side by side, in the language of the prompt."""
    cells = [[*sheet.heads], *([*row, *[""] * (len(sheet.heads) - len(row))] for row in sheet.rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)] if sheet.rows else []
    rows = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in cells] if sheet.rows else []
    above, results, below = (
        [f"{name}{text}" for name, text in lines] for lines in (sheet.above, sheet.results, sheet.below)
    )
    steps = [line for told in sheet.derivations for line in lines_of(told)]
    return "\n".join(map(visible, [*above, *steps, *results, *rows, *below]))


_FORMS: dict[str, Callable[[Sheet], str]] = {
    "latex": lambda sheet: sheet.latex, "quiet": lambda sheet: sheet.quiet, "csv": _csv, "plain": _plain,
}  # fmt: skip


def _write_table(sheet: Sheet, console: Console) -> None:
    unicode = (console.encoding or "").lower().replace("-", "").startswith("utf")
    dots = "…" if unicode else "..."

    def formula(text: str) -> str:
        return mathematical(visible(text)) if unicode else visible(text)

    def written(text: str) -> Text:
        return Text(formula(text))

    def line(name: str, text: str) -> None:
        console.print(Text(name, style="bold") + written(text), overflow="fold")

    for name, text in sheet.above:
        line(name, text)
    for told in sheet.derivations:
        console.print(tree(told, formula))
    for name, text in sheet.results:
        line(name, text)
    if sheet.rows:
        first, left, last = shortened(sheet.rows)
        table = Table(box=box.ROUNDED if unicode else box.ASCII, header_style="bold")
        for head in sheet.heads:
            table.add_column(Text(head), overflow="fold")
        for row in [*first, *([[f"{dots} {left} more"]] if left else []), *last]:
            table.add_row(*map(written, row))
        console.print(table)
    first, left, last = shortened(sheet.below)
    for name, text in [*first, *([("", f"{dots} {left} more")] if left else []), *last]:
        line(name, text)
    if max(len(sheet.rows), len(sheet.below)) > _SCREEN:
        line("", "-o plain shows all lines.")


def shortened(lines: Sequence[Shown]) -> tuple[Sequence[Shown], int, Sequence[Shown]]:
    """The beginning of what is too long for a screen, how many are left out, and the end."""
    if len(lines) <= _SCREEN:
        return lines, 0, []
    return lines[:_ENDS], len(lines) - 2 * _ENDS, lines[-_ENDS:]
