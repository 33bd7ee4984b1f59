"""Texts to one graph: statements, named results, several expressions, and what was noticed on the way."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from derivcli.catalog import SPELLINGS
from derivcli.errors import DerivError, ParseError
from derivcli.graph import CONDITIONS, Graph
from derivcli.language.doubtful import grouped, refuse_infinity
from derivcli.language.foreign import remarks, respelled
from derivcli.language.glued import glued
from derivcli.language.habits import refuse_habits
from derivcli.language.operands import Operand
from derivcli.language.parser import Parser
from derivcli.language.refused import RESERVED
from derivcli.language.scope import Scope
from derivcli.language.spreadsheet import caution
from derivcli.language.statements import Decide, Run, arrange
from derivcli.language.suffixes import refuse_marks
from derivcli.language.tex import recognised, translated
from derivcli.language.tokens import Token, tokenize


@dataclass
class Reading:
    """What was read.

    Args:
        text: the user's text; several expressions are joined as they would be written in one.
        graph: the nodes.
        roots: the expression, or each component of a vector-valued one.
        vector: whether the expression is vector-valued.
        decimals: whether numbers were typed as decimals (elsewhere than in exponents).
        warnings: what a reader should be told.
        doubts: nodes that have two readings if they meet a matrix, with what is wrong and what to write.
        loops: how often the body of each loop and choice ran.
        decided: the conditions of loops and choices, as nodes.
    """

    text: str
    graph: Graph = field(default_factory=Graph)
    roots: list[int] = field(default_factory=list)
    vector: bool = False
    decimals: bool = False
    warnings: list[str] = field(default_factory=list)
    doubts: dict[int, tuple[str, str]] = field(default_factory=dict)
    loops: dict[str, int] = field(default_factory=dict)
    decided: list[int] = field(default_factory=list)

    @property
    def variables(self) -> list[str]:
        return self.graph.variables(self.roots)


@dataclass(frozen=True)
class Setting:
    """What a text is read with, beside itself.

    Args:
        declared: names that are variables, whatever else they could mean.
        sizes: names of sizes, such as n in `x:vector(n)`, with the numbers that they are known to be.
        syntax: "python", "matrixcalculus" or "latex".
        seed, label: what random arrays that name no seed are drawn by.
        decide: whether a condition of a loop holds at the point; None where there is none.
    """

    declared: Collection[str] = ()
    sizes: Mapping[str, int | None] = field(default_factory=dict)
    syntax: str = "python"
    seed: int = 0
    label: str = ""
    decide: Decide | None = None


def read(texts: Sequence[str], let: Iterable[tuple[str, str]] = (), setting: Setting | None = None) -> Reading:
    """Read expressions in the user's spelling; nothing is evaluated.

    Args:
        texts: one expression, or the components of a vector-valued one.
        let: named intermediate results, in order, before those in the texts.
        setting: what else names mean.

    Raises:
        ParseError: a text that cannot be read, with the place.
        LimitError: a text that is over a limit.
    """
    setting = setting or Setting()
    try:
        return _read(texts, let, setting)
    except ParseError as error:
        if setting.syntax == "python" and error.text in texts:
            error.hint = _with_own_spelling(str(error.text), error.hint, setting)
        raise


# Hints that go without saying where the whole text stands in deriv's spelling.
_SUPERSEDED = ("Mathematica's", "write x[0]", "for a product", "did you mean", "an equation's", "ranges are")


def _with_own_spelling(text: str, hint: str | None, setting: Setting) -> str | None:
    """A hint, with the whole text in deriv's spelling where it is another system's and is read then."""
    spelled = _in_own_spelling(text, setting)
    if spelled is None:
        return caution(text) or hint
    return spelled if hint is None or hint.startswith(_SUPERSEDED) else f"{spelled}; {hint}"


def _in_own_spelling(text: str, setting: Setting) -> str | None:
    found = respelled(text)
    if found is None:
        return None
    try:
        _read([found], (), setting)
    except DerivError:
        return None
    return "; ".join([f"in deriv's spelling: {found}", *remarks(text)])


def _read(texts: Sequence[str], let: Iterable[tuple[str, str]], setting: Setting) -> Reading:
    reading = Reading(texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]")
    matlab = setting.syntax == "matrixcalculus"
    scope = Scope(
        reading.graph, {}, frozenset(setting.declared), setting.sizes, matlab, setting.seed, setting.label,
        reading.warnings, reading.doubts,
    )  # fmt: skip
    for name, text in let:
        problem = name_problem(name)
        if problem:
            raise ParseError(f"--let {name}: {problem}")
        parser, tokens = _begun(text, scope, setting)
        scope.known[name] = _named(parser, tokens)
    reading.graph.spans = [None] * len(reading.graph.nodes)
    reading.graph.repeated.clear()
    offset = 0 if len(texts) == 1 else 1
    known = scope.known
    for text in texts:
        first, again = len(reading.graph.nodes), len(reading.graph.repeated)
        # Each component starts from the same named results: components do not see each other's.
        scope.known = dict(known)
        parser, tokens = _begun(text, scope, setting)
        question = _statements(reading, parser, tokens, setting.decide)
        _add_roots(reading, parser, question)
        refuse_infinity(reading.graph, reading.roots, text)
        if _command(text, setting) is not None:
            _doubt_products(reading, first)
        _shift(reading.graph, first, again, offset)
        offset += len(text) + 2
        reading.vector |= question.items is not None
        _unused(reading, parser, known if text is not texts[-1] else {})
    reading.vector |= len(texts) > 1
    reading.decimals = scope.decimals
    reading.warnings += glued(reading.variables, scope.declared)
    return reading


def _command(text: str, setting: Setting) -> str | None:
    """The command that a text is known as LaTeX by; empty where the user says that it is, None where it is not."""
    if setting.syntax == "latex":
        return ""
    return recognised(text) if setting.syntax == "python" else None


def _doubt_products(reading: Reading, first: int) -> None:
    """Remember the products of LaTeX: of vectors and matrices there are several."""
    hint = "write it in deriv's own language: A @ x, dot(x, y), or A*B entry by entry"
    for i in range(first, len(reading.graph.nodes)):
        if reading.graph.nodes[i].op == "mul":
            reading.doubts[i] = ("a product of arrays in LaTeX can be read in several ways", hint)


def _begun(text: str, scope: Scope, setting: Setting) -> tuple[Parser, list[Token]]:
    """A parser for a text, and the tokens that it is to read: LaTeX's are those of what it says."""
    found = _command(text, setting)
    if not found:
        refuse_habits(text, {*scope.declared, *scope.known})
    if found is None:
        refuse_marks(text, {*scope.declared, *scope.known})
        return Parser(text, scope), grouped(text, tokenize(text, not scope.matlab), scope)
    if found:
        scope.warn(f"read as LaTeX, because of \\{found}; --syntax latex says so")
    tokens, warnings = translated(text, {*scope.declared, *scope.known})
    for warning in warnings:
        scope.warn(warning)
    # In LaTeX the end of a line is a space.
    return Parser(text.replace("\n", " "), scope), tokens


