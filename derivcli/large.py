"""Derivatives of expressions that are too large for SymPy: reverse mode on the graph, straight to code."""

from __future__ import annotations

from collections.abc import Sequence

from derivcli.brackets import bracketed
from derivcli.graph import Graph, fold
from derivcli.language import partial, write
from derivcli.model import Formula
from derivcli.programs import source
from derivcli.reverse import Partials, gradient
from derivcli.task import Symbolic, Task

# Longer formulas help nobody; --full prints them all the same.
MAX_FORMULA, MAX_FULL_FORMULA, MAX_FORMULAS = 2_000, 10_000_000, 400


def derive(task: Task, reason: str, full: bool) -> Symbolic:
    """Differentiate on the graph itself.

    Args:
        task: what to differentiate.
        reason: why it is done this way, for the user.
        full: whether formulas are printed however long they are.
    """
    graph, roots = fold(task.graph, task.roots)
    limit = MAX_FULL_FORMULA if full else MAX_FORMULA if len(task.plan) <= MAX_FORMULAS else 0
    program = "" if task.computed is None else source(task.computed, task.variables)
    formulas_of = _Formulas(graph, task.shape, limit)
    read_as = formulas_of.formula(roots)
    known: dict[tuple[int, tuple[str, ...]], int] = {(root, ()): root for root in roots}
    results = {
        p: [derivative_along(graph, known, root, along, task.variables) for root in roots]
        for p, along in task.plan.items()
    }
    lower = {p: [[known[root, a[:n]] for n in range(1, len(a))] for root in roots] for p, a in task.plan.items()}
    formulas = {path: formulas_of.formula(found) for path, found in results.items()}
    warnings = [f"{reason}: the derivative is shown as differentiated, not simplified"]
    if any(f.text is None for f in (read_as, *formulas.values())):
        size = f"formulas of more than {limit:,} characters" if limit else f"more than {MAX_FORMULAS} formulas"
        warnings.append(f"{size} are not printed; --full prints them")
    return Symbolic(read_as, formulas, graph, results, results, lower, program, warnings)


def without_formula(task: Task) -> Symbolic:
    """The derivatives as what they are, to be evaluated by differences of the expression in many digits.

    Args:
        task: what to differentiate.
    """
    graph, roots = fold(task.graph, task.roots)

    def derivative(root: int, along: tuple[str, ...]) -> int:
        orders = tuple((name, along.count(name)) for name in dict.fromkeys(along))
        return graph.add("Along", (root,), (orders, 0))

    results = {p: [derivative(root, along) for root in roots] for p, along in task.plan.items()}
    lower = {p: [[derivative(r, a[:n]) for n in range(1, len(a))] for r in roots] for p, a in task.plan.items()}
    order = max(map(len, task.plan.values()), default=0)
    return Symbolic(
        read_as=_Formulas(graph, task.shape, MAX_FORMULA).formula(roots),
        formulas={path: Formula(None, None, task.shape, found=False) for path in task.plan},
        graph=graph,
        shown=results,
        raw=results,
        on_the_way=lower,
        source="" if task.computed is None else source(task.computed, task.variables),
        warnings=[f"the formula of order {order} takes too long: the numbers come without it"],
    )


def derivative_along(
    graph: Graph,
    known: dict[tuple[int, tuple[str, ...]], int],
    root: int,
    along: tuple[str, ...],
    names: Sequence[str],
    partials: Partials = partial,
) -> int:
    """The derivative of a node along variables, in order.

    Args:
        graph: where new nodes go.
        known: derivatives so far, by root and variables; added to, since one sweep gives those by all variables.
        root: the expression, which `known` has along no variable.
        along: the variables.
        names: all variables.
        partials: the derivatives of functions.
    """
    node = root
    done: tuple[str, ...] = ()
    for name in along:
        if (root, (*done, name)) not in known:
            for other, derivative in zip(names, gradient(graph, node, names, partials), strict=True):
                known[root, (*done, other)] = derivative
        done = (*done, name)
        node = known[root, done]
    return node


class _Formulas:
    """Writes nodes of one graph as formulas; how long they would be is worked out once for all of them."""

    def __init__(self, graph: Graph, shape: tuple[int, ...], limit: int) -> None:
        self.graph, self.shape, self.limit = graph, shape, limit
        # For each node the operations of its text, and characters that it has at least.
        self._sizes: list[tuple[int, int]] = []

    def formula(self, roots: Sequence[int]) -> Formula:
        operations, characters = (sum(sizes) for sizes in zip(*map(self._size, roots), strict=True))
        texts = [write(self.graph, r, self.limit) if characters <= self.limit * len(roots) else None for r in roots]
        if any(t is None for t in texts):
            return Formula(None, None, self.shape, operations)
        return Formula(bracketed([str(t) for t in texts], self.shape), None, self.shape)

    def _size(self, root: int) -> tuple[int, int]:
        for node in self.graph.nodes[len(self._sizes) : root + 1]:
            below = [self._sizes[a] for a in node.args]
            between = max(len(below) - 1, 1) if below else 0
            leaf = len(node.value) if isinstance(node.value, str) else 1
            own = between or leaf
            self._sizes.append((between + sum(o for o, _ in below), own + sum(c for _, c in below)))
        return self._sizes[root]
