"""Tokens to graph: an operator-precedence parser with its stacks in the open, so that no nesting is too deep for it."""

from __future__ import annotations

import re
from fractions import Fraction

from derivcli import catalog
from derivcli.errors import ParseError
from derivcli.graph import CONDITIONS, Graph, Span
from derivcli.language.operands import BARE, BINARY, CHOICE, NOT, POWER, PRODUCT, ROOT, SIGN, TERM, Operand, Stacks
from derivcli.language.tokens import Token

_CHOICE_HINT, _LOOP_HINT = "a choice is written `a if c else b`", "loops are not read yet"
# Words that are never names, with what to write instead.
_RESERVED = {
    "if": _CHOICE_HINT, "else": _CHOICE_HINT, "while": _LOOP_HINT, "for": _LOOP_HINT, "and": "", "or": "", "not": "",
    "in": "choose another name", "is": "compare with ==",
}  # fmt: skip
_REFUSED = {
    "Infinity": "write oo", "inf": "write oo", "NaN": "it is not a number", "nan": "it is not a number",
    "None": "it is not a number",
    "//": "write floor(a/b)", "<<": "write a*2**b", ">>": "write floor(a/2**b)", ":=": "write name = expression;",
    "@": "products of matrices are not read yet",
    "=": "a named result is `name = expression;`; of an equation write one side alone",
    "!!": "the double factorial is not read; write (x!)! for a factorial twice",
    "{": "group with ( and )", "}": "group with ( and )", "'": "text in quotes is not mathematics",
    '"': "text in quotes is not mathematics", ".": "attributes and methods are not read here",
    ":": "ranges are read after --at only", "[": "indices are not read yet",
}  # fmt: skip


