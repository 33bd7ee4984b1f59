"""Text to tokens. Every token knows its place; every character that is not mathematics is refused by name."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from derivcli.errors import LimitError, ParseError, visible
from derivcli.language.limits import MAX_CHARACTERS, MAX_DIGITS, MAX_NAME


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text; kind is `number`, `name`, `op`, `superscript`, `text` (in quotes) or `end`.

    A caret is spelled `**`, as every power is; only its place tells that one was written.
    """

    kind: str
    text: str
    start: int
    end: int

    @property
    def span(self) -> tuple[int, int]:
        return (self.start, self.end)


_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻ⁿ", "0123456789-n")
_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_FRACTIONS = "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅐⅛⅜⅝⅞⅑⅒"
# Typographic spellings of ASCII operators.
TYPOGRAPHIC = {
    "·": "*",
    "×": "*",
    "⋅": "*",
    "∗": "*",
    "÷": "/",
    "−": "-",
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
    "∞": "oo",
    "′": "'",
    "’": "'",
    "^": "**",
}
# Signs that stand for an operator in every spelling of mathematics.
OPERATOR_SIGNS = frozenset(("*", "/", "-", "<=", ">=", "!="))
_TOKEN = re.compile(
    r"(?P<space>[ \t\r\n\u00a0\u2061]+)"
    r"|(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    rf"|(?P<fraction>[{_FRACTIONS}])"
    r"|(?P<name>[A-Za-z_Α-ορ-ω][A-Za-z_0-9Α-ορ-ω]*[₀-₉]*|π|∞)"
    r"|(?P<superscript>⁻?(?:[⁰¹²³⁴⁵⁶⁷⁸⁹]+|ⁿ))"
    r"|(?P<text>'[A-Za-z, >-]*'|\"[A-Za-z, >-]*\")"
    r"|(?P<op>\*\*|\.\*|\./|\.\^|<=|>=|==|!=|!!|//|<<|>>|:=|[-+*/%^@(),\[\]=<>!|&~;√∛∜⌊⌋⌈⌉·×⋅∗÷−≤≥≠:.{}'′’\"])"
)
_HINTS = {
    "°": "write sind(x), or pi/180",
    "ℯ": "write e",
    "∑": "write Sum(f, (k, 1, n))",
    "∫": "write Integral(f, (t, a, b))",
    "∂": "write Derivative(f, x)",
    "#": "a comment is not read here",
    "?": "a choice is written `a if c else b`",
    "\\": "of A\\b write solve(A, b); LaTeX is read with --syntax latex",
    "$": "give variables plain names; LaTeX is read with --syntax latex",
    "ᵀ": "write A.T",
    "‖": "write norm(x)",
    "″": "of a derivative write the function itself",
    "∙": "write *",
    "\u2062": "write *",
    **dict.fromkeys("“”„‘«»", "an expression has no quotes of its own; the shell's are ' and \""),
}


def tokenize(text: str, quotes: bool = True) -> list[Token]:
    """The tokens of `text`, with an `end` token last; without `quotes` each ' is an operator.

    Raises:
        LimitError: the text, a name or a literal is too long.
        ParseError: a character or a number that cannot be read.
    """
    if len(text) > MAX_CHARACTERS:
        raise LimitError(f"the expression has {len(text):,} characters; the limit is {MAX_CHARACTERS:,}")
    tokens, position = [], 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is not None and match.lastgroup == "text" and not quotes:
            match = re.compile("(?P<op>')").match(text, position)
        if match is None:
            raise unknown_character(text, position)
        kind, piece = str(match.lastgroup), match.group()
        if kind != "space":
            check(kind, piece, text, match.span())
            if kind == "op":
                piece = TYPOGRAPHIC.get(piece, piece)
            elif kind == "superscript":
                piece = piece.translate(_SUPERSCRIPTS)
            elif kind == "name":
                piece = piece.translate(_SUBSCRIPTS)
            elif kind == "fraction":
                kind, piece = "number", unicodedata.normalize("NFKC", piece).replace("⁄", "/")
            tokens.append(Token(kind, piece, *match.span()))
        position = match.end()
    tokens.append(Token("end", "", len(text), len(text)))
    return tokens


def check(kind: str, piece: str, text: str, span: tuple[int, int]) -> None:
    if kind == "name":
        if len(piece) > MAX_NAME:
            raise LimitError(f"a name of {len(piece):,} characters; the limit is {MAX_NAME}", text=text, span=span)
        if piece.startswith("__"):
            raise ParseError("a name cannot begin with two underscores", text=text, span=span)
    if kind != "number":
        return
    mantissa, _, exponent = piece.lower().partition("e")
    if (
        len(mantissa) + (abs(int(exponent)) if len(exponent) < 8 and exponent else len(exponent) and MAX_DIGITS)
        > MAX_DIGITS
    ):
        raise LimitError(f"a number of more than {MAX_DIGITS:,} digits", text=text, span=span)
    if re.match(r"0[0-9]", piece) and re.search(r"[0-9][, ]$", text[max(0, span[0] - 2) : span[0]]):
        hint = "write the digits side by side, with a dot before decimals: 1000.5"
        raise ParseError("a number with its digits in groups", text=text, span=span, hint=hint)
    if re.match(r"0[0-9]", piece):
        raise ParseError(
            "a number cannot begin with 0",
            text=text,
            span=span,
            hint=f"write {re.sub('^0+(?=[0-9])', '', piece)}",
        )
    after = text[span[1] : span[1] + 1]
    if after == "_":
        raise ParseError(
            "a number with an underscore", text=text, span=(span[0], span[1] + 1), hint="write the digits alone"
        )
    if after == ".":
        raise ParseError("a number with two decimal points", text=text, span=(span[0], span[1] + 1))
    if piece == "0" and re.match(r"[xXbBoO][0-9a-fA-F]", text[span[1] : span[1] + 2]):
        raise ParseError(
            "numbers are read in base ten",
            text=text,
            span=(span[0], span[1] + 1),
            hint="for a product write 0*x",
        )
    if re.match(r"[dD]([0-9]|[+-][0-9])", text[span[1] : span[1] + 3]):
        hint = f"write {piece}e… for a power of ten, {piece}*{text[span[1]]} for a product"
        raise ParseError("a number that can be read in two ways", text=text, span=(span[0], span[1] + 1), hint=hint)
    if exponent == "" and re.match(r"[eE][+-]", text[span[1] : span[1] + 2]) and not mantissa.startswith("."):
        raise ParseError(
            f"the number {piece}{text[span[1] : span[1] + 2]} lacks its exponent", text=text,
            span=(span[0], span[1] + 2), hint=f"for a product write {piece}*e",
        )  # fmt: skip


def unknown_character(text: str, position: int) -> ParseError:
    character = text[position]
    plain = unicodedata.normalize("NFKC", character)
    name = unicodedata.name(character, "a control character")
    shown = f"'{character}' " if visible(character) == character else ""
    hint = _HINTS.get(character)
    if hint is None and "SUBSCRIPT" in name and re.search("[A-Za-zΑ-ω]$", text[:position]):
        hint = f"write {text[position - 1]}{plain}"
    elif hint is None and plain != character and plain.strip() and _TOKEN.match(plain):
        hint = f"write {plain.replace('⁄', '/')}"
    elif hint is None and unicodedata.category(character).startswith("L"):
        hint = "names are made of the letters a to z, Greek letters, digits and _"
    return ParseError(
        f"{shown}(U+{ord(character):04X}, {name}) is not read here",
        text=text,
        span=(position, position + 1),
        hint=hint,
    )
