"""Formulas of derivatives of arrays: in matrix notation where there is one, else entry by entry, else none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from derivcli.arrays import Shape
from derivcli.brackets import bracketed
from derivcli.deadline import Expired, deadline
from derivcli.errors import DerivError
from derivcli.graph import Graph, Node
from derivcli.indices import NotIndexed, Tensor, derivative, from_graph, is_zero, pullback, pushforward
from derivcli.indices import write as write_tensor
from derivcli.language import array_partial, shaped, write
from derivcli.language.latex import latex
from derivcli.model import Formula, Path
from derivcli.task import Task
from derivcli.tensors.scalars import Scalars
from derivcli.tensors.task import ArrayTask, arranged, laid_out

# Longer formulas help nobody; --full prints them all the same.
MAX_FORMULA, MAX_FULL_FORMULA = 2_000, 1_000_000
# So many entries are written out one by one.
MAX_ENTRIES = 144
# The part of the time for the index calculus.
_SHARE = 0.7


@dataclass
class ArrayFormulas:
    """What is printed of a question about arrays.

    Args:
        read_as: the expression as it was understood.
        formulas: for each result its formula in the task's layout.
        sources: the texts of the formulas in matrix notation, however long, for their evaluation.
        texts: those of the formulas that are written entry by entry.
        reasons: why some have none in matrix notation.
        warnings: what a reader should be told.
    """

    read_as: Formula
    formulas: dict[Path, Formula]
    sources: dict[Path, str] = field(default_factory=dict)
    texts: dict[Path, str] = field(default_factory=dict)
    reasons: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def derive(task: ArrayTask, scalars: Scalars | None, *, entries: bool, full: bool, seconds: float) -> ArrayFormulas:
    """Find the formulas.

    Args:
        task: what to differentiate.
        scalars: the same question entry by entry, or None where sizes are unknown or too large.
        entries: whether formulas are wanted entry by entry.
        full: whether formulas are printed however long they are.
        seconds: for all symbolic work.
    """
    limit = MAX_FULL_FORMULA if full else MAX_FORMULA
    result = ArrayFormulas(_read_as(task, limit), {})
    if not entries:
        try:
            with deadline(seconds * _SHARE):
                _in_matrices(task, result)
        except Expired:
            result.reasons.append("the search for a formula in matrix notation ran out of time")
    lacking = [path for path in task.plan if path not in result.sources]
    if lacking:
        written = scalars is not None and _by_entries(task, scalars, result, lacking, seconds * (1 - _SHARE))
        if entries and not written:
            result.warnings.append("formulas entry by entry need sizes in numbers, and few entries")
        result.warnings += [f"{reason}; {_ENTRIES if written else _WITHOUT}" for reason in result.reasons]
    for path in task.plan:
        text = result.sources.get(path) or result.texts.get(path)
        short = text is not None and len(text) <= limit
        result.formulas[path] = _formula(task, path, text if short else None)
        if text is not None and not short and _too_long(limit) not in result.warnings:
            result.warnings.append(_too_long(limit))
    return result


def _formula(task: ArrayTask, path: Path, text: str | None) -> Formula:
    return Formula(text, None if text is None else latex(text, *_vocabulary(task)), laid_out(task, path))


_WITHOUT = "there are numbers alone"
_ENTRIES = "it is written entry by entry"


def _read_as(task: ArrayTask, limit: int) -> Formula:
    """The expression as it was understood; one that loops have grown, in its simplest form."""
    graph, (root,) = task.named.graph, task.named.roots
    text = write(graph, root, limit)
    if task.reading.loops:
        with suppress(NotIndexed):
            text = write_tensor(_tensor(task), decimals=task.decimals)
    return Formula(text, None if text is None else latex(text, *_vocabulary(task)), task.output())


def _vocabulary(task: ArrayTask) -> tuple[dict[str, Shape], tuple[str, ...]]:
    """The shapes of all variables in the task's formulas, and the names of sizes."""
    shapes = {name: task.shape(name) for name in task.variables}
    shapes.update({v: task.shape(name) for name, v in task.tangents.items()})
    return {**shapes, **({task.cotangent: task.output()} if task.cotangent else {})}, tuple(task.declarations.sizes)


def _tensor(task: ArrayTask) -> Tensor:
    shapes = {name: task.shape(name) for name in task.variables}
    graph, roots = with_literals(task.named.graph, task.named.roots)
    named = shaped(graph, roots, shapes, task.reading.text)
    return from_graph(named.graph, named.roots[0], named.shapes, task.declarations.structures, array_partial)


