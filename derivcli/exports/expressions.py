"""A list of operations as statements of any language: what is used once stands where it is used."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction

from derivcli.exports.program import Dialect
from derivcli.graph import CONDITIONS, Node
from derivcli.numeric.engines.lowered import Lowered

# Longer parts get a line of their own.
MAX_INLINE = 60
# How tightly things bind: a sum, a product, a name or call; anything else stands in brackets.
_LOOSE, _SUM, _PRODUCT, _ATOM = 0, 1, 2, 9
# For arithmetic how tightly the result binds, and how tightly the arguments must.
_BINDS: Mapping[str, tuple[int, tuple[int, ...]]] = {
    "add": (_SUM, (_SUM, _PRODUCT)), "sub": (_SUM, (_SUM, _PRODUCT)), "neg": (_SUM, (_PRODUCT,)),
    "mul": (_PRODUCT, (_PRODUCT, _ATOM)), "div": (_PRODUCT, (_PRODUCT, _ATOM)),
}  # fmt: skip

# A text, and how tightly it binds.
_Text = tuple[str, int]


class Statements:
    """The statements for one list of operations.

    Args:
        found: the operations.
        wanted: the nodes of all entries of the results, as often as they are written.
        names: for each variable its name in the program.
        dialect: the language.

    `lines` are the statements, `parts` the names that they give and whether each is a truth.
    """

    def __init__(self, found: Lowered, wanted: Sequence[int], names: Mapping[str, str], dialect: Dialect) -> None:
        self.lines: list[str] = []
        self.parts: list[tuple[str, bool]] = []
        self._found, self._names, self._dialect = found, names, dialect
        self._texts: dict[int, _Text] = {}
        uses = [(a, found.graph.nodes[i].op, k) for i in found.order for k, a in enumerate(found.graph.nodes[i].args)]
        self._uses = Counter([*(a for a, _, _ in uses), *wanted])
        # Of what is used once: by which operation, and as which argument.
        self._user = {a: (op, k) for a, op, k in uses}
        for i in found.order:
            self._texts[i] = self._written(i)

    def entry(self, root: int) -> str:
        """The text of a result."""
        return _bare(self._operand(root)[0])

    def _written(self, i: int) -> _Text:
        node = self._found.graph.nodes[i]
        text = self._text(node)
        if self._uses[i] == 1 and len(text[0]) <= MAX_INLINE and not self._twice(i):
            return text
        name = f"t{len(self.lines) + 1}"
        truth = node.op in CONDITIONS
        self.lines.append((self._dialect.truth if truth else self._dialect.part).format(name, _bare(text[0])))
        self.parts.append((name, truth))
        return name, _ATOM

    def _twice(self, i: int) -> bool:
        """Whether the one operation that uses a node writes it more than once."""
        op, k = self._user.get(i, ("", 0))
        return op != "" and self._dialect.operations[op].count(f"{{{k}}}") > 1

    def _text(self, node: Node) -> _Text:
        template = self._dialect.operations[node.op]
        args = [self._operand(a) for a in node.args]
        if node.op == "add" and args[1][0].startswith("-") and args[1][1] == _SUM and self._is_number(node.args[1]):
            return f"{args[0][0]} - {args[1][0][1:]}", _SUM
        if node.op in _BINDS:
            level, levels = _BINDS[node.op]
            return template.format(*map(_bracketed, args, levels)), level
        levels = tuple(_ATOM if _is_beside_operator(template, k) else _LOOSE for k in range(len(args)))
        return template.format(*map(_bracketed, args, levels)), _ATOM if _is_call(template) else _LOOSE

    def _is_number(self, i: int) -> bool:
        return i in self._found.constants or self._found.graph.nodes[i].op == "number"

    def _operand(self, i: int) -> _Text:
        if i in self._found.constants:
            value = self._found.constants[i]
            if isinstance(value, bool):
                return self._dialect.truths[0 if value else 1], _ATOM
            return _signed(self._dialect.number(value))
        node = self._found.graph.nodes[i]
        if node.op == "variable":
            return self._names[str(node.value)], _ATOM
        if node.op == "number":
            assert isinstance(node.value, Fraction)
            return (str(node.value), _PRODUCT) if "/" in str(node.value) else _signed(str(node.value))
        if node.op == "constant":
            return self._dialect.operations[str(node.value)], _ATOM
        return self._texts[i]


def _signed(text: str) -> _Text:
    return text, _SUM if text.startswith("-") else _ATOM


def _bracketed(text: _Text, needed: int) -> str:
    return text[0] if text[1] >= needed else f"({text[0]})"


# What stands around an argument that needs no brackets: those of a call, or the parts of a choice.
_BEFORE, _AFTER = ("(", "[", ", ", "? ", ": ", "if ", "{{ "), (")", "]", ",", " ?", " :", " {{", " }}")


def _is_beside_operator(template: str, k: int) -> bool:
    """Whether an argument of a text is next to an operator, or the object of a method."""
    around = template.split(f"{{{k}}}")
    return not all(
        before.endswith(_BEFORE) and after.startswith(_AFTER) for before, after in itertools.pairwise(around)
    )


def _is_call(template: str) -> bool:
    """Whether a text is one call, or stands in brackets."""
    match = re.match(r"[\w.:{}]*[(\[]", template)
    return match is not None and _closes_last(template, match.end() - 1)


def _closes_last(text: str, start: int) -> bool:
    """Whether the bracket at a place closes at the end of the text."""
    depth = 0
    for place in range(start, len(text)):
        depth += (text[place] in "([") - (text[place] in ")]")
        if not depth:
            return place == len(text) - 1
    return False


def _bare(text: str) -> str:
    """A text without brackets around all of it."""
    return text[1:-1] if text.startswith("(") and _closes_last(text, 0) else text


def identifiers(texts: Sequence[str]) -> set[str]:
    """The names in texts of a language."""
    return {name for text in texts for name in re.findall(r"[A-Za-z_]\w*", text)}
