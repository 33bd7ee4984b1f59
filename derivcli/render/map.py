"""A map on the terminal: contours with their heights, the gradient's arrows and marks; in colours where there are."""

from __future__ import annotations

import itertools
import math
import textwrap
from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from derivcli.picture import Map, Spot
from derivcli.render.arrows import FLAT, Cells, arrows
from derivcli.render.braille import Canvas
from derivcli.render.console import console_of
from derivcli.render.contours import Cell, contours, everywhere, labels, texts
from derivcli.render.frame import WIDE, Frame, is_plain, row_of, values, warn, width_of
from derivcli.render.numbers import number
from derivcli.render.ticks import ticks

# The height on narrow and on wide terminals.
_HEIGHTS = (20, 32)
_SIGNS = {"point": "●@", "minimum": "▼m", "maximum": "▲M", "saddle": "◆s", "pole": "╳X", "break": "▒#"}
# From low to high: dark blue, teal and yellow, between which the others lie; on lighter ones is written in black.
_RAMP = ((68, 1, 84), (59, 82, 139), (33, 145, 140), (94, 201, 98), (253, 231, 37))
_LIGHT = 120.0
# Where a terminal has few colours, neighbours may share one; contours part them.
_FEW = ("white on blue", "black on cyan", "black on green", "black on yellow", "white on red")
# A character and its style.
_Sign = tuple[str, str]


def write_map(found: Map, color: str) -> None:
    """Draw on standard output, as wide as the terminal is."""
    console = console_of(color)
    bands = _bands(console, len(found.levels) + 1)
    for line in _Drawing(found, width_of(console), is_plain(console), bands).lines():
        console.print(line, soft_wrap=True)
    warn(found.warnings)


