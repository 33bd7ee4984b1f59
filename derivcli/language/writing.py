"""Graph to text in the language of the prompt: what is written here reads as the same graph."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from derivcli import catalog
from derivcli.graph import CONDITIONS, Graph, Node
from derivcli.language.operands import AND, COMPARE, NOT, OR, POWER, PRODUCT, SUM, TERM

_ATOM = POWER + 2
_INFIX = {"lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==", "ne": "!="}


def write(graph: Graph, root: int, max_characters: int) -> str | None:
    """The text of one expression, or None where it would be longer than `max_characters`."""
    texts: dict[int, tuple[str, int]] = {}
    for i in graph.reachable([root]):
        node = graph.nodes[i]
        text, level = _write(node, [texts[a] for a in node.args])
        if len(text) > max_characters:
            return None
        texts[i] = (text, level)
    return texts[root][0]


def _write(node: Node, args: Sequence[tuple[str, int]]) -> tuple[str, int]:
    """The text of a node, and how tightly it binds."""
    if node.op == "number":
        return _number(node.value)
    if node.op in ("variable", "constant"):
        return str(node.value), _ATOM
    if node.op == "add":
        return "".join(_term(a, first=k == 0) for k, a in enumerate(args)), SUM
    if node.op == "mul":
        # A product that opens with a sum or sign needs brackets, and so does every later product.
        return "*".join(_in(a, PRODUCT + (k > 0)) for k, a in enumerate(args)), PRODUCT
    if node.op == "neg":
        return f"-{_in(args[0], PRODUCT)}", TERM
    if node.op == "div":
        return f"{_in(args[0], PRODUCT)}/{_in(args[1], POWER)}", PRODUCT
    if node.op == "pow":
        return f"{_in(args[0], POWER + 1)}**{_in(args[1], POWER)}", POWER
    if node.op == "piecewise":
        pairs = ", ".join(f"({v[0]}, {c[0]})" for v, c in zip(args[::2], args[1::2], strict=True))
        return f"Piecewise({pairs})", _ATOM
    if node.op in CONDITIONS:
        return _condition(node, args)
    return f"{catalog.KEYS[node.op].name}({', '.join(a[0] for a in args)})", _ATOM


def _number(value: object) -> tuple[str, int]:
    assert isinstance(value, Fraction)
    if value.denominator == 1:
        return str(value), _ATOM if value >= 0 else TERM
    return str(value), PRODUCT


def _term(arg: tuple[str, int], first: bool) -> str:
    text, level = arg
    if level <= SUM:
        text = f"({text})"
    if first:
        return text
    return f" - {text[1:]}" if text.startswith("-") else f" + {text}"


def _in(arg: tuple[str, int], level: int) -> str:
    return arg[0] if arg[1] >= level else f"({arg[0]})"


def _condition(node: Node, args: Sequence[tuple[str, int]]) -> tuple[str, int]:
    if node.op in ("true", "false"):
        return node.op.capitalize(), _ATOM
    if node.op == "not":
        return f"not {_in(args[0], NOT + 1)}", NOT
    if node.op in ("and", "or"):
        level = AND if node.op == "and" else OR
        return f" {node.op} ".join(_in(a, level + 1) for a in args), level
    return f"{_in(args[0], COMPARE + 1)} {_INFIX[node.op]} {_in(args[1], COMPARE + 1)}", COMPARE