class Parser:
    """Reads expressions from tokens into one graph.

    Args:
        text: the text that the tokens come from, for errors.
        graph: where the nodes go.
        known: named results so far, name -> node.
        declared: names that are variables even where they could be constants or functions.
        warnings: what a reader should be told; appended to.
    """

    def __init__(
        self, text: str, graph: Graph, known: dict[str, int], declared: frozenset[str], warnings: list[str]
    ) -> None:
        self.text, self.graph, self.known, self.declared, self.warnings = (
            text,
            graph,
            known,
            declared,
            warnings,
        )
        self.decimals = False

    def parse(self, tokens: list[Token]) -> Operand:
        """The operand that all of `tokens` (the last one being `end`) make; a list of several has `items`."""
        self.tokens, self.i = tokens, 0
        self.stacks = Stacks(self.text, self.graph)
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
            what = "`if` lacks its `else`" if opened.kind == "if" else f"'{opened.token.text}' is never closed"
            if opened.kind == "call":
                what = f"'{opened.token.text}(' is never closed"
            raise self.stacks.error(what, opened.token.span)
        return self.stacks.finish()

    # Each step takes a token (and moves `i` where it takes more); it returns whether an operand is wanted next.

    def _operand(self, token: Token) -> bool:
        """A token that begins or prepares an operand."""
        stacks = self.stacks
        if token.kind == "number":
            return self._push(self._number(token), token)
        if token.kind == "name":
            return self._name(token)
        if token.text in ("-", "+"):
            inside = bool(stacks.pending) and stacks.pending[-1].level >= PRODUCT
            stacks.open("sign", token, SIGN if inside else TERM)
        elif token.text == "√":
            stacks.open("root", token, ROOT)
        elif token.text in ("(", "["):
            stacks.open(token.text, token)
        elif token.text == "~":
            stacks.open("not", token, NOT)
        elif token.text == "|":
            if stacks.open_bar():
                raise stacks.error("nested bars can be read in two ways", token.span, "write abs(…)")
            stacks.open("|", token)
        elif token.text == ")" and self.i and self._opens_call(self.tokens[self.i - 1]):
            stacks.close(token, empty=True)
            return False
        else:
            raise self._lacks_operand(token)
        return True

    def _opens_call(self, previous: Token) -> bool:
        return previous.text == "(" and self.stacks.pending[-1].kind == "call"

    def _number(self, token: Token) -> int:
        if "." in token.text or "e" in token.text.lower():
            # Decimals show again in the answer, unless they were typed only as exponents.
            self.decimals |= not any(p.level == POWER for p in self.stacks.pending[-2:])
        return self.graph.number(Fraction(token.text.rstrip(".")), token.span)

    def _name(self, token: Token) -> bool:
        name, following = token.text, self.tokens[self.i + 1]
        if name == "not":
            self.stacks.open("not", token, NOT)
            return True
        if name in _RESERVED or name in _REFUSED:
            raise self._unexpected(token)
        if name in ("True", "False"):
            return self._push(self.graph.add(name.lower(), span=token.span), token)
        if following.text == "(":
            self.i += 1
            self.stacks.open("call", token)
            return True
        if self._is_function(name):
            return self._function_without_parentheses(token)
        return self._push(self._value(name, token.span), token)

    def _is_function(self, name: str) -> bool:
        if name in self.known or name in self.declared or name not in catalog.SPELLINGS:
            return False
        row = catalog.SPELLINGS[name][0]
        return not (row.names_variables and name == row.name)

    def _value(self, name: str, span: Span) -> int:
        if name in self.known:
            return self.known[name]
        if name in catalog.CONSTANTS and name not in self.declared:
            if name not in catalog.EXPECTED_CONSTANTS:
                self._warn(f"{name} is read as a constant; give it a value to make it a variable")
            return self.graph.add("constant", value=catalog.CONSTANTS[name], span=span)
        if name.lower() == "pi" and name not in self.declared:
            self._warn(f"{name} is read as a variable; the number is pi")
        glued = name[:-1] if name[-1] in "xyzθ" else ""
        if len(glued) > 1 and glued in catalog.SPELLINGS and name not in self.declared:
            self._warn(f"{name} is read as one variable; for {glued} of {name[-1]} write {glued}({name[-1]})")
        return self.graph.variable(name, span)

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
        elif following.kind == "number" or following.text in ("|", "√") or (
            following.kind == "name" and following.text not in _RESERVED
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
            return self._postfix("pow", token, self.graph.number(int(text), token.span))
        if text == "!":
            return self._postfix("factorial", token)
        if text in (")", "]") or (text == "|" and stacks.open_bar()):
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
        if text in BINARY:
            return self._binary(token)
        if token.kind == "number" or (token.kind == "name" and text not in _RESERVED) or text in ("(", "√"):
            return self._juxtaposed(token)
        raise self._unexpected(token)

    def _postfix(self, op: str, token: Token, *more: int) -> bool:
        operand = self.stacks.operands.pop() if self.stacks.operands[-1].terms is None else self.stacks.finish()
        self.stacks.need_number(operand)
        node = self.graph.add(op, (operand.node, *more), span=(operand.start, token.end))
        self.stacks.operands.append(Operand(node, operand.start, token.end, closed=op == "factorial"))
        return False

    def _comma(self, token: Token) -> bool:
        self.stacks.reduce(0)
        if not self.stacks.pending or self.stacks.pending[-1].kind not in ("call", "(", "["):
            a_decimal = re.search(r"[0-9],[0-9]", self.text[max(0, token.start - 1) : token.end + 1])
            hint = "the decimal point is a dot" if a_decimal else "several expressions are written [f, g]"
            raise self.stacks.error("a comma cannot stand here", token.span, hint)
        self.stacks.pending[-1].items.append(self.stacks.finish())
        return True

    def _else(self, token: Token) -> bool:
        self.stacks.reduce(0)
        if not self.stacks.pending or self.stacks.pending[-1].kind != "if":
            raise self.stacks.error("`else` without its `if`", token.span)
        opened = self.stacks.pending[-1]
        opened.kind, opened.token, opened.level = "else", token, CHOICE
        return True

    def _binary(self, token: Token) -> bool:
        text, level = token.text, BINARY[token.text]
        if text in ("/", "%") or (text == "*" and self._is_function(self.tokens[self.i + 1].text)):
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
            raise stacks.error("two numbers side by side", (previous.start, token.end), "write * between them")
        if left.closed or left.items is not None:
            raise stacks.error(
                "a product that can be read in two ways", (left.start, token.end), "write * between them"
            )
        top = stacks.pending[-1] if stacks.pending else None
        if (
            top is not None
            and top.kind in ("root", "bare")
            and top.token.text in ("√", "sqrt")
            and previous.text != ")"
        ):
            first = self.text[left.start : left.end]
            hint = f"write sqrt({first})*{token.text} or sqrt({first}*{token.text})"
            raise stacks.error("a root that can be read in two ways", (top.token.start, token.end), hint)
        if self._is_function(token.text):
            stacks.end_bare_function()
        stacks.reduce(SIGN)
        divided = bool(stacks.pending) and stacks.pending[-1].token.text == "/"
        stacks.reduce(PRODUCT)
        if divided:
            a = stacks.operands[-1]
            self._warn(f"{self.text[a.start : token.end]} is read as ({self.text[a.start : a.end]})*{token.text}")
        stacks.open("binary", Token("op", "*", token.start, token.start), PRODUCT)
        return self._operand(token)

    def _lacks_operand(self, token: Token) -> ParseError:
        if token.text in _REFUSED:
            return self._unexpected(token)
        if token.kind == "end":
            before = self.tokens[self.i - 1]
            return self.stacks.error(
                "the expression ends too early",
                token.span,
                f"something must follow '{self.text[before.start : before.end]}'",
            )
        return self.stacks.error(
            f"'{self.text[token.start : token.end]}' where a number or a variable is needed", token.span
        )

    def _unexpected(self, token: Token) -> ParseError:
        hint = _REFUSED.get(token.text) or _RESERVED.get(token.text)
        return self.stacks.error(f"'{token.text}' cannot stand here", token.span, hint)

    def _warn(self, message: str) -> None:
        if message not in self.warnings:
            self.warnings.append(message)
