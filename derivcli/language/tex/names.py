"""Names in LaTeX: letters side by side are a product, Greek letters and upright words are one name each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile
from typing import TYPE_CHECKING

from derivcli.arrays import SPELLINGS as ARRAYS
from derivcli.catalog import SPELLINGS
from derivcli.language.tex import structures
from derivcli.language.tex.scanning import Piece
from derivcli.language.tex.words import FUNCTIONS, GREEK, SAID
from derivcli.language.tokens import Token

if TYPE_CHECKING:
    from derivcli.language.tex.translating import Translator

# Letters that mostly name functions, where a bracket follows.
_FUNCTION_LETTERS = frozenset("fghFGH")
_NUMBERS = frozenset(("e", "pi"))


def is_function(word: str) -> bool:
    """Whether an upright word is a function's name."""
    return word in SPELLINGS or word in ARRAYS


def is_differential(t: Translator, i: int) -> bool:
    """Whether `dt` stands at piece `i`."""
    piece, following = t.pieces[i], t.pieces[min(i + 1, len(t.pieces) - 1)]
    named = following.kind == "letter" or following.text[1:] in GREEK
    return piece.kind == "letter" and piece.text == "d" and named and "d" not in t.declared


def letters(t: Translator, until: frozenset[str]) -> None:
    """A run of letters: a declared name, or a product."""
    run = [t.piece]
    for piece in t.pieces[t.i + 1 :]:
        if piece.kind != "letter" or piece.start != run[-1].end or len(piece.text) > 1:
            break
        run.append(piece)
    word = "".join(piece.text for piece in run)
    if len(run) > 1 and word in t.declared:
        t.i += len(run)
        _name(t, word, run[0])
        return
    if t.i == 0 or t.pieces[t.i - 1].kind != "letter" or t.pieces[t.i - 1].end != t.piece.start:
        _check_run(t, run)
    if is_differential(t, t.i) and any(p.text == r"\int" for p in t.pieces):
        hint = r"its d… stands at the end, outside of brackets and fractions: \int_0^x \frac{1}{t} dt"
        raise t.error("a part of an integral that stands apart", (t.piece.start, t.pieces[t.i + 1].end), hint)
    letter = t.piece
    if is_differential(t, t.i) and (t.text[letter.start] == "\\" or _ends_an_integrand(t)):
        hint = r"write \int before what is integrated, or leave it out; a variable d is declared: --var d"
        raise t.error("a d… without its integral", (letter.start, t.pieces[t.i + 1].end), hint)
    t.i += 1
    if letter.text == "E" and "E" not in t.declared and not t.at("_"):
        hint = "write e, or declare it as a variable: --var E"
        raise t.error("E can be a variable or Euler's number", letter, hint)
    if letter.text == "i" and "i" not in (*t.declared, *t.bound, *t.spent) and _in_power_of_e(t, t.i - 1):
        t.warnings.append(r"i is read as a variable; the imaginary unit is \mathrm{i}")
    _name(t, letter.text, letter)


def _in_power_of_e(t: Translator, i: int) -> bool:
    """Whether piece `i` stands in the braces of `e^{…}`."""
    depth = 0
    for k in range(i - 1, 1, -1):
        text = t.pieces[k].text
        depth += (text == "}") - (text == "{")
        if depth < 0:
            return [p.text for p in t.pieces[k - 2 : k]] == ["e", "^"]
    return False


def _ends_an_integrand(t: Translator) -> bool:
    """Whether the `dx` that is next ends a product of x, or of what a space sets apart: `x\\,dx`, `e^x dx`."""
    letter, name, following = t.pieces[t.i : t.i + 3]
    before = t.pieces[t.i - 1] if t.i else None
    others = sum(p.kind == "letter" and p.text == "d" for p in t.pieces)
    if before is None or not t.after_operand() or others > 1 or following.text not in ("", "}", ")", "+", "-", "$"):
        return False
    between = t.text[before.end : letter.start]
    return between.strip() != "" or (between != "" and before.text == name.text)


