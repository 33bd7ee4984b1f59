"""A question as a program in another language."""

from __future__ import annotations

from dataclasses import dataclass, replace

from derivcli import asked
from derivcli.deadline import Expired, deadline
from derivcli.engine import DEFAULT_SECONDS, answer
from derivcli.errors import OutOfTime, UsageError
from derivcli.exports.dialects import MODULES, dialect
from derivcli.exports.posing import Posed, pose, trials
from derivcli.exports.program import Trial
from derivcli.exports.writing import program
from derivcli.model import Answer, Question
from derivcli.render.names import derivative

LANGUAGES = MODULES
# Longer formulas are no comment.
MAX_FORMULA = 600


@dataclass(frozen=True)
class Export:
    """A program, and what a reader should be told beside it."""

    text: str
    warnings: tuple[str, ...]


def code(question: Question, language: str, file: str = "") -> Export:
    """The program.

    Args:
        question: what is asked; its points are where the program can be tried.
        language: one of `LANGUAGES`.
        file: the name of the file that it goes to.

    Raises:
        DerivError: the question cannot be understood, has no program in numbers, or uses a function that the language
            lacks.
    """
    if question.dtype != "float64":
        raise UsageError("programs in other languages than torch compute in float64: leave --dtype out")
    spoken = dialect(language)
    names = tuple(asked.declared(question))
    seconds = DEFAULT_SECONDS if question.timeout is None else question.timeout
    try:
        with deadline(seconds):
            posed = pose(question)
    except Expired:
        hint = "a longer limit is set by --timeout SECONDS"
        raise OutOfTime(f"out of time after {seconds:g} s of reading and differentiating", hint=hint) from None
    tried = _tried(question, posed, seconds)
    simplify = "fast" if question.simplify == "none" else question.simplify
    formulas = answer(replace(question, points=(), declared=names, simplify=simplify, check=False, digits=None))
    text = spoken.layout(program(posed, tried, _remarks(formulas, posed, tried), spoken, file))
    return Export(text, formulas.warnings)


def _tried(question: Question, posed: Posed, seconds: float) -> tuple[Trial, ...]:
    """The points to try it at; none where the exact results take too long."""
    try:
        with deadline(seconds):
            return trials(question, posed)
    except Expired:
        return ()


def _remarks(formulas: Answer, posed: Posed, tried: tuple[Trial, ...]) -> list[str]:
    """The formulas, what is computed otherwise than typed, and what the results are."""
    arguments = ", ".join(posed.task.variables)
    texts = [(f"f({arguments})", formulas.expression.text)]
    texts += [(derivative(formulas, path), formula.text) for path, formula in formulas.derivatives.items()]
    remarks = [f"{name} = {text}" for name, text in texts if text is not None and len(text) <= MAX_FORMULA]
    assert posed.task.computed is not None
    remarks += [f"{sentence}." for sentence in posed.task.computed.rewritten if len(sentence) <= MAX_FORMULA]
    results = " and ".join([", ".join(o.name for o in posed.outputs[:-1]), posed.outputs[-1].name])
    remarks.append(f"Made by deriv. Returns {results}.")
    if not tried:
        remarks.append("There is no point to try it at: none was found at which all results are finite and proven.")
    return remarks
