"""What stands in the cells of tables: numbers, and the mark of a check."""

from __future__ import annotations

from rich.text import Text

from derivcli.model import Check
from derivcli.render.digits import Printed
from derivcli.render.numbers import number

_MARKS = {"agree": ("✓", "green"), "disagree": ("✗", "bold red"), "unchecked": ("?", "yellow")}
_OTHER_MARK = ("!", "yellow")


def check_mark(check: Check, unicode: bool, short: bool = False) -> Text:
    """A sign for a check's status, with the digits that agree or the status in words unless `short`."""
    mark, style = _MARKS.get(check.status, _OTHER_MARK)
    mark = mark if unicode else {"✓": "ok", "✗": "X"}.get(mark, mark)
    if short:
        return Text(mark, style=style)
    said = f"{check.digits:g} digits" if check.status == "agree" and check.digits is not None else check.status
    return Text(f"{mark} {said}", style=style)


def shown(value: Printed, digits: int) -> str:
    """A number or nested lists with so many significant digits."""
    if isinstance(value, list):
        return f"[{', '.join(shown(v, digits) for v in value)}]"
    return number(value, digits)


def components_of(text: str) -> list[str]:
    """`[a, f(b, c)]` as its components."""
    parts, depth, start = [], 0, 1
    for i, character in enumerate(text):
        depth += (character in "([") - (character in ")]")
        if (character == "," and depth == 1) or i == len(text) - 1:
            parts.append(text[start:i].strip())
            start = i + 1
    return parts
