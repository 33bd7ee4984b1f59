"""What is judged: an expression as it was written, and each number among its derivatives."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass

from derivcli.errors import visible
from derivcli.graph import CONDITIONS, Graph
from derivcli.model import Path
from derivcli.task import Symbolic, Task


@dataclass(frozen=True)
class Component:
    """One number among the results.

    Args:
        root: the function that is differentiated, a node of the subject's graph.
        along: the variables of the derivative, in order.
        graph, derivative: the derivative as a node of a graph.
        on_the_way: the derivatives of lower order that led to it, nodes of the same graph.
        plain: the derivative before it was shortened, a node of the same graph, if that is another.
    """

    root: int
    along: tuple[str, ...]
    graph: Graph
    derivative: int
    on_the_way: Sequence[int] = ()
    plain: int | None = None


# Another way to all the components of one result.
Referee = Callable[[Path], Sequence[Component]]


@dataclass(frozen=True)
class Subject:
    """What is judged: the expression as it was written, and its derivatives.

    Args:
        text: the user's text, which the places of the graph's nodes are in.
        graph: the expression, in primitives.
        specials: nodes where no derivative need exist, with the condition for being there.
        components: for each result its components, row by row.
        shapes: for each result its axes.
        referee: a second way to the derivatives, asked where the first and autograd differ.
        mended: the places in the text that the program computes in another form, which loses nothing.
    """

    text: str
    graph: Graph
    specials: Sequence[tuple[int, int]]
    components: Mapping[Path, Sequence[Component]]
    shapes: Mapping[Path, Sequence[int]]
    referee: Referee | None = None
    mended: Container[tuple[int, int]] = frozenset()

    @property
    def moving(self) -> list[str]:
        """The variables of all first derivatives: those along which a gradient is asked for."""
        firsts = (c.along for components in self.components.values() for c in components if len(c.along) == 1)
        return list(dict.fromkeys(name for (name,) in firsts))

    def words(self, node: int | None) -> str:
        """The user's own words for a node."""
        span = None if node is None else self.graph.spans[node]
        if node is None or span is None:
            return "the expression"
        words = visible(self.text[slice(*span)])
        words = words if len(words) <= 40 else words[:39] + "…"
        return f"the choice by {words}" if self.graph.nodes[node].op in CONDITIONS else words


def subject(task: Task, specials: Sequence[tuple[int, int]], symbolic: Symbolic) -> Subject:
    """What is judged of a scalar task: the derivatives as they are shown, component by component."""
    graph, lower = symbolic.graph, symbolic.on_the_way
    components = {
        path: [
            Component(task.roots[k], task.plan[path], graph, root, lower[path][k], symbolic.raw[path][k])
            for k, root in enumerate(roots)
        ]
        for path, roots in symbolic.shown.items()
    }
    mended = task.computed.mended if task.computed is not None else frozenset()
    shapes = dict.fromkeys(symbolic.shown, task.shape)
    return Subject(task.text, task.graph, specials, components, shapes, mended=mended)
