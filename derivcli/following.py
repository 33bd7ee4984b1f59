"""Which way a loop or choice goes at a point: its condition by torch, as autograd would trace it."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from derivcli.deadline import undisturbed
from derivcli.errors import PointError
from derivcli.graph import COMPARISONS, Graph, Node
from derivcli.language import Shaped, expand, shaped
from derivcli.numeric.emit import constants, emit
from derivcli.spelled import KEPT
from derivcli.values import Exacts


@dataclass
class Follower:
    """Decides conditions of one text, keeping the values of all that was worked out before.

    Args:
        point: the values of the variables.
        text: the user's text, for errors.
        edges: the conditions that compared equal numbers.
    """

    point: Mapping[str, Exacts]
    text: str
    edges: set[str] = field(default_factory=set)
    _values: dict[int, tuple[list[float], tuple[int, ...]]] = field(default_factory=dict)
    _looked_at: set[int] = field(default_factory=set)

    def __call__(self, graph: Graph, condition: int) -> bool:
        """Whether a condition, a node of the text's graph, holds."""
        new = [i for i in graph.reachable([condition], leaves=self._values) if i not in self._values]
        unknown = [i for i in new if graph.nodes[i].op not in ("variable", "number", "constant")]
        if unknown:
            self._learn(graph, unknown)
        self._look_for_edges(graph, condition)
        values, _ = self._values[condition]
        if len(values) != 1:
            message = "a loop or choice needs one condition, not an array of them"
            raise PointError(message, text=self.text, span=graph.spans[condition])
        return bool(values[0])

    def _look_for_edges(self, graph: Graph, condition: int) -> None:
        """Remember comparisons of equal numbers: beside the point they may go the other way."""
        found = graph.reachable([condition], leaves=self._looked_at)
        for i in found:
            span = graph.spans[i]
            if i not in self._looked_at and graph.nodes[i].op in COMPARISONS and span is not None:
                a, b = (self._number(graph, arg) for arg in graph.nodes[i].args)
                if a is not None and a == b:
                    self.edges.add(self.text[slice(*span)] or "a condition")
        self._looked_at.update(found)

    def _number(self, graph: Graph, i: int) -> float | None:
        """The value of a node, if it is one number."""
        value = graph.nodes[i].value
        if isinstance(value, Fraction):
            return float(value)
        known = self._values.get(i)
        if graph.nodes[i].op == "variable" and str(value) in self.point:
            exacts = self.point[str(value)]
            known = (exacts.floats, exacts.shape)
        return known[0][0] if known is not None and len(known[0]) == 1 else None

    def _learn(self, graph: Graph, new: list[int]) -> None:
        """Work out the values of new nodes, from those that are known."""
        part = Graph()
        known: dict[str, tuple[list[float], tuple[int, ...]]] = {}

        def replace(i: int, node: Node, args: tuple[int, ...]) -> int | None:
            name = str(node.value) if node.op == "variable" else f"n{i}"
            if node.op == "variable":
                if name not in self.point:
                    near = difflib.get_close_matches(name, self.point, 1)
                    hint = f"did you mean {near[0]}?" if near else f"add --at {name}=…"
                    message = f"{name} has no value at this point, and a loop or choice depends on it"
                    raise PointError(message, text=self.text, span=graph.spans[i], hint=hint)
                exacts = self.point[name]
                known[name] = (exacts.floats, exacts.shape)
            elif i in self._values:
                known[name] = self._values[i]
            else:
                return None
            return part.variable(name, graph.spans[i])

        roots = graph.copy_into(part, new, replace, self._values)
        shapes = {name: shape for name, (_, shape) in known.items()}
        primitive, again = expand(part, roots, KEPT)
        arrays = shaped(primitive, again, shapes, self.text)
        for i, values in zip(new, _run(arrays, known), strict=True):
            shape: Any = arrays.shapes[arrays.roots[new.index(i)]]
            self._values[i] = (values, shape)


def _run(arrays: Shaped, known: Mapping[str, tuple[list[float], tuple[int, ...]]]) -> list[list[float]]:
    with undisturbed():
        from derivcli.leaves import leaves
        from derivcli.numeric.arrays import evaluate

    arguments = {name: f"a{k}" for k, name in enumerate(known)}
    # A program needs some tensor to take its dtype from.
    inputs = dict(known) or {"": ([0.0], ())}
    arguments = arguments or {"": "a0"}
    source = emit(arrays.graph, arrays.roots, arguments, constants(arrays.graph, arrays.roots), arrays.shapes)
    found = evaluate(source, inputs, leaves(source))
    if not found:
        raise PointError("a loop met a singular matrix")
    return found
