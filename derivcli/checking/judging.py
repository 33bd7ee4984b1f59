"""Is the claim the derivative? Read both, compare them at many points, and say what is wrong."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from derivcli import asked
from derivcli.brackets import bracketed
from derivcli.checking.arrays import own_formulas_of_arrays, posed_in_arrays
from derivcli.checking.comparing import ENOUGH, Comparison, compare, simplest
from derivcli.checking.forms import is_written_as
from derivcli.checking.numbers import posed_in_numbers
from derivcli.checking.posing import Posed
from derivcli.checking.problem import Problem, same
from derivcli.checking.searching import slip, slip_of_array
from derivcli.claims import Checked, Differs
from derivcli.deadline import Expired, deadline
from derivcli.engine import DEFAULT_SECONDS
from derivcli.errors import DerivError, OutOfTime
from derivcli.formulas import derive
from derivcli.model import Formula, Path, Question
from derivcli.numeric.exact import evaluate
from derivcli.tensors.scalars import entry_names
from derivcli.values import nest

# Seconds for the search for the slip, and for deriv's own formula.
_SLIP_SECONDS, _FORMULA_SECONDS = 2.0, 2.0
# Holes that are told one by one.
_MAX_HOLES = 3


def check(question: Question, claimed: Sequence[str], formulas: bool = True) -> Checked:
    """Compare a claim with the derivative that a question asks for.

    Args:
        question: the expression and which derivative of it; its points are looked at, too.
        claimed: the claim; several texts are the parts of a list.
        formulas: whether deriv's own formulas are wanted.

    Raises:
        DerivError: either cannot be read, or is nothing that can be compared.
    """
    seconds = DEFAULT_SECONDS if question.timeout is None else question.timeout
    try:
        with deadline(seconds):
            in_numbers = posed_in_numbers(question, claimed, seconds)
            posed = posed_in_arrays(question, claimed) if in_numbers is None else [in_numbers]
    except Expired:
        hint = "a longer limit is set by --timeout SECONDS"
        raise OutOfTime(f"out of time after {seconds:g} s of reading and differentiating", hint=hint) from None
    compared = []
    for one in posed:
        comparison = Comparison([[] for _ in one.problem.targets])
        compare(one.problem, comparison, one.points, seconds)
        compared.append((one, comparison))
    shown, comparison = min(compared, key=lambda pair: _rank(pair[1]))
    task = shown.problem.task
    checked = Checked(
        status="undecided",
        kind=task.kind,
        text=shown.text,
        expression=shown.expression,
        claimed_text=shown.claimed_text,
        claimed=shown.claimed,
        variables=shown.variables,
        wrt=tuple(dict.fromkeys(name for along in task.plan.values() for name in along)),
        order=asked.order(question),
        points=comparison.points,
        warnings=tuple(dict.fromkeys([*shown.warnings, *_holes(comparison)])),
    )
    if formulas:
        own = _own_formulas(shown, comparison, question) if in_numbers else own_formulas_of_arrays(question)
        checked = replace(checked, derivatives=own)
    return _verdict(checked, shown, comparison)


def _rank(comparison: Comparison) -> tuple[bool, int]:
    """What decides comes first: where the claim is wrong, then where the least is known."""
    return not comparison.is_wrong, comparison.points if comparison.complete else -1


def _verdict(checked: Checked, posed: Posed, comparison: Comparison) -> Checked:
    problem = posed.problem
    wrong = [k for k in range(len(problem.targets)) if comparison.wrong(k)]
    if wrong:
        paths = tuple(dict.fromkeys(problem.targets[k].path for k in wrong))
        differs = _differs(posed, comparison, wrong[0])
        return replace(checked, status="wrong", differs=differs, wrong=paths, slip=_slip(posed, comparison, wrong[0]))
    if not comparison.complete:
        reason = f"time ran out after {comparison.points} points, at which the claim fits; --timeout gives it more"
        return replace(checked, reason=reason)
    if comparison.points < ENOUGH:
        where = f"{comparison.points} of the points" if comparison.points else "none of the points"
        return replace(checked, reason=f"the expression has a derivative at {where} that were tried: too few to tell")
    return replace(checked, status="correct", other_form=_is_other_form(checked, posed))


def _slip(posed: Posed, comparison: Comparison, wrong: int) -> str | None:
    """The likely slip behind a wrong number; of an array one that explains all its entries."""
    target = posed.problem.targets[wrong]
    try:
        with deadline(_SLIP_SECONDS):
            if not any(posed.variables.values()):
                return slip(posed.problem, target, comparison.seen[wrong])
            places = [k for k, other in enumerate(posed.problem.targets) if other.path == target.path]
            return slip_of_array([comparison.seen[k] for k in places], posed.shapes[target.path])
    except Expired:
        return None


def _is_other_form(checked: Checked, posed: Posed) -> bool:
    texts = {path: formula.text for path, formula in checked.derivatives.items() if formula.text is not None}
    if any(posed.variables.values()):
        own = ", ".join(texts.values())
        return bool(own) and own.replace(" ", "") != str(posed.claimed.text).replace(" ", "")
    return any(not _alike(posed.problem, path, text) for path, text in texts.items())


def _alike(problem: Problem, path: Path, text: str) -> bool:
    claimed = [target.claimed for target in problem.targets if target.path == path]
    return is_written_as(problem.claim, claimed, text, problem.task.variables)


def _differs(posed: Posed, comparison: Comparison, k: int) -> Differs:
    seen, target = simplest(comparison.wrong(k)), posed.problem.targets[k]
    shape = posed.shapes[target.path]
    index = list(itertools.product(*map(range, shape)))[target.component]
    texts = {n: str(v) if isinstance(v, Fraction) else repr(float(v)) for n, v in seen.point.items()}
    floats = {name: float(v) for name, v in seen.point.items()}
    entries = {name: entry_names(name, axes) for name, axes in posed.variables.items()}
    return Differs(
        at={name: nest([floats[e] for e in entries[name]], axes) for name, axes in posed.variables.items()},
        shown={name: bracketed([texts[e] for e in entries[name]], axes) for name, axes in posed.variables.items()},
        path=target.path,
        index=index if shape else None,
        claimed=float(seen.claimed) if seen.claimed.kind in ("number", "infinite") else None,
        derivative=float(seen.derivative),
    )


def _holes(comparison: Comparison) -> list[str]:
    """Where the claim is right on all sides, and not defined itself."""
    texts = [
        "the claim is not defined at " + ", ".join(f"{n} = {v}" for n, v in seen.point.items())
        + f", where the derivative is {float(seen.derivative):.6g}"
        for seen in comparison.holes[:_MAX_HOLES]
    ]  # fmt: skip
    more = len(comparison.holes) - len(texts)
    return [*texts, f"nor at {more} more points"] if more > 0 else texts


def _own_formulas(posed: Posed, comparison: Comparison, question: Question) -> dict[Path, Formula]:
    """deriv's own formulas, if they are found in time and have the values that were compared with."""
    problem = posed.problem
    try:
        with deadline(_FORMULA_SECONDS):
            seconds, simplify = _FORMULA_SECONDS, question.simplify
            symbolic = derive(problem.task, {}, simplify=simplify, seconds=seconds, full=question.full)
            for k, target in enumerate(problem.targets):
                for seen in [simplest(comparison.wrong(k))] if comparison.wrong(k) else comparison.seen[k][:1]:
                    node = symbolic.shown[target.path][target.component]
                    (own,) = evaluate(symbolic.graph, [node], seen.point, real=False).roots
                    if not same(own, seen.derivative):
                        return {}
            return symbolic.formulas
    except (Expired, DerivError):
        return {}
