"""From an expression to its torch program: rewritten until it is right where mathematics is, or as it was typed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from derivcli import leafnames
from derivcli.arguments import argument_names
from derivcli.arrays import Shape
from derivcli.graph import Graph, fold
from derivcli.language import Shaped, expand, shaped, write
from derivcli.numeric.complexes import complex_nodes
from derivcli.numeric.emit import constants, emit
from derivcli.numeric.stable import Rewritten, stable
from derivcli.spelled import LITERAL
from derivcli.task import Computed, Task

# Of the functions with a definition these stay what they are; the others are recognised by their definitions.
_WHOLE = ("sqrt", "exp2", "log2", "log10", "relu")
# These are exact where their values are whole, as quotients of logarithms are not.
_ROUND = ("exp2", "log2", "log10")
# Longer parts are not quoted.
MAX_TEXT = 80
# Integrals and sums are written out in programs however long they are, in reason.
MAX_PROGRAM = 100_000


def computed(graph: Graph, roots: Sequence[int], literal: bool) -> Computed:
    """What torch computes for an expression in numbers.

    Args:
        graph, roots: the expression as it was read.
        literal: whether it is computed as it was typed.
    """
    if literal:
        return Computed(*expand(graph, roots, LITERAL), literal=True)
    folded, same = fold(*expand(graph, roots, _ROUND))
    found = stable(folded, same)
    return Computed(
        found.guarded, found.guarded_roots, found.changed, _sentences(folded, found), mended=_places(folded, found)
    )


def computed_arrays(
    graph: Shaped, shapes: Mapping[str, tuple[int, ...]], text: str, literal: bool
) -> tuple[Computed, Mapping[int, Shape]]:
    """What torch computes for an expression in arrays, and the shapes of its nodes.

    Args:
        graph: the expression.
        shapes: the shapes of the variables.
        text: the user's text.
        literal: whether it is computed as it was typed.
    """
    expanded, roots = expand(graph.graph, graph.roots, LITERAL if literal else _WHOLE)
    arrays = shaped(*(expanded, roots) if literal else fold(expanded, roots), shapes, text)
    if literal:
        return Computed(arrays.graph, arrays.roots, literal=True), arrays.shapes
    found = stable(arrays.graph, arrays.roots, arrays.shapes)
    if not found.changed:
        return Computed(arrays.graph, arrays.roots), arrays.shapes
    again = shaped(found.guarded, found.guarded_roots, shapes, text)
    mended = _places(arrays.graph, found)
    return Computed(again.graph, again.roots, True, _sentences(arrays.graph, found), mended=mended), again.shapes


def source(computed: Computed, variables: Sequence[str], shapes: Mapping[int, Shape] | None = None) -> str:
    """The program `f` of the variables, straight from the graph."""
    arguments = dict(zip(variables, argument_names(variables), strict=True))
    known = constants(computed.graph, computed.roots)
    return emit(computed.graph, computed.roots, arguments, known, shapes, computed.literal)


def complex_source(task: Task) -> str:
    """The program `f` of a task in complex numbers, as it was typed.

    Where variables are real, numbers are real as long as nothing else is needed.
    """
    arguments = dict(zip(task.variables, argument_names(task.variables), strict=True))
    known = constants(task.graph, task.roots, complex_too=True)
    complexes = complex_nodes(task.graph, task.roots, known, real=task.numbers != "complex")
    return emit(task.graph, task.roots, arguments, known, complexes=complexes)


def leaf_sources(program: str) -> dict[str, str]:
    """For each integral, sum and product that a program calls, its definition by deriv's own function."""
    definitions = {}
    for name in dict.fromkeys(re.findall(r"\b(?:integral|sum|product)_\d+", program)):
        found = leafnames.named(name)
        if found is not None:
            op, body = found
            taken = body.parameters[1:]
            ends = [next(n for n in (e, f"{e}_end") if n not in body.parameters) for e in ("lower", "upper")]
            graph = Graph()
            root = graph.add(op, map(graph.variable, (*ends, *taken)), body)
            text = write(graph, root, MAX_PROGRAM)
            definitions[name] = f"{name} = leaf({', '.join(map(repr, (text, *ends, *taken)))})"
    return definitions


def stepped(computed: Computed, variables: Sequence[str]) -> Callable[..., list[Any]]:
    """What `source` writes as a function, for programs that are too long to compile."""
    from derivcli.numeric.stepwise import stepwise

    known = constants(computed.graph, computed.roots)
    return stepwise(computed.graph, computed.roots, variables, known, computed.literal)


def _places(before: Graph, found: Rewritten) -> frozenset[tuple[int, int]]:
    """Where in the text something is computed in another form."""
    spans = (before.spans[change.old] for change in found.changes)
    return frozenset(span for span in spans if span is not None)


def _sentences(before: Graph, found: Rewritten) -> tuple[str, ...]:
    """What was rewritten, in the words of the prompt; parts too long to quote are passed over."""
    sentences = []
    for change in found.changes:
        old, new = write(before, change.old, MAX_TEXT), write(found.graph, change.new, MAX_TEXT)
        if old and new and old != new:
            sentences.append(f"{old} is computed as {new}")
    for guard in found.guards:
        operation = write(found.graph, guard.operation, MAX_TEXT)
        conditions = [(write(found.graph, c, MAX_TEXT), holds) for c, holds in guard.context]
        if operation and all(text for text, _ in conditions):
            needed = " and ".join(f"({text})" if holds else f"not ({text})" for text, holds in conditions)
            needed = str(conditions[0][0]) if len(conditions) == 1 and conditions[0][1] else needed
            sentences.append(f"guarded: {operation} where {needed} does not hold")
    return tuple(dict.fromkeys(sentences))
