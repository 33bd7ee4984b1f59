"""Graph to text in the language of the prompt: what is written here reads as the same graph."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from derivcli import catalog
from derivcli.arrays import OPERATIONS
from derivcli.graph import BINDERS, CONDITIONS, Body, Graph, Node, differentiated
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
    if node.op in ("variable", "constant", "decimal"):
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
        # A tower has its brackets, as the other side writes them: x**(x**x).
        return f"{_in(args[0], POWER + 1)}**{_in(args[1], POWER + 1)}", POWER
    if node.op in ("piecewise", "Piecewise"):
        if node.op == "piecewise" and len(args) == 4 and args[3][0] == "True":
            return f"where({args[1][0]}, {args[0][0]}, {args[2][0]})", _ATOM
        pairs = ", ".join(f"({v[0]}, {c[0]})" for v, c in zip(args[::2], args[1::2], strict=True))
        return f"{node.op}({pairs})", _ATOM
    if node.op in CONDITIONS:
        return _condition(node, args)
    if node.op in OPERATIONS:
        return _array(node, args)
    if node.op == "Derivative":
        return _derivative(node, [a[0] for a in args]), _ATOM
    if node.op == "d":
        return f"d{f'/d{node.value}' if node.value else ''}({args[0][0]})", _ATOM
    if isinstance(node.value, Body):
        return _bound(node.op, node.value, args), _ATOM
    return catalog.KEYS[node.op].call([a[0] for a in args]), _ATOM


def _bound(op: str, body: Body, args: Sequence[tuple[str, int]]) -> str:
    """An integral, a sum or a product; its bound name gives way to names in what stands in it and in its limits."""
    lower, upper, *given = args
    name = fresh(body.parameters[0], [a[0] for a in args])
    known = dict(zip(body.parameters, [(name, _ATOM), *given], strict=True))
    texts: list[tuple[str, int]] = []
    for node in body.nodes:
        inner = [texts[a] for a in node.args]
        texts.append(known[str(node.value)] if node.op == "variable" else _write(node, inner))
    return f"{BINDERS[op]}({texts[body.root][0]}, ({name}, {lower[0]}, {upper[0]}))"


def fresh(name: str, texts: Sequence[str]) -> str:
    """The name, or one like it that does not occur in the texts."""
    taken = {word for text in texts for word in re.findall(r"\w+", text)}
    return next(n for n in (name, *(f"{name}{k}" for k in range(1, len(taken) + 2))) if n not in taken)


def _derivative(node: Node, args: Sequence[str]) -> str:
    """A derivative of a function of the catalog that has no closed form, as SymPy writes it."""
    key, orders = differentiated(node)
    row = catalog.KEYS[key]
    names = [
        a if a.isidentifier() and args.count(a) == 1 else f"_{p}" for a, p in zip(args, row.parameters, strict=True)
    ]
    moving = [k for k, n in enumerate(orders) if n]
    by = [names[k] if orders[k] == 1 else f"({names[k]}, {orders[k]})" for k in moving]
    written = [names[k] if k in moving else a for k, a in enumerate(args)]
    text = f"Derivative({row.call(written)}, {', '.join(by)})"
    for k in moving:
        text = text if names[k] == args[k] else f"Subs({text}, {names[k]}, {args[k]})"
    return text


def _array(node: Node, args: Sequence[tuple[str, int]]) -> tuple[str, int]:
    """An operation on arrays, as it is called."""
    texts, value = [a[0] for a in args], node.value
    if node.op == "matmul":
        # It binds as * does; in a product of entries it has brackets all the same, for the eye.
        return f"{_in(args[0], TERM)} @ {_in(args[1], PRODUCT + 1)}", TERM
    if node.op == "transpose":
        return f"{_in(args[0], _ATOM)}.T", _ATOM
    if node.op == "index":
        return f"{_in(args[0], _ATOM)}[{', '.join(map(_item, value))}]", _ATOM  # type: ignore[arg-type]
    if node.op == "stack":
        return f"[{', '.join(texts)}]", _ATOM
    if node.op == "array":
        return str(value[2]), _ATOM  # type: ignore[index]
    if node.op == "dim":
        return str(value), _ATOM
    if node.op == "full":
        return (f"full({list(value)}, {texts[0]})", _ATOM) if value else args[0]  # type: ignore[arg-type]
    if node.op == "einsum":
        return f"einsum({', '.join([repr(value), *texts])})", _ATOM
    return f"{_NAMES.get(node.op, node.op)}({', '.join([*texts, *options(node)])})", _ATOM


_NAMES = {"amax": "max", "amin": "min"}


def _item(item: Any) -> str:
    if isinstance(item, int):
        return str(item)
    start, stop, step = ("" if part is None else str(part) for part in item[1:])
    return f"{start}:{stop}:{step}" if step else f"{start}:{stop}"


def options(node: Node) -> list[str]:
    """What a call names beside its arrays, where it is not what is meant anyhow."""
    value: Any = node.value
    if node.op in ("reshape", "ones", "zeros", "eye"):
        sizes = value[:1] if node.op == "eye" and value[0] == value[1] else value
        return [str(size) for size in sizes]
    if node.op in ("softmax", "cumsum"):
        return [f"axis={value[0]}"] if value[0] else []
    if value is None:
        return []
    axis, keepdims, *more = value
    named = [f"axis={axis}"] if axis is not None else []
    named += ["keepdims=True"] if keepdims else []
    if node.op in ("var", "std"):
        return named + (["correction=0"] if more == [0] else [])
    return named + ([f"ord={more[0]}"] if more and more[0] != 2 else [])


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
