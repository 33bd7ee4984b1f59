"""Calls of the functions of arrays: sums with their axes, arrays made from sizes, einsum."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from derivcli.arrays import KEYWORDS, ArrayRow, Size
from derivcli.graph import fold
from derivcli.language.limits import MAX_ENTRIES

if TYPE_CHECKING:
    from derivcli.language.calls import Call
    from derivcli.language.operands import Operand

# NumPy divides a variance by n, torch by n - 1.
_NUMPY_DEFAULTS = {"np.var": {"correction": Fraction(0)}, "np.std": {"correction": Fraction(0)}}
_POSITIONAL = {"norm": ("ord", "axis", "keepdims")}
_ORDERS = {"fro": Fraction(2), "f": Fraction(2), "inf": "inf", Fraction(1): Fraction(1), Fraction(2): Fraction(2)}
_NORM_HINT = "write norm(A) for the Frobenius norm, norm1(A) or norm(vec(A), inf) entry by entry"


def array_call(call: Call, row: ArrayRow) -> int:
    """The node of a call of a function of arrays.

    Raises:
        ParseError: arguments that are too many, too few, or of the wrong kind.
    """
    special = _SPECIAL.get(row.name)
    if special is not None:
        return special(call, row)
    if row.builds:
        return _built(call, row)
    numbers, rest = call.arguments[: len(row.parameters)], call.arguments[len(row.parameters) :]
    if len(numbers) < len(row.parameters) or len(rest) > len(row.options):
        raise _wrong_count(call, row)
    options = _options(call, row, rest)
    nodes = [call.number(argument) for argument in numbers]
    value = tuple(options.values()) if options else None
    node = call.graph.add(row.key, nodes, value, span=call.span)
    if row.name == "norm" and options["axis"] is None and _names_an_order(call, rest):
        call.scope.doubts[node] = (f"norm of order {options['ord']} of a matrix can be read in two ways", _NORM_HINT)
    return node


def _names_an_order(call: Call, rest: Sequence[Operand]) -> bool:
    """Whether norm is told 1, 2 or inf, which mean something else for matrices in NumPy; 'fro' does not."""
    given = [*rest[:1], *(v for k, v in call.keywords.items() if KEYWORDS.get(k, k) == "ord")]
    return any(operand.text != "fro" for operand in given)


def _wrong_count(call: Call, row: ArrayRow) -> Exception:
    arguments = ", ".join((*row.parameters, *(f"{k}=…" for k in row.options)))
    hint = f"{row.name}({arguments}): {row.summary}"
    return call.error(f"{call.name.text} does not take {len(call.arguments)} arguments", hint=hint)


def _options(call: Call, row: ArrayRow, rest: Sequence[Operand]) -> dict[str, Any]:
    """The values of all options, in the row's order."""
    given: dict[str, Any] = dict(zip(_POSITIONAL.get(row.key, tuple(row.options)), rest, strict=False))
    for keyword, operand in call.keywords.items():
        name = KEYWORDS.get(keyword, keyword)
        if keyword == "unbiased" and "correction" in row.options:
            name = "correction"
        if name not in row.options or name in given:
            known = ", ".join(f"{k}=" for k in row.options)
            hint = f"it takes {known}" if known else None
            raise call.error(f"{call.name.text} does not take {keyword}= here", operand.span, hint)
        given[name] = operand
    defaults = {**row.options, **_NUMPY_DEFAULTS.get(call.name.text, {})}
    return {name: _READERS[name](call, given[name]) if name in given else defaults[name] for name in row.options}


def _constant(call: Call, operand: Operand) -> Any:
    """The value of an option: a Fraction, a truth, a text, "inf" or None."""
    if operand.text is not None:
        return operand.text
    if operand.items is not None:
        return tuple(_constant(call, item) for item in operand.items)
    node = call.graph.nodes[operand.node]
    if node.op in ("true", "false"):
        return node.op == "true"
    if node.op == "constant" and node.value in ("oo", "None"):
        return {"oo": "inf", "None": None}[str(node.value)]
    folded, (root,) = fold(call.graph, [operand.node])
    return folded.nodes[root].value if folded.nodes[root].op == "number" else operand


def _axis(call: Call, operand: Operand) -> Any:
    value = _constant(call, operand)
    if isinstance(value, tuple):
        if sorted(value, key=str) in ([Fraction(0)], [Fraction(0), Fraction(1)], [Fraction(-2), Fraction(-1)]):
            return None if len(value) > 1 else int(value[0])
        raise call.error("several axes are all axes here: leave the axis out", operand.span)
    if value is None or (isinstance(value, Fraction) and value.denominator == 1):
        return None if value is None else int(value)
    raise call.error("an axis is a whole number: 0 or 1", operand.span)


