"""What can go wrong, one class per phase, and the drawing of the caret under the user's own text."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from enum import IntEnum


class ExitStatus(IntEnum):
    """What the shell sees."""

    OK = 0
    CHECK_FAILED = 1
    USAGE = 2
    UNREADABLE = 3
    UNDEFINED = 4
    OUT_OF_TIME = 5
    INTERRUPTED = 130


class DerivError(Exception):
    """An error for the person who asked.

    Args:
        message: what is wrong, one sentence.
        text: the user's text that it is about, if any.
        span: start and end of the offending place in `text`.
        hint: what to do instead.
    """

    kind = "error"
    status = ExitStatus.UNREADABLE

    def __init__(
        self,
        message: str,
        *,
        text: str | None = None,
        span: tuple[int, int] | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.text = text
        self.span = span
        self.hint = hint


class UsageError(DerivError):
    """The command line itself is wrong."""

    kind = "usage"
    status = ExitStatus.USAGE


class ParseError(DerivError):
    """The expression cannot be read."""

    kind = "parse"


class LimitError(DerivError):
    """The expression is over one of the limits of reading."""

    kind = "limit"


class PointError(DerivError):
    """A point cannot be read, or does not fit the expression."""

    kind = "point"


def without_value(missing: Sequence[str], hint: str | None = None) -> PointError:
    """What to raise where a point leaves variables out.

    Args:
        missing: their names.
        hint: what to do, where it is not to add them.
    """
    names = " and ".join(filter(None, (", ".join(missing[:-1]), missing[-1])))
    verb = "has" if len(missing) == 1 else "have"
    hint = hint or f"add --at {','.join(f'{name}=…' for name in missing)}"
    return PointError(f"{names} {verb} no value at this point", hint=hint)


class ShapeError(DerivError):
    """Shapes of vectors and matrices that do not fit together."""

    kind = "shape"


class UnsupportedError(DerivError):
    """Read and understood, but nothing here can differentiate or evaluate it."""

    kind = "unsupported"


class OutOfTime(DerivError):
    """The deadline passed."""

    kind = "timeout"
    status = ExitStatus.OUT_OF_TIME


class InternalError(DerivError):
    """A fault of this program; shown without a traceback, and never in place of an answer."""

    kind = "internal"


def caret(text: str, span: tuple[int, int], width: int = 72) -> str:
    """Two lines: the part of `text` around `span`, and carets under the span.

    Nothing that could move a terminal's cursor survives: such characters are shown as their code.
    """
    start, end = span
    text = text.replace("\t", " ")
    first_line = text.rfind("\n", 0, start) + 1
    if "\n" in text:
        # Of several lines the one that the place begins in.
        text = text[first_line:].split("\n", 1)[0]
        start, end = start - first_line, min(end - first_line, len(text))
    shown, left, right = "", 0, 0
    for position, character in enumerate(text):
        if position == start:
            left = len(shown)
        shown += visible(character)
        if position == max(start, end - 1):
            right = len(shown)
    if start >= len(text):
        left, right = len(shown), len(shown) + 1
    right = max(right, left + 1)
    # A window of the text that holds the place, marked where something is left out.
    first = 0 if right <= width else max(0, min(left - width // 3, len(shown) - width))
    last = min(len(shown), first + width)
    before, after = "…" if first else "", "…" if last < len(shown) else ""
    offset = left - first + len(before)
    return f"{before}{shown[first:last]}{after}\n{' ' * offset}{'^' * max(1, min(right, max(last, left + 1)) - left)}"


def visible(text: str) -> str:
    """`text` with everything that is not one plain, visible, narrow character written as its code."""
    return "".join(
        character
        if character == " " or (character.isprintable() and not _moves_the_cursor(character))
        else f"<U+{ord(character):04X}>"
        for character in text
    )


def _moves_the_cursor(character: str) -> bool:
    return (
        unicodedata.category(character) in ("Mn", "Me", "Mc", "Cf", "Cc", "Cs", "Co", "Cn")
        or unicodedata.bidirectional(character) in ("R", "AL", "RLE", "RLO")
        or unicodedata.east_asian_width(character) in ("W", "F")
    )
