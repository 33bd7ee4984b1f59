"""answer(question): text to graph, graph to formula and program, program to numbers, numbers to verdict."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from derivcli import asked, beyond, helper
from derivcli.closures import binds, mentioned, stepped
from derivcli.deadline import Expired, deadline
from derivcli.declarations import Declarations, declare
from derivcli.entries import TooLarge, entries
from derivcli.errors import OutOfTime, PointError, UnsupportedError, without_value
from derivcli.evaluation import Watch, at_points
from derivcli.following import Follower
from derivcli.graph import Graph
from derivcli.language import Reading, Setting, expand, has_arrays, read, shaped
from derivcli.model import Answer, Derivation, Path, Question, Traced
from derivcli.programs import complex_source, computed
from derivcli.task import Symbolic, Task
from derivcli.values import Exacts, value

# Seconds for reading and symbolic work together, unless the question says otherwise.
DEFAULT_SECONDS = 4.0
# So many characters of the expression give another second.
CHARACTERS_A_SECOND = 20_000
# Arrays of numbers with more operations are differentiated as arrays.
MAX_SCALARS = 10_000
# Is told the formulas before the numbers are there.
Early = Callable[[Answer], object]


@contextmanager
def _seldom_collected() -> Iterator[None]:
    """Let the collector of cycles look seldom: graphs are many small objects, and have no cycles."""
    before = gc.get_threshold()
    gc.set_threshold(100_000, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


@_seldom_collected()
def answer(question: Question, watch: Watch = iter, early: Early | None = None) -> Answer:
    """The answer to one question.

    Args:
        question: what is asked.
        watch: iterates over the points as they are answered, and may show how far it is.
        early: is told the formulas of a question in numbers before the numbers are there.

    Raises:
        DerivError: the question cannot be read, understood or finished in time; nothing else.
    """
    seconds = _seconds(question)
    # A derivation has its own half of the time, so that it never costs the answer.
    work = seconds / 2 if question.steps else seconds
    try:
        with deadline(seconds):
            numbers_of = _formulas(question, work, watch, early)
    except Expired:
        hint = "a longer limit is set by --timeout SECONDS"
        raise OutOfTime(f"out of time after {seconds:g} s of reading and symbolic work", hint=hint) from None
    answered = numbers_of()
    if question.graph and not answered.points:
        return replace(answered, warnings=(*answered.warnings, "autograd's graph is shown at a point: add --at"))
    return replace(answered, trace=_trace(question, answered)) if question.graph and answered.points else answered


def _seconds(question: Question) -> float:
    """Seconds for reading and symbolic work: more for long texts, unless the question says how many."""
    if question.timeout is not None:
        return question.timeout
    seconds = DEFAULT_SECONDS + sum(map(len, question.expressions)) / CHARACTERS_A_SECOND
    return 2 * seconds if question.steps else seconds


def _trace(question: Question, answered: Answer) -> tuple[Traced, ...]:
    """Autograd's graph of the expression at the first point."""
    from derivcli.tensors.tracing import traced

    point = {name: value(given, name, question.seed) for name, given in question.points[0]}
    _, sized = _readings(question, _declarations(question, [point]), [point])
    assert sized is not None
    return traced(sized, {name: point[name] for name in answered.variables})


def _formulas(question: Question, seconds: float, watch: Watch, early: Early | None) -> Callable[[], Answer]:
    """Read, and find the formulas; what is returned adds the numbers."""
    points = [
        {name: value(given, name, question.seed, question.complex) for name, given in point}
        for point in question.points
    ]
    declarations = _declarations(question, points)
    named, sized = _readings(question, declarations, points)
    if not named.variables:
        question = asked.of_constant(question)
    if question.digits is not None:
        asked.check_digits(question, named)
        # What has no variables has the same value everywhere.
        question, points = replace(question, points=question.points or ((),)), points or [{}]
    if len(points) > 1 and named.loops:
        return lambda: _one_by_one(question)
    scalar = in_scalars(question, named, declarations)
    if scalar is not None:
        return _scalar_formulas(question, *scalar, points, seconds, watch, early)
    from derivcli.tensors import array_formulas

    variables = asked.variables(question, named)
    if question.complex:
        raise UnsupportedError("--complex is for numbers: no variable or result may be an array")
    if binds(named.graph, named.roots):
        raise UnsupportedError("integrals, sums and products go with numbers alone, and this expression has arrays")
    complete = [_complete(point, variables) for point in points]
    return array_formulas(question, named, sized, declarations, complete, seconds)