def _truth(call: Call, operand: Operand) -> bool:
    value = _constant(call, operand)
    if isinstance(value, bool):
        return value
    raise call.error("True or False is needed here", operand.span)


def _order(call: Call, operand: Operand) -> Any:
    value = _constant(call, operand)
    if isinstance(value, (str, Fraction)) and value in _ORDERS:
        return _ORDERS[value]
    raise call.error("norm has the orders 1, 2, inf and 'fro'", operand.span)


def _correction(call: Call, operand: Operand) -> Fraction:
    value = _constant(call, operand)
    if isinstance(value, bool):
        return Fraction(value)
    if isinstance(value, Fraction) and value.denominator == 1:
        return value
    raise call.error("a correction is a whole number, 0 or 1", operand.span)


_READERS: dict[str, Callable[[Call, Operand], Any]] = {
    "axis": _axis, "keepdims": _truth, "ord": _order, "correction": _correction,
}  # fmt: skip


def _size(call: Call, operand: Operand, negative: bool = False) -> Size:
    value = _constant(call, operand)
    if isinstance(value, Fraction) and value.denominator == 1 and (value > 0 or negative):
        return int(value)
    node = call.graph.nodes[operand.node] if operand.node >= 0 else None
    if node is not None and node.op == "dim":
        return str(node.value)
    hint = "write a whole number; a name is a size if a shape names it: --var x:vector(n)"
    raise call.error("a size is needed here", operand.span, hint)


def _sizes(call: Call, operands: Sequence[Operand], negative: bool = False) -> tuple[Size, ...]:
    """Sizes as arguments, or as one list or tuple."""
    if len(operands) == 1 and operands[0].items is not None:
        operands = operands[0].items
    elif len(operands) == 1 and operands[0].node >= 0 and call.graph.nodes[operands[0].node].op == "stack":
        values = [call.graph.nodes[a].value for a in call.graph.nodes[operands[0].node].args]
        if all(isinstance(v, Fraction) and v.denominator == 1 for v in values):
            return tuple(int(v) for v in values)  # type: ignore[arg-type]
    shape = tuple(_size(call, operand, negative) for operand in operands)
    if len(shape) > 2 or not shape:
        raise call.error("arrays are vectors or matrices: one size or two")
    count = 1
    for size in shape:
        count *= size if isinstance(size, int) else 1
    if abs(count) > MAX_ENTRIES:
        raise call.error(f"an array of {count:,} entries; the limit is {MAX_ENTRIES:,}")
    return shape


def _reshape(call: Call, row: ArrayRow) -> int:
    if row.name == "flatten":
        if len(call.arguments) != 1:
            raise _wrong_count(call, row)
        return call.graph.add("reshape", (call.number(call.arguments[0]),), (-1,), span=call.span)
    if len(call.arguments) < 2:
        raise _wrong_count(call, row)
    sizes = _sizes(call, call.arguments[1:], negative=True)
    return call.graph.add("reshape", (call.number(call.arguments[0]),), sizes, span=call.span)


def _stack(call: Call, row: ArrayRow) -> int:
    if not call.arguments:
        raise _wrong_count(call, row)
    if len(call.arguments) == 1:
        items = call.arguments[0].items
        if items is None:
            return call.number(call.arguments[0])
        return call.graph.add("stack", [call.number(item) for item in items], span=call.span)
    return call.graph.add("stack", [call.number(argument) for argument in call.arguments], span=call.span)


def _einsum(call: Call, row: ArrayRow) -> int:
    spec = (call.arguments[0].text or "").replace(" ", "") if call.arguments else ""
    inputs, arrow, output = spec.partition("->")
    count = len(call.arguments) - 1
    letters = inputs.replace(",", "")
    if not arrow:
        output = "".join(sorted(letter for letter in letters if letters.count(letter) == 1))
    well_formed = (
        re.fullmatch("[A-Za-z]*", letters + output) and set(output) <= set(letters)
        and len(set(output)) == len(output) and len(inputs.split(",")) == count
    )  # fmt: skip
    if not well_formed:
        hint = "write einsum('ij,jk->ik', A, B)"
        raise call.error("einsum takes a text of indices and an array for each part of it", hint=hint)
    return call.graph.add("einsum", [call.number(a) for a in call.arguments[1:]], f"{inputs}->{output}", span=call.span)


