"""What could be meant otherwise than it is read: refused where no reading is likelier, else read and said how."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise, takewhile
from typing import TYPE_CHECKING

from derivcli.catalog import CONSTANTS, SPELLINGS
from derivcli.errors import ParseError
from derivcli.graph import Graph
from derivcli.language.operands import BINARY, POWER, PRODUCT, ROOTS, ROUNDED, Operand, Pending
from derivcli.language.tokens import Token

if TYPE_CHECKING:
    from derivcli.language.parser import Parser
    from derivcli.language.scope import Scope

# Functions that are drawn around or above their argument, so that on paper a sum in it needs no brackets.
_DRAWN = frozenset(("sqrt", "cbrt", "exp", "exp2", "exp10"))
# What a factor that has only begun is shown as.
_BEGUN = {"(": "(…)", **{sign: f"{sign}…" for sign in (*ROOTS, *ROUNDED, "-", "+", "|", "[")}}


def say_doubt(parser: Parser, token: Token) -> None:
    """Warn of an operator that may be meant to belong to what is before it: `x^1/2`, `tan x/2`, `sqrt x+1`."""
    following = parser.tokens[parser.i + 1]
    if BINARY[token.text] == PRODUCT and token.text not in ("/", "%"):
        _say_factor(parser, token, following)
    if following.kind not in ("number", "name") or parser.scope.is_function(following.text):
        return
    if token.text == "/" and _is_power_of_one(parser):
        _say_power(parser, token, following)
    elif token.text in ("/", "+", "-"):
        _say_argument(parser, token, following)


def _is_power_of_one(parser: Parser) -> bool:
    """Whether what stands last is the exponent 1 or -1, which nobody writes for itself."""
    pending = [p for p in parser.stacks.pending[-2:] if p.kind != "sign"]
    last = parser.tokens[parser.i - 1]
    return bool(pending) and pending[-1].level == POWER and (last.kind, last.text) == ("number", "1")


def _say_power(parser: Parser, token: Token, below: Token) -> None:
    text, base = parser.text, parser.stacks.operands[-2]
    power = next(p for p in reversed(parser.stacks.pending) if p.level == POWER)
    other = f"{text[base.start : power.token.end]}({text[power.token.end : token.start].strip()}/{below.text})"
    read = f"({text[base.start : token.start].rstrip()})/{below.text}"
    parser.scope.warn(f"{text[base.start : below.end]} is read as {read}; for the other write {other}")


def _say_argument(parser: Parser, token: Token, following: Token) -> None:
    """Warn of a function without brackets whose argument may be meant to go on."""
    function, argument = _bare(parser)
    if function is None or argument is None or _is_set_apart(parser, token):
        return
    inside = [t for t in parser.tokens[: parser.i] if t.start >= argument.start]
    names = [t.text for t in inside if t.kind == "name"]
    if token.text == "/":
        doubtful = bool(names) and following.text not in names
    else:
        drawn = SPELLINGS[function.token.text][0].key in _DRAWN
        doubtful = drawn and bool(names) and parser.text[token.end] == parser.text[following.start]
    if doubtful:
        text = parser.text
        head, of = text[function.token.start : argument.start].strip(), text[argument.start : token.start]
        whole = text[function.token.start : following.end]
        other = f"{head}({of}{token.text}{following.text})"
        parser.scope.warn(f"{whole} is read as ({head} {of}){token.text}{following.text}; for the other write {other}")


def ends_argument(parser: Parser, token: Token) -> bool:
    """Whether the argument of functions without brackets ends before an operator: `sin x / 2`, `sin x * cos x`."""
    if BINARY[token.text] != PRODUCT:
        return False
    behind_bars = parser.stacks.pending[-1:] and parser.tokens[parser.i - 1].text == "|"
    return (
        token.text in ("/", "%")
        or parser.scope.is_function(parser.tokens[parser.i + 1].text)
        or bool(behind_bars and parser.stacks.pending[-1].kind == "bare")
        or (_is_set_apart(parser, token) and parser.text[token.end : token.end + 1].isspace())
    )


def _say_factor(parser: Parser, token: Token, following: Token) -> None:
    """Warn of a product behind a function without brackets where its spaces do not say what is meant."""
    function, argument = _bare(parser)
    if function is None or argument is None or parser.scope.is_function(following.text):
        return
    inside = [t for t in parser.tokens[: parser.i] if t.start >= argument.start]
    text, ends = parser.text, ends_argument(parser, token)
    first = next((t for t in inside if t.kind == "name" and t.text not in CONSTANTS), None)
    said_before = any(t.text == token.text and t.start > first.start for t in inside) if first else False
    if ends == bool(first) or said_before or inside[-1].text == "|":
        return
    head, of = text[function.token.start : argument.start].strip(), text[argument.start : token.start].rstrip()
    sign, factor = text[token.start : token.end], _BEGUN.get(following.text, following.text)
    whole = f"{text[function.token.start : following.start]}{factor}"
    apart, together = f"({head} {of}){sign}{factor}", f"{head}({of}{sign}{factor})"
    read, other = (apart, together) if ends else (together, apart)
    parser.scope.warn(f"{whole} is read as {read}; for the other write {other}")


def _bare(parser: Parser) -> tuple[Pending | None, Operand | None]:
    """The innermost function without brackets whose argument stands last, and that argument's first factor."""
    inside = list(takewhile(lambda p: p.level > 0, reversed(parser.stacks.pending)))
    behind = list(takewhile(lambda p: p.kind != "bare", inside))
    if len(behind) == len(inside):
        return None, None
    return inside[len(behind)], parser.stacks.operands[-1 - sum(p.kind == "binary" for p in behind)]


