"""The formulas on a terminal while the numbers are still on their way; the whole answer takes their place."""

from __future__ import annotations

import sys

from derivcli.model import Answer
from derivcli.render.live import is_live


class Preview:
    """What stands on the terminal for now.

    Args:
        color: auto, always or never.
    """

    def __init__(self, color: str) -> None:
        self._color, self._lines = color, 0

    def show(self, answer: Answer) -> None:
        """Show an answer without numbers, if standard output is a terminal that has room for it."""
        # What prints is loaded now, while the numbers are waited for.
        from derivcli.render.console import console_of
        from derivcli.render.table import AnswerTable

        if not is_live(sys.stdout):
            return
        console = console_of(self._color)
        with console.capture() as kept:
            AnswerTable(answer, console).write()
        lines = kept.get().count("\n")
        if lines < console.height and not console.is_dumb_terminal:
            sys.stdout.write(kept.get())
            sys.stdout.flush()
            self._lines = lines

    def clear(self) -> None:
        """Make room for the whole answer."""
        if self._lines:
            sys.stdout.write(f"\x1b[{self._lines}A\x1b[J")
            self._lines = 0
