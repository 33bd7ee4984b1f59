"""answer(question): text to graph, graph to formula and program, program to numbers, numbers to verdict."""

from __future__ import annotations

import difflib
import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from derivcli.constants import constant
from derivcli.deadline import Expired, deadline
from derivcli.errors import LimitError, OutOfTime, ParseError, PointError, UnsupportedError, UsageError
from derivcli.language import Reading, expand, name_problem, read, specials
from derivcli.language.limits import MAX_NUMBER_DIGITS
from derivcli.model import Answer, Array, Check, Formula, Path, Point, PointAnswer, Question

# Seconds for reading and symbolic work together, unless the question says otherwise.
DEFAULT_SECONDS = 4.0
# Seconds for the exact value at one point.
EXACT_SECONDS = 4.0
# What SymPy is given: larger expressions are differentiated on the graph.
MAX_NODES, MAX_DEPTH, MAX_WORK, MAX_FACTORS = 500, 60, 25_000, 40

Plan = dict[Path, tuple[str, ...]]


def answer(question: Question) -> Answer:
    """The answer to one question.

    Raises:
        DerivError: the question cannot be read, understood or finished in time; nothing else.
    """
    seconds = DEFAULT_SECONDS if question.timeout is None else question.timeout
    try:
        with deadline(seconds):
            declared = list(dict.fromkeys([*question.declared, *(n for p in question.points for n, _ in p)]))
            _check_names([*declared, *question.wrt, *question.partial])
            reading = read(question.expressions, question.let, declared)
            warnings = list(reading.warnings)
            variables = _variables(question, reading, declared, warnings)
            wrt = _wrt(question, reading, declared, warnings)
            kind, plan = _plan(question, reading.vector, wrt)
            symbolic, subject = _symbolic(question, reading, variables, plan, seconds)
    except Expired:
        hint = "a longer limit is set by --timeout SECONDS"
        raise OutOfTime(f"out of time after {seconds:g} s of reading and symbolic work", hint=hint) from None
    except RecursionError:
        raise UnsupportedError("the expression is nested too deeply for SymPy") from None
    points = _points(question, reading, variables, plan, symbolic, subject, warnings)
    shape = (len(reading.roots),) if reading.vector else ()
    read_as = Formula(symbolic.read_as.text, symbolic.read_as.latex, shape)
    return Answer(
        kind, reading.text, read_as, dict.fromkeys(variables, ()), tuple(wrt), _order(question), symbolic.formulas,
        points, tuple(dict.fromkeys([*warnings, *symbolic.warnings])), symbolic.source,
    )  # fmt: skip


def _check_names(names: Iterable[str]) -> None:
    for name in names:
        problem = name_problem(name)
        if problem:
            raise PointError(
                f"{name!r}: {problem}" if problem.startswith("that") else problem,
                text=name,
                span=(0, len(name)),
            )


def _variables(question: Question, reading: Reading, declared: Sequence[str], warnings: list[str]) -> list[str]:
    """The variables of the expression, then those that only have a value or a declaration."""
    used = reading.variables
    needed = set(question.wrt) | set(question.partial) | set(question.declared)
    for name in declared:
        if name in used or name in needed:
            continue
        if question.strict_names:
            raise PointError(
                f"the expression has no variable {name}",
                text=name,
                span=(0, len(name)),
                hint=_near(name, used),
            )
        warnings.append(f"the expression has no variable {name}")
    return [*used, *(name for name in declared if name not in used)]


def _wrt(question: Question, reading: Reading, declared: Sequence[str], warnings: list[str]) -> list[str]:
    used = reading.variables
    wanted = list(dict.fromkeys(question.partial or question.wrt))
    for name in wanted:
        if name in used:
            continue
        if name not in declared:
            raise PointError(
                f"the expression has no variable {name}",
                text=name,
                span=(0, len(name)),
                hint=_near(name, used),
            )
        warnings.append(f"the expression has no variable {name}: its derivative is 0")
    return wanted or used


def _near(name: str, used: Sequence[str]) -> str:
    if not used:
        return "it has no variables"
    near = difflib.get_close_matches(name, used, 1, 0.5)
    return f"did you mean {near[0]}?" if near else f"its variables are {', '.join(used)}"


def _order(question: Question) -> int:
    return len(question.partial) or (2 if question.hessian else question.order)


def _plan(question: Question, vector: bool, wrt: Sequence[str]) -> tuple[str, Plan]:
    """What is asked, as the key of the answer, and for each result the variables to differentiate by."""
    if question.order < 1:
        raise UsageError(f"--order is 1 or more, not {question.order}")
    if sum((bool(question.partial), question.hessian, question.order > 1)) > 1:
        raise UsageError("--partial, --hessian and --order each ask for another derivative: give one of them")
    if question.partial:
        return "derivative", {(",".join(question.partial),): question.partial}
    if question.hessian:
        if vector:
            raise UsageError(
                "a Hessian belongs to one expression, not to several",
                hint="for second derivatives write --order 2",
            )
        return "hessian", {(a, b): (a, b) for a, b in itertools.product(wrt, repeat=2)}
    if question.order > 1:
        return "derivative", {(",".join([v] * question.order),): (v,) * question.order for v in wrt}
    return ("jacobian" if vector or question.jacobian else "gradient"), {(v,): (v,) for v in wrt}


