"""What operators make of their operands: the two stacks of the parser, and the nodes that come off them."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace

from derivcli.errors import LimitError, ParseError
from derivcli.graph import CONDITIONS, Span
from derivcli.language.calls import Call, call, takes_lists
from derivcli.language.limits import MAX_NESTING
from derivcli.language.scope import Scope
from derivcli.language.tokens import Token

# How tightly operators bind; a larger number binds tighter. Brackets and an open `if` wait at 0. A sign before a
# term belongs to the whole term, as on paper (TERM); inside a product it belongs to its factor (SIGN).
CHOICE, OR, AND, NOT, COMPARE, SUM, BARE, TERM, PRODUCT, SIGN, ROOT, POWER = range(1, 13)
BINARY = {
    "or": OR, "|": OR, "and": AND, "&": AND, "<": COMPARE, "<=": COMPARE, ">": COMPARE, ">=": COMPARE,
    "==": COMPARE, "!=": COMPARE, "+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT, "%": PRODUCT, "@": PRODUCT,
    "'*": PRODUCT, "**": POWER,
}  # fmt: skip
# How MATLAB and matrixcalculus.org write operators; their `*` is the matrix product, or scales.
MATLAB = {"*": "'*", ".*": "*", "./": "/", ".^": "**"}
_FLAT = {"+": "add", "-": "add", "*": "mul"}
_PAIRED = {
    "/": "div", "%": "Mod", "@": "matmul", "'*": "mtimes", "**": "pow", "<": "lt", "<=": "le", ">": "gt", ">=": "ge",
    "==": "eq", "!=": "ne",
}  # fmt: skip
BRACKETS = ("(", "[", "call", "⌊", "⌈")
# Signs of roots, and brackets that are functions: the sign that closes each, and the function.
ROOTS: dict[str, tuple[str, tuple[int, ...]]] = {"√": ("sqrt", ()), "∛": ("cbrt", ()), "∜": ("root", (4,))}
ROUNDED = {"⌊": ("⌋", "floor"), "⌈": ("⌉", "ceiling")}


_CLOSERS = {"(": ")", "call": ")", "[": "]", "|": "|", **{opener: closer for opener, (closer, _) in ROUNDED.items()}}


@dataclass(slots=True)
class Operand:
    """A value on the stack.

    `terms` holds an open sum or product (`op` says which), so that long ones stay flat; `chain` the right side of a
    comparison, for a < b < c; `items` the members of a tuple or list; `text` what stood in quotes; `closed` forbids
    juxtaposition after it.
    """

    node: int
    start: int
    end: int
    op: str = ""
    terms: list[int] | None = None
    chain: int | None = None
    items: list[Operand] | None = None
    closed: bool = False
    text: str | None = None

    @property
    def span(self) -> Span:
        return (self.start, self.end)


@dataclass(slots=True)
class Pending:
    """An operator or opening bracket that waits: binary, sign, not, bare, root, if, else, or one of ( [ | ⌊ ⌈ call.

    `power` is the exponent in sin^2 x, `items` what a bracket has collected before its last comma, `keywords` those
    that were named, `keyword` the name of the one that is being read; a method's call begins at its receiver's `start`.
    """

    kind: str
    token: Token
    level: int = 0
    power: int | None = None
    items: list[Operand] = field(default_factory=list)
    keywords: dict[str, Operand] = field(default_factory=dict)
    keyword: Token | None = None
    start: int | None = None

    def take(self, operand: Operand) -> None:
        """One more member or argument."""
        if self.keyword is None:
            self.items.append(operand)
        else:
            self.keywords[self.keyword.text] = operand
            self.keyword = None


class Stacks:
    """Operands and pending operators, and how the one is applied to the other."""

    def __init__(self, text: str, scope: Scope) -> None:
        self.text, self.scope, self.graph = text, scope, scope.graph
        self.operands: list[Operand] = []
        self.pending: list[Pending] = []
        self._nesting = 0

    def open(self, kind: str, token: Token, level: int = 0, power: int | None = None) -> None:
        """Let an operator or bracket wait for its right side."""
        self.pending.append(Pending(kind, token, level, power))
        self._nesting += kind != "binary"
        if self._nesting > MAX_NESTING:
            raise LimitError(f"nested deeper than {MAX_NESTING:,} levels", text=self.text, span=token.span)

    def open_bar(self) -> bool:
        """Whether a bar waits for its partner inside the innermost bracket."""
        for p in reversed(self.pending):
            if p.kind in BRACKETS:
                return False
            if p.kind == "|":
                return True
        return False

    def exponent_ends(self, token: Token) -> bool:
        """Whether the operand that stands last is an exponent that touches a token: `e^2x`, `e^-2x`."""
        signs = itertools.takewhile(lambda p: p.kind == "sign", reversed(self.pending))
        above = self.pending[: len(self.pending) - len(list(signs))]
        return bool(above) and above[-1].level == POWER and self.operands[-1].end == token.start

    def end_bare_function(self) -> None:
        """`sin 2x / y` and `sin x cos y`: the argument of a function without parentheses ends here."""
        inside = list(itertools.takewhile(lambda p: p.level > 0, reversed(self.pending)))
        while any(p.kind == "bare" for p in inside):
            inside.pop(0)
            self._apply(self.pending.pop())

    def reduce(self, level: int) -> None:
        """Apply all that waits and binds at least as tightly as `level`."""
        while self.pending and self.pending[-1].level >= max(level, 1):
            self._apply(self.pending.pop())

    def finish(self) -> Operand:
        """Take the top operand, its open sum or product made a node."""
        operand = self.operands.pop()
        if operand.terms is not None:
            operand.node = self.graph.add(operand.op, operand.terms, span=operand.span)
            operand.terms = None
        return operand

    def close(self, token: Token, empty: bool) -> None:
        """A closing bracket or bar; `empty` where it follows its opening one, or a comma."""
        self.reduce(0)
        opened = self.pending.pop() if self.pending else None
        if opened is None or _CLOSERS.get(opened.kind) != token.text:
            closer = None if opened is None else _CLOSERS.get(opened.kind)
            hint = f"what is open here is closed by '{closer}'" if closer else None
            raise self.error(f"'{token.text}' closes nothing", token.span, hint)
        self._nesting -= 1
        if not empty:
            opened.take(self.finish())
        items = opened.items
        span = (opened.token.start if opened.start is None else opened.start, token.end)
        if opened.kind == "(" and len(items) == 1 and not empty:
            result = replace(items[0], start=span[0], end=span[1])
        elif opened.kind in ("(", "["):
            result = Operand(-1, *span, op=opened.kind, items=items)
        elif opened.kind == "|":
            self.need_number(items[0])
            result = Operand(self.graph.add("abs", (items[0].node,), span=span), *span, closed=True)
        elif opened.kind in ROUNDED:
            result = Operand(self._rounded(opened, items, span), *span)
        else:
            result = Operand(self._call(opened, items, span), *span)
        self.operands.append(result)

    def _rounded(self, opened: Pending, items: list[Operand], span: Span) -> int:
        if len(items) != 1:
            raise self.error(f"one number stands between {opened.kind} and {ROUNDED[opened.kind][0]}", span)
        self.need_number(items[0])
        return self.graph.add(ROUNDED[opened.kind][1], (items[0].node,), span=span)

    def raised(self, token: Token) -> int:
        """The exponent that a superscript is: x², x⁻¹, xⁿ."""
        if token.text.lstrip("-").isdigit():
            return self.graph.number(int(token.text), token.span)
        name = self.scope.value(token.text.lstrip("-"), token.span)
        return self.graph.add("neg", (name,), span=token.span) if token.text.startswith("-") else name

    def need_number(self, operand: Operand) -> None:
        if operand.items is not None and operand.op == "[":
            operand.node, operand.items = self.array(operand), None
        if operand.items is not None or operand.text is not None:
            raise self.error("a list cannot stand here", operand.span, "an array is written [f, g]")
        if operand.terms is None and self.graph.nodes[operand.node].op in CONDITIONS:
            raise self.error("a condition where a number is needed", operand.span, "write where(c, 1, 0)")

    def array(self, operand: Operand) -> int:
        """The node of a list `[a, b]`, whose members are numbers or lists of one shape."""
        if not operand.items:
            raise self.error("an empty list", operand.span, "an array is written [f, g]")
        for item in operand.items:
            self.need_number(item)
        return self.graph.add("stack", [item.node for item in operand.items], span=operand.span)

    def need_condition(self, operand: Operand) -> None:
        if operand.items is not None or self.graph.nodes[operand.node].op not in CONDITIONS:
            raise self.error("a number where a condition is needed", operand.span, "write one such as x > 0")

    def error(self, message: str, span: Span, hint: str | None = None) -> ParseError:
        return ParseError(message, text=self.text, span=span, hint=hint)

    def _apply(self, p: Pending) -> None:
        if p.kind == "binary":
            self._apply_binary(p)
            return
        self._nesting -= 1
        right = self.finish()
        span = (p.token.start, right.end)
        if p.kind == "else":
            span, node = self._choice(right)
        elif p.kind == "not":
            self.need_condition(right)
            node = self.graph.add("not", (right.node,), span=span)
        else:
            self.need_number(right)
            if p.kind == "sign":
                node = right.node if p.token.text == "+" else self._negative(right.node, span)
            elif p.kind == "root":
                op, more = ROOTS[p.token.text]
                node = self.graph.add(op, (right.node, *map(self.graph.number, more)), span=span)
            else:
                node = self._call(p, [right], span)
        self.operands.append(Operand(node, *span))

    def _choice(self, otherwise: Operand) -> tuple[Span, int]:
        condition, value = self.finish(), self.finish()
        self.need_number(value)
        self.need_number(otherwise)
        self.need_condition(condition)
        args = (value.node, condition.node, otherwise.node, self.graph.add("true"))
        span = (value.start, otherwise.end)
        return span, self.graph.add("piecewise", args, span=span)

    def _negative(self, node: int, span: Span) -> int:
        inner = self.graph.nodes[node]
        return inner.args[0] if inner.op == "neg" else self.graph.add("neg", (node,), span=span)

    def _call(self, p: Pending, items: list[Operand], span: Span) -> int:
        pairs = [member for item in items if item.op == "(" for member in item.items or ()]
        arrays = [] if takes_lists(p.token.text) else [*items, *pairs]
        for item in (*arrays, *p.keywords.values()):
            if item.op == "[" and item.items is not None:
                self.need_number(item)
        node = call(Call(self.scope, self.text, p.token, items, p.keywords, span))
        return node if p.power is None else self.graph.add("pow", (node, self.graph.number(p.power)), span=span)

    def _apply_binary(self, p: Pending) -> None:
        right, text = self.finish(), p.token.text
        if text in _FLAT:
            self._extend(_FLAT[text], text == "-", right)
            return
        left = self.finish()
        span = (left.start, right.end)
        if p.level in (OR, AND):
            self.need_condition(left)
            self.need_condition(right)
            node = self.graph.add("or" if p.level == OR else "and", (left.node, right.node), span=span)
            self.operands.append(Operand(node, *span))
            return
        self.need_number(right)
        if p.level == COMPARE and left.chain is not None:
            node = self.graph.add(_PAIRED[text], (left.chain, right.node), span=span)
            node = self.graph.add("and", (left.node, node), span=span)
        else:
            self.need_number(left)
            node = self.graph.add(_PAIRED[text], (left.node, right.node), span=span)
            if text == "**" and p.token.end - p.token.start == 1:
                self.scope.doubt_power(node)
        self.operands.append(Operand(node, *span, chain=right.node if p.level == COMPARE else None))

    def _extend(self, op: str, negative: bool, right: Operand) -> None:
        """One more term of a sum, or factor of a product."""
        self.need_number(right)
        if self.operands[-1].terms is None or self.operands[-1].op != op:
            left = self.finish()
            self.need_number(left)
            self.operands.append(Operand(-1, *left.span, op=op, terms=[left.node]))
        total = self.operands[-1]
        assert total.terms is not None
        total.terms.append(self._negative(right.node, right.span) if negative else right.node)
        total.end = right.end
