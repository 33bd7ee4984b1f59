"""The function that `emit` writes, run node by node: for programs so long that Python compiles them for seconds."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from derivcli.graph import Graph
from derivcli.numeric.emit import MAX_OPERANDS, line, literal_text
from derivcli.numeric.jets import NAMES
from derivcli.numeric.load import load

# From so many operations on a program is not compiled.
LONG = 2_000

_CHAINS: Mapping[str, Callable[[Any, Any], Any]] = {"add": operator.add, "mul": operator.mul}


def stepwise(
    graph: Graph, roots: Sequence[int], variables: Sequence[str], constants: Mapping[int, Any], literal: bool
) -> Callable[..., list[Any]]:
    """A function of tensors that does what the program of a graph of numbers does, line by line.

    Args:
        graph, roots, constants, literal: as `emit` takes them.
        variables: its arguments, in order.
    """
    order = [i for i in graph.reachable(roots, leaves=constants) if i not in constants]
    steps = [(i, graph.nodes[i].args, _step(graph, i, constants, literal)) for i in order]

    def function(*arguments: Any) -> list[Any]:
        given = dict(zip(variables, arguments, strict=True))
        like = arguments[0] if arguments else None
        values: dict[int, Any] = dict(constants)
        for i, args, step in steps:
            node = graph.nodes[i]
            values[i] = given[str(node.value)] if step is None else step(like, *[values[a] for a in args])
        return [_truth(like, values[root]) for root in roots]

    return function


def _truth(like: Any, value: Any) -> Any:
    return like.new_tensor(value, dtype=NAMES["torch"].bool) if isinstance(value, bool) else value


def _step(graph: Graph, i: int, constants: Mapping[int, Any], literal: bool) -> Callable[..., Any] | None:
    """What computes a node from its arguments; None for a variable."""
    node = graph.nodes[i]
    if node.op == "variable":
        return None
    if node.op in _CHAINS:
        return functools.partial(_chained, _CHAINS[node.op])
    names, tensors = [], []
    for k, a in enumerate(node.args):
        # The form of a power depends on its exponent; elsewhere a constant may be any.
        written = literal_text(constants[a]) if node.op == "pow" and a in constants else f"a{k}"
        truth = isinstance(constants.get(a), bool)
        name = f"like.new_tensor(a{k}, dtype=torch.bool)" if truth else written
        names.append("True" if truth and constants[a] and k == len(node.args) - 1 else name)
        tensors.append(f"like.new_tensor({written})" if a in constants and not truth else name)
    return _compiled(line(node, names, tensors, literal), len(names))


@functools.lru_cache(10_000)
def _compiled(text: str, count: int) -> Callable[..., Any]:
    """A line of a program as a function of its arguments: there are few that differ."""
    return load(f"def f(like, {', '.join(f'a{k}' for k in range(count))}):\n    return {text}\n", "f", NAMES)


def _chained(operation: Callable[[Any, Any], Any], _like: Any, *args: Any) -> Any:
    """A sum or product, in parts as `emit` has them."""
    while len(args) > MAX_OPERANDS:
        parts = [args[k : k + MAX_OPERANDS] for k in range(0, len(args), MAX_OPERANDS)]
        args = tuple(functools.reduce(operation, part) for part in parts)
    return functools.reduce(operation, args)
