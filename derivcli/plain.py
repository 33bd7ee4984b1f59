"""Derivatives of expressions that are too large for SymPy: reverse mode on the graph, straight to code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from derivcli.graph import CONDITIONS, Graph, fold, gradient
from derivcli.language import partial, write
from derivcli.model import Formula, Path
from derivcli.numeric.emit import emit
from derivcli.numeric.exact import evaluate
from derivcli.symbolic.program import argument_names
from derivcli.symbolic.scalar import Symbolic

# Longer formulas help nobody; --full prints them all the same.
MAX_FORMULA, MAX_FULL_FORMULA = 2_000, 10_000_000


def derive(
    graph: Graph,
    roots: Sequence[int],
    *,
    vector: bool,
    plan: Mapping[Path, tuple[str, ...]],
    variables: Sequence[str],
    full: bool,
) -> Symbolic:
    """Differentiate on the graph itself; arguments as `symbolic.scalar.derive`."""
    folded, numbers = fold(graph, roots)
    limit = MAX_FULL_FORMULA if full else MAX_FORMULA
    source = emit(
        folded,
        numbers,
        dict(zip(variables, argument_names(variables), strict=True)),
        _constants(folded, numbers),
    )
    read_as = _formula(folded, numbers, vector, limit)
    known: dict[tuple[int, tuple[str, ...]], int] = {(root, ()): root for root in numbers}
    results: dict[Path, list[int]] = {}
    for path, along in plan.items():
        results[path] = [_derivative(folded, known, root, along, variables) for root in numbers]
    formulas = {path: _formula(folded, found, vector, limit) for path, found in results.items()}
    warnings = ["the expression is large: its derivative is shown as differentiated, not simplified"]
    if any(f.text is None for f in formulas.values()):
        warnings.append(f"formulas of more than {limit:,} characters are not printed; --full prints them")
    lower = {
        p: [[known[root, along[:n]] for n in range(1, len(along))] for root in numbers] for p, along in plan.items()
    }
    return Symbolic(read_as, formulas, folded, results, results, lower, source, warnings)


def _derivative(
    graph: Graph,
    known: dict[tuple[int, tuple[str, ...]], int],
    root: int,
    along: tuple[str, ...],
    names: Sequence[str],
) -> int:
    """One sweep gives the derivatives by all variables."""
    node = root
    done: tuple[str, ...] = ()
    for name in along:
        if (root, (*done, name)) not in known:
            for other, derivative in zip(names, gradient(graph, node, names, partial), strict=True):
                known[root, (*done, other)] = derivative
        done = (*done, name)
        node = known[root, done]
    return node


def _formula(graph: Graph, roots: Sequence[int], vector: bool, limit: int) -> Formula:
    texts = [write(graph, root, limit) for root in roots]
    shape = (len(roots),) if vector else ()
    if any(t is None for t in texts):
        return Formula(None, None, shape)
    return Formula(f"[{', '.join(map(str, texts))}]" if vector else texts[0], None, shape)


def _constants(graph: Graph, roots: Sequence[int]) -> dict[int, float | bool]:
    """The largest parts without variables, as floats, and conditions without variables."""
    varying: set[int] = set()
    order = graph.reachable(roots)
    for i in order:
        node = graph.nodes[i]
        if node.op == "variable" or any(a in varying for a in node.args):
            varying.add(i)
    used = {a for i in order if i in varying for a in graph.nodes[i].args} | set(roots)
    constant = [i for i in order if i not in varying and i in used]
    conditions = [i for i in constant if graph.nodes[i].op in CONDITIONS]
    numbers = [i for i in constant if graph.nodes[i].op not in CONDITIONS]
    found = evaluate(graph, numbers, {}, real=True, conditions=conditions)
    return {**{i: float(v) for i, v in zip(numbers, found.roots, strict=True)}, **found.conditions}
