"""The frame of a drawing in characters: how wide it is, the axis below it, and signs in Unicode or ASCII."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.text import Text

from derivcli.render.console import UNBOUNDED
from derivcli.render.ticks import ticks

# Where no terminal tells how wide it is; less is not drawn, and from where on it is wide.
_WIDTH, _MIN_WIDTH, WIDE = 80, 30, 120
_SIGNS = {"corner": "└+", "tick": "┬+", "bottom": "─-", "side": "│|", "notch": "┤+", "zero": "┄-"}
# About so many characters for a number on the axis below.
_ROOM = 12


def width_of(console: Console) -> int:
    """How wide a drawing is."""
    if console.width >= UNBOUNDED:
        return _WIDTH
    # Rich takes a terminal without colours to have 80 columns.
    columns = shutil.get_terminal_size().columns if console.is_dumb_terminal else console.width
    return max(columns, _MIN_WIDTH)


def is_plain(console: Console) -> bool:
    """Whether there is nothing but ASCII."""
    try:
        "⠿●".encode(console.encoding)
    except (UnicodeEncodeError, LookupError):
        return True
    return False


def warn(warnings: Sequence[str]) -> None:
    """Say on standard error what a reader should be told of a picture."""
    for warning in warnings:
        print(f"deriv: warning: {warning}", file=sys.stderr)


def values(given: Mapping[str, str]) -> str:
    """The values of the variables that are no axes."""
    return "".join(f", {name} = {text}" for name, text in given.items())


class Frame:
    """What a drawing stands in.

    Args:
        width: in characters, of all.
        left: of these, before the vertical axis.
        name: of the variable below.
        low, high: its range.
        plain: whether there is nothing but ASCII.
    """

    def __init__(self, width: int, left: int, name: str, low: float, high: float, plain: bool) -> None:
        self.left, self.columns, self.plain = left, width - left - 2, plain
        self._name, self._low, self._high = name, low, high
        self._ticks = ticks(low, high, max(2, self.columns // _ROOM))

    def sign(self, name: str) -> str:
        """A part of the frame."""
        return _SIGNS[name][int(self.plain)]

    def text(self, line: str) -> str:
        """A line as it can be written."""
        return line.replace("π", "pi").encode("ascii", "replace").decode() if self.plain else line

    def edge(self, text: str) -> Text:
        """The begin of a row: a number at a notch of the vertical axis, or the axis alone."""
        return Text(f"{text:>{self.left}}{self.sign('notch' if text else 'side')}")

    def part(self, x: float) -> float:
        """Where a number is: 0 at the left end, 1 at the right one."""
        return (x - self._low) / (self._high - self._low)

    def column(self, x: float) -> int:
        """The column of a number, the nearest one there is."""
        return min(max(round(self.part(x) * (2 * self.columns - 1)) // 2, 0), self.columns - 1)

    def below(self) -> list[Text]:
        """The axis with its numbers."""
        line = [self.sign("bottom")] * self.columns
        for x, _ in self._ticks:
            line[self.column(x)] = self.sign("tick")
        return [Text(" " * self.left + self.sign("corner") + "".join(line)), self._labels()]

    def _labels(self) -> Text:
        room = [" "] * (self.left + self.columns + 2)
        taken = -1
        for x, text in self._ticks:
            start = max(min(self.left + 1 + self.column(x) - len(text) // 2, len(room) - len(text)), 0)
            if start > taken:
                room[start : start + len(text)] = text
                taken = start + len(text)
        if taken + 1 + len(self._name) <= len(room):
            room[len(room) - len(self._name) :] = self._name
        return Text("".join(room).rstrip())


def row_of(part: float, height: int) -> int:
    """The row of a height, from 0 at the bottom to 1 at the top; row 0 is on top."""
    dots = 4 * height - 1
    return min(max((dots - round(part * dots)) // 4, 0), height - 1)
