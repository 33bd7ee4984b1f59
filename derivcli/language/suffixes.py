"""What C and its kin mark, 1.0f, 3j and (double)x: beside a variable's name all of them are products here."""

from __future__ import annotations

import re
from collections.abc import Collection

from derivcli.errors import ParseError

_EXPONENT = r"[eE][+-]?[0-9]+"
_WHOLE, _DECIMAL = "[0-9]+", rf"(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:{_EXPONENT})?|[0-9]+{_EXPONENT}"
_IMAGINARY = "write {number}*I for the imaginary number, {number}*{mark} for a product"
_ALONE = "write {number} alone for the number, {number}*{mark} for a product"
# What the number is, the mark behind it, and what to write. 2L and 2f are likelier products than numbers.
_MARKS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(rf"(?<![\w.])(?P<number>{number})(?P<mark>{mark})(?!\w)"), hint)
    for number, mark, hint in (
        (rf"{_DECIMAL}|{_WHOLE}", "[ij]", _IMAGINARY),
        (rf"{_DECIMAL}|{_WHOLE}", "[fiu](?:32|64)", _ALONE),
        (_DECIMAL, "[fF]", _ALONE),
        ("[01]", "[lL]", _ALONE),
        (_WHOLE, "LL|UL|ULL|ll|ul|ull", _ALONE),
    )
)

_WIDTHS = r"(?:(?:const|unsigned|signed|long|short)\s+)*"
_CAST = re.compile(
    rf"(?<![\w.)\]])\(\s*{_WIDTHS}(?P<type>double|float|int|long|short|unsigned|signed|char|bool|size_t|real"
    r"|u?int(?:8|16|32|64)(?:_t)?|float(?:16|32|64))\s*\)\s*(?=[\w(.])(?!(?:if|else|and|or)\b)"
)
_ROUNDING = "the integer part is floor(x), or sign(x)*floor(abs(x)) towards 0; "


def _refuse_casts(text: str, known: Collection[str]) -> None:
    """Refuse (double)x and (int)x, which would be products with a variable of that name."""
    for found in _CAST.finditer(text):
        if found["type"] not in known:
            cast, of = found.group().strip(), found["type"]
            rounding = "" if of in ("double", "float", "real") or of.startswith("float") else _ROUNDING
            hint = f"{rounding}leave {cast} out; for a product by a variable write {of}*…"
            raise ParseError("a type before an expression", text=text, span=found.span(), hint=hint)


def refuse_marks(text: str, known: Collection[str]) -> None:
    """Refuse casts, and a number with a mark that is not elsewhere in the text a name.

    Args:
        text: the expression.
        known: names that are variables for certain.

    Raises:
        ParseError: with both readings.
    """
    _refuse_casts(text, known)
    for pattern, hint in _MARKS:
        for found in pattern.finditer(text):
            mark = found["mark"]
            if mark not in known and not re.search(rf"(?<![\w.]){mark}(?!\w)", text):
                message = "a number that can be read in two ways"
                raise ParseError(message, text=text, span=found.span(), hint=hint.format(**found.groupdict()))