def _declarations(question: Question, points: Sequence[Mapping[str, Exacts]]) -> Declarations:
    """The shapes of the variables, the same at all points."""
    shapes = {name: exacts.shape for point in points for name, exacts in point.items()}
    for point in points:
        other = next((name for name, exacts in point.items() if exacts.shape != shapes[name]), None)
        if other is not None:
            raise PointError(f"{other} has different shapes at different points", hint="ask one point at a time")
    return declare(question.shapes, shapes)


def _readings(
    question: Question, declarations: Declarations, points: Sequence[Mapping[str, Exacts]]
) -> tuple[Reading, Reading | None]:
    """The expression with the names of sizes, and with their numbers where all are known."""
    text = question.expressions[0] if len(question.expressions) == 1 else ""
    sizes = declarations.sizes
    setting = Setting(
        asked.declared(question), dict.fromkeys(sizes), question.syntax, question.seed,
        decide=Follower(points[0], text) if points else None,
    )  # fmt: skip
    named = read(question.expressions, question.let, setting)
    for edge in sorted(setting.decide.edges) if isinstance(setting.decide, Follower) else ():
        named.warnings.append(f"{edge} is decided between equal numbers: beside this point it may go the other way")
    if not sizes:
        return named, named
    if None in sizes.values():
        return named, None
    follow = Follower(points[0], text) if points else None
    return named, read(question.expressions, question.let, replace(setting, sizes=sizes, decide=follow))


def in_scalars(
    question: Question, reading: Reading, declarations: Declarations
) -> tuple[Reading, tuple[int, ...]] | None:
    """The question with every array written out in numbers, where all variables are numbers; and its shape."""
    products = question.vjp is not None or question.jvp or question.direction or question.hvp
    if declarations.shapes or products or question.layout != "torch":
        return None
    if not has_arrays(reading.graph, reading.roots):
        return reading, ((len(reading.roots),) if reading.vector else ())
    if question.literal:
        return None
    from derivcli.tensors import with_one_root

    arrays = shaped(reading.graph, [with_one_root(reading)], {}, reading.text, reading.doubts)
    try:
        graph, (roots,) = entries(arrays.graph, arrays.roots, arrays.shapes, MAX_SCALARS)
    except TooLarge:
        return None
    if any(
        graph.nodes[i].op == "variable" and str(graph.nodes[i].value).startswith("detach(")
        for i in graph.reachable(roots)
    ):
        return None
    shape = tuple(int(size) for size in arrays.shapes[arrays.roots[0]])
    return replace(reading, graph=graph, roots=roots, vector=bool(shape)), shape


def _one_by_one(question: Question) -> Answer:
    """Loops run as each point has them run: every point is a question of its own."""
    answers = [answer(replace(question, points=(point,))) for point in question.points]
    first = answers[0]
    warnings = tuple(dict.fromkeys(w for a in answers for w in a.warnings))
    if any(a.derivatives != first.derivatives for a in answers):
        warnings += ("the loop runs differently at these points: ask one at a time for its formula",)
        none = {path: replace(f, text=None, latex=None) for path, f in first.derivatives.items()}
        unknown = replace(first.expression, text=None, latex=None)
        first = replace(first, derivatives=none, expression=unknown, loops={}, program=None, derivations=())
    return replace(first, points=tuple(p for a in answers for p in a.points), warnings=warnings)


