"""A picture on the terminal: the curve and that of its derivative, one above the other, with axes and marks."""

from __future__ import annotations

import itertools
import textwrap
from collections.abc import Sequence

from rich.text import Text

from derivcli.picture import WITHOUT_LIMIT, Mark, Panel, Picture
from derivcli.render.braille import Canvas
from derivcli.render.console import console_of
from derivcli.render.frame import WIDE, Frame, is_plain, row_of, values, warn, width_of
from derivcli.render.names import PLACES
from derivcli.render.numbers import number
from derivcli.render.ticks import ticks
from derivcli.render.unicode import mathematical

# The heights of a panel on narrow and on wide terminals.
_HEIGHTS = (11, 17)
_COLORS = ("cyan", "magenta", "green")
# For each kind of mark what stands for it, in Unicode and in ASCII.
_SIGNS = {
    "point": "●@", "kink": "◆^", "hole": "○o", "pole": "╎|", "jump": "┊!", "domain_edge": "◇<",
    "vertical_tangent": "▲T", "no_limit": "≈~", "logarithmic_singularity": "╎|",
}  # fmt: skip
_UPRIGHT = (*WITHOUT_LIMIT, "jump")
# Marks of one kind that are told by their places; more are counted.
_MAX_TOLD = 6


def write_plot(picture: Picture, color: str) -> None:
    """Draw on standard output, as wide as the terminal is."""
    console = console_of(color)
    for line in _Drawing(picture, width_of(console), is_plain(console)).lines():
        console.print(line, soft_wrap=True)
    warn(picture.warnings)


class _Drawing:
    """The lines of a picture, of a width in characters."""

    def __init__(self, picture: Picture, width: int, plain: bool) -> None:
        self._picture = picture
        self._scales = [ticks(panel.low, panel.high, 5) for panel in picture.panels]
        left = max(len(text) for scale in self._scales for _, text in scale) + 1
        self._frame = Frame(width, left, picture.variable, picture.low, picture.high, plain)
        self._columns, self._height = self._frame.columns, _HEIGHTS[int(width >= WIDE)]

    def lines(self) -> list[Text]:
        """Everything, from top to bottom."""
        found: list[Text] = []
        for k, panel in enumerate(self._picture.panels):
            title = panel.name if k else panel.name + values(self._picture.given)
            found += [Text(title, style=_COLORS[k]), *self._panel(k, panel)]
        return [*found, *self._frame.below(), *(Text(line) for line in self._legend())]

    def _panel(self, k: int, panel: Panel) -> list[Text]:
        low, high = self._margins(panel)
        canvas = Canvas(self._columns, self._height)
        for piece in panel.pieces:
            spots = [(self._frame.part(x), (y - low) / (high - low)) for x, y in piece]
            for (x, y), (to_x, to_y) in zip(spots, spots[1:] or spots, strict=False):
                canvas.line(x, y, to_x, to_y)
        notes = {self._row(y, low, high): text for y, text in self._scales[k]}
        lines = []
        for row, cells in enumerate(self._grid(canvas, panel, low, high)):
            line = self._frame.edge(notes.get(row, ""))
            for style, run in itertools.groupby(cells, key=lambda cell: cell[1]):
                line.append("".join(character for character, _ in run), _COLORS[k] if style == "curve" else style)
            line.rstrip()
            lines.append(line)
        return lines

    def _grid(self, canvas: Canvas, panel: Panel, low: float, high: float) -> list[list[tuple[str, str]]]:
        """Each place with its character and what it is: the marks upon the curve upon the axes."""
        marked: dict[tuple[int, int], str] = {}
        behind: dict[int, str] = {}
        for mark in panel.marks:
            column = self._frame.column(mark.x)
            if mark.kind in _UPRIGHT or mark.y is None:
                behind.setdefault(column, self._mark(mark.kind))
            elif low <= mark.y <= high:
                marked[column, self._row(mark.y, low, high)] = self._mark(mark.kind)
        zero = self._row(0.0, low, high) if low < 0 < high else -1
        rows = []
        for row in range(self._height):
            cells = []
            for column in range(self._columns):
                dots = canvas.character(column, row, self._frame.plain)
                if (column, row) in marked:
                    cells.append((marked[column, row], "bold"))
                elif dots is not None:
                    cells.append((dots, "curve"))
                elif column in behind:
                    cells.append((behind[column], "dim"))
                else:
                    cells.append((self._frame.sign("zero"), "dim") if row == zero else (" ", ""))
            rows.append(cells)
        return rows

    def _margins(self, panel: Panel) -> tuple[float, float]:
        beside = (panel.high - panel.low) * 0.03
        return panel.low - beside, panel.high + beside

    def _row(self, y: float, low: float, high: float) -> int:
        return row_of((y - low) / (high - low), self._height)

    def _mark(self, kind: str) -> str:
        return _SIGNS[kind][int(self._frame.plain)]

    def _legend(self) -> list[str]:
        """The marks in words: what they are and where."""
        lines: list[str] = []
        told: set[tuple[str, float]] = set()
        for k, panel in enumerate(self._picture.panels):
            found: dict[str, list[Mark]] = {}
            for mark in panel.marks:
                # A derivative is torn where the function is: this is told once.
                if (mark.kind, mark.x) not in told:
                    found.setdefault(mark.kind, []).append(mark)
            told |= {(mark.kind, mark.x) for mark in panel.marks}
            lines += [self._told(kind, f"{panel.name}: " if k else "", marks) for kind, marks in found.items()]
        lines += self._picture.notes
        width = self._frame.left + self._frame.columns + 2
        return [piece for line in lines for piece in textwrap.wrap(self._frame.text(line), width)]

    def _told(self, kind: str, of: str, marks: Sequence[Mark]) -> str:
        """The places of one kind."""
        told = ", ".join(self._number(mark) for mark in marks[:_MAX_TOLD])
        more = f" and {len(marks) - _MAX_TOLD} more" if len(marks) > _MAX_TOLD else ""
        return f"{self._mark(kind)} {of}{PLACES.get(kind, kind)} {self._picture.variable} = {told}{more}"

    def _number(self, mark: Mark) -> str:
        if mark.exact is None:
            return number(mark.x, 6)
        return mark.exact if self._frame.plain else mathematical(mark.exact)
