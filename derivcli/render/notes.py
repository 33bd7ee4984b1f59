"""What the checks say in words, with the place in the user's own text that it is about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from derivcli.errors import caret, visible
from derivcli.model import Answer, PointAnswer
from derivcli.render.cells import shown
from derivcli.render.names import derivative


def notes(answer: Answer, points: Iterable[PointAnswer], width: int) -> Iterator[tuple[str, str]]:
    """Whose note it is and what it says, each place drawn once, below its first note, at most so wide."""
    drawn: set[tuple[int, int]] = set()
    for point in points:
        where = ", ".join(f"{name} = {shown(value, 6)}" for name, value in point.at.items())
        for path, check in (point.checks or {}).items():
            if not check.note:
                continue
            entry = str(list(check.index)) if check.index and any(answer.variables.values()) else ""
            lines = visible(check.note)
            if check.span is not None and check.span not in drawn and check.span != (0, len(answer.text)):
                drawn.add(check.span)
                lines += "\n" + "\n".join(f"    {line}" for line in caret(answer.text, check.span, width).split("\n"))
            yield f"{derivative(answer, path)}{entry} at {where}: ", lines