def _complete(point: Mapping[str, Exacts], variables: Sequence[str]) -> dict[str, Exacts]:
    """The value of every variable at a point, in order."""
    missing = [v for v in variables if v not in point]
    if missing:
        raise without_value(missing, "the transpose is written A.T" if missing == ["T"] else None)
    return {v: point[v] for v in variables}


def _scalar_formulas(
    question: Question,
    reading: Reading,
    shape: tuple[int, ...],
    points: Sequence[Mapping[str, Exacts]],
    seconds: float,
    watch: Watch,
    early: Early | None,
) -> Callable[[], Answer]:
    task = scalar_task(question, reading, shape)
    exact = [{v: e.entries[0] for v, e in _complete(point, task.variables).items()} for point in points]
    symbolic = _symbolic(task, question, exact, seconds)
    steps, said = _steps(task, reading, symbolic, seconds) if question.steps else ([], [])
    warnings = tuple(dict.fromkeys([*reading.warnings, *symbolic.warnings, *said]))
    plain = replace(without_points(question, reading, task, symbolic), warnings=warnings, derivations=tuple(steps))
    if task.numbers != "real":
        plain = replace(plain, program=complex_source(task), rewritten=(), in_complex=True)

    def with_numbers() -> Answer:
        if not exact:
            return plain
        if early is not None:
            early(plain)
        return at_points(plain, task, question, symbolic, exact, watch)

    return with_numbers


def without_points(question: Question, reading: Reading, task: Task, symbolic: Symbolic) -> Answer:
    """The formulas of an answer in numbers."""
    return Answer(
        kind=task.kind,
        text=reading.text,
        expression=symbolic.read_as,
        variables=dict.fromkeys(task.variables, ()),
        wrt=tuple(asked.wrt(question, reading)),
        order=asked.order(question),
        derivatives=symbolic.formulas,
        warnings=tuple(dict.fromkeys([*reading.warnings, *symbolic.warnings])),
        program=symbolic.source,
        rewritten=task.computed.rewritten if task.computed else (),
        loops=reading.loops,
    )


def scalar_task(question: Question, reading: Reading, shape: tuple[int, ...]) -> Task:
    """What is to be differentiated by what, of an expression in numbers."""
    variables = asked.variables(question, reading)
    kind, plan = asked.plan(question, bool(shape), asked.wrt(question, reading))
    used = mentioned(reading.graph, reading.roots)
    numbers = "complex" if question.complex else "mixed" if "I" in used - set(variables) else "real"
    graph, roots = expand(reading.graph, reading.roots)
    _check_steps(graph, roots, reading, plan)
    decimals = reading.decimals and not question.exact
    torch = computed(reading.graph, reading.roots, question.literal)
    task = Task(reading.text, graph, roots, shape, variables, kind, plan, decimals, torch, numbers)
    beyond.check_complex(task, question)
    return task


def _check_steps(graph: Graph, roots: Sequence[int], reading: Reading, plan: Mapping[Path, Sequence[str]]) -> None:
    """Refuse derivatives by the limits of sums and products, which move in steps."""
    steps = stepped(graph, roots)
    name = next((name for along in plan.values() for name in along if name in steps), None)
    if name is not None:
        others = [v for v in reading.variables if v not in steps]
        hint = f"ask by the others: --wrt {','.join(others)}" if others else None
        raise UnsupportedError(f"there is no derivative by {name}: it is a limit of a sum or product", hint=hint)


def _steps(task: Task, reading: Reading, symbolic: Symbolic, seconds: float) -> tuple[list[Derivation], list[str]]:
    """How the derivatives are found, and what to say of it."""
    from derivcli.derivation import derivations

    form = (reading.graph, tuple(reading.roots))
    return helper.call(helper.FORMULAS, derivations, task, form, symbolic, seconds)


def _symbolic(task: Task, question: Question, points: Sequence[Mapping[str, Any]], seconds: float) -> Symbolic:
    from derivcli.formulas import derive

    trial = points[0] if points else {}
    options = {"simplify": question.simplify, "seconds": seconds, "full": question.full}
    return helper.call(helper.FORMULAS, derive, task, trial, **options)
