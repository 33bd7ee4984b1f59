"""A picture on the terminal: the curve and that of its derivative, one above the other, with axes and marks."""

from __future__ import annotations

import itertools
import sys

from rich.console import Console
from rich.text import Text

from derivcli.picture import Mark, Panel, Picture
from derivcli.render.braille import Canvas
from derivcli.render.console import UNBOUNDED, console_of
from derivcli.render.names import PLACES
from derivcli.render.numbers import number
from derivcli.render.ticks import ticks

# Where no terminal tells how wide it is; the heights of a panel on narrow and on wide ones.
_WIDTH, _MIN_WIDTH, _WIDE = 80, 30, 120
_HEIGHTS = (11, 17)
_COLORS = ("cyan", "magenta")
# For each kind of mark what stands for it, in Unicode and in ASCII.
_SIGNS = {
    "point": "●@", "kink": "◆^", "hole": "○o", "pole": "╎|", "jump": "┊!", "domain_edge": "◇<",
    "vertical_tangent": "▲T",
}  # fmt: skip
_UPRIGHT = ("pole", "jump")
# Marks of one kind that are told by their places; more are counted.
_MAX_TOLD = 6
_FRAME = {"corner": "└+", "tick": "┬+", "bottom": "─-", "side": "│|", "notch": "┤+", "zero": "┄-"}


def write_plot(picture: Picture, color: str) -> None:
    """Draw on standard output, as wide as the terminal is."""
    console = console_of(color)
    width = _WIDTH if console.width >= UNBOUNDED else max(console.width, _MIN_WIDTH)
    for line in _Drawing(picture, width, plain=_is_plain(console)).lines():
        console.print(line, soft_wrap=True)
    for warning in picture.warnings:
        print(f"deriv: warning: {warning}", file=sys.stderr)


def _is_plain(console: Console) -> bool:
    try:
        "⠿●".encode(console.encoding)
    except (UnicodeEncodeError, LookupError):
        return True
    return False


class _Drawing:
    """The lines of a picture, of a width in characters."""

    def __init__(self, picture: Picture, width: int, plain: bool) -> None:
        self._picture, self._plain = picture, plain
        scales = [ticks(panel.low, panel.high, 5) for panel in picture.panels]
        self._left = max(len(text) for scale in scales for _, text in scale) + 1
        self._columns = width - self._left - 2
        self._height = _HEIGHTS[int(width >= _WIDE)]
        self._scales = scales
        self._xs = ticks(picture.low, picture.high, max(2, self._columns // 12))

    def lines(self) -> list[Text]:
        """Everything, from top to bottom."""
        found: list[Text] = []
        for k, panel in enumerate(self._picture.panels):
            found += [Text(self._title(k, panel), style=_COLORS[k]), *self._panel(k, panel)]
        found += [self._bottom(), self._labels()]
        return [*found, *(Text(line) for line in self._legend())]

    def _title(self, k: int, panel: Panel) -> str:
        at = ", ".join(f"{name} = {text}" for name, text in self._picture.given.items())
        return panel.name if k or not at else f"{panel.name}, {at}"

    def _panel(self, k: int, panel: Panel) -> list[Text]:
        low, high = self._margins(panel)
        canvas = Canvas(self._columns, self._height)
        for piece in panel.pieces:
            spots = [(self._part(x), (y - low) / (high - low)) for x, y in piece]
            for (x, y), (to_x, to_y) in zip(spots, spots[1:] or spots, strict=False):
                canvas.line(x, y, to_x, to_y)
        notes = {self._row(y, low, high): text for y, text in self._scales[k]}
        grid = self._grid(canvas, panel, low, high)
        lines = []
        for row, cells in enumerate(grid):
            text = notes.get(row, "")
            edge = self._sign("notch" if text else "side")
            line = Text(f"{text:>{self._left}}{edge}")
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
            column = self._column(mark.x)
            if mark.kind in _UPRIGHT:
                behind.setdefault(column, self._mark(mark.kind))
            elif mark.y is not None and low <= mark.y <= high:
                marked[column, self._row(mark.y, low, high)] = self._mark(mark.kind)
        zero = self._row(0.0, low, high) if low < 0 < high else -1
        rows = []
        for row in range(self._height):
            cells = []
            for column in range(self._columns):
                dots = canvas.character(column, row, self._plain)
                if (column, row) in marked:
                    cells.append((marked[column, row], "bold"))
                elif dots is not None:
                    cells.append((dots, "curve"))
                elif column in behind:
                    cells.append((behind[column], "dim"))
                else:
                    cells.append((self._sign("zero"), "dim") if row == zero else (" ", ""))
            rows.append(cells)
        return rows

    def _margins(self, panel: Panel) -> tuple[float, float]:
        beside = (panel.high - panel.low) * 0.03
        return panel.low - beside, panel.high + beside

    def _part(self, x: float) -> float:
        return (x - self._picture.low) / (self._picture.high - self._picture.low)

    def _column(self, x: float) -> int:
        return min(max(round(self._part(x) * (2 * self._columns - 1)) // 2, 0), self._columns - 1)

    def _row(self, y: float, low: float, high: float) -> int:
        dots = 4 * self._height - 1
        return min(max((dots - round((y - low) / (high - low) * dots)) // 4, 0), self._height - 1)

    def _sign(self, name: str) -> str:
        return _FRAME[name][int(self._plain)]

    def _mark(self, kind: str) -> str:
        return _SIGNS[kind][int(self._plain)]

    def _bottom(self) -> Text:
        line = [self._sign("bottom")] * self._columns
        for x, _ in self._xs:
            line[self._column(x)] = self._sign("tick")
        return Text(" " * self._left + self._sign("corner") + "".join(line))

    def _labels(self) -> Text:
        room = [" "] * (self._left + self._columns + 2)
        taken = -1
        for x, text in self._xs:
            start = min(self._left + 1 + self._column(x) - len(text) // 2, len(room) - len(text))
            if start > taken:
                room[start : start + len(text)] = text
                taken = start + len(text)
        name = self._picture.variable
        if taken + 1 + len(name) <= len(room):
            room[len(room) - len(name) :] = name
        return Text("".join(room).rstrip())

    def _legend(self) -> list[str]:
        """The marks in words: what they are and where."""
        found: dict[str, list[Mark]] = {}
        for mark in self._picture.panels[0].marks:
            found.setdefault(mark.kind, []).append(mark)
        lines = []
        for kind, marks in found.items():
            told = ", ".join(mark.exact or number(mark.x, 6) for mark in marks[:_MAX_TOLD])
            more = f" and {len(marks) - _MAX_TOLD} more" if len(marks) > _MAX_TOLD else ""
            lines.append(f"{self._mark(kind)} {PLACES.get(kind, kind)} {self._picture.variable} = {told}{more}")
        return [self._ascii(line) for line in lines]

    def _ascii(self, line: str) -> str:
        return line.replace("π", "pi").encode("ascii", "replace").decode() if self._plain else line