_SPECIAL: dict[str, Callable[[Call, ArrayRow], int]] = {
    "reshape": _reshape, "flatten": _reshape, "stack": _stack, "einsum": _einsum,
}  # fmt: skip


def _built(call: Call, row: ArrayRow) -> int:
    """An array made from sizes."""
    seed = call.keywords.get("seed")
    if set(call.keywords) - {"seed"}:
        raise call.error(f"{call.name.text} takes no named argument but seed", call.name.span)
    graph, span = call.graph, call.span
    if not call.arguments:
        raise _wrong_count(call, row)
    if row.name == "eye":
        sizes = _sizes(call, call.arguments)
        return graph.add("eye", (), (sizes[0], sizes[-1]), span=span)
    if row.name == "full":
        if len(call.arguments) != 2:
            raise _wrong_count(call, row)
        return graph.add("full", (call.number(call.arguments[1]),), _sizes(call, call.arguments[:1]), span=span)
    if row.name in ("ones", "zeros"):
        return graph.add(row.name, (), _sizes(call, call.arguments), span=span)
    if row.name in ("arange", "linspace"):
        return _spaced(call, row)
    sizes = _sizes(call, call.arguments)
    if not all(isinstance(size, int) for size in sizes):
        raise call.error("the sizes of a random array are numbers")
    chosen = call.scope.draw_seed() if seed is None else _whole_option(call, seed)
    shape = tuple(int(size) for size in sizes)
    shape = (shape[0], shape[0]) if row.name == "spd" else shape
    entries = tuple(Fraction(v) for v in RANDOM[row.name](random.Random(chosen), shape))
    text = f"{row.name}({', '.join(map(str, shape[:1] if row.name == 'spd' else shape))}, seed={chosen})"
    return graph.add("array", (), (shape, entries, text), span=span)


def _whole_option(call: Call, operand: Operand) -> int:
    value = _constant(call, operand)
    if isinstance(value, Fraction) and value.denominator == 1:
        return int(value)
    raise call.error("a seed is a whole number", operand.span)


def _spaced(call: Call, row: ArrayRow) -> int:
    values = [_constant(call, argument) for argument in call.arguments]
    if not all(isinstance(v, Fraction) for v in values) or not 1 <= len(values) <= 3:
        raise call.error(f"{row.name} takes numbers", hint=f"{row.name}({', '.join(row.parameters)}): {row.summary}")
    if row.name == "linspace":
        if len(values) != 3 or values[2] < 1 or values[2].denominator != 1:
            raise _wrong_count(call, row)
        count = int(values[2])
        start, step = values[0], (values[1] - values[0]) / max(count - 1, 1)
    else:
        start, stop, step = [Fraction(0), *values, Fraction(1)][-3:] if len(values) < 2 else [*values, Fraction(1)][:3]
        if not step or (stop - start) / step <= 0:
            raise call.error("arange has no numbers here")
        count = -int((start - stop) // step)
    if count > MAX_ENTRIES:
        raise call.error(f"an array of {count:,} entries; the limit is {MAX_ENTRIES:,}")
    entries = tuple(start + k * step for k in range(count))
    text = f"{row.name}({', '.join(map(str, values))})"
    return call.graph.add("array", (), ((count,), entries, text), span=call.span)


def _spd(generator: random.Random, shape: tuple[int, ...]) -> list[float]:
    """B @ B.T/n + eye(n) with normal B: symmetric, with eigenvalues from 1 on."""
    n = shape[0]
    b = [[generator.gauss(0.0, 1.0) for _ in range(n)] for _ in range(n)]
    return [sum(x * y for x, y in zip(b[i], b[j], strict=True)) / n + (i == j) for i in range(n) for j in range(n)]


def _entries(draw: Callable[[random.Random], float]) -> Callable[[random.Random, tuple[int, ...]], list[float]]:
    def drawn(generator: random.Random, shape: tuple[int, ...]) -> list[float]:
        count = 1
        for size in shape:
            count *= size
        return [draw(generator) for _ in range(count)]

    return drawn


# Python's generator gives the same numbers on every machine, and torch need not be loaded for them.
RANDOM: dict[str, Callable[[random.Random, tuple[int, ...]], list[float]]] = {
    "rand": _entries(lambda g: g.random()), "randn": _entries(lambda g: g.gauss(0.0, 1.0)), "spd": _spd,
}  # fmt: skip
