"""Formulas of derivatives of arrays: in matrix notation where there is one, else entry by entry, else none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from derivcli.arrays import Shape
from derivcli.deadline import Expired, deadline
from derivcli.errors import DerivError
from derivcli.formulas import derive as derive_scalars
from derivcli.indices import NotIndexed, Tensor, derivative, from_graph, is_zero, pullback, pushforward
from derivcli.indices import write as write_tensor
from derivcli.language import array_partial, write
from derivcli.language.latex import latex
from derivcli.model import Formula, Path, bracketed
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
        warnings: what a reader should be told.
    """

    read_as: Formula
    formulas: dict[Path, Formula]
    sources: dict[Path, str] = field(default_factory=dict)
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
    read_as = _read_as(task, limit)
    warnings: list[str] = []
    if not entries:
        try:
            with deadline(seconds * _SHARE):
                return _in_matrices(task, read_as, limit)
        except NotIndexed as missing:
            name = {"amax": "max", "amin": "min"}.get(str(missing), str(missing))
            warnings.append(f"{name} has no formula in matrix notation here")
        except Expired:
            warnings.append("the search for a formula in matrix notation ran out of time")
    found = _by_entries(task, scalars, limit, seconds * (1 - _SHARE)) if scalars is not None else None
    if found is None:
        nothing = {path: Formula(None, None, laid_out(task, path)) for path in task.plan}
        return ArrayFormulas(read_as, nothing, {}, [*warnings, _WITHOUT])
    return ArrayFormulas(read_as, found, {}, [*warnings, *([] if entries else [_ENTRIES])])


_WITHOUT = "no formula is shown, numbers alone"
_ENTRIES = "the formula is written entry by entry"


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
    named = task.named
    return from_graph(named.graph, named.roots[0], named.shapes, task.declarations.structures, array_partial)


def _in_matrices(task: ArrayTask, read_as: Formula, limit: int) -> ArrayFormulas:
    tensor = _tensor(task)
    known: dict[tuple[str, ...], Tensor] = {(): tensor}
    formulas: dict[Path, Formula] = {}
    sources: dict[Path, str] = {}
    for path in task.plan:
        found = _differentiated(task, known, path)
        # Zeros of any shape are written as one.
        text = "0" if is_zero(found) else write_tensor(found, arranged(task, path), decimals=task.decimals)
        sources[path] = text
        shape = laid_out(task, path)
        formulas[path] = (
            Formula(text, latex(text, *_vocabulary(task)), shape) if len(text) <= limit else Formula(None, None, shape)
        )
    long = any(f.text is None for f in formulas.values())
    return ArrayFormulas(read_as, formulas, sources, [_too_long(limit)] if long else [])


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


def _by_entries(task: ArrayTask, scalars: Scalars, limit: int, seconds: float) -> dict[Path, Formula] | None:
    """Each entry by the way that scalars go; None where they are too many."""
    asked = {path: scalars.components(path) for path in task.plan}
    if sum(len(c) for c in asked.values()) > MAX_ENTRIES:
        return None
    texts: dict[tuple[int, tuple[str, ...]], str] = {}
    for root in dict.fromkeys(c.root for components in asked.values() for c in components):
        alongs = dict.fromkeys(c.along for components in asked.values() for c in components if c.root == root)
        texts.update(_entry_texts(task, scalars, root, list(alongs), seconds, limit) or {})
    found: dict[Path, Formula] = {}
    for path, components in asked.items():
        shape = laid_out(task, path)
        entries = [texts.get((c.root, c.along)) for c in components]
        if any(e is None for e in entries) or not all(isinstance(size, int) for size in shape):
            return None
        text = bracketed([str(e) for e in entries], [int(size) for size in shape])
        found[path] = Formula(text, None, shape) if len(text) <= limit else Formula(None, None, shape)
    return found


def _entry_texts(
    task: ArrayTask, scalars: Scalars, root: int, alongs: Sequence[tuple[str, ...]], seconds: float, limit: int
) -> dict[tuple[int, tuple[str, ...]], str] | None:
    plan: Mapping[Path, tuple[str, ...]] = {along: along for along in alongs}
    one = Task(task.reading.text, scalars.graph, [root], (), scalars.names, "derivative", plan, task.decimals)
    try:
        symbolic = derive_scalars(one, {}, simplify="fast", seconds=max(seconds, 0.5), full=False)
    except (DerivError, Expired):
        return None
    return {(root, along): str(symbolic.formulas[along].text) for along in alongs}
