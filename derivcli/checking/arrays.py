"""A question about arrays and its claim in matrix notation, both written out entry by entry."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from derivcli import asked
from derivcli.checking.claim import check_names, right_side
from derivcli.checking.posing import Posed, complete, given_points, no_loops, read_part
from derivcli.checking.problem import Problem, Target, corners, moving
from derivcli.deadline import Expired, deadline
from derivcli.declarations import Declarations
from derivcli.engine import answer
from derivcli.entries import TooLarge, entries
from derivcli.errors import DerivError, LimitError, ShapeError, UnsupportedError, UsageError
from derivcli.graph import Graph
from derivcli.language import Reading, Setting, read, shaped, write
from derivcli.model import Formula, Path, Question
from derivcli.task import Task
from derivcli.tensors import with_one_root
from derivcli.tensors.scalars import Scalars, entry_names, primitives, scalars, structured
from derivcli.tensors.task import ArrayTask

# What the names of sizes are taken to be, so that no two are alike; a formula must hold for both choices.
_SIZES = ((2, 3, 4, 5, 6, 7), (3, 2, 1, 4, 2, 5))
# Scalar operations that a claim may become, and seconds for deriv's own formulas.
_MAX_SCALARS, _FORMULA_SECONDS = 20_000, 2.0


@dataclass(frozen=True)
class _Sized:
    """A question with numbers for its sizes."""

    question: Question
    setting: Setting
    shapes: Mapping[str, tuple[int, ...]]
    structures: Mapping[str, str]


def posed_in_arrays(question: Question, claimed: Sequence[str]) -> list[Posed]:
    """What is to be compared, once for each choice of the sizes that only have names.

    Raises:
        DerivError: either cannot be read, shapes do not fit, or there is nothing to compare with here.
    """
    if question.vjp is not None or question.jvp or question.direction or question.hvp or question.layout != "torch":
        raise UsageError("a claim is about derivatives in torch's layout, not about products with them")
    _, declarations = given_points(question)
    free = [name for name, size in declarations.sizes.items() if size is None]
    choices = [dict(zip(free, itertools.cycle(sizes), strict=False)) for sizes in (_SIZES if free else _SIZES[:1])]
    try:
        return [_posed(_sized(question, declarations, choice), claimed) for choice in choices]
    except TooLarge:
        raise LimitError("too large to compare entry by entry", hint="try it with smaller arrays") from None


def _sized(question: Question, declarations: Declarations, choice: Mapping[str, int]) -> _Sized:
    sizes = {name: choice.get(name, size) for name, size in declarations.sizes.items()}
    setting = Setting(asked.declared(question), sizes, question.syntax, question.seed, decide=no_loops)
    return _Sized(question, setting, replace(declarations, sizes=sizes).in_numbers(), declarations.structures)


def _posed(sized: _Sized, claimed: Sequence[str]) -> Posed:
    question = sized.question
    reading = read(question.expressions, question.let, sized.setting)
    expression = shaped(reading.graph, [with_one_root(reading)], sized.shapes, reading.text, reading.doubts)
    by = asked.wrt(question, reading)
    kind, plan = asked.plan(question, bool(expression.shapes[expression.roots[0]]), by)
    variables = asked.variables(question, reading)
    declarations = Declarations(sized.shapes, sized.structures)
    task = ArrayTask(reading, expression, expression, declarations, variables, by, kind, plan)
    written = scalars(task, {})
    if any(name.startswith("detach(") for name in written.graph.variables(written.roots)):
        raise UnsupportedError("a claim about an expression with detach(…) cannot be checked")
    if len(claimed) != len(plan):
        names = ", ".join(",".join(path) for path in plan)
        message = (
            f"the derivative has {len(plan)} part{'s' if len(plan) != 1 else ''}, and the claim has {len(claimed)}"
        )
        raise UsageError(message, hint=f"of arrays each part is an argument of its own, in the order {names}")
    claim, texts, warnings = Graph(), [], list(reading.warnings)
    nodes: dict[Path, list[int]] = {}
    for path, text in zip(plan, claimed, strict=True):
        part, nodes[path] = _claimed(sized, task, path, text, claim)
        texts.append(write(part.graph, part.roots[0], 2_000) if not part.vector else None)
        warnings += part.warnings
    points, _ = given_points(question)
    return Posed(
        text=reading.text,
        expression=Formula(write(reading.graph, reading.roots[0], 2_000) if not reading.vector else None, None),
        claimed_text=", ".join(claimed),
        claimed=Formula(", ".join(map(str, texts)) if all(texts) else None, None),
        variables={name: sized.shapes.get(name, ()) for name in variables},
        problem=_problem(task, written, claim, nodes),
        shapes={path: task.result_numbers(path) for path in plan},
        points=[
            {e: v for n, exacts in complete(point, variables).items()
             for e, v in zip(entry_names(n, exacts.shape), exacts.entries, strict=True)}
            for point in points
        ],
        warnings=warnings,
    )  # fmt: skip


def _claimed(sized: _Sized, task: ArrayTask, path: Path, text: str, claim: Graph) -> tuple[Reading, list[int]]:
    """A part of the claim, and its entries as nodes of the claim's graph."""
    setting = replace(sized.setting, declared=[*sized.setting.declared, *task.variables])
    part = read_part(right_side(text, task.plan), sized.question.let, setting)
    check_names(part, task.variables)
    root = with_one_root(part)
    arrays = shaped(part.graph, [root], sized.shapes, part.text, part.doubts)
    wanted, found = task.result_numbers(path), arrays.shapes[arrays.roots[0]]
    zero = arrays.graph.nodes[arrays.roots[0]].value == 0
    if tuple(found) != wanted and not zero:
        name = ",".join(path)
        message = f"the claim by {name} has the shape {list(found)}, and the derivative has {list(wanted)}"
        raise ShapeError(message, text=part.text, span=(0, len(part.text)))
    graph, roots = structured(arrays.graph, arrays.roots, sized.structures, sized.shapes)
    plain = primitives(replace(arrays, graph=graph, roots=list(roots)), sized.shapes, part.text)
    scalar, (components,) = entries(plain.graph, plain.roots, plain.shapes, _MAX_SCALARS)
    copied = scalar.copy_into(claim, components, lambda _i, _node, _args: None)
    return part, copied * math.prod(wanted) if zero and len(copied) == 1 else copied


