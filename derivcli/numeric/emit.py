"""Graph to torch source, one line for each node: for arrays, and for expressions that are too large for SymPy."""

from __future__ import annotations

import cmath
import math
from collections.abc import Container, Mapping, Sequence
from fractions import Fraction

from derivcli import catalog
from derivcli.arrays import OPERATIONS, Shape
from derivcli.graph import CONDITIONS, Body, Graph, Node, differentiated
from derivcli.leafnames import leaf_name
from derivcli.numeric.array_code import Operation, code
from derivcli.numeric.exact import evaluate
from derivcli.spelled import COMPLEX, OF_REALS, spelled, takes_numbers

# Terms of a sum, or factors of a product, on one line.
MAX_OPERANDS = 50
# Operations that are written in the same way for real and for complex numbers.
_ANY = frozenset(("add", "mul", "neg", "div", "piecewise"))
_INFIX = {"lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==", "ne": "!=", "and": "&", "or": "|"}


def emit(
    graph: Graph,
    roots: Sequence[int],
    arguments: Mapping[str, str],
    constants: Mapping[int, complex | bool],
    shapes: Mapping[int, Shape] | None = None,
    literal: bool = False,
    complexes: Container[int] = frozenset(),
) -> str:
    """A torch program `f` for the roots of a graph of primitives and functions of `spelled.KEPT`.

    Args:
        graph, roots: the expression's components.
        arguments: for each variable the name of its argument, in order.
        constants: the values of nodes without variables, numbers rounded once from many digits.
        shapes: the shape of every node, in numbers, if there are arrays.
        literal: whether functions are torch's own, whatever their derivatives (`spelled.LITERAL`).
        complexes: the nodes that are complex, in a program in complex numbers.
    """
    shapes = shapes or {}
    like = next(iter(arguments.values()), "")
    lines = [f"def f({', '.join(arguments.values())}):"]
    names: dict[int, str] = {}
    order = graph.reachable(roots, leaves=constants)
    negative = subtracted(graph, order, roots, constants)
    for i in order:
        node = graph.nodes[i]
        value = constants.get(i)
        if i in negative:
            names[i] = f"-{names[node.args[0]]}"
            continue
        if isinstance(value, bool):
            names[i] = f"{like}.new_tensor({value}, dtype=torch.bool)"
        elif value is not None:
            names[i] = literal_text(value)
        elif node.op == "variable":
            names[i] = arguments[str(node.value)]
        else:
            args = [names[a] for a in node.args]
            tensors = [_tensor(like, names[a], constants[a]) if a in constants else names[a] for a in node.args]
            if node.op == "piecewise" and constants.get(node.args[-1]) is True:
                args[-1] = "True"
            names[i] = f"t{i}"
            if node.op in OPERATIONS:
                operation = Operation(node.value, tensors, [shapes[a] for a in node.args], shapes[i], like)
                lines.append(f"    t{i} = {code(node.op, operation)}")
                continue
            while node.op in ("add", "mul") and len(args) > MAX_OPERANDS:
                # Python's compiler takes only so many operators on a line.
                parts = [args[k : k + MAX_OPERANDS] for k in range(0, len(args), MAX_OPERANDS)]
                args = [f"t{i}_{len(parts)}_{k}" for k in range(len(parts))]
                lines.extend(
                    f"    {a} = {line(node, part, part, literal)}" for a, part in zip(args, parts, strict=True)
                )
            below = [a in complexes for a in node.args]
            if node.op not in _ANY and (i in complexes or any(below)):
                lines.append(f"    t{i} = {_complex_line(node, args, tensors, below)}")
            else:
                lines.append(f"    t{i} = {line(node, args, tensors, literal)}")
    return "\n".join([*lines, f"    return [{', '.join(names[r] for r in roots)}]", ""])


def subtracted(graph: Graph, order: Sequence[int], roots: Sequence[int], constants: Container[int]) -> set[int]:
    """Negative terms that only sums use, behind their first term: they are subtracted on the sum's own line."""
    elsewhere = set(roots)
    behind: set[int] = set()
    for i in order:
        if i not in constants:
            args = graph.nodes[i].args
            later = args[1:] if graph.nodes[i].op == "add" and len(args) <= MAX_OPERANDS else ()
            behind.update(a for a in later if graph.nodes[a].op == "neg" and a not in constants)
            elsewhere.update(args if not later else args[:1])
    return behind - elsewhere


