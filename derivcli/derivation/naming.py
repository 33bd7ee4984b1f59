"""What is told of two formulas by their parts alone: whether one is the other in another order, or with other signs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from derivcli.closures import opened
from derivcli.derivation.telling import IN_ORDER
from derivcli.graph import Body, Graph, Node
from derivcli.language import Setting, read

_OUT = "minus sign taken out of the bracket"
_INTO = "minus sign multiplied into the bracket"
_BOTH = "minus signs of the brackets cancel"


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
    if _canonical(before, names, False) == _canonical(after, names, False):
        return IN_ORDER
    if _canonical(before, names, True) != _canonical(after, names, True):
        return None
    signs = _outer(after) - _outer(before)
    return _OUT if signs > 0 else _INTO if signs < 0 else _BOTH


def _outer(text: str) -> int:
    """How many brackets have a sign before them or before their product."""
    return text.count("-(") + text.startswith("-")


def _canonical(text: str, names: Sequence[str], signs: bool) -> str:
    reading = read([text], setting=Setting(names))
    return _parts(reading.graph, reading.roots[0], signs).text()


def _parts(graph: Graph, root: int, signs: bool) -> _Parts:
    parts: dict[int, _Parts] = {}
    for i in graph.reachable([root]):
        node = graph.nodes[i]
        parts[i] = _of(graph, node, [parts[a] for a in node.args], signs)
    return parts[root]


def _of(graph: Graph, node: Node, args: Sequence[_Parts], signs: bool) -> _Parts:
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
    value = _parts(*opened(node.value), signs).text() if isinstance(node.value, Body) else node.value
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
