"""A line in pieces, each with what it is; a terminal gives them colours."""

from __future__ import annotations

import re

from derivcli.language.tokens import Token
from derivcli.repl.completion import is_known
from derivcli.repl.lines import tokens

_OWN = re.compile(r"\s*(?::[a-z-]*|let\b)|#.*")
_OPTION = re.compile(r"(?:^|(?<=\s))--[A-Za-z][A-Za-z-]*")
_KEYWORDS = frozenset(("if", "else", "and", "or", "not", "while"))
_KINDS = {"number": "number", "superscript": "number", "op": "operator", "text": "text"}


def pieces(line: str) -> list[tuple[str, str]]:
    """The kind and text of each piece of a line; together they are the line.

    Args:
        line: as far as it is typed.
    """
    own = _OWN.match(line)
    found = [("command", own.group())] if own else []
    last = own.end() if own else 0
    for option in _OPTION.finditer(line, last):
        found += [*_mathematics(line[last : option.start()]), ("option", option.group())]
        last = option.end()
    return [piece for piece in (*found, *_mathematics(line[last:])) if piece[1]]


def _mathematics(text: str) -> list[tuple[str, str]]:
    found, last = [], 0
    for token in tokens(text) or ():
        found += [("", text[last : token.start]), (_kind(token), text[token.start : token.end])]
        last = token.end
    return [*found, ("", text[last:])]


def _kind(token: Token) -> str:
    if token.kind != "name":
        return _KINDS[token.kind]
    return "keyword" if token.text in _KEYWORDS else "function" if is_known(token.text) else "variable"
