"""Pieces of LaTeX to tokens of deriv's own language: one after another, groups by calls within each other.

Brackets are put in wherever LaTeX groups by braces or by position; what can be read in two ways is refused.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection

from derivcli.errors import LimitError, ParseError
from derivcli.language.limits import MAX_LATEX_NESTING
from derivcli.language.tex import names, structures
from derivcli.language.tex.scanning import Piece, named, scan
from derivcli.language.tex.words import (
    BINOMIALS,
    BRACKETS,
    CLOSERS,
    FRACTIONS,
    FUNCTIONS,
    GREEK,
    KNOWN,
    OPERATORS,
    REFUSED,
    SAID,
    SUMS,
)
from derivcli.language.tokens import OPERATOR_SIGNS, TYPOGRAPHIC, Token, check, unknown_character

_SIGNS = frozenset("+-*/=<>!,;")
# What ends a term, and what ends the argument of a function without brackets; `d` ends an integral.
_TERM_ENDS = frozenset((*"+-=<>,;", "<=", ">=", "!=", "and", "or", "not"))
_FACTOR_ENDS = frozenset((*_TERM_ENDS, "*", "/", "%", "|", *BRACKETS))
NOTHING: frozenset[str] = frozenset()


class Translator:
    """Reads the pieces of one text.

    Args:
        text: the LaTeX.
        declared: names that are variables, whatever else they could be.
    """

    def __init__(self, text: str, declared: Collection[str]) -> None:
        self.text, self.declared = text, frozenset(declared)
        self.pieces, self.i = scan(text), 0
        self.out: list[Token] = []
        self.warnings: list[str] = []
        # Names that integrals and sums bind around this place, and those of sums that have ended.
        self.bound: list[str] = []
        self.spent: set[str] = set()
        self.in_condition = False
        self._depth = 0

    @property
    def piece(self) -> Piece:
        return self.pieces[self.i]

    def at(self, *texts: str) -> bool:
        """Whether the next piece is one of these."""
        return self.piece.kind != "words" and self.piece.text in texts

    def error(self, message: str, place: Piece | tuple[int, int], hint: str | None = None) -> ParseError:
        span = (place.start, place.end) if isinstance(place, Piece) else place
        return ParseError(message, text=self.text, span=span, hint=hint or None)

    def translate(self) -> list[Token]:
        """All tokens, with an `end` last."""
        self.run(NOTHING)
        if self.at("\\\\"):
            raise self.unknown(self.piece)
        if self.piece.kind != "end":
            raise self.error(f"'{self.piece.text}' closes nothing", self.piece)
        return [*self.out, Token("end", "", len(self.text), len(self.text))]

    def emit(self, kind: str, text: str, place: Piece | Token) -> None:
        check(kind, text, self.text, (place.start, place.end))
        self.out.append(Token(kind, text, place.start, place.end))

    def open(self, place: Piece | Token) -> None:
        """An opening bracket; a name before it is a factor and no function."""
        if self.out and self.out[-1].kind == "name" and self.out[-1].text not in SAID:
            name = self.out.pop()
            self.out += [Token("op", "(", name.start, name.end), name, Token("op", ")", name.start, name.end)]
        self.out.append(Token("op", "(", place.start, place.start + 1))

    def close(self) -> None:
        """A closing bracket after what was read last."""
        end = self.pieces[self.i - 1].end
        self.out.append(Token("op", ")", end - 1, end))

    def captured(self, read: Callable[[], None]) -> list[Token]:
        """The tokens that a reading makes, which are not put out."""
        outer, self.out = self.out, []
        self._depth += 1
        if self._depth > MAX_LATEX_NESTING:
            message = f"LaTeX nested deeper than {MAX_LATEX_NESTING} levels"
            raise LimitError(message, text=self.text, span=(self.piece.start, self.piece.end))
        try:
            read()
            return self.out
        finally:
            self.out = outer
            self._depth -= 1

    def inside(self, closer: str, opening: Piece) -> list[Token]:
        """The tokens up to a closing piece, which is passed; sums and integrals outside end there."""
        spent = set(self.spent)
        found = self.captured(lambda: self.run(frozenset(("|",)) if closer == "|" else NOTHING))
        self._depth -= 1
        self.spent = spent
        if not self.at(closer):
            if self.piece.kind == "end":
                raise self.error(f"'{opening.text}' is never closed", opening)
            raise self.error(f"'{self.piece.text}' where '{closer}' is needed", self.piece)
        self.i += 1
        return found

    def argument(self, what: str) -> list[Token]:
        """The tokens of `{…}`, or of the one digit, letter or command that stands without braces."""
        piece = self.piece
        if piece.text == "{" and piece.kind == "sign":
            self.i += 1
            found = self.inside("}", piece)
            if not found:
                raise self.error("empty braces", (piece.start, self.pieces[self.i - 1].end), f"{what} stands in them")
            return found
        if piece.kind == "number":
            first = Piece("number", piece.text[0], piece.start, piece.start + 1)
            rest = Piece("number", piece.text[1:], piece.start + 1, piece.end)
            self.pieces[self.i : self.i + 1] = [first, rest] if rest.text else [first]
            self.i += 1
            return self.captured(lambda: self.emit("number", first.text, first))
        if piece.kind == "letter" or (piece.kind == "command" and piece.text[1:] in GREEK):
            self.i += 1
            name = GREEK.get(piece.text[1:], piece.text)
            return self.captured(lambda: self.emit("name", name, piece))
        if piece.kind == "command" and piece.text[1:] in (*FRACTIONS, "sqrt"):
            return self.captured(self.one)
        raise self.error(f"{what} is needed here", piece, "put it into braces")

    def run(self, until: frozenset[str]) -> None:
        """Read up to what closes: a closing piece, or what `until` names (`|`, `d`, `term`, `factor`)."""
        start = len(self.out)
        while not self._stops(until, len(self.out) == start):
            self.one(until)

    def _stops(self, until: frozenset[str], first: bool) -> bool:
        piece = self.piece
        if piece.kind == "end" or (piece.kind != "words" and piece.text in CLOSERS):
            return True
        if piece.text == "|" and "|" in until:
            return not first and self.after_operand()
        if "d" in until and names.is_differential(self, self.i):
            return True
        sign = OPERATORS.get(piece.text[1:], piece.text) if piece.kind != "words" else SAID.get(piece.text, "")
        if "term" in until and sign in _TERM_ENDS:
            return True
        return "factor" in until and not first and (sign in _FACTOR_ENDS or self.at_function())

    def at_function(self) -> bool:
        """Whether a function, an integral or a sum begins here."""
        command = self.piece.text[1:] if self.piece.kind == "command" else ""
        upright = self.piece.kind == "words" and names.is_function(self.piece.text)
        return command in FUNCTIONS or command == "int" or command in SUMS or command == "begin" or upright

    def after_operand(self) -> bool:
        last = self.out[-1] if self.out else None
        return last is not None and (
            last.kind == "number" or (last.kind == "name" and last.text not in SAID) or last.text in (")", "]", "!")
        )

    def one(self, until: frozenset[str] = NOTHING) -> None:
        """Read one piece with all that belongs to it."""
        piece = self.piece
        if piece.kind == "letter":
            names.letters(self, until)
        elif piece.kind == "words":
            names.words(self, until)
        elif piece.kind == "number":
            self.i += 1
            self._number(piece)
        elif piece.kind == "command" and piece.text not in BRACKETS:
            self._command(piece, until)
        elif piece.text == "{":
            self._group(piece)
        elif piece.text in BRACKETS:
            structures.bracket(self, piece)
        elif piece.text == "|":
            structures.bar(self, piece)
        elif piece.text in "^_'":
            structures.script(self, piece)
        else:
            self._sign(piece)

    def _number(self, piece: Piece) -> None:
        following = self.piece
        glued = following.kind == "letter" and following.text in "eE" and following.start == piece.end
        if glued and self.pieces[self.i + 1].kind == "number":
            hint = rf"write {piece.text} \cdot 10^{{…}}, or {piece.text} e \cdot …"
            raise self.error("a number that can be read in two ways", (piece.start, following.end), hint)
        if following.text == "{" and [p.text for p in self.pieces[self.i + 1 : self.i + 3]] == [",", "}"]:
            hint = "write 0.5 for a half, and 1000 without a comma"
            raise self.error("a comma in a number", (piece.start, self.pieces[self.i + 2].end), hint)
        self.emit("number", piece.text, piece)

    def _group(self, piece: Piece) -> None:
        self.i += 1
        tokens = self.inside("}", piece)
        if tokens:
            self.open(piece)
            self.out += tokens
            self.close()

    def _sign(self, piece: Piece) -> None:
        sign = TYPOGRAPHIC.get(piece.text, piece.text)
        if piece.text not in _SIGNS and sign not in OPERATOR_SIGNS:
            raise unknown_character(self.text, piece.start)
        self.i += 1
        self.emit("op", "==" if sign == "=" and self.in_condition else sign, piece)

    def _command(self, piece: Piece, until: frozenset[str]) -> None:
        word = piece.text[1:]
        if word in GREEK and not (word in FUNCTIONS and structures.bracket_follows(self, self.i + 1)):
            names.greek(self)
        elif word in FUNCTIONS:
            self.i += 1
            structures.function(self, FUNCTIONS[word], piece, until)
        elif word in OPERATORS:
            self.i += 1
            self.emit("name" if OPERATORS[word].isalpha() else "op", OPERATORS[word], piece)
        elif word in FRACTIONS or word in BINOMIALS:
            structures.fraction(self, piece)
        elif word in structures.READERS:
            structures.READERS[word](self, piece, until)
        else:
            raise self.unknown(piece)

    def unknown(self, piece: Piece) -> ParseError:
        """A command that means nothing here."""
        word = piece.text[1:]
        near = [word.lower()] if word.lower() in KNOWN else difflib.get_close_matches(word, KNOWN, 1, 0.6)
        near = near if word not in REFUSED else []
        hint = REFUSED.get(word) or (rf"did you mean \{near[0]}?" if near else None)
        return self.error(f"{piece.text} is not read here", piece, hint)


def translated(text: str, declared: Collection[str] = ()) -> tuple[list[Token], list[str]]:
    """The tokens of a formula in LaTeX, with an `end` last, and what a reader should be told.

    Args:
        text: the formula, also within $…$.
        declared: names that are variables, whatever else they could be.

    Raises:
        ParseError: what is not read here, or could be read in two ways, with its place.
        LimitError: a text that is over a limit.
    """
    translator = Translator(text, declared)
    called = named(text)
    if called is not None:
        translator.warnings.append(f"`{text[slice(*called)].strip(' &')} = …` is read as its right side")
    return translator.translate(), translator.warnings
