"""Autograd's graph of an expression, each of its nodes beside the words that it came from."""

from __future__ import annotations

from collections.abc import Mapping

from derivcli.arguments import argument_names
from derivcli.graph import CONDITIONS
from derivcli.language import Reading, expand, shaped, write
from derivcli.leaves import leaves
from derivcli.model import Traced
from derivcli.numeric.emit import constants, emit, subtracted
from derivcli.numeric.trace import trace
from derivcli.spelled import LITERAL
from derivcli.tensors.answering import with_one_root
from derivcli.values import Exacts

# Longer expressions are cut.
MAX_TEXT = 60


def traced(reading: Reading, point: Mapping[str, Exacts]) -> tuple[Traced, ...]:
    """The graph at a point, from the value down to the variables."""
    shapes = {name: exacts.shape for name, exacts in point.items()}
    expanded, roots = expand(reading.graph, [with_one_root(reading)], LITERAL)
    arrays = shaped(expanded, roots, shapes, reading.text)
    known = constants(arrays.graph, arrays.roots)
    steps = [
        i
        for i in arrays.graph.reachable(arrays.roots, leaves=known)
        if i not in known and arrays.graph.nodes[i].op not in CONDITIONS
    ]
    # Differences are one step, as they are in torch.
    negative = subtracted(arrays.graph, steps, arrays.roots, known)
    steps = [i for i in steps if i != arrays.roots[0] and i not in negative] + arrays.roots
    arguments = dict(zip(point, argument_names(list(point)), strict=True))
    source = emit(arrays.graph, steps, arguments, known, arrays.shapes, literal=True)
    texts = [write(arrays.graph, i, MAX_TEXT) or "…" for i in steps]
    floats = {name: (exacts.floats, exacts.shape) for name, exacts in point.items()}
    return tuple(Traced(*line) for line in trace(source, floats, texts, leaves(source)))
