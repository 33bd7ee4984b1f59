"""What a question asks: its names held against the expression's, and the derivatives it wants."""

from __future__ import annotations

import difflib
import itertools
import re
from collections.abc import Sequence
from dataclasses import replace

from derivcli.catalog import SPELLINGS
from derivcli.errors import PointError, UsageError
from derivcli.language import Reading, name_problem
from derivcli.language.limits import MAX_ASKED_DIGITS
from derivcli.model import Path, Question


def declared(question: Question) -> list[str]:
    """The names that are variables because they are declared or have a value.

    Raises:
        PointError: a name that cannot be a variable.
    """
    names = list(dict.fromkeys([*question.declared, *(name for point in question.points for name, _ in point)]))
    for name in (*names, *question.wrt, *question.partial):
        problem = name_problem(name)
        if problem:
            several = re.split(r"[\s;*]+", name.strip())
            hint = f"write {','.join(several)}" if len(several) > 1 and not any(map(name_problem, several)) else None
            raise PointError(f"'{name}': {problem}", text=name, span=(0, len(name)), hint=hint)
    return names


def variables(question: Question, reading: Reading) -> list[str]:
    """The variables of the expression, then those that only have a value or a declaration.

    What has a value and is not used is an error at a prompt, else a warning in the reading.
    """
    used, known = reading.variables, declared(question)
    own, needed = set(used), {*used, *question.wrt, *question.partial, *question.declared}
    for name in known:
        if name not in needed:
            if question.strict_names:
                raise _no_variable(name, used)
            reading.warnings.append(f"the expression has no variable {name}")
    return [*used, *(name for name in known if name not in own)]


def wrt(question: Question, reading: Reading) -> list[str]:
    """The variables to differentiate by; one that the expression lacks is a warning if it is known, else an error.

    Of an expression without variables there is nothing to warn of.
    """
    used, known = reading.variables, declared(question)
    wanted = list(dict.fromkeys(question.partial or question.wrt))
    for name in wanted:
        if name not in used and name not in known:
            raise _no_variable(name, used)
        if name not in used and used:
            reading.warnings.append(f"the expression has no variable {name}: its derivative is 0")
    return wanted or used


def plan(question: Question, vector: bool, by: Sequence[str]) -> tuple[str, dict[Path, tuple[str, ...]]]:
    """What is asked, as the key of the answer, and for each result the variables to differentiate by.

    Raises:
        UsageError: several kinds of derivatives at once, or one that the expression does not have.
    """
    if question.order < 1:
        raise UsageError(f"--order is 1 or more, not {question.order}")
    products = {"vjp": question.vjp, "jvp": question.jvp, "direction": question.direction, "hvp": question.hvp}
    asked = [f"--{name}" for name, v in products.items() if v]
    asked += (
        ["--partial"] * bool(question.partial) + ["--hessian"] * question.hessian + ["--order"] * (question.order > 1)
    )
    if len(asked) > 1:
        raise UsageError(f"{' and '.join(asked)} each ask for another derivative: give one of them")
    if (question.hessian or question.hvp) and vector:
        hint = "for second derivatives write --order 2"
        raise UsageError("a Hessian belongs to one expression with one value, not to several", hint=hint)
    if question.partial:
        return "derivative", {(",".join(question.partial),): question.partial}
    if question.hessian:
        return "hessian", {pair: pair for pair in itertools.product(by, repeat=2)}
    if question.order > 1:
        return "derivative", {(",".join([v] * question.order),): (v,) * question.order for v in by}
    if question.jvp or question.direction:
        return "jvp", {(): tuple(by)}
    kind = "vjp" if question.vjp is not None else "hvp" if question.hvp else ""
    return kind or ("jacobian" if vector or question.jacobian else "gradient"), {(v,): (v,) for v in by}


def of_constant(question: Question) -> Question:
    """A question about an expression without variables: it is a function of what is asked by; its steps are by x.

    Nothing is misspelled where there is nothing to spell.
    """
    names = (*question.wrt, *question.partial)
    if not names and question.steps and not question.points:
        question, names = replace(question, wrt=("x",)), ("x",)
    return replace(question, declared=tuple(dict.fromkeys([*question.declared, *names])))


def check_digits(question: Question, reading: Reading) -> None:
    """Whether the digits that a question wants can be had.

    Raises:
        UsageError: too many digits or none, no point, or an option that leaves the exact values out.
    """
    if question.digits is not None and not 1 <= question.digits <= MAX_ASKED_DIGITS:
        raise UsageError(f"--digits is a number from 1 to {MAX_ASKED_DIGITS:,}, not {question.digits:,}")
    if not question.check:
        raise UsageError("--digits needs the exact values, which --no-check leaves out")
    if question.direction:
        hint = "give V to --jvp, which does not make it shorter"
        raise UsageError("--digits does not go with --direction, whose length 1 is one in floats alone", hint=hint)
    if reading.variables and not question.points:
        hint = f"add --at {','.join(f'{name}=…' for name in reading.variables)}"
        raise UsageError("--digits needs a point to evaluate at", hint=hint)


def order(question: Question) -> int:
    """The order of the derivatives asked for."""
    return len(question.partial) or (2 if question.hessian or question.hvp else question.order)


def _called(glued: str, name: str) -> str:
    return f"{glued.removesuffix(name)}({name})"


def _no_variable(name: str, used: Sequence[str]) -> PointError:
    near = [u for u in used if u.lower() == name.lower()] or difflib.get_close_matches(name, used, 1, 0.5)
    if len(name) > 1 and all(letter in used for letter in name):
        hint = f"for several write {','.join(name)}"
        return PointError(f"the expression has no variable {name}", text=name, span=(0, len(name)), hint=hint)
    function = next((u for u in used if u.endswith(name) and u.removesuffix(name) in SPELLINGS), None)
    if function is not None:
        hint = f"{function} is one name; for {function.removesuffix(name)} of {name} write {_called(function, name)}"
        return PointError(f"the expression has no variable {name}", text=name, span=(0, len(name)), hint=hint)
    glued = next((u for u in used if len(u) > 1 and name in u and u.isalpha() and len(u) <= 3), None)
    if glued is not None:
        hint = f"{glued} is one name; for a product write {'*'.join(glued)}"
        return PointError(f"the expression has no variable {name}", text=name, span=(0, len(name)), hint=hint)
    hint = (
        f"did you mean {near[0]}?"
        if near
        else f"its variables are {', '.join(used)}"
        if used
        else "it has no variables"
    )
    return PointError(f"the expression has no variable {name}", text=name, span=(0, len(name)), hint=hint)
