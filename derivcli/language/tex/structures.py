"""What LaTeX builds: functions with and without brackets, powers, roots, fractions, brackets and bars."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import takewhile
from typing import TYPE_CHECKING

from derivcli.language.tex import bodies
from derivcli.language.tex.scanning import Piece
from derivcli.language.tex.words import BINOMIALS, BRACKETS, FUNCTIONS
from derivcli.language.tokens import Token

if TYPE_CHECKING:
    from derivcli.language.tex.translating import Translator

_ROUND = ("(", "[", r"\lparen")
# Behind these a bar is no longer one of those before them.
_APART = frozenset("+-=<>,")
_NUMBERED = {"2": "sqrt", "3": "cbrt"}


def bracket_follows(t: Translator, i: int) -> bool:
    """Whether a bracket opens at piece `i`, also within braces: `{\\left(x \\right)}`."""
    piece = t.pieces[min(i, len(t.pieces) - 1)]
    return piece.text in _ROUND or (piece.text == "{" and t.pieces[min(i + 1, len(t.pieces) - 1)].text in _ROUND)


def _end(t: Translator, i: int) -> int:
    """The place behind the group or bracket that opens at piece `i`."""
    depth = 0
    for k in range(i, len(t.pieces)):
        depth += t.pieces[k].text in ("{", *_ROUND)
        depth -= t.pieces[k].text in ("}", ")", "]", r"\rparen")
        if depth <= 0:
            return k + 1
    return len(t.pieces) - 1


def after_power(t: Translator, i: int) -> int:
    """The place behind a power, if one stands at piece `i`."""
    if t.pieces[i].text != "^" or t.pieces[i].kind == "words":
        return i
    return _end(t, i + 1) if i + 1 < len(t.pieces) else i


def content(t: Translator, i: int) -> Sequence[Piece]:
    """The pieces of the bracket that opens at piece `i`."""
    return t.pieces[i : _end(t, i)]


def bracket(t: Translator, piece: Piece) -> None:
    """A bracket; with commas in it a list."""
    closer, name = BRACKETS[piece.text]
    t.i += 1
    tokens = t.inside(closer, piece)
    closing = t.pieces[t.i - 1]
    if not tokens:
        raise t.error("an empty bracket", (piece.start, closing.end))
    if name:
        called(t, name, [tokens], piece)
        return
    t.open(piece)
    t.out += tokens
    t.close()
    if len(_split(tokens)) > 1:
        if piece.text != "[":
            raise t.error("a comma in a bracket", (piece.start, closing.end), "a vector is written [f, g]")
        last = t.out.pop()
        t.out[-len(tokens) - 1] = Token("op", "[", piece.start, piece.start + 1)
        t.out.append(Token("op", "]", last.start, last.end))


def _split(tokens: Sequence[Token]) -> list[list[Token]]:
    """The tokens between the commas that are in no bracket."""
    parts: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        depth += (token.text in ("(", "[")) - (token.text in (")", "]"))
        if token.text == "," and depth == 0:
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def bar(t: Translator, piece: Piece) -> None:
    """`|x|`; a bar between two operands could open or close."""
    before = list(takewhile(lambda p: p.text not in _APART, reversed(t.pieces[: t.i])))
    if t.after_operand() and t.pieces[t.i - 1].text != "|" and any(p.text == "|" for p in before):
        raise t.error("a bar that can be read in two ways", piece, r"write \left| … \right|")
    t.i += 1
    if t.at("|"):
        raise t.error("nested bars can be read in two ways", (piece.start, t.piece.end), r"write \left| … \right|")
    called(t, "abs", [t.inside("|", piece)], piece)


def called(t: Translator, name: str, arguments: Sequence[Sequence[Token]], place: Piece | Token) -> None:
    """Put out a call; it ends with the piece that was read last."""
    end = t.pieces[t.i - 1].end
    t.emit("name", name, place)
    t.out.append(Token("op", "(", place.end, place.end + 1))
    for k, tokens in enumerate(arguments):
        if k:
            t.out.append(Token("op", ",", end - 1, end))
        t.out += tokens
    t.out.append(Token("op", ")", end - 1, end))


def function(t: Translator, name: str, place: Piece, until: frozenset[str]) -> None:
    """`\\sin x`, `\\sin^2{\\left(x\\right)}`, `\\log_2 x`: the function's own piece is passed already."""
    index: list[Token] = []
    exponent: tuple[Piece, list[Token]] | None = None
    while t.at("_", "^"):
        mark = t.piece
        t.i += 1
        if mark.text == "^" and exponent is None:
            exponent = mark, _exponent_of(t, name, place)
        elif mark.text == "_" and name == "log" and not index:
            index = t.argument("the base")
        else:
            raise t.error(f"a {'subscript' if mark.text == '_' else 'second power'} that is not read here", mark)
    arguments = [_argument(t, place, until)] + ([index] if index else [])
    if exponent is None:
        called(t, name, arguments, place)
        return
    t.open(place)
    called(t, name, arguments, place)
    t.close()
    _raise(t, exponent[0], exponent[1])


def _raise(t: Translator, mark: Piece, exponent: Sequence[Token]) -> None:
    end = t.pieces[t.i - 1].end
    t.emit("op", "**", mark)
    t.out.append(Token("op", "(", end - 1, end))
    t.out += exponent
    t.out.append(Token("op", ")", end - 1, end))