def _unused(reading: Reading, parser: Parser, later: dict[str, int]) -> None:
    """Say which named results nothing uses."""
    used = set(reading.graph.reachable([*reading.roots, *reading.decided, *parser.scope.closed]))
    for name, node in parser.scope.known.items():
        if node not in used and name not in later:
            reading.warnings.append(f"the named result {name} is not used")


def _shift(graph: Graph, first: int, again: int, offset: int) -> None:
    """Let the places of the nodes from `first` on, and those of nodes repeated from `again` on, count in all texts."""
    for i in range(first, len(graph.spans)):
        span = graph.spans[i]
        graph.spans[i] = None if span is None else (span[0] + offset, span[1] + offset)
    graph.repeated[again:] = [(i, (span[0] + offset, span[1] + offset)) for i, span in graph.repeated[again:]]


def _statements(reading: Reading, parser: Parser, tokens: list[Token], decide: Decide | None) -> Operand:
    """Follow the statements into the scope's named results; give what comes after the last semicolon."""
    statements, question = arrange(parser.text, tokens)

    def named(name: Token, operand: Operand) -> None:
        _check_name(name.text, parser.text, name.span)
        if name.text in parser.scope.declared:
            message = f"{name.text} is a named result and has a value as a variable, too"
            hint = f"give the result another name, such as {name.text}2"
            raise ParseError(message, text=parser.text, span=name.span, hint=hint)
        parser.scope.known[name.text] = _one_node(parser, operand)

    run = Run(parser, decide, named, reading.loops)
    run.follow(statements)
    reading.decided += run.conditions
    return _lone(reading, parser, question)