def constants(graph: Graph, roots: Sequence[int], complex_too: bool = False) -> dict[int, complex | bool]:
    """The largest parts without variables or arrays, as floats, and conditions without variables.

    Args:
        graph, roots: the expression.
        complex_too: whether a part that is not real is a complex number; otherwise it is NaN.
    """
    varying: set[int] = set()
    order = graph.reachable(roots)
    for i in order:
        node = graph.nodes[i]
        if node.op == "variable" or node.op in OPERATIONS or any(a in varying for a in node.args):
            varying.add(i)
    used = {a for i in order if i in varying for a in graph.nodes[i].args} | set(roots)
    constant = [i for i in order if i not in varying and i in used]
    conditions = [i for i in constant if graph.nodes[i].op in CONDITIONS]
    numbers = [i for i in constant if graph.nodes[i].op not in CONDITIONS]
    plain = {i: value for i in numbers if isinstance(value := graph.nodes[i].value, Fraction) and _is_float(value)}
    numbers = [i for i in numbers if i not in plain]
    found = evaluate(graph, numbers, {}, real=not complex_too, conditions=conditions, complex_too=complex_too)
    values = {i: v.plain() for i, v in zip(numbers, found.roots, strict=True)}
    return {**{i: float(v) for i, v in plain.items()}, **values, **found.conditions}


def _is_float(value: Fraction) -> bool:
    """Whether a fraction is a whole number that is a float: it needs no evaluation."""
    return value.denominator == 1 and abs(value.numerator) <= 2**53


def line(node: Node, args: Sequence[str], tensors: Sequence[str], literal: bool) -> str:
    """A node as an expression of torch.

    Args:
        node: of a program in real numbers.
        args: its arguments' names, or their numbers.
        tensors: the same as tensors.
        literal: whether functions are torch's own.
    """
    if node.op == "add":
        return args[0] + "".join(f" - {a[1:]}" if a.startswith("-") else f" + {a}" for a in args[1:])
    if node.op == "mul":
        return "*".join(args)
    if node.op == "neg":
        return f"-{args[0]}"
    if node.op == "div":
        return f"{args[0]}/{args[1]}"
    if node.op == "pow":
        return {"0.5": f"torch.sqrt({tensors[0]})"}.get(args[1], f"{args[0]}**{args[1]}")
    if node.op == "piecewise":
        text = "torch.nan"
        for value, condition in zip(tensors[-2::-2], args[::-2], strict=True):
            text = value if condition == "True" else f"torch.where({condition}, {value}, {text})"
        return text
    if node.op == "not":
        return f"~{args[0]}"
    if node.op in CONDITIONS:
        return f" {_INFIX[node.op]} ".join(args)
    if node.op == "Derivative":
        key, orders = differentiated(node)
        return f"derivative({key!r}, {orders})({', '.join(args)})"
    if isinstance(node.value, Body):
        return f"{leaf_name(node.op, node.value)}({', '.join(args)})"
    return spelled(node.op, literal).format(*(args if takes_numbers(node.op) else tensors))


def _complex_line(node: Node, args: Sequence[str], tensors: Sequence[str], below: Sequence[bool]) -> str:
    """An operation with a complex argument or value; what is for real numbers alone takes the real parts."""
    if node.op in COMPLEX:
        return COMPLEX[node.op].format(*args)
    if node.op == "Derivative" or (node.op in catalog.KEYS and node.op not in OF_REALS):
        key, orders = differentiated(node) if node.op == "Derivative" else (node.op, (0,) * len(args))
        return f"derivative({key!r}, {orders})({', '.join(f'on_axes({a})' for a in args)})"
    numbers, columns = (
        [f"real_part({t})" if c else t for t, c in zip(given, below, strict=True)] for given in (args, tensors)
    )
    return line(node, numbers, columns, literal=False)


def _tensor(like: str, text: str, value: complex) -> str:
    """A constant where torch takes no plain number."""
    return f"{like}.new_tensor({text}{', dtype=torch.complex128' if isinstance(value, complex) else ''})"


def literal_text(value: complex) -> str:
    """A number as Python writes it."""
    if isinstance(value, complex):
        return repr(value) if cmath.isfinite(value) else "torch.nan"
    if math.isfinite(value):
        whole = value == int(value) and abs(value) < 2**53
        text = str(int(value)) if whole else repr(value)
        return text if value >= 0 else f"({text})"
    return {math.inf: "torch.inf", -math.inf: "(-torch.inf)"}.get(value, "torch.nan")
