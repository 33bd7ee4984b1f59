"""LaTeX to pieces: numbers, letters, commands and signs, each with its place; spaces and sizes are passed over."""

from __future__ import annotations

import re
from dataclasses import dataclass

from derivcli.errors import LimitError, ParseError
from derivcli.language.limits import MAX_CHARACTERS
from derivcli.language.tex.words import BRACKETS, KNOWN, SILENT, UPRIGHT


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of LaTeX; kind is `number`, `letter`, `command`, `words` (upright text), `sign` or `end`."""

    kind: str
    text: str
    start: int
    end: int


_PIECE = re.compile(
    r"(?P<space>[\s~\u00a0]+)"
    r"|(?P<number>[0-9]+\.?[0-9]*|\.[0-9]+)"
    rf"|(?P<words>\\(?:{'|'.join(sorted(UPRIGHT))})\*?\s*\{{[^{{}}$]*\}})"
    r"|(?P<command>\\(?:[A-Za-z]+|.))"
    r"|(?P<letter>[A-Za-zΑ-ορ-ω])"
    r"|(?P<sign>.)",
    re.DOTALL,
)
# A formula may stand between these, and in these environments.
_FENCES = (("$$", "$$"), ("$", "$"), ("\\[", "\\]"), ("\\(", "\\)"))
_ENVIRONMENT = re.compile(
    r"\\begin\{((?:equation|align|aligned|gather|gathered|multline|displaymath|math)\*?)\}(.*)\\end\{\1\}\Z", re.DOTALL
)
# `f(x) =`, which says what a formula is called.
_CALLED = re.compile(r"\s*[A-Za-z]\s*(?:\\left)?\(\s*[A-Za-z](?:\s*,\s*[A-Za-z])*\s*(?:\\right)?\)\s*&?\s*(?==)")
_SIDES = {"|": (r"\lvert", r"\rvert"), r"\vert": (r"\lvert", r"\rvert"), ".": ("", "")}


def recognised(text: str) -> str | None:
    """The first command of LaTeX in a text; None where there is none: `A\\b` is MATLAB's."""
    words = (m.group(1) for m in re.finditer(r"\\([A-Za-z]{2,}|[,;:!])", text))
    known = next((word for word in words if word in KNOWN or f"\\{word}" in (*SILENT, *BRACKETS)), None)
    # Where nothing is before it to be divided, a backslash begins a command, though it may be a misspelled one.
    begun = re.search(r"(?:^|[-+*/^({\[,=|&$])\s*\\([A-Za-z]{2,})", text)
    return known or (None if begun is None else begun.group(1))


def scan(text: str) -> list[Piece]:
    """The pieces of a formula, with an `end` last.

    Raises:
        LimitError: the text is too long.
        ParseError: a comment, or a bracket that only one side has.
    """
    if len(text) > MAX_CHARACTERS:
        raise LimitError(f"the expression has {len(text):,} characters; the limit is {MAX_CHARACTERS:,}")
    position, last = _fenced(text)
    called = named(text)
    position = position if called is None else called[1] + len("=")
    pieces: list[Piece] = []
    while position < last:
        match = _PIECE.match(text, position, last)
        assert match is not None
        kind, piece = str(match.lastgroup), match.group()
        position = match.end()
        if kind != "space" and piece not in SILENT:
            pieces.append(_piece(kind, piece, text, match.span()))
    pieces.append(Piece("end", "", last, last))
    aligned = zip(pieces, [*pieces[1:], pieces[-1]], strict=True)
    return _sided(text, [piece for piece, after in aligned if (piece.text, after.text) != ("&", "=")])


def _fenced(text: str) -> tuple[int, int]:
    """Where a formula begins and ends within $…$ and the like, without the point at the end of a sentence."""
    first, last, before = 0, len(text), (-1, -1)
    while before != (first, last):
        before = first, last
        inside = text[first:last]
        first, last = first + len(inside) - len(inside.lstrip()), first + len(inside.rstrip())
        found = _ENVIRONMENT.match(text[:last], first)
        if found is not None:
            first, last = found.span(2)
        for opening, closing in _FENCES:
            long_enough = last - first >= len(opening) + len(closing)
            if long_enough and text.startswith(opening, first) and text.endswith(closing, first, last):
                first, last = first + len(opening), last - len(closing)
                break
        ends = last - first > 1 and text[last - 1] in ".,;" and text[last - 2] != "\\"
        last -= ends and not text[last - 2].isdigit()
    return first, last


def named(text: str) -> tuple[int, int] | None:
    """The place of `f(x)` in `f(x) = …`, where a formula begins so."""
    first, last = _fenced(text)
    found = _CALLED.match(text, first, last)
    return None if found is None else (first, found.end())


def _piece(kind: str, piece: str, text: str, span: tuple[int, int]) -> Piece:
    if piece == "%":
        raise ParseError("% begins a comment in LaTeX", text=text, span=span, hint=r"a remainder is written \bmod")
    if kind == "words":
        inside = piece[piece.index("{") + 1 : -1].strip().replace("\\_", "_")
        upright_letter = inside in ("d", "e") and not piece.startswith("\\text")
        return Piece("letter" if upright_letter else "words", inside, *span)
    return Piece(kind, {r"\vert": "|", r"\mid": "|"}.get(piece, piece), *span)


def _sided(text: str, pieces: list[Piece]) -> list[Piece]:
    """The pieces with `\\left(` and `\\right)` as one each."""
    found: list[Piece] = []
    k = 0
    while k < len(pieces):
        piece = pieces[k]
        if piece.text in (r"\left", r"\right") and pieces[k + 1].kind != "end":
            bracket = pieces[k + 1]
            sides = _SIDES.get(bracket.text, (bracket.text,) * 2)
            if not sides[0]:
                hint = "write both brackets"
                raise ParseError("a bracket of one side", text=text, span=(piece.start, bracket.end), hint=hint)
            piece = Piece("sign", sides[piece.text == r"\right"], piece.start, bracket.end)
            k += 1
        found.append(piece)
        k += 1
    return found
