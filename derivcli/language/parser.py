"""Tokens to graph: an operator-precedence parser with its stacks in the open, so that no nesting is too deep for it."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

from derivcli.errors import ParseError
from derivcli.graph import CONDITIONS
from derivcli.language.binding import BINDING, bound_names
from derivcli.language.calls import takes_lists
from derivcli.language.doubtful import ends_argument, refuse_root, say_decimal, say_doubt
from derivcli.language.operands import (
    BARE,
    BINARY,
    BRACKETS,
    CHOICE,
    MATLAB,
    NOT,
    POWER,
    PRODUCT,
    ROOT,
    ROOTS,
    ROUNDED,
    SIGN,
    TERM,
    Operand,
    Stacks,
)
from derivcli.language.refused import MAXIMA, REFUSED, RESERVED
from derivcli.language.scope import Scope
from derivcli.language.subscripts import attribute, index, without_prefix
from derivcli.language.tokens import Token

# What stands behind its argument.
_FACTORIALS = {"!": "factorial", "!!": "factorial2"}


class Parser:
    """Reads expressions from tokens of one text into the graph of a scope."""

    def __init__(self, text: str, scope: Scope) -> None:
        self.text, self.scope, self.graph = text, scope, scope.graph

    def parse(self, tokens: list[Token]) -> Operand:
        """The operand that all of `tokens` (the last one being `end`) make; a list of several has `items`."""
        self.tokens, self.i = tokens, 0
        self.stacks = Stacks(self.text, self.scope)
        if tokens[0].kind == "end":
            raise self.stacks.error("the expression is empty", tokens[0].span)
        wants_operand = True
        while tokens[self.i].kind != "end":
            token = tokens[self.i]
            wants_operand = self._operand(token) if wants_operand else self._operator(token)
            self.i += 1
        if wants_operand:
            raise self._lacks_operand(tokens[self.i])
        self.stacks.reduce(0)
        if self.stacks.pending:
            opened = self.stacks.pending[-1]
            bracket = "(" if opened.kind == "call" else ""
            what = "`if` lacks its `else`" if opened.kind == "if" else f"'{opened.token.text}{bracket}' is never closed"
            raise self.stacks.error(what, opened.token.span)
        return self.stacks.finish()

    # Each step takes a token (and moves `i` where it takes more); it returns whether an operand is wanted next.

    def _operand(self, token: Token) -> bool:
        """A token that begins or prepares an operand."""
        stacks = self.stacks
        if token.kind == "number":
            return self._push(self._number(token), token)
        if token.kind == "name":
            return self._name(without_prefix(self, token))
        if token.kind == "text":
            if not self._inside_call():
                raise stacks.error("text in quotes is not mathematics", token.span)
            stacks.operands.append(Operand(-1, token.start, token.end, text=token.text[1:-1]))
            return False
        if token.text in ("-", "+"):
            inside = bool(stacks.pending) and stacks.pending[-1].level >= PRODUCT
            stacks.open("sign", token, SIGN if inside else TERM)
        elif token.text in ROOTS:
            stacks.open("root", token, ROOT)
        elif token.text in ("(", "[", *ROUNDED):
            stacks.open(token.text, token)
        elif token.text == "~":
            stacks.open("not", token, NOT)
        elif token.text == "|" and stacks.open_bar():
            raise stacks.error("nested bars can be read in two ways", token.span, "write abs(…), or norm(x)")
        elif token.text == "|":
            stacks.open("|", token)
        elif token.text in (")", "]") and self.i and self._is_empty(self.tokens[self.i - 1]):
            stacks.close(token, empty=True)
            return False
        else:
            raise self._lacks_operand(token)
        return True

    def _inside_call(self) -> bool:
        return bool(self.stacks.pending) and self.stacks.pending[-1].kind == "call"

    def _is_empty(self, previous: Token) -> bool:
        """Whether a bracket may close after this token: f(), and the lists [] and (a,) of functions that take lists."""
        if previous.text == "(" and self.stacks.pending[-1].kind == "call":
            return True
        calls = [p for p in self.stacks.pending if p.kind == "call"]
        inside = bool(calls) and takes_lists(calls[-1].token.text) and self.stacks.pending[-1].kind in ("(", "[")
        return inside and previous.text in ("(", "[", ",")

    def _number(self, token: Token) -> int:
        if "." in token.text or "e" in token.text.lower():
            # Decimals show again in the answer, unless they were typed only as exponents.
            self.scope.decimals |= not any(p.level == POWER for p in self.stacks.pending[-2:])
        return self.graph.number(Fraction(token.text.rstrip(".")), token.span)

    def _name(self, token: Token) -> bool:
        name, following = token.text, self.tokens[self.i + 1]
        if name == "not":
            self.stacks.open("not", token, NOT)
            return True
        if name == "inf" and self._inside_call():
            return self._push(self.graph.add("constant", value="oo", span=token.span), token)
        if name in RESERVED or name in REFUSED:
            raise self.unexpected(token)
        if following.text == "=" and self._inside_call():
            self.stacks.pending[-1].keyword, self.i = token, self.i + 1
            value = self.tokens[self.i + 1]
            if value.text == "None":
                self.i += 1
                return self._push(self.graph.add("constant", value="None", span=value.span), value)
            return True
        if name in ("True", "False"):
            return self._push(self.graph.add(name.lower(), span=token.span), token)
        if following.text == "(":
            self.i += 1
            if name in BINDING:
                self.scope.bound.append(bound_names(self.tokens, self.i))
            self.stacks.open("call", token)
            return True
        if self.scope.is_function(name):
            return self._function_without_parentheses(token)
        return self._push(self.scope.value(name, token.span), token)

    def _function_without_parentheses(self, token: Token) -> bool:
        """`sin x`, `sin^2 x`, `sin²(x)`."""
        power, following = None, self.tokens[self.i + 1]
        if following.kind == "superscript" or following.text == "**":
            self.i += 1 if following.kind == "superscript" else 2
            power = self._power_of_function(token)
            following = self.tokens[self.i + 1]
        if following.text == "(":
            self.i += 1
            self.stacks.open("call", token, power=power)
        elif following.kind == "number" or following.text in ("|", *ROOTS, *ROUNDED) or (
            following.kind == "name" and following.text not in RESERVED
        ):  # fmt: skip
            self.stacks.open("bare", token, BARE, power=power)
        else:
            hint = f"write {token.text}(x); a variable needs another name"
            raise self.stacks.error(f"{token.text} is a function and needs its argument", token.span, hint)
        return True

    def _power_of_function(self, function: Token) -> int:
        name, exponent = function.text, self.tokens[min(self.i, len(self.tokens) - 1)]
        if re.fullmatch("[1-9][0-9]?", exponent.text):
            return int(exponent.text)
        inverse = exponent.text.startswith(("-", "("))
        hint = f"write a{name}(x) or 1/{name}(x)" if inverse else f"write {name}(x)^…"
        raise self.stacks.error(f"a power of {name} that can be read in two ways", (function.start, exponent.end), hint)

    def _push(self, node: int, token: Token) -> bool:
        self.stacks.operands.append(Operand(node, token.start, token.end))
        return False

    def _operator(self, token: Token) -> bool:
        """A token that follows an operand."""
        text, stacks = token.text, self.stacks
        if token.kind == "superscript":
            return self.postfix("pow", token, self.stacks.raised(token))
        if text in _FACTORIALS:
            return self.postfix(_FACTORIALS[text], token)
        if text == "[":
            return index(self, token)
        if text == ".":
            return attribute(self, token)
        if text == "'" and self.scope.matlab:
            return self.postfix("transpose", token)
        if text in (")", "]", "⌋", "⌉") or (text == "|" and stacks.open_bar()):
            stacks.close(token, empty=False)
            return False
        if text == ",":
            return self._comma(token)
        if text == "if":
            stacks.reduce(CHOICE + 1)
            stacks.open("if", token)
            return True
        if text == "else":
            return self._else(token)
        if text in BINARY or (self.scope.matlab and text in MATLAB):
            return self._binary(token)
        if token.kind == "number" or (token.kind == "name" and text not in RESERVED) or text in ("(", *ROOTS, *ROUNDED):
            return self._juxtaposed(token)
        raise self.unexpected(token)

    def postfix(self, op: str, token: Token, *more: int) -> bool:
        operand = self.stacks.operands.pop() if self.stacks.operands[-1].terms is None else self.stacks.finish()
        self.stacks.need_number(operand)
        node = self.graph.add(op, (operand.node, *more), span=(operand.start, token.end))
        if op == "pow":
            self.scope.doubt_power(node)
        self.stacks.operands.append(Operand(node, operand.start, token.end, closed=op in _FACTORIALS.values()))
        return False

    def _comma(self, token: Token) -> bool:
        self.stacks.reduce(0)
        if not self.stacks.pending or self.stacks.pending[-1].kind not in BRACKETS:
            a_decimal = re.search(r"[0-9],[0-9]", self.text[max(0, token.start - 1) : token.end + 1])
            hint = "the decimal point is a dot" if a_decimal else "several expressions are written [f, g]"
            raise self.stacks.error("a comma cannot stand here", token.span, hint)
        self.stacks.pending[-1].take(self.stacks.finish())
        return True

    def _else(self, token: Token) -> bool:
        self.stacks.reduce(0)
        if not self.stacks.pending or self.stacks.pending[-1].kind != "if":
            raise self.stacks.error("`else` without its `if`", token.span)
        opened = self.stacks.pending[-1]
        opened.kind, opened.token, opened.level = "else", token, CHOICE
        return True

    def _binary(self, token: Token) -> bool:
        if self.scope.matlab and token.text in MATLAB:
            token = replace(token, text=MATLAB[token.text])
        text, level = token.text, BINARY[token.text]
        say_doubt(self, token)
        if ends_argument(self, token):
            self.stacks.end_bare_function()
        if text == "%":
            self.stacks.reduce(TERM)  # the remainder of -x is not minus the remainder of x
        self.stacks.reduce(level + 1 if level == POWER else level)  # powers group from the right
        if text == "|" and self._ends_in_number():
            hint = "write abs(…) or 2*|x|; between conditions write or"
            raise self.stacks.error("a bar that can be read in two ways", token.span, hint)
        self.stacks.open("binary", token, level)
        return True

    def _ends_in_number(self) -> bool:
        top = self.stacks.operands[-1]
        return top.terms is not None or top.items is not None or self.graph.nodes[top.node].op not in CONDITIONS

    def _juxtaposed(self, token: Token) -> bool:
        """Two operands side by side: a product, where that can be read in one way only."""
        stacks, left, previous = self.stacks, self.stacks.operands[-1], self.tokens[self.i - 1]
        if previous.kind == "number" and token.kind == "number":
            sign = "+" if "/" in token.text else "*"
            raise stacks.error("two numbers side by side", (previous.start, token.end), f"write {sign} between them")
        if left.closed or left.items is not None:
            raise stacks.error(
                "a product that can be read in two ways", (left.start, token.end), "write * between them"
            )
        refuse_root(self, token)
        say_decimal(self, token)
        if self.scope.is_function(token.text):
            stacks.end_bare_function()
        doubtful = previous.kind == "number" and token.text != "(" and stacks.exponent_ends(token)
        stacks.reduce(SIGN)
        doubtful |= bool(stacks.pending) and stacks.pending[-1].token.text == "/"
        stacks.reduce(PRODUCT)
        if doubtful:
            a = stacks.operands[-1]
            self.scope.warn(f"{self.text[a.start : token.end]} is read as ({self.text[a.start : a.end]})*{token.text}")
        times = MATLAB["*"] if self.scope.matlab else "*"
        stacks.open("binary", Token("op", times, token.start, token.start), PRODUCT)
        return self._operand(token)

    def _lacks_operand(self, token: Token) -> ParseError:
        if token.text in REFUSED:
            return self.unexpected(token)
        if token.kind == "end":
            before = self.tokens[self.i - 1]
            return self.stacks.error(
                "the expression ends too early",
                token.span,
                f"something must follow '{self.text[before.start : before.end]}'",
            )
        after = self.tokens[self.i + 1].text if token.text == "%" else ""
        hint = f"Maxima's %{after} is {MAXIMA[after]} here" if after in MAXIMA else None
        written = self.text[token.start : token.end]
        return self.stacks.error(f"'{written}' where a number or a variable is needed", token.span, hint)

    def unexpected(self, token: Token) -> ParseError:
        hint = REFUSED.get(token.text) or RESERVED.get(token.text)
        return self.stacks.error(f"'{token.text}' cannot stand here", token.span, hint)