def _lone(reading: Reading, parser: Parser, statement: list[Token]) -> Operand:
    """What comes last: an expression, or a lone `y = …` or `f(x) = …`, which is its right side."""
    left = _left_side(statement)
    if not left:
        return parser.parse(statement)
    right = statement[len(left) + 1 :]
    if len(left) == 1 and len(right) == 2 and right[0].kind == "name":
        hint = f"to differentiate {right[0].text}, write it alone"
        raise ParseError("an equation between two names", text=parser.text, span=_place(statement), hint=hint)
    if len(left) == 1:
        _check_name(left[0].text, parser.text, left[0].span)
    operand = parser.parse(right)
    reading.warnings.append(f"`{parser.text[left[0].start : left[-1].end]} = …` is read as its right side")
    return operand


def _left_side(statement: list[Token]) -> list[Token]:
    """`y` of `y = …`, or `f(x, y)` of `f(x, y) = …`; nothing for any other statement."""
    equals = next((i for i, t in enumerate(statement) if t.text == "="), 0)
    left = statement[:equals]
    kinds = [t.kind if t.kind == "name" else t.text for t in left]
    call = len(kinds) > 3 and kinds[1] == "(" and kinds[2:] == [*["name", ","] * ((len(kinds) - 4) // 2), "name", ")"]
    return left if kinds == ["name"] or (call and kinds[0] == "name") else []


def _named(parser: Parser, tokens: list[Token]) -> int:
    return _one_node(parser, parser.parse(tokens))


def _one_node(parser: Parser, operand: Operand) -> int:
    """The node of a named result: a number or an array."""
    if operand.items is not None and operand.op == "[":
        return parser.stacks.array(operand)
    if operand.items is not None or operand.text is not None:
        raise ParseError("a named result must be one number or array", text=parser.text, span=operand.span)
    return operand.node


def _add_roots(reading: Reading, parser: Parser, question: Operand) -> None:
    if question.items is not None and question.op != "[":
        hint = "several expressions are written [f, g]"
        raise ParseError("a list in parentheses", text=parser.text, span=question.span, hint=hint)
    for item in question.items if question.items is not None else [question]:
        if item.items is not None or item.text is not None:
            parser.stacks.need_number(item)
        if reading.graph.nodes[item.node].op in CONDITIONS:
            hint = "use it in a choice: `a if c else b`"
            raise ParseError("a condition has no derivative", text=parser.text, span=item.span, hint=hint)
        reading.roots.append(item.node)


def _place(tokens: list[Token]) -> tuple[int, int]:
    return (tokens[0].start, max(tokens[-2].end if len(tokens) > 1 else 0, tokens[0].start))


def _check_name(name: str, text: str, span: tuple[int, int]) -> None:
    """A name that can be given a meaning: a letter or underscore, then letters and digits; no function."""
    problem = name_problem(name)
    if problem:
        raise ParseError(problem, text=text, span=span)


def name_problem(name: str) -> str | None:
    """Why `name` cannot be a variable, or None: said where a value is given to it."""
    try:
        tokens = tokenize(name)
    except ParseError as error:
        return error.message
    if len(tokens) == 2 and tokens[0].kind == "name" and tokens[0].text != name.strip():
        return f"a value is given to it as {tokens[0].text}"
    if len(tokens) != 2 or tokens[0].kind != "name" or tokens[0].text != name:
        return "that is not the name of a variable"
    if name in SPELLINGS and not SPELLINGS[name][0].names_variables:
        return f"{name} is a function"
    if name in ("True", "False", *RESERVED):
        return f"{name} is a word of the language"
    return None
