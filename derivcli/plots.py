"""`--plot`: from its words to what is drawn, on the terminal or into a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from derivcli.errors import UsageError
from derivcli.model import Question
from derivcli.picture import Map, Picture
from derivcli.plotting import Subject, mapped, picture, subject
from derivcli.words import PICTURES, TERMINAL


@dataclass(frozen=True)
class Plot:
    """A plot that can be drawn.

    Args:
        subject: what of.
        target: the file, or the sign of the terminal.
    """

    subject: Subject
    target: str

    def draw(self, color: str) -> None:
        """Compute and draw it.

        Raises:
            DerivError: it cannot be computed or written.
        """
        if len(self.subject.variables) == 1:
            self._draw(picture(self.subject), color)
        else:
            self._draw_map(mapped(self.subject), color)

    def _draw(self, found: Picture, color: str) -> None:
        if self.target == TERMINAL:
            from derivcli.render.plot import write_plot

            write_plot(found, color)
        else:
            from derivcli.render.figure import write_figure

            write_figure(found, self.target)

    def _draw_map(self, found: Map, color: str) -> None:
        if self.target == TERMINAL:
            from derivcli.render.map import write_map

            write_map(found, color)
        else:
            from derivcli.render.mapfigure import write_map_figure

            write_map_figure(found, self.target)


def plot(question: Question, target: str, spans: Sequence[str]) -> Plot:
    """The plot that options describe.

    Args:
        question: what is asked.
        target: the word after --plot.
        spans: the words after --range.

    Raises:
        UsageError: words that cannot be used, or no function of one or two variables.
    """
    from derivcli.asking import boxed
    from derivcli.points import Interval

    if target != TERMINAL and not target.endswith(PICTURES):
        raise UsageError(f"--plot writes {', '.join(PICTURES)}, not {target}")
    sides = boxed(spans)
    if len(sides) > 2 or not all(isinstance(side, Interval) for side in sides.values()):
        raise UsageError("--range is an interval, of one variable or two", hint="write --range x=-5:5")
    return Plot(subject(question, sides), target)
