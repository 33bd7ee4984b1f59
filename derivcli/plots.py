"""`--plot`: from its words to what is drawn, on the terminal or into a file."""

from __future__ import annotations

from dataclasses import dataclass

from derivcli.errors import UsageError
from derivcli.model import Question
from derivcli.plotting import Subject, picture, subject
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
        found = picture(self.subject)
        if self.target == TERMINAL:
            from derivcli.render.plot import write_plot

            write_plot(found, color)
        else:
            from derivcli.render.figure import write_figure

            write_figure(found, self.target)


def plot(question: Question, target: str, span: str | None) -> Plot:
    """The plot that options describe.

    Args:
        question: what is asked.
        target: the word after --plot.
        span: the word after --range.

    Raises:
        UsageError: words that cannot be used, or no function of one variable.
    """
    from derivcli.asking import boxed
    from derivcli.points import Interval

    if target != TERMINAL and not target.endswith(PICTURES):
        raise UsageError(f"--plot writes {', '.join(PICTURES)}, not {target}")
    sides = {name: side for name, side in boxed([span] if span else []).items() if isinstance(side, Interval)}
    if span is not None and len(sides) != 1:
        raise UsageError("--range is one interval", hint="write --range x=-5:5")
    return Plot(subject(question, sides), target)
