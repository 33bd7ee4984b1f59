"""From a question about arrays to its answer: shapes, formulas, numbers."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from derivcli import asked
from derivcli.declarations import Declarations
from derivcli.entries import TooLarge
from derivcli.errors import ShapeError, UsageError
from derivcli.language import Reading, Shaped, name_problem, shaped, write
from derivcli.model import Answer, Derivation, Formula, Nested, Path, Question, Value
from derivcli.tensors.formulas import ArrayFormulas, derive
from derivcli.tensors.scalars import Scalars, scalars
from derivcli.tensors.task import ArrayTask, check_layout, check_structures
from derivcli.values import Exacts, value

# Seconds for autograd at one point, unless the question gives more.
TORCH_SECONDS = 10.0
# Names for the V of products, the first that is free.
_CARRIERS = ("v", "u", "w", "V", "U", "W", "vector")
_CONVENTIONS = {
    "symmetric": "{0} is symmetric: the derivative by it is the symmetric one, G with df = sum(G*d{0})",
    "diagonal": "{0} is diagonal: the derivative by it is the diagonal one, G with df = sum(G*d{0})",
}


def with_one_root(reading: Reading) -> int:
    """The root of a reading; several components become one array."""
    if not reading.vector:
        return reading.roots[0]
    return reading.graph.add("stack", reading.roots, span=(0, len(reading.text)))


def array_formulas(
    question: Question,
    named: Reading,
    sized: Reading | None,
    declarations: Declarations,
    points: Sequence[Mapping[str, Exacts]],
    seconds: float,
) -> Callable[[], Answer]:
    """Find the formulas of a question about arrays; what is returned adds the numbers.

    Args:
        question: what is asked.
        named, sized: the expression with the names of sizes, and with numbers for them where they are known.
        declarations: shapes and structures of the variables.
        points: the exact values of all variables.
        seconds: for all symbolic work.

    Raises:
        DerivError: shapes that do not fit, and all else that is wrong with the question.
    """
    task, vectors = _task(question, named, sized, declarations)
    for point in points:
        check_structures(task, point)
    by_entries = _scalars(task, vectors)
    formulas = derive(task, by_entries, entries=question.entries, full=question.full, seconds=seconds)
    steps, said = _steps(task, formulas.formulas, seconds) if question.steps else ([], [])
    plain = _plain(question, named, task, formulas)
    plain = replace(plain, vectors=_shown(task, vectors), derivations=tuple(steps))
    plain = replace(plain, warnings=tuple(dict.fromkeys([*plain.warnings, *said])))

    def with_numbers() -> Answer:
        from derivcli.tensors.digits import array_limits
        from derivcli.tensors.points import Numbers

        seconds_of_torch = TORCH_SECONDS if question.timeout is None else question.timeout
        numbers = Numbers(
            task, formulas.sources, by_entries, vectors, question.dtype, question.device, seconds_of_torch,
            question.check, question.literal, array_limits(question, vectors),
        )  # fmt: skip
        answered = tuple(numbers.at(point) for point in points)
        return _without(
            replace(plain, points=answered, program=numbers.program, rewritten=numbers.rewritten), numbers.refuted
        )

    return with_numbers if points else lambda: plain


def _plain(question: Question, named: Reading, task: ArrayTask, formulas: ArrayFormulas) -> Answer:
    """The answer without numbers and steps."""
    structures = task.declarations.structures
    conventions = [_CONVENTIONS[s].format(n) for n, s in structures.items() if n in task.wrt]
    said = [*named.warnings, *_surprises(task), *conventions, *_where(task, question), *formulas.warnings]
    return Answer(
        kind=task.kind,
        text=named.text,
        expression=formulas.read_as,
        variables={name: task.shape(name) for name in task.variables},
        wrt=tuple(task.wrt),
        order=asked.order(question),
        derivatives=formulas.formulas,
        warnings=tuple(dict.fromkeys(said)),
        loops=named.loops,
        directions=task.tangents,
        in_arrays=True,
    )


def _steps(task: ArrayTask, formulas: Mapping[Path, Formula], seconds: float) -> tuple[list[Derivation], list[str]]:
    """How the derivatives are found, and what to say of it."""
    from derivcli.derivation import ArrayForm, array_derivations

    if task.kind not in ("gradient", "jacobian") or task.layout != "torch":
        return [], ["the steps of arrays are told of first derivatives in torch's layout: leave the other options out"]
    form = ArrayForm(
        task.named.graph, task.named.roots[0], task.named.shapes, {name: task.shape(name) for name in task.variables},
        task.declarations.structures, task.declarations.sizes, task.decimals,
    )  # fmt: skip
    return array_derivations(form, formulas, seconds)


def _without(answer: Answer, refuted: Collection[Path]) -> Answer:
    """The answer without formulas that have other values than the derivative: never is a wrong one shown."""
    if not refuted:
        return answer
    shown = {p: replace(f, text=None, latex=None) if p in refuted else f for p, f in answer.derivatives.items()}
    warning = "a formula was dropped: its values differ from the derivative's"
    steps = tuple(told for told in answer.derivations if told.along not in refuted)
    return replace(answer, derivatives=shown, derivations=steps, warnings=(*answer.warnings, warning))


def _surprises(task: ArrayTask) -> list[str]:
    """What goes entry by entry and looks as if it did not."""
    graph, shapes = task.named.graph, task.named.shapes
    found = []
    for i in graph.reachable(task.named.roots):
        node, ranks = graph.nodes[i], [len(shapes[a]) for a in graph.nodes[i].args]
        words = write(graph, i, 40) or "a product"
        if node.op == "mul" and {1, 2} <= set(ranks):
            found.append(f"{words} multiplies entry by entry, row by row; the matrix product is written @")
        if node.op == "pow" and ranks[0] == 2 and graph.nodes[node.args[1]].value == -1:
            found.append(f"{words} goes entry by entry; the inverse is written inv(…)")
    return found


def _shown(task: ArrayTask, vectors: Mapping[str, Exacts]) -> dict[str, Nested]:
    """The V of products under their names in formulas."""
    names = {task.cotangent: task.cotangent} if task.cotangent else task.tangents
    return {name: vectors[key].nested() for key, name in names.items() if key in vectors}


def _where(task: ArrayTask, question: Question) -> list[str]:
    """What the V of a product is called in formulas."""
    if question.direction:
        together = "together " if len(task.tangents) > 1 else ""
        return [f"{' and '.join(task.tangents.values())} is the direction, {together}of length 1"]
    return []


def _task(
    question: Question, named: Reading, sized: Reading | None, declarations: Declarations
) -> tuple[ArrayTask, dict[str, Exacts]]:
    try:
        expression = _shaped(named, declarations.shapes)
    except ShapeError:
        if sized is None or sized is named:
            raise
        # Names of sizes and numbers met, as in S + eye(3): with numbers alone they may fit.
        numbers_only = Declarations(declarations.in_numbers(), declarations.structures)
        return _task(question, sized, sized, numbers_only)
    numbers = None if sized is None else _shaped(sized, declarations.in_numbers())
    variables = asked.variables(question, named)
    by = asked.wrt(question, named)
    output = expression.shapes[expression.roots[0]]
    kind, plan = asked.plan(question, bool(output), by)
    check_layout(question.layout, kind)
    task = ArrayTask(
        named, expression, numbers, declarations, variables, by, kind, plan, layout=question.layout,
        decimals=named.decimals and not question.exact,
    )  # fmt: skip
    taken = {*named.variables, *declarations.sizes}
    carriers = (*_CARRIERS, *(f"v{k}" for k in range(len(taken) + 1)))
    free = [c for c in carriers if not any(name == c or name.startswith(f"{c}_") for name in {*variables, *taken})]
    if kind == "vjp":
        assert question.vjp is not None
        named_vector = _name_alone(question, question.vjp, taken)
        if named_vector:
            return replace(task, cotangent=named_vector), {}
        vector = value(question.vjp, "V", question.seed)
        if numbers is not None:
            _fits("--vjp", "the expression", vector, numbers.shapes[numbers.roots[0]])
        return replace(task, cotangent=free[0]), {free[0]: vector}
    if kind in ("jvp", "hvp"):
        return _with_tangents(task, question, free)
    return task, {}


def _shaped(reading: Reading, shapes: Mapping[str, tuple[int | str, ...]]) -> Shaped:
    return shaped(reading.graph, [with_one_root(reading)], shapes, reading.text, reading.doubts)


def _with_tangents(task: ArrayTask, question: Question, free: Sequence[str]) -> tuple[ArrayTask, dict[str, Exacts]]:
    """The task with its directions; variables without one stay where they are."""
    option = "--jvp" if question.jvp else "--direction" if question.direction else "--hvp"
    given = dict(question.jvp or question.direction or question.hvp)
    if "" in given:
        if len(task.wrt) != 1:
            names = ", ".join(f"{name}=…" for name in task.wrt)
            raise UsageError(f"{option} needs a vector for each variable, or for those that move: {names}")
        given = {task.wrt[0]: given[""]}
    if question.wrt and "" not in dict(question.jvp or question.direction or ()) and task.kind == "jvp":
        other = next((name for name in question.wrt if name not in given), None)
        if other is not None:
            raise UsageError(f"{option} has no vector for {other}, which --wrt names")
    unknown = next((name for name in given if name not in task.variables), None)
    if unknown is not None:
        raise UsageError(f"{option}: the expression has no variable {unknown}")
    plan: Mapping[Path, tuple[str, ...]] = {(): tuple(given)} if task.kind == "jvp" else task.plan
    task = replace(task, plan=plan, wrt=tuple(given) if task.kind == "jvp" else task.wrt)
    taken = {*task.reading.variables, *task.declarations.sizes}
    alone = {name: _name_alone(question, v, taken) for name, v in given.items()}
    if all(alone.values()):
        if len(set(alone.values())) < len(alone):
            raise UsageError(f"{option}: every variable needs a V of its own name")
        return replace(task, tangents=alone), {}
    vectors = {name: value(v, f"V of {name}", question.seed) for name, v in given.items()}
    for name, vector in vectors.items():
        if task.sized is not None:
            _fits(option, name, vector, task.declarations.in_numbers().get(name, ()))
    if question.direction:
        vectors = _normalised(vectors)
    tangents = {name: free[k] if len(given) == 1 else f"{free[0]}_{name}" for k, name in enumerate(vectors)}
    return replace(task, tangents=tangents), vectors


def _name_alone(question: Question, vector: Value, taken: Collection[str]) -> str:
    """The name that V is given by where there is no point: in the formula alone it needs no value.

    Raises:
        UsageError: a name that means something else in the formula.
    """
    if question.points or not isinstance(vector, str) or not re.fullmatch(r"[A-Za-z]\w*", vector):
        return ""
    # A variable that was declared for V alone is no other.
    problem = name_problem(vector) or (f"{vector} stands in the expression" if vector in taken else None)
    if problem:
        raise UsageError(f"V cannot be called {vector}: {problem}", hint="choose another name, or give V in numbers")
    return vector


def _fits(option: str, whose: str, vector: Exacts, shape: Sequence[int | str]) -> None:
    if vector.shape != tuple(shape):
        raise ShapeError(f"{option}: V has the shape {list(vector.shape)}, and {whose} has {list(shape)}")


def _normalised(vectors: Mapping[str, Exacts]) -> dict[str, Exacts]:
    """The direction at length 1, in floats."""
    length = math.sqrt(math.fsum(float(v) ** 2 for e in vectors.values() for v in e.entries))
    if not length:
        raise UsageError("--direction: a vector of zeros has no direction")
    return {n: Exacts(e.shape, tuple(Fraction(float(v) / length) for v in e.entries)) for n, e in vectors.items()}


def _scalars(task: ArrayTask, vectors: Mapping[str, Exacts]) -> Scalars | None:
    if task.sized is None or ((task.cotangent or task.tangents) and not vectors):
        return None
    try:
        return scalars(task, vectors)
    except TooLarge:
        return None
