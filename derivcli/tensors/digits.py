"""The exact values of arrays in many digits, entry by entry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from derivcli.deadline import deadline
from derivcli.decimals import Expression, Limits, Result, decimals, limits
from derivcli.errors import UnsupportedError
from derivcli.model import Decimals, Question
from derivcli.tensors.scalars import Scalars, scalars
from derivcli.tensors.task import ArrayTask, laid_out_numbers
from derivcli.values import Exacts
from derivcli.verdict import Judgement


def array_limits(question: Question, vectors: Mapping[str, Exacts]) -> Limits | None:
    """How many digits are wanted; None for floats alone.

    Raises:
        UnsupportedError: an irrational V, which goes into products as a float.
    """
    if question.digits is None:
        return None
    if not all(isinstance(v, Fraction) for exacts in vectors.values() for v in exacts.entries):
        hint = "write its entries as decimals or fractions"
        raise UnsupportedError("--digits: the V of a product must be made of rational numbers", hint=hint)
    return limits(question, question.digits)


def array_decimals(
    task: ArrayTask, written: Scalars, judgement: Judgement, point: Mapping[str, Any], wanted: Limits
) -> Decimals:
    """The digits of the expression and of its derivatives, these worked out without any formula.

    Args:
        task: the question.
        written: the question entry by entry.
        judgement: what was found in floats.
        point: the exact value of every scalar variable.
        wanted: how many digits.

    Raises:
        Expired, TooLarge: more derivatives than can be written out.
        LimitError: more numbers than are worked out in digits.
    """
    with deadline(wanted.seconds):
        # The root of a vector-Jacobian product is the product, not the expression.
        plain = scalars(replace(task, kind="jacobian"), {}) if task.kind == "vjp" else written
        results = {
            path: Result(written.referee(path), laid_out_numbers(task, path), judgement.symbolic[path], check)
            for path, check in judgement.checks.items()
        }
    return decimals(Expression(plain.graph, plain.roots, task.output_numbers()), results, point, wanted)
