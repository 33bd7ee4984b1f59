"""Autograd's graph of a program, from the value down to the variables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from derivcli.numeric.arrays import leaves_of
from derivcli.numeric.jets import NAMES
from derivcli.numeric.load import load

# Lines of the graph.
MAX_TRACED = 500


def trace(
    source: str,
    point: Mapping[str, tuple[Sequence[float], Sequence[int]]],
    texts: Sequence[str],
    more: Mapping[str, Any],
) -> list[tuple[int, str, str]]:
    """Autograd's graph below the last output of a program: depths, names such as `MeanBackward0`, and expressions.

    Args:
        source: a program that returns all its intermediate results.
        point: for each variable its entries and shape.
        texts: for each output the expression that it is.
        more: what the program calls beside torch's functions and the kernels.
    """
    leaves = leaves_of(point, "float64", "cpu")
    outputs = load(source, "f", {**NAMES, **more})(*leaves.values())
    named = {y.grad_fn: text for y, text in zip(outputs, texts, strict=True) if getattr(y, "grad_fn", None) is not None}
    variables = {id(leaf): name for name, leaf in leaves.items()}
    lines: list[tuple[int, str, str]] = []
    seen: set[Any] = set()
    stack = [(0, outputs[-1].grad_fn)] if getattr(outputs[-1], "requires_grad", False) else []
    while stack and len(lines) < MAX_TRACED:
        depth, function = stack.pop()
        variable = getattr(function, "variable", None)
        if variable is not None:
            name = variables.get(id(variable), "")
            lines.append((depth, name, name))
            continue
        again = function in seen
        lines.append((depth, f"{function.name()}{' (see above)' if again else ''}", named.get(function, "")))
        if not again:
            seen.add(function)
            stack += [(depth + 1, below) for below, _ in reversed(function.next_functions) if below is not None]
    return lines
