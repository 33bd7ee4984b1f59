"""What is told of two formulas by their parts alone: whether one is the other in another order, or with other signs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from derivcli.closures import opened
from derivcli.derivation.telling import IN_ORDER
from derivcli.graph import Body, Graph, Node
from derivcli.language import Setting, read

_OUT = "minus sign taken out of the bracket"
_INTO = "minus sign multiplied into the bracket"
_BOTH = "minus signs of the brackets cancel"
_CANCEL = "minus signs cancel"
# A negative exponent that goes, and one that comes.
_BELOW, _ABOVE = "negative exponent, a**(-n) = 1/a**n", "negative exponent, 1/a**n = a**(-n)"


@dataclass(frozen=True)
class _Parts:
    """A product as it can be compared: its sign, what stands above the bar and below."""

    sign: int
    over: tuple[str, ...]
    below: tuple[str, ...]

    def text(self) -> str:
        """The same text for the same parts in any order."""
        return f"{'-' * (self.sign < 0)}[{'*'.join(sorted(self.over))}/{'*'.join(sorted(self.below))}]"


def rearranged(before: str, after: str, names: Sequence[str]) -> str | None:
    """What is done where two formulas differ in the order or the signs of their parts; None where in more.

    Args:
        before, after: their texts.
        names: of variables.
    """
    old, new = (_read(text, names) for text in (before, after))
    if _canonical(old) == _canonical(new):
        return _CANCEL if before.count("-") - after.count("-") > 1 else IN_ORDER
    if _canonical(old, signs=True) == _canonical(new, signs=True):
        signs = _outer(after) - _outer(before)
        return _OUT if signs > 0 else _INTO if signs < 0 else _BOTH
    if _canonical(old, exponents=True) == _canonical(new, exponents=True):
        return _ABOVE if _negative_exponents(new) > _negative_exponents(old) else _BELOW
    return None


def _outer(text: str) -> int:
    """How many brackets have a sign before them or before their product."""
    return text.count("-(") + text.startswith("-")


def _read(text: str, names: Sequence[str]) -> tuple[Graph, int]:
    reading = read([text], setting=Setting(names))
    return reading.graph, reading.roots[0]


def _canonical(formula: tuple[Graph, int], signs: bool = False, exponents: bool = False) -> str:
    """The same text for formulas that differ in the order of their parts alone.

    Args:
        formula: its node.
        signs: whether the signs of brackets count for nothing.
        exponents: whether a negative exponent and a bar are the same.
    """
    return _parts(*formula, signs, exponents).text()


def _parts(graph: Graph, root: int, signs: bool, exponents: bool) -> _Parts:
    parts: dict[int, _Parts] = {}
    for i in graph.reachable([root]):
        node = graph.nodes[i]
        args = [parts[a] for a in node.args]
        if exponents and node.op in _POWERS and args[-1].sign < 0:
            positive = _of(graph, node, [*args[:-1], replace(args[-1], sign=1)], signs, exponents)
            parts[i] = _Parts(positive.sign, positive.below, positive.over)
        else:
            parts[i] = _of(graph, node, args, signs, exponents)
    return parts[root]


# Operations whose last argument is an exponent.
_POWERS = ("pow", "exp")


def _negative_exponents(formula: tuple[Graph, int]) -> int:
    graph, root = formula
    parts: dict[int, _Parts] = {}
    for i in graph.reachable([root]):
        parts[i] = _of(graph, graph.nodes[i], [parts[a] for a in graph.nodes[i].args], False, False)
    powers = (graph.nodes[i].args[-1] for i in parts if graph.nodes[i].op in _POWERS)
    return sum(parts[a].sign < 0 for a in powers)


def _of(graph: Graph, node: Node, args: Sequence[_Parts], signs: bool, exponents: bool) -> _Parts:
    if node.op == "number":
        over, below = node.value.numerator, node.value.denominator  # type: ignore[union-attr]
        return _Parts(-1 if over < 0 else 1, _factor(abs(over)), _factor(below))
    if node.op == "neg":
        return _Parts(-args[0].sign, args[0].over, args[0].below)
    if node.op == "mul":
        return _multiplied(args)
    if node.op == "div":
        return _multiplied([args[0], _Parts(args[1].sign, args[1].below, args[1].over)])
    if node.op == "add":
        return _summed(args, signs)
    base, texts = args[0] if args else None, [a.text() for a in args]
    whole = graph.nodes[node.args[1]].value if node.op == "pow" else None
    if signs and base and base.sign < 0 and whole is not None and getattr(whole, "denominator", 0) == 1:
        odd = whole.numerator % 2  # type: ignore[union-attr]
        return _Parts(-1 if odd else 1, (f"pow({_Parts(1, base.over, base.below).text()}, {texts[1]})",), ())
    if node.op in ("max", "min"):
        texts.sort()
    value = _parts(*opened(node.value), signs, exponents).text() if isinstance(node.value, Body) else node.value
    return _Parts(1, (f"{node.op}{'' if value is None else f':{value}'}({', '.join(texts)})",), ())


def _factor(n: int) -> tuple[str, ...]:
    return () if n == 1 else (str(n),)


def _multiplied(args: Sequence[_Parts]) -> _Parts:
    sign = -1 if sum(a.sign < 0 for a in args) % 2 else 1
    return _Parts(sign, tuple(p for a in args for p in a.over), tuple(p for a in args for p in a.below))


def _summed(args: Sequence[_Parts], signs: bool) -> _Parts:
    """A sum; where signs do not count, with that sign before it that makes its first term positive."""
    terms = sorted(args, key=lambda a: _Parts(1, a.over, a.below).text())
    turned = signs and terms[0].sign < 0
    texts = [_Parts(-a.sign if turned else a.sign, a.over, a.below).text() for a in terms]
    return _Parts(-1 if turned else 1, (f"({' + '.join(texts)})",), ())