def _symbolic(question: Question, reading: Reading, variables: Sequence[str], plan: Plan, seconds: float) -> Any:
    from derivcli import plain
    from derivcli.symbolic import scalar
    from derivcli.verdict import Subject

    graph, roots = expand(reading.graph, reading.roots)
    result = None
    if _is_small(graph, roots, plan):
        try:
            # Some time is kept for the plain way, if this one does not end.
            with deadline(seconds * 0.7):
                result = _by_sympy(scalar, question, reading, graph, roots, variables, plan, seconds * 0.5)
        except Expired:
            reason = f"SymPy was stopped after {seconds * 0.7:.2g} s"
        except (ParseError, LimitError):
            raise
        except Exception as failure:  # whatever SymPy stumbles over, the plain way does without it
            reason = f"SymPy gave up ({type(failure).__name__})"
    else:
        reason = None
    if result is None:
        result = plain.derive(graph, roots, vector=reading.vector, plan=plan, variables=variables, full=question.full)
        if reason:
            result.warnings[0] = f"{reason}: the derivative is shown as differentiated, not simplified"
    marked = specials(graph, roots)
    return result, Subject(reading.text, graph, roots, marked, result.graph, result.shown, plan, result.on_the_way)


def _is_small(graph: Any, roots: Sequence[int], plan: Plan) -> bool:
    nodes = graph.reachable(roots)
    factors = max((len(graph.nodes[i].args) for i in nodes if graph.nodes[i].op == "mul"), default=0)
    work = len(nodes) * max(len(plan), 1) * max((len(p) for p in plan.values()), default=1)
    return len(nodes) <= MAX_NODES and graph.depth(roots) <= MAX_DEPTH and work <= MAX_WORK and factors <= MAX_FACTORS


def _by_sympy(
    scalar: Any,
    question: Question,
    reading: Reading,
    graph: Any,
    roots: Any,
    variables: Any,
    plan: Plan,
    seconds: float,
) -> Any:
    """With SymPy; a shorter form that does not have the same values is not shown."""

    def derive(simplify: str) -> Any:
        return scalar.derive(
            graph, roots, reading.text, vector=reading.vector, plan=plan, variables=variables, simplify=simplify,
            decimals=reading.decimals and not question.exact, max_digits=MAX_NUMBER_DIGITS, seconds=seconds,
        )  # fmt: skip

    result = derive(question.simplify)
    if result.shown != result.raw and not _same_values(result, _trial(question, variables)):
        result = derive("none")
        result.warnings.append("a shorter form was dropped: its values differ from the derivative's")
    return result


def _trial(question: Question, variables: Sequence[str]) -> dict[str, Any]:
    """Where a shorter form is tried against the derivative: at the first point, else somewhere without a pattern."""
    given = {n: constant(text, n) for n, text in (question.points[0] if question.points else ())}
    return {v: given.get(v, Fraction(6180 + 1377 * k, 9973)) for k, v in enumerate(variables)}


def _same_values(result: Any, point: Mapping[str, Any]) -> bool:
    from derivcli.numeric.exact import evaluate

    shown = [r for path in result.shown for r in result.shown[path]]
    raw = [r for path in result.raw for r in result.raw[path]]
    values = evaluate(result.graph, [*shown, *raw], point, real=False).roots
    for a, b in zip(values[: len(shown)], values[len(shown) :], strict=True):
        if a.kind == b.kind == "number" and abs(float(a) - float(b)) > 1e-12 * max(abs(float(a)), abs(float(b))):
            return False
    return True


def _points(
    question: Question, reading: Reading, variables: Sequence[str], plan: Plan, symbolic: Any, subject: Any,
    warnings: list[str],
) -> tuple[PointAnswer, ...]:  # fmt: skip
    if not question.points:
        return ()
    if any(
        n.value == "I" and n.op == "constant"
        for n in (reading.graph.nodes[i] for i in reading.graph.reachable(reading.roots))
    ):
        raise UnsupportedError(
            "I is the imaginary unit: complex values are not computed yet",
            hint="give I a value to make it a variable",
        )
    from derivcli.numeric.autodiff import differentiate

    exact = [_exact_point(point, variables, reading) for point in question.points]
    columns = {v: [_float(p[v]) for p in exact] for v in variables}
    values, results = differentiate(symbolic.source, columns, plan, question.dtype, question.device)
    answers = []
    for k, point in enumerate(exact):
        found = {path: [component[k] for component in results[path]] for path in plan}
        value: Array = [v[k] for v in values] if reading.vector else values[0][k]
        shaped: dict[Path, Array] = {p: list(f) if reading.vector else f[0] for p, f in found.items()}
        exact_values, checks = (
            _judged(question, subject, point, found, reading.vector) if question.check else (None, None)
        )
        answers.append(PointAnswer({v: columns[v][k] for v in variables}, value, shaped, exact_values, checks))
    return tuple(answers)


def _exact_point(point: Point, variables: Sequence[str], reading: Reading) -> dict[str, Any]:
    given = dict(point)
    missing = [v for v in variables if v not in given]
    if missing:
        names = " and ".join(missing)
        hint = f"add --at {','.join(f'{v}=…' for v in missing)}"
        raise PointError(f"{names} {'has' if len(missing) == 1 else 'have'} no value at this point", hint=hint)
    return {v: constant(given[v], v) for v in variables}


def _float(value: Any) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def _judged(question: Question, subject: Any, point: Mapping[str, Any], found: Any, vector: bool) -> Any:
    from derivcli.verdict import judge

    try:
        with deadline(EXACT_SECONDS):
            return judge(subject, point, found, question.dtype, vector)
    except Expired:
        note = f"the exact value was not settled within {EXACT_SECONDS:g} s"
        nothing: dict[Path, Array] = {p: [math.nan] * len(f) if vector else math.nan for p, f in found.items()}
        return nothing, {path: Check("unchecked", note=note) for path in found}