def _check_run(t: Translator, run: Sequence[Piece]) -> None:
    """Refuse what was meant as a command, and say of other words that they are products."""
    word, span = "".join(piece.text for piece in run), (run[0].start, run[-1].end)
    behind = structures.after_power(t, t.i + len(run))
    if len(run) > 1 and not word.islower() and structures.bracket_follows(t, behind):
        hint = rf"for a product write {' '.join(word)} \cdot (…); a function is \operatorname{{{word}}}(…)"
        raise t.error(f"{word}(…) can be a product or a function", span, hint)
    found = next((f for f in (*FUNCTIONS, *GREEK) if len(f) > 1 and word.startswith(f)), None)
    if found is None and len(word) > 2 and is_function(word):
        raise t.error(f"{word} is a product of letters in LaTeX", span, rf"write \operatorname{{{word}}}(…)")
    if found is not None:
        raise t.error(f"{found} is a product of letters in LaTeX", span, rf"write \{found}")
    trimmed = re.sub("d.$", "", word) if t.bound else word
    if len(trimmed) > 2:
        product = "*".join(trimmed)
        t.warnings.append(rf"{trimmed} is read as the product {product}; one name is written \mathrm{{{trimmed}}}")


def greek(t: Translator) -> None:
    """A Greek letter, or infinity."""
    piece = t.piece
    t.i += 1
    name = GREEK[piece.text[1:]]
    others = {p.text for p in t.pieces if p.kind == "command" and GREEK.get(p.text[1:]) == name}
    if len(others) > 1:
        raise t.error(
            f"{' and '.join(sorted(others))} have one name here", piece, "write another letter for one of them"
        )
    _name(t, name, piece)


def words(t: Translator, until: frozenset[str]) -> None:
    """Upright text: a function, a word between conditions, or a name."""
    piece = t.piece
    t.i += 1
    if piece.text in SAID:
        t.emit("name", piece.text, piece)
    elif piece.text == "i" and "i" not in t.declared and t.text.startswith(r"\mathrm", piece.start) and not t.at("_"):
        _name(t, "I", piece)
    elif not re.fullmatch(r"[A-Za-z]\w*", piece.text):
        raise t.error(f"'{piece.text}' is no mathematics", piece)
    elif is_function(piece.text) and piece.text not in t.declared:
        structures.function(t, piece.text, piece, until)
    elif structures.bracket_follows(t, t.i) and piece.text not in t.declared:
        # The parser knows best what to say of a function that is not there.
        structures.function(t, piece.text, piece, until)
    else:
        _name(t, piece.text, piece)


def _name(t: Translator, base: str, first: Piece) -> None:
    """A name with its subscript, and what may not follow it."""
    index = _subscript(t) if t.at("_") else ""
    name = f"{base}_{index}" if index else base
    end = t.pieces[t.i - 1].end
    if t.at("'"):
        raise t.error("a prime is no derivative here", t.piece, "write what is differentiated alone")
    if name in t.spent and name not in t.bound:
        raise t.error(f"{name} stands behind its sum", (first.start, end), "put all that is summed into brackets")
    _check_bracket(t, name, first)
    t.emit("name", name, Token("name", name, first.start, end))


def _subscript(t: Translator) -> str:
    mark = t.piece
    t.i += 1
    if t.at("{"):
        inside = list(takewhile(lambda p: p.kind != "end" and p.text != "}", t.pieces[t.i + 1 :]))
        t.i = min(t.i + len(inside) + 2, len(t.pieces) - 1)
    elif t.piece.kind == "number" and len(t.piece.text) > 1:
        raise t.error("a subscript of several digits", t.piece, f"write _{{{t.piece.text}}}")
    else:
        inside = [t.piece]
        t.i += 1
    texts = [GREEK.get(p.text[1:], "") if p.kind == "command" else p.text for p in inside]
    if not texts or not all(re.fullmatch(r"[A-Za-z0-9_]+", text) for text in texts):
        span = (mark.start, t.pieces[min(t.i, len(t.pieces)) - 1].end)
        raise t.error("a subscript that is no part of a name", span, "letters and digits make one: x_{1}, v_{max}")
    return "".join(texts)


def _check_bracket(t: Translator, name: str, first: Piece) -> None:
    """Refuse a name before a bracket where it could be a function: f(x), x(t), J_0(2x)."""
    opening = structures.after_power(t, t.i)
    if name in t.declared or name in _NUMBERS or name in t.bound or not structures.bracket_follows(t, opening):
        return
    inside = structures.content(t, opening)
    plain = not any(p.text in ("+", "-", "/", "^") or p.text[1:] in ("cdot", "frac") for p in inside)
    letter = name[0] if "_" in name or len(name) == 1 else name
    greek_function = first.kind == "command"
    if plain or greek_function or letter in _FUNCTION_LETTERS or letter.isupper() or any(p.text == "," for p in inside):
        written = t.text[first.start : t.pieces[t.i - 1].end]
        hint = rf"for a product write {written} \cdot (…), or declare it: --var {name}"
        raise t.error(f"{name}(…) can be a product or a function", first, hint)