def _exponent_of(t: Translator, name: str, place: Piece) -> list[Token]:
    """The exponent in sin^2 x; sin^-1 x could be the inverse function."""
    exponent = _exponent(t)
    if exponent[0].text == "-":
        hint = rf"write \operatorname{{a{name}}}(x) or \frac{{1}}{{\{name}(x)}}"
        raise t.error(f"a power of {name} that can be read in two ways", (place.start, t.pieces[t.i - 1].end), hint)
    return exponent


def _argument(t: Translator, place: Piece, until: frozenset[str]) -> list[Token]:
    """What a function is of: a bracket, braces, or the product that follows."""
    piece = t.piece
    if piece.text in (*_ROUND, r"\{", r"\lbrace"):
        t.i += 1
        return t.inside(BRACKETS[piece.text][0], piece)
    if piece.text == "{" and piece.kind == "sign":
        whole = bracket_follows(t, t.i) and _end(t, t.i + 1) == _end(t, t.i) - 1
        t.i += 1
        if whole:
            tokens = _argument(t, place, until)
            t.i += 1
            return tokens
        tokens = t.inside("}", piece)
        if t.at("^"):
            raise t.error("a power that can be read in two ways", t.piece, "put what it belongs to into brackets")
        return tokens
    alone = t.at_function() or piece.text in ("|", *BRACKETS)
    one = until | {"factor"}
    tokens = t.captured(lambda: t.one(one) if alone and piece.kind != "end" else t.run(one))
    if not tokens:
        raise t.error("a function needs its argument", place, "write it in brackets after it")
    following = t.piece
    if (alone and not t._stops(until | {"term"}, False)) or _doubtful(t, following):
        hint = "put the argument into brackets"
        raise t.error("an argument that can be read in two ways", (place.start, following.end), hint)
    return tokens


def _doubtful(t: Translator, following: Piece) -> bool:
    """Whether what follows an argument without brackets could belong to it."""
    after = t.pieces[t.i + 1].text[1:] if t.i + 1 < len(t.pieces) else ""
    times = following.text in ("*", r"\cdot", r"\times") and after not in FUNCTIONS
    opens = following.text in BRACKETS or (following.text == "|" and all(p.text != "|" for p in t.pieces[: t.i]))
    return times or opens or following.text in ("/", r"\div", r"\bmod")


def script(t: Translator, piece: Piece) -> None:
    """A power; a subscript or a prime belongs to a name alone."""
    if piece.text != "^" or not t.after_operand():
        what = {"^": "a power of nothing", "_": "a subscript of no name", "'": "a prime is no derivative here"}
        raise t.error(what[piece.text], piece, "write what is differentiated alone" if piece.text == "'" else None)
    t.i += 1
    exponent = _exponent(t)
    _raise(t, piece, exponent)
    if t.at("^"):
        raise t.error("two powers side by side", t.piece, "write x^{a^b} or {x^a}^b")
    if t.at("_"):
        raise t.error("a subscript after a power", t.piece, "write x_{1}^{2}")


def _exponent(t: Translator) -> list[Token]:
    """What stands after `^`."""
    piece = t.piece
    if piece.kind == "number" and len(piece.text) > 1:
        raise t.error("an exponent of several digits", piece, f"write ^{{{piece.text}}}")
    if piece.text == "{" and t.pieces[t.i + 1].text in _ROUND and _end(t, t.i + 1) == _end(t, t.i) - 1:
        span = (piece.start, t.pieces[_end(t, t.i) - 1].end)
        raise t.error("a power in brackets can be a derivative", span, "write the power without brackets")
    first = t.pieces[t.i + 1] if piece.text == "{" else piece
    if first.text in (r"\circ", r"\prime", r"\top", r"\odot"):
        raise t.unknown(first)
    return t.argument("an exponent")


def fraction(t: Translator, piece: Piece) -> None:
    """`\\frac{a}{b}` and `\\binom{n}{k}`."""
    t.i += 1
    first = t.i
    upper = t.argument("the upper part")
    middle = t.i
    lower = t.argument("the lower part")
    if piece.text[1:] in BINOMIALS:
        called(t, "binomial", [upper, lower], piece)
        return
    if _differential(t, first) and _differential(t, middle) and "d" not in t.declared:
        hint = "write what is differentiated alone, and name the variable with --wrt"
        raise t.error("a derivative is not read here", (piece.start, t.pieces[t.i - 1].end), hint)
    t.open(piece)
    t.open(piece)
    t.out += [*upper, Token("op", ")", t.pieces[middle - 1].end - 1, t.pieces[middle - 1].end)]
    t.emit("op", "/", piece)
    t.open(t.pieces[middle])
    t.out += lower
    t.close()
    t.close()


def _differential(t: Translator, i: int) -> bool:
    """Whether a part of a fraction begins with d."""
    return t.pieces[min(i + 1, len(t.pieces) - 1)].text == "d" and t.pieces[i].text == "{"


def root(t: Translator, piece: Piece, until: frozenset[str]) -> None:
    """`\\sqrt{x}` and `\\sqrt[n]{x}`, which is the real root."""
    t.i += 1
    opening = t.piece
    index: list[Token] = []
    if t.at("["):
        t.i += 1
        index = t.inside("]", opening)
    argument = t.argument("what the root is of")
    name = _NUMBERED.get(index[0].text) if len(index) == 1 else None
    if index and name is None:
        called(t, "root", [argument, index], piece)
    else:
        called(t, name or "sqrt", [argument], piece)


READERS: dict[str, Callable[[Translator, Piece, frozenset[str]], None]] = {
    "sqrt": root, "int": bodies.integral, "sum": bodies.summed, "prod": bodies.summed, "begin": bodies.environment,
}  # fmt: skip