def with_literals(graph: Graph, roots: Sequence[int]) -> tuple[Graph, list[int]]:
    """The same expression with arrays of plain numbers, [[1, 2], [3, 4]], as constants that formulas keep whole."""
    new = Graph()

    def replace(i: int, node: Node, args: tuple[int, ...]) -> int | None:
        if node.op != "stack":
            return None
        parts = [_constant(new, a) for a in args]
        if any(part is None or part[0] != parts[0][0] for part in parts if parts[0] is not None) or parts[0] is None:
            return None
        known = [part for part in parts if part is not None]
        shape = (len(known), *known[0][0])
        entries = tuple(entry for _, part in known for entry in part)
        return new.add("array", (), (shape, entries, write(graph, i, MAX_FORMULA) or "[…]"), graph.spans[i])

    return new, graph.copy_into(new, roots, replace)


def _constant(graph: Graph, i: int) -> tuple[tuple[int, ...], tuple[Fraction, ...]] | None:
    """The shape and entries of a node that is a plain number or a constant array."""
    node = graph.nodes[i]
    if node.op == "number" and isinstance(node.value, Fraction):
        return (), (node.value,)
    if node.op == "neg" and (inner := _constant(graph, node.args[0])) is not None and not inner[0]:
        return (), (-inner[1][0],)
    if node.op == "array":
        value: Any = node.value
        return value[0], value[1]
    return None


def _in_matrices(task: ArrayTask, result: ArrayFormulas) -> None:
    """Add the formulas that there are in matrix notation, and why the others are not."""
    try:
        known: dict[tuple[str, ...], Tensor] = {(): _tensor(task)}
    except NotIndexed as missing:
        _say_missing(result, missing)
        return
    for path in task.plan:
        try:
            found = _differentiated(task, known, path)
        except NotIndexed as missing:
            _say_missing(result, missing)
            continue
        # Zeros of any shape are written as one.
        text = "0" if is_zero(found) else write_tensor(found, arranged(task, path), decimals=task.decimals)
        result.sources[path] = text


def _say_missing(result: ArrayFormulas, missing: NotIndexed) -> None:
    name = {"amax": "max", "amin": "min"}.get(str(missing), str(missing))
    reason = f"{name} has no formula in matrix notation here"
    if reason not in result.reasons:
        result.reasons.append(reason)


def _too_long(limit: int) -> str:
    return f"formulas of more than {limit:,} characters are not printed; --full prints them"


def _differentiated(task: ArrayTask, known: dict[tuple[str, ...], Tensor], path: Path) -> Tensor:
    along = task.plan[path]
    if task.kind == "vjp":
        return pullback(known[()], task.cotangent, along[0], task.shape(along[0]))
    tangents = {name: (v, task.shape(name)) for name, v in task.tangents.items()}
    if task.kind == "jvp":
        return pushforward(known[()], tangents)
    if task.kind == "hvp":
        if ("hvp",) not in known:
            known["hvp",] = pushforward(known[()], tangents)
        return derivative(known["hvp",], along[0], task.shape(along[0]))
    for length in range(1, len(along) + 1):
        if along[:length] not in known:
            known[along[:length]] = derivative(
                known[along[: length - 1]], along[length - 1], task.shape(along[length - 1])
            )
    return known[along]


def _by_entries(
    task: ArrayTask, scalars: Scalars, result: ArrayFormulas, paths: Sequence[Path], seconds: float
) -> bool:
    """Add each entry's formula by the way that scalars go; False where they are too many or too long."""
    asked = {path: scalars.components(path) for path in paths}
    if task.kind in ("jvp", "hvp") or sum(len(c) for c in asked.values()) > MAX_ENTRIES:
        return False
    texts: dict[tuple[int, tuple[str, ...]], str | None] = {}
    for root in dict.fromkeys(c.root for components in asked.values() for c in components):
        alongs = dict.fromkeys(c.along for components in asked.values() for c in components if c.root == root)
        texts.update(_entry_texts(task, scalars, root, list(alongs), seconds))
    for path, components in asked.items():
        shape = laid_out(task, path)
        entries = [texts.get((c.root, c.along)) for c in components]
        if None in entries or not all(isinstance(size, int) for size in shape):
            return False
        result.texts[path] = bracketed([str(e) for e in entries], [int(size) for size in shape])
    return True


def _entry_texts(
    task: ArrayTask, scalars: Scalars, root: int, alongs: Sequence[tuple[str, ...]], seconds: float
) -> dict[tuple[int, tuple[str, ...]], str | None]:
    from derivcli.formulas import derive as derive_scalars

    plan: Mapping[Path, tuple[str, ...]] = {along: along for along in alongs}
    one = Task(task.reading.text, scalars.graph, [root], (), scalars.names, "derivative", plan, task.decimals)
    try:
        symbolic = derive_scalars(one, {}, simplify="fast", seconds=max(seconds, 0.5), full=False)
    except (DerivError, Expired):
        return {}
    return {(root, along): symbolic.formulas[along].text for along in alongs}
