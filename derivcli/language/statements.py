"""Statements before the question: named results, and loops and choices followed as they run at a point.

    y = 2*x; while norm(y) < 1000: y = 2*y; y
    if x > 0: y = x; else: y = -x; y**2

As in Python, a body on one line lasts to the end of the line, which here is the question after the last semicolon; a
body on its own lines is what is indented more deeply.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from derivcli.errors import LimitError, ParseError
from derivcli.graph import Graph
from derivcli.language.limits import MAX_STEPS
from derivcli.language.operands import Operand
from derivcli.language.parser import Parser
from derivcli.language.refused import RESERVED
from derivcli.language.tokens import Token

# Whether a condition holds at the point in question.
Decide = Callable[[Graph, int], bool]

_HEADERS = ("while", "if", "elif", "else")


@dataclass
class Statement:
    """`name = tokens`, or a header (`while`, `if`, `elif`, `else`) with its condition's tokens and its body.

    `line` and `column` say where it begins, and `inline` whether a body begins on the header's own line.
    """

    head: Token
    tokens: list[Token]
    line: int
    column: int
    inline: bool = False
    body: list[Statement] = field(default_factory=list)


@dataclass
class Run:
    """Follows statements; `loops` says of each loop or choice how often its body ran, `conditions` what was decided.

    Args:
        parser: reads expressions; its scope's named results are what statements change.
        decide: whether a condition holds, or None where there is no point.
        named: called with each name that is set.
    """

    parser: Parser
    decide: Decide | None
    named: Callable[[Token, Operand], None]
    loops: dict[str, int] = field(default_factory=dict)
    conditions: list[int] = field(default_factory=list)
    _steps: int = 0

    def follow(self, statements: list[Statement]) -> None:
        """Run statements in order."""
        branch_taken = False
        for statement in statements:
            word = statement.head.text if statement.head.text in _HEADERS and statement.body else ""
            if word == "while":
                self._loop(statement)
            elif word:
                branch_taken = self._branch(statement, word, branch_taken)
            else:
                self.named(statement.head, self.parser.parse(statement.tokens))

    def _loop(self, statement: Statement) -> None:
        header = self._header(statement)
        self.loops.setdefault(header, 0)
        while self._holds(statement):
            self._steps += 1
            self.loops[header] += 1
            if self._steps > MAX_STEPS:
                message = f"the loop has not ended after {MAX_STEPS:,} steps"
                hint = "does its condition ever fail?"
                raise LimitError(message, text=self.parser.text, span=statement.head.span, hint=hint)
            self.follow(statement.body)

    def _branch(self, statement: Statement, word: str, taken_before: bool) -> bool:
        taken_before = taken_before and word != "if"
        holds = not taken_before and (word == "else" or self._holds(statement))
        self.loops[self._header(statement)] = self.loops.get(self._header(statement), 0) + holds
        if holds:
            self.follow(statement.body)
        return taken_before or holds

    def _header(self, statement: Statement) -> str:
        end = statement.tokens[-1].start if statement.tokens else statement.head.end
        return " ".join(self.parser.text[statement.head.start : end].split())

    def _holds(self, statement: Statement) -> bool:
        operand = self.parser.parse(statement.tokens)
        self.parser.stacks.need_condition(operand)
        if self.decide is None:
            hint = "a choice without a point is written `a if c else b`"
            message = "a loop or choice is followed at a point: add --at"
            raise ParseError(message, text=self.parser.text, span=statement.head.span, hint=hint)
        self.conditions.append(operand.node)
        return self.decide(self.parser.graph, operand.node)


def arrange(text: str, tokens: list[Token]) -> tuple[list[Statement], list[Token]]:
    """The statements of a text, and the tokens of its question.

    Raises:
        ParseError: something else than `name = expression` before a semicolon, a header without its body.
    """
    pieces = _pieces(text, tokens)
    question = pieces.pop()
    statements = [_statement(text, piece) for piece in pieces]
    first = question[0]
    if statements and statements[-1].head.text in _HEADERS and statements[-1].inline:
        hint = "write the body and then the question: while c: y = 2*y; y"
        message = f"`{statements[-1].head.text} …:` lacks its body, or what is asked after it"
        raise ParseError(message, text=text, span=statements[-1].head.span, hint=hint)
    if first.text in ("while", "if") or (first.text == "else" and question[1].text == ":"):
        hint = "the question stands after the last semicolon: while c: y = 2*y; y"
        raise ParseError("nothing is asked after the statements", text=text, span=first.span, hint=hint)
    return _nest(text, statements), question


def _pieces(text: str, tokens: list[Token]) -> list[list[Token]]:
    """The tokens between semicolons and after headers, each piece with an end of its own."""
    pieces: list[list[Token]] = [[]]
    depth, header = 0, False
    for k, token in enumerate(tokens):
        depth += (token.text in ("(", "[")) - (token.text in (")", "]"))
        # `if c: y = a else: y = b` lacks a semicolon that nobody misses.
        if depth <= 0 and len(pieces[-1]) > 2 and pieces[-1][1].text == "=" and _is_branch(tokens, k):
            _finish(pieces, token)
        begins = not pieces[-1]
        if begins and token.kind == "name" and token.text in _HEADERS:
            header = True
        ends_line = depth <= 0 and pieces[-1] and _ends_line(text, tokens, k, pieces[-1])
        if ends_line:
            _finish(pieces, token)
            header = token.kind == "name" and token.text in _HEADERS
        if token.text == ";" and depth <= 0:
            if not pieces[-1]:
                hint = "before a semicolon stands `name = expression`"
                raise ParseError("a semicolon without a result before it", text=text, span=token.span, hint=hint)
            _finish(pieces, token)
            header = False
        elif token.text == ":" and header and depth <= 0:
            pieces[-1].append(token)
            _finish(pieces, token)
            header = False
        else:
            pieces[-1].append(token)
    return pieces


def _is_branch(tokens: list[Token], k: int) -> bool:
    return tokens[k].text == "elif" or (tokens[k].text == "else" and tokens[k + 1].text == ":")


def _finish(pieces: list[list[Token]], token: Token) -> None:
    pieces[-1].append(Token("end", "", token.start, token.start))
    pieces.append([])


def _ends_line(text: str, tokens: list[Token], k: int, piece: list[Token]) -> bool:
    """Whether a statement ended with the line before token `k`: it is whole, and what follows begins another."""
    before, token = tokens[k - 1], tokens[k]
    if "\n" not in text[before.end : token.start] or token.kind == "end" or before.text in (";", ":"):
        return False
    is_statement = len(piece) > 1 and piece[0].kind == "name" and piece[1].text == "="
    complete = before.kind in ("number", "name", "superscript", "text") or before.text in (
        ")",
        "]",
        "!",
        "!!",
        "|",
        "'",
    )
    begins = token.kind in ("name", "number") or token.text in ("(", "[", "-", "√", "∛", "∜", "⌊", "⌈", "|")
    return is_statement and complete and begins


def _statement(text: str, piece: list[Token]) -> Statement:
    head = piece[0]
    line_start = text.rfind("\n", 0, head.start) + 1
    line, column = text.count("\n", 0, head.start), head.start - line_start
    if head.text in _HEADERS:
        if head.text == "else" and piece[1].text == "if":
            raise ParseError("`else if` is written elif", text=text, span=(head.start, piece[1].end))
        if piece[-2].text != ":":
            hint = f"write `{head.text} …: y = 2*y; y`"
            raise ParseError(f"`{head.text}` lacks its colon", text=text, span=head.span, hint=hint)
        inline = piece[-1].start < len(text) and "\n" not in _after(text, piece[-2].end)
        condition = [*piece[1:-2], Token("end", "", piece[-2].start, piece[-2].start)]
        return Statement(head, condition, line, column, inline)
    if len(piece) < 3 or head.kind != "name" or piece[1].text != "=":
        raise ParseError("a result without a name", text=text, span=_place(piece), hint=_instead(piece))
    return Statement(head, piece[2:], line, column)


def _instead(piece: list[Token]) -> str:
    """What to write for a statement that is none."""
    name = piece[0].text
    if name in RESERVED and RESERVED[name] and name not in _HEADERS and name != "for":
        return RESERVED[name]
    if name == "for":
        return "write k = 0; while k < 3: y = 2*y; k = k + 1; y"
    if len(piece) > 3 and piece[1].text in ("+", "-", "*", "/", "**") and piece[2].text == "=":
        return f"write {name} = {name} {piece[1].text} …"
    return "before a semicolon stands `name = expression`; at the end no semicolon stands"


def _after(text: str, start: int) -> str:
    """The white space that follows a place."""
    rest = text[start:]
    return rest[: len(rest) - len(rest.lstrip())]


def _place(tokens: list[Token]) -> tuple[int, int]:
    return (tokens[0].start, max(tokens[-2].end if len(tokens) > 1 else 0, tokens[0].start))


def _nest(text: str, statements: list[Statement]) -> list[Statement]:
    """Put the bodies below their headers."""
    outer: list[Statement] = []
    # Open headers, from the outermost in.
    headers: list[Statement] = []
    for statement in statements:
        while headers and not _belongs(statement, headers[-1]):
            headers.pop()
        (headers[-1].body if headers else outer).append(statement)
        if statement.head.text in _HEADERS:
            headers.append(statement)
    _check_bodies(text, outer)
    return outer


def _belongs(statement: Statement, header: Statement) -> bool:
    if header.inline:
        same_line = statement.line == header.line
        return same_line and statement.head.text not in ("else", "elif")
    return statement.column > header.column


def _check_bodies(text: str, statements: list[Statement]) -> None:
    for before, statement in zip([None, *statements], statements, strict=False):
        if statement.head.text in ("else", "elif") and (before is None or before.head.text not in ("if", "elif")):
            raise ParseError(f"`{statement.head.text}` without its `if`", text=text, span=statement.head.span)
        if statement.head.text in _HEADERS and not statement.body:
            message = f"nothing follows `{statement.head.text} …:`"
            raise ParseError(message, text=text, span=statement.head.span, hint="write `name = expression` after it")
        _check_bodies(text, statement.body)