def _is_set_apart(parser: Parser, token: Token) -> bool:
    """Whether a space before an operator says that the argument has ended."""
    return parser.text[token.start - 1].isspace()


def refuse_root(parser: Parser, token: Token) -> None:
    """Refuse a product behind a root's sign: √2x.

    Raises:
        ParseError: with both readings.
    """
    stacks, left, previous = parser.stacks, parser.stacks.operands[-1], parser.tokens[parser.i - 1]
    inside = bool(stacks.pending) and stacks.pending[-1].kind in ("root", "bare")
    top = stacks.pending[-1] if inside else None
    if top is not None and top.token.text in (*ROOTS, "sqrt") and previous.text != ")":
        first = parser.text[left.start : left.end]
        root = "sqrt" if top.token.text == "√" else top.token.text
        hint = f"write {root}({first})*{token.text} or {root}({first}*{token.text})"
        raise stacks.error("a root that can be read in two ways", (top.token.start, token.end), hint)


def say_decimal(parser: Parser, token: Token) -> None:
    """Warn of decimals that touch what is before them: x.5 may have lost a sign or an index."""
    previous = parser.tokens[parser.i - 1]
    if token.kind == "number" and token.text.startswith(".") and previous.end == token.start:
        before = parser.text[previous.start : previous.end]
        start = parser.stacks.operands[-1].start if before == ")" else previous.start
        whole = parser.text[start : token.end]
        parser.scope.warn(f"{whole} is read as {parser.text[start : previous.end]}*0{token.text}")


# Names that are one letter in LaTeX, too.
_LETTER = re.compile("[A-Za-zΑ-ω](?:_[0-9])?")


def grouped(text: str, tokens: list[Token], scope: Scope) -> list[Token]:
    """The tokens with LaTeX's braces around exponents as parentheses, which is said: x^{2}.

    They stay braces where LaTeX would read the rest of the text otherwise: xy^{2}, x^12 + y^{2}.
    """
    long = any(_is_caret(a) and b.kind == "number" and len(b.text) > 1 for a, b in pairwise(tokens))
    names = [t.text for t in tokens if t.kind == "name" and not _LETTER.fullmatch(t.text)]
    if long or not all(n in CONSTANTS or n in scope.known or scope.is_function(n) for n in names):
        return tokens
    found, opened = list(tokens), list[int]()
    for i, token in enumerate(tokens):
        if token.text == "{":
            opened.append(i)
        elif token.text == "}" and opened:
            start = opened.pop()
            if start and _is_caret(tokens[start - 1]):
                found[start], found[i] = replace(tokens[start], text="("), replace(token, text=")")
                inside = text[tokens[start].end : token.start]
                scope.warn(f"^{{{inside}}} is read as ^({inside})")
    return found


def _is_caret(token: Token) -> bool:
    return token.text == "**" and token.end - token.start == 1


_ARITHMETIC = frozenset(("add", "mul", "div", "pow"))


def refuse_infinity(graph: Graph, roots: Sequence[int], text: str) -> None:
    """Refuse infinity as a number that is added to, multiplied or raised; it may stand in limits and be compared with.

    Raises:
        ParseError: with its place.
    """
    for i in graph.reachable(roots):
        node = graph.nodes[i]
        place = next((a for a in node.args if _is_infinite(graph, a)), None) if node.op in _ARITHMETIC else None
        if place is not None:
            hint = "it stands in limits: Integral(exp(-t**2), (t, x, oo)), Sum(x**k, (k, 0, oo))"
            raise ParseError("infinity is not a number", text=text, span=graph.spans[place], hint=hint)


def _is_infinite(graph: Graph, i: int) -> bool:
    node = graph.nodes[i]
    return _is_infinite(graph, node.args[0]) if node.op == "neg" else (node.op, node.value) == ("constant", "oo")