def _problem(task: ArrayTask, written: Scalars, claim: Graph, nodes: Mapping[Path, Sequence[int]]) -> Problem:
    graph, own = written.graph, len(written.graph.nodes)
    components = {path: written.referee(path) for path in task.plan}
    names = sorted({name for found in components.values() for c in found for name in c.along})
    moves = moving(graph, written.roots, names)
    limits = {root: corners(graph, root, moves) for root in written.roots}
    targets = [
        Target(path, k, c.root, c.derivative, ([c.root, *c.on_the_way])[-1], c.along, node, limits[c.root])
        for path, found in components.items()
        for k, (c, node) in enumerate(zip(found, nodes[path], strict=True))
    ]
    plain = Task(task.reading.text, graph, written.roots, (), written.names, task.kind, task.plan, False)
    return Problem(plain, graph, claim, targets, moves, own)


def own_formulas_of_arrays(question: Question) -> dict[Path, Formula]:
    """deriv's own formulas in matrix notation, if they are found in time."""
    points, _ = given_points(question)
    declared = {**dict(question.shapes), **{n: _declaration(v.shape) for p in points for n, v in p.items() if v.shape}}
    plain = replace(question, points=(), shapes=tuple(declared.items()), declared=(*question.declared, *declared))
    try:
        with deadline(_FORMULA_SECONDS):
            return dict(answer(plain).derivatives)
    except (Expired, DerivError):
        return {}


def _declaration(shape: Sequence[int]) -> str:
    return f"{'vector' if len(shape) == 1 else 'matrix'}({','.join(map(str, shape))})"
