"""Forms of an expression that a plain program computes better, written in deriv's own language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from derivcli.graph import Graph, Node, fold
from derivcli.language import Reading, expand, has_arrays, shaped, write
from derivcli.model import Check
from derivcli.numeric.stable import Rewritten, stable

# Longer forms are not proposed.
MAX_TEXT = 300


@dataclass(frozen=True)
class Form:
    """A form to propose, and the whole expression with it, to be tried as it stands."""

    shown: str
    trial: str


class Rewrites:
    """The better forms of one expression.

    Args:
        reading: the expression.
        shapes: the shapes of its variables, in numbers.
    """

    def __init__(self, reading: Reading, shapes: Mapping[str, tuple[int, ...]]) -> None:
        self.reading, self.shapes = reading, shapes

    def of(self, check: Check) -> Iterator[Form]:
        """Forms that may cure a fault, the most modest first."""
        if len(self.reading.roots) != 1:
            return
        graph, (root,) = fold(*expand(self.reading.graph, self.reading.roots))
        if has_arrays(graph, [root]) or any(self.shapes.values()):
            arrays = shaped(graph, [root], self.shapes, self.reading.text)
            yield from _forms(arrays.graph, stable(arrays.graph, arrays.roots, arrays.shapes), check)
            return
        yield from _forms(graph, stable(graph, [root]), check)
        for node, condition in _around(graph, check):
            filled, (new,) = _filled(graph, root, node, condition, check)
            yield from _forms(filled, stable(filled, [new]), check)


def _around(graph: Graph, check: Check) -> list[tuple[int, int]]:
    """Operations to blame, each with the condition that holds except where it has its zero."""
    found = []
    for i in range(len(graph.nodes)):
        node = graph.nodes[i]
        if graph.spans[i] == check.span and check.span is not None and node.args:
            if check.status == "removable" and node.op == "div":
                found.append((i, graph.add("ne", (node.args[1], graph.number(0)))))
            if check.status == "kink" and node.op == "pow":
                found.append((i, graph.add("gt", (node.args[0], graph.number(0)))))
    return found


def _filled(graph: Graph, root: int, node: int, condition: int, check: Check) -> tuple[Graph, list[int]]:
    """The expression with a number where the condition does not hold: a root's 0, or of a hole the limit of all."""
    whole = check.status == "removable"
    limit = graph.number(Fraction(check.limit or 0.0).limit_denominator(10**6) if whole else 0)
    choice = graph.add("piecewise", (root if whole else node, condition, limit, graph.add("true")))
    if whole:
        return graph, [choice]
    filled = Graph()
    (new,) = graph.copy_into(filled, [choice], lambda *_: None)
    return filled, graph.copy_into(filled, [root], lambda i, *_: new if i == node else None)


def _forms(graph: Graph, found: Rewritten, check: Check) -> Iterator[Form]:
    if not found.changed:
        return
    plain, roots = _without_guards(found)
    trial = write(plain, roots[0], MAX_TEXT)
    if trial is None:
        return
    # A function with a definition gives its place to all of its parts: the place is the last of them.
    at_place = [i for i, span in enumerate(graph.spans) if span == check.span]
    whole = next((c for c in found.changes if at_place and c.old == at_place[-1]), None)
    part = write(found.graph, whole.new, MAX_TEXT) if whole is not None and not found.guards else None
    yield Form(part or trial, trial)


def _without_guards(found: Rewritten) -> tuple[Graph, list[int]]:
    """The computed expression in the language of the prompt, where guards are choices."""
    plain = Graph()

    def replace(_: int, node: Node, args: tuple[int, ...]) -> int | None:
        if node.op != "guard":
            return None
        condition, value, safe = args
        return plain.add("piecewise", (value, condition, safe, plain.add("true")))

    return plain, found.guarded.copy_into(plain, found.guarded_roots, replace)
