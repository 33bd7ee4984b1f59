"""What is claimed: read in the same language, held against the variables and the shape of what is asked."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from derivcli import asked
from derivcli.checking.posing import read_part
from derivcli.entries import entries
from derivcli.errors import ParseError, UsageError
from derivcli.language import Reading, Setting, has_arrays, shaped
from derivcli.model import Path, Question
from derivcli.task import Task
from derivcli.tensors import with_one_root

# `f'(x) =`, `y'' =`, `dy/dx =`, `∂f/∂x =` and `d/dx f(x) =` before what is claimed.
_LEFT_SIDE = re.compile(
    r"\s*(?:[A-Za-z]\w*\s*['′]+\s*(?:\([^()=]*\)\s*)?|[d∂]\s*\w*\s*/\s*[d∂]\s*(?P<by>[A-Za-z]\w*)\s*)=(?!=)"
)
# Scalars that a claim with arrays in it may become.
_MAX_SCALARS = 10_000


def read_claim(question: Question, task: Task, texts: Sequence[str]) -> Reading:
    """The claim as numbers, in the order of the task's results, row by row.

    Args:
        question: what is asked, for its named results and declared names.
        task: the expression and the derivatives that are asked for.
        texts: the claim; several are the parts of a list.

    Raises:
        ParseError: the claim cannot be read, or has a variable that the expression lacks.
        UsageError: another number of parts than the derivative has.
    """
    known = [*asked.declared(question), *(name for name in task.variables)]
    setting = Setting(known, syntax=question.syntax)
    parts = [right_side(text, task.plan) for text in texts]
    # Several texts are one list: each may be a row itself.
    text = parts[0] if len(parts) == 1 else f"[{', '.join(parts)}]"
    reading = read_part(text, question.let, setting)
    check_names(reading, task.variables)
    shape: tuple[int, ...] = (len(reading.roots),) if reading.vector else ()
    if has_arrays(reading.graph, reading.roots):
        arrays = shaped(reading.graph, [with_one_root(reading)], {}, reading.text, reading.doubts)
        graph, (roots,) = entries(arrays.graph, arrays.roots, arrays.shapes, _MAX_SCALARS)
        shape = tuple(int(size) for size in arrays.shapes[arrays.roots[0]])
        reading = replace(reading, graph=graph, roots=roots)
    _check_shape(task, shape)
    return reading


def right_side(text: str, plan: Mapping[Path, Sequence[str]]) -> str:
    """The text with what stands before its `=` turned into spaces, so that places stay what they are."""
    left = _LEFT_SIDE.match(text)
    if left is None:
        return text
    by = left["by"]
    if by is not None and all(by not in along for along in plan.values()):
        message = f"the derivative by {by} is claimed, and another one is asked for"
        raise ParseError(message, text=text, span=left.span("by"), hint=f"add --wrt {by}, or leave the left side out")
    return " " * left.end() + text[left.end() :]


def check_names(reading: Reading, variables: Sequence[str]) -> None:
    """Refuse a claim with a variable that the expression lacks."""
    for i in reading.graph.reachable(reading.roots):
        node = reading.graph.nodes[i]
        if node.op == "variable" and node.value not in variables:
            names = ", ".join(variables)
            hint = f"the expression's variables are {names}; the derivative of a constant is 0"
            message = f"the claim has a variable {node.value} that the expression lacks"
            raise ParseError(message, text=reading.text, span=reading.graph.spans[i], hint=hint)


def expected_shape(task: Task) -> tuple[int, ...]:
    """The axes of the whole derivative: the expression's own, then the results', of a Hessian two."""
    if task.kind == "hessian":
        size = math.isqrt(len(task.plan))
        return size, size
    return *task.shape, len(task.plan)


def _check_shape(task: Task, shape: tuple[int, ...]) -> None:
    """Refuse a claim with other parts than the derivative; axes of one part alone may be left out."""
    wanted = expected_shape(task)
    if [n for n in shape if n != 1] == [n for n in wanted if n != 1]:
        return
    have, need = math.prod(shape), math.prod(wanted)
    given = f"{have} part{'s' if have != 1 else ''}" if have != need else "its parts in another arrangement"
    message = f"the derivative has {need} part{'s' if need != 1 else ''}, and the claim has {given}"
    names = ", ".join("".join(path) if len(path) == 1 else " ".join(path) for path in task.plan)
    raise UsageError(message, hint=_arrangement(task, wanted, names))


def _arrangement(task: Task, wanted: tuple[int, ...], names: str) -> str:
    sizes = [n for n in wanted if n != 1]
    if task.kind == "hessian":
        return "write it row by row: [[a, b], [c, d]]"
    if len(sizes) > 1:
        return f"write a row for each component, with the derivatives by {names}: [[a, b], [c, d]]"
    if task.shape and task.shape != (1,):
        return f"write [a, b, …], one part for each of the {task.shape[0]} components"
    return f"write [a, b, …] in the order {names}; --wrt x asks for one alone" if sizes else "write one expression"
