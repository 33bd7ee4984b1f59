"""What LaTeX binds and lists: integrals, sums, products, and cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from derivcli.language.tex import names, structures
from derivcli.language.tex.scanning import Piece
from derivcli.language.tex.words import CONDITIONS_BEGIN, GREEK, OTHERWISE, SUMS
from derivcli.language.tokens import Token

if TYPE_CHECKING:
    from derivcli.language.tex.translating import Translator


def integral(t: Translator, piece: Piece, until: frozenset[str]) -> None:
    """`\\int_a^b f dt`: it ends with its own d…, or the next one behind it."""
    t.i += 1
    limits = _scripts(t)
    if set(limits) != {"_", "^"}:
        hint = "the derivative of an indefinite integral is what stands in it"
        raise t.error("an integral needs its limits", piece, hint)
    name = _differential_ahead(t, piece)
    t.bound.append(name)
    body = t.captured(lambda: t.run((until & {"|"}) | {"d"}))
    t.bound.pop()
    if not names.is_differential(t, t.i) or _letter(t.pieces[t.i + 1]) != name:
        raise t.error("an integral lacks its d…, such as dx", piece, r"write \int_0^x f dt")
    t.i += 2
    named = t.pieces[t.i - 1]
    body = body or [Token("number", "1", piece.start, piece.end)]
    _bind(t, "Integral", piece, body, [Token("name", name, named.start, named.end)], [limits["_"], limits["^"]])


def _letter(piece: Piece) -> str:
    return GREEK.get(piece.text[1:], piece.text) if piece.kind == "command" else piece.text


def _differential_ahead(t: Translator, piece: Piece) -> str:
    """The name of the d… that belongs to an integral: as many come before it as integrals stand inside."""
    before, depth = 0, 0
    for k in range(t.i, len(t.pieces) - 1):
        text = t.pieces[k].text if t.pieces[k].kind != "words" else ""
        depth += (text in ("{", "(", "[")) - (text in ("}", ")", "]"))
        if depth < 0:
            break
        before += text == r"\int" and depth == 0
        if depth == 0 and names.is_differential(t, k):
            if before == 0:
                return _letter(t.pieces[k + 1])
            before -= 1
    hint = r"it stands at the end, outside of brackets and fractions: \int_0^x \frac{1}{t} dt"
    raise t.error("an integral lacks its d…, such as dx", piece, hint)


def summed(t: Translator, piece: Piece, until: frozenset[str]) -> None:
    """`\\sum_{k=1}^{n} f` and `\\prod`: they end with the term that follows."""
    t.i += 1
    word = piece.text[1:]
    limits = _scripts(t)
    lower = limits.get("_", [])
    if set(limits) != {"_", "^"} or len(lower) < 3 or lower[0].kind != "name" or lower[1].text not in ("=", "=="):
        raise t.error(f"{piece.text} needs its limits", piece, rf"write \{word}_{{k=1}}^{{n}}")
    name = lower[0].text
    spent = name in t.spent
    t.bound.append(name)
    body = t.captured(lambda: t.run(until | {"term"}))
    t.bound.pop()
    if not body:
        raise t.error(f"{piece.text} lacks what it goes over", piece, "put a sum or a sign into brackets")
    _bind(t, SUMS[word], piece, body, [lower[0]], [lower[2:], limits["^"]])
    if not spent:
        t.spent.add(name)


def _scripts(t: Translator) -> dict[str, list[Token]]:
    """What stands below and above, by its mark."""
    found: dict[str, list[Token]] = {}
    while t.at("_", "^") and t.piece.text not in found:
        mark = t.piece
        t.i += 1
        found[mark.text] = t.argument("a limit")
    return found


def _bind(
    t: Translator, op: str, place: Piece, body: list[Token], name: list[Token], limits: list[list[Token]]
) -> None:
    end = t.pieces[t.i - 1].end
    separator = Token("op", ",", end - 1, end)
    bounds = [*name, separator, *limits[0], separator, *limits[1]]
    structures.called(t, op, [body, [Token("op", "(", end - 1, end), *bounds, Token("op", ")", end - 1, end)]], place)


def environment(t: Translator, piece: Piece, until: frozenset[str]) -> None:
    """`\\begin{cases}`: a value and its condition on each line."""
    opening = t.pieces[t.i + 1 : t.i + 2]
    name = ""
    t.i = min(t.i + 2, len(t.pieces) - 1)
    while opening and t.piece.kind == "letter":
        name += t.piece.text
        t.i += 1
    if name != "cases" or not t.at("}"):
        hint = "arrays are written in deriv's own language: [[a, b], [c, d]]" if "matrix" in name else None
        raise t.error(rf"\begin{{{name}}} is not read here", (piece.start, t.piece.end), hint)
    t.i += 1
    pairs: list[list[Token]] = []
    while not t.at(r"\end"):
        pairs.append(_pair(t, piece))
    t.i += 1
    for _ in range(len("{cases}")):
        t.i += t.piece.kind != "end"
    structures.called(t, "Piecewise", pairs, piece)


def _pair(t: Translator, piece: Piece) -> list[Token]:
    """One line of cases, as (value, condition)."""
    first = t.piece
    value = _without_comma(t.captured(lambda: t.run(frozenset())))
    if not value or not t.at("&"):
        place = piece if t.piece.kind == "end" else first
        raise t.error("a line of cases lacks its value or its &", place, r"write x^2 & x < 1 \\")
    t.i += 1
    words = t.piece.text.rstrip(":.,;") if t.piece.kind == "words" else ""
    t.i += words in (*CONDITIONS_BEGIN, *OTHERWISE)
    start = t.piece
    t.in_condition = True
    condition = _without_comma(t.captured(lambda: t.run(frozenset())))
    t.in_condition = False
    if words in OTHERWISE and not condition:
        condition = [Token("name", "True", start.start, start.end)]
    elif words in OTHERWISE or not condition:
        raise t.error("a line of cases lacks its condition", start, r"write x < 1, or \text{otherwise}")
    if t.at("\\\\"):
        t.i += 1
    elif not t.at(r"\end"):
        raise t.error("a line of cases that does not end", t.piece, r"it ends with \\")
    open_, close = Token("op", "(", first.start, first.start + 1), Token("op", ")", start.start, start.start + 1)
    return [open_, *value, Token("op", ",", start.start, start.start + 1), *condition, close]


def _without_comma(tokens: list[Token]) -> list[Token]:
    return tokens[:-1] if tokens and tokens[-1].text in (",", ";") else tokens
