"""What follows an array or stands before a name: `x[0]`, `A.T`, `x.sum()`, `torch.`."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from derivcli.catalog import SPELLINGS
from derivcli.graph import fold
from derivcli.language.calls import is_method
from derivcli.language.operands import Operand
from derivcli.language.tokens import Token

if TYPE_CHECKING:
    from derivcli.language.parser import Parser

# Modules that names may be written with, and parts of them.
NUMPY = ("np", "numpy", "jnp")
PREFIXES = (*NUMPY, "torch", "math", "Math", "F", "sympy", "sp")
SUBMODULES = ("linalg", "nn", "functional", "special")
Item = Any  # an int, or ("slice", start, stop, step) with None where nothing was written


def without_prefix(parser: Parser, token: Token) -> Token:
    """`torch.` and `np.` before a name are passed over; NumPy's variance is another one than torch's."""
    prefix = token.text
    while _is_prefix(parser, token) and parser.tokens[parser.i + 2].kind == "name":
        parser.i += 2
        token = parser.tokens[parser.i]
    if prefix in NUMPY and token.text in ("var", "std"):
        return replace(token, text=f"np.{token.text}")
    if prefix in (*NUMPY, "torch") and token.text in ("max", "min"):
        return replace(token, text=f"a{token.text}")
    return token


def _is_prefix(parser: Parser, token: Token) -> bool:
    inside = parser.i > 1 and parser.tokens[parser.i - 1].text == "." and token.text in SUBMODULES
    free = token.text in PREFIXES and token.text not in parser.scope.known and token.text not in parser.scope.declared
    return (free or inside) and parser.tokens[parser.i + 1].text == "."


def index(parser: Parser, token: Token) -> bool:
    """`x[0]`, `X[:, 1]`, `x[1:-1]`."""
    items = _items(parser, token)
    operand = parser.stacks.operands.pop() if parser.stacks.operands[-1].terms is None else parser.stacks.finish()
    parser.stacks.need_number(operand)
    end = parser.tokens[parser.i].end
    node = parser.graph.add("index", (operand.node,), items, span=(operand.start, end))
    parser.stacks.operands.append(Operand(node, operand.start, end))
    return False


def _whole(parser: Parser, tokens: list[Token]) -> int:
    """The whole number that an index or size is, such as -1 or k + 1 in a loop."""
    place = (tokens[0].start, tokens[-1].end)
    operand = type(parser)(parser.text, parser.scope).parse([*tokens, Token("end", "", place[1], place[1])])
    folded, (root,) = fold(parser.graph, [operand.node]) if operand.items is None else (parser.graph, [-1])
    value = folded.nodes[root].value if root >= 0 else None
    if not isinstance(value, Fraction) or value.denominator != 1:
        called = re.search(r"(\w+)\s*\[\s*$", parser.text[: place[0]])
        name = called.group(1) if called else ""
        if name.lower() in SPELLINGS:
            hint = f"Mathematica's {name}[x] is {name.lower()}(x) here"
            raise parser.stacks.error("a function has round brackets", place, hint)
        hint = f"{_EXAMPLES}; a function has round brackets"
        raise parser.stacks.error("an index in [ ] is a whole number", place, hint)
    return int(value)


def attribute(parser: Parser, token: Token) -> bool:
    """`A.T`, and methods such as `x.sum(axis=0)`, whose first argument stands before the dot."""
    name, following = parser.tokens[parser.i + 1], parser.tokens[min(parser.i + 2, len(parser.tokens) - 1)]
    if name.kind != "name":
        raise parser.unexpected(token)
    parser.i += 1
    if name.text in ("T", "mT", "H"):
        return parser.postfix("transpose", name)
    if following.text != "(" or not is_method(name.text):
        hint = "known are .T and methods such as .sum(), .mean(axis=0), .exp()"
        raise parser.stacks.error(f".{name.text} is not read here", name.span, hint)
    receiver = parser.stacks.finish()
    parser.i += 1
    parser.stacks.open("call", replace(name, text=f"a{name.text}") if name.text in ("max", "min") else name)
    parser.stacks.pending[-1].items.append(receiver)
    parser.stacks.pending[-1].start = receiver.start
    return True


def _items(parser: Parser, opening: Token) -> tuple[Item, ...]:
    """The items of an index; the parser is moved to its closing bracket."""
    pieces: list[list[list[Token]]] = [[[]]]
    depth = 1
    while True:
        parser.i += 1
        token = parser.tokens[parser.i]
        depth += (token.text in ("(", "[")) - (token.text in (")", "]"))
        if depth == 0 or token.kind == "end":
            break
        if token.text == "," and depth == 1:
            pieces.append([[]])
        elif token.text == ":" and depth == 1:
            pieces[-1].append([])
        else:
            pieces[-1][-1].append(token)
    if token.text != "]":
        raise parser.stacks.error("'[' is never closed", opening.span)
    if any(parts == [[]] or len(parts) > 3 for parts in pieces):
        raise parser.stacks.error("an index lacks its number, or has too many", (opening.start, token.end), _EXAMPLES)
    return tuple(_item(parser, parts) for parts in pieces)


_EXAMPLES = "write x[0], x[-1], x[1:3] or X[:, 1]"


def _item(parser: Parser, parts: list[list[Token]]) -> Item:
    if len(parts) == 1:
        return _whole(parser, parts[0])
    limits = [_whole(parser, part) if part else None for part in parts]
    return ("slice", *limits, *[None] * (3 - len(limits)))