class _Drawing:
    """The lines of a map, of a width in characters."""

    def __init__(self, of: Map, width: int, plain: bool, bands: Sequence[str]) -> None:
        self._of, self._width, self._bands = of, width, bands
        across, up = of.sides
        scale = ticks(up.low, up.high, 6)
        self._height = _HEIGHTS[int(width >= WIDE)]
        self._notes = {row_of(up.part(y), self._height): text for y, text in scale}
        left = max(*(len(text) for _, text in scale), len(up.name)) + 1
        self._frame = Frame(width, left, across.name, across.low, across.high, plain)
        self._cells = Cells(of, self._frame.columns, self._height)

    def lines(self) -> list[Text]:
        """Everything, from top to bottom."""
        across, up = self._of.sides
        found = [Text(f"f({across.name}, {up.name}){values(self._of.given)}", style="bold")]
        found.append(Text(f"{up.name:>{self._frame.left}}"))
        signs = self._signs()
        for row in range(self._height):
            line = self._frame.edge(self._notes.get(row, ""))
            cells = [(column, row) for column in range(self._frame.columns)]
            drawn = [(*signs.get(cell, (" ", "")), self._ground(cell)) for cell in cells]
            for style, run in itertools.groupby(drawn, key=lambda sign: " ".join(sign[1:]).strip()):
                line.append("".join(sign[0] for sign in run), style)
            if not self._bands:
                line.rstrip()
            found.append(line)
        return [*found, *self._frame.below(), *self._legend()]

    def _signs(self) -> dict[Cell, _Sign]:
        """What stands where: marks and heights upon contours, and arrows where there is room."""
        across, up = self._of.sides
        size = self._frame.columns, self._height
        canvases = {level: Canvas(*size) for level in self._of.levels}
        for level, lines in contours(self._of).items():
            for (x, y), (to_x, to_y) in lines:
                canvases[level].line(across.part(x), up.part(y), across.part(to_x), up.part(to_y))
        found = {cell: (self._sign("break"), "dim") for cell in self._torn()}
        every = Canvas.joined(*size, list(canvases.values()))
        found |= {cell: (every.character(*cell, self._frame.plain) or " ", "") for cell in every.cells()}
        marks = {self._place(s.x, s.y): (self._sign(s.kind), "bold") for s in self._of.spots}
        crossed = {text: canvases[level].cells() for text, level in zip(texts(self._of), self._of.levels, strict=True)}
        for (column, row), text in labels(crossed, *size, marks).items():
            found |= {(column + k, row): (sign, "bold") for k, sign in enumerate(text)}
        found |= marks
        return found | {cell: (sign, "") for cell, sign in arrows(self._cells, found, self._frame.plain)}

    def _torn(self) -> set[Cell]:
        across, up = self._of.sides
        return {
            self._place(sum(across.places[i : i + 2]) / 2, sum(up.places[j : j + 2]) / 2) for i, j in self._of.breaks
        }

    def _place(self, x: float, y: float) -> Cell:
        return self._frame.column(x), row_of(self._of.sides[1].part(y), self._height)

    def _sign(self, kind: str) -> str:
        return _SIGNS[kind][int(self._frame.plain)]

    def _ground(self, cell: Cell) -> str:
        """The colours of a cell by its height; none where there is no value."""
        z = self._cells.height(cell)
        return self._bands[sum(level <= z for level in self._of.levels)] if self._bands and math.isfinite(z) else ""

    def _legend(self) -> list[Text]:
        """What the contours, arrows and marks are."""
        plain = self._frame.plain
        heights = texts(self._of)
        found = [Text()]
        for k, band in enumerate(self._bands if heights else []):
            if found[-1].cell_len + len(heights[min(k, len(heights) - 1)]) + 5 > self._width:
                found.append(Text())
            found[-1].append("   ", band)
            found[-1].append(f" {heights[k]} " if k < len(heights) else "")
        if not heights:
            found = [Text(everywhere(self._of))]
        elif not self._bands:
            found = [Text(f"contours at {', '.join(heights)}")]
        arrow = "> ^ < v" if plain else "→"
        told = f"{arrow} the gradient's direction, {FLAT[int(plain)]} where it is 0"
        found += map(Text, textwrap.wrap(told, self._width))
        if self._of.breaks:
            found.append(Text(f"{self._sign('break')} pole or jump"))
        kinds: dict[str, list[Spot]] = {}
        for spot in self._of.spots:
            kinds.setdefault(spot.kind, []).append(spot)
        found += [self._told(f"{self._sign(kind)} {kind} ", [_told(spot) for spot in kinds[kind]]) for kind in kinds]
        return [line for line in found if line.plain]

    def _told(self, line: str, places: Sequence[str]) -> Text:
        """As many places as there is room for."""
        for k, place in enumerate(places):
            rest = f" and {len(places) - k} more"
            if k and len(line) + len(place) + len(rest) + 2 > self._width:
                return Text(line + rest)
            line += f"{', ' if k else ''}{place}"
        return Text(line)


def _told(spot: Spot) -> str:
    value = "" if spot.z is None or not math.isfinite(spot.z) else f": {number(spot.z + 0.0, 6)}"
    return f"({number(spot.x, 6)}, {number(spot.y, 6)}){value}"


def _bands(console: Console, count: int) -> list[str]:
    """The colours between contours, from below, as Rich names them; none where there are no colours."""
    if console.color_system is None or console.no_color:
        return []
    parts = [(k + 0.5) / count for k in range(count)]
    if console.color_system in ("standard", "windows"):
        return [_FEW[int(part * len(_FEW))] for part in parts]
    return [_ramp(part * (len(_RAMP) - 1)) for part in parts]


def _ramp(place: float) -> str:
    low, part = int(place), place - int(place)
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(_RAMP[low], _RAMP[low + 1], strict=True))
    ink = "black" if 0.3 * red + 0.59 * green + 0.11 * blue > _LIGHT else "white"
    return f"{ink} on #{red:02x}{green:02x}{blue:02x}"
