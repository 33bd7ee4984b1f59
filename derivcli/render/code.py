"""The torch program of an answer, runnable as printed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from derivcli.model import Answer, Question
from derivcli.render.array_program import JACOBIAN, arguments_of, statements
from derivcli.render.names import along, derivative
from derivcli.render.numbers import number

_IMPORTS = """\
import warnings

# torch works without NumPy, and says on import that it would rather not.
warnings.filterwarnings("ignore", message="Failed to initialize NumPy")

import torch"""
_IMPORTS_OF_LIFT = """\
import functools
from collections.abc import Callable
from typing import Any"""
_IMPORT_OF_LEAVES = """
# Functions that torch lacks, or has without derivatives.
from derivcli.numeric.jets import NAMES"""
_IMPORT_OF_LEAF = """
# deriv's own: an expression, worked out in many digits and rounded once, with derivatives of any order.
from derivcli.leaves import leaf"""
_COMPLEX_GRADIENT = '''\
def gradient(value, variable):
    """The derivative of each entry by its own variable; zeros where there is no dependence."""
    if not isinstance(value, torch.Tensor) or not value.requires_grad:
        return torch.zeros_like(variable)
    if value.is_complex() and not variable.is_complex():
        return torch.complex(gradient(value.real, variable), gradient(value.imag, variable))
    total = value.sum()
    found = torch.autograd.grad(total, variable, torch.ones_like(total), create_graph=True, materialize_grads=True)
    return found[0].conj()  # of a complex variable autograd returns the conjugate of the complex derivative'''
_GRADIENT = '''\
def gradient(value, variable):
    """The derivative of each entry by its own variable; zeros where there is no dependence."""
    if not isinstance(value, torch.Tensor) or not value.requires_grad:
        return torch.zeros_like(variable)
    return torch.autograd.grad(value.sum(), variable, create_graph=True, materialize_grads=True)[0]'''


def program(answer: Answer, question: Question, kernels: Mapping[str, str]) -> str:
    """Imports, the kernels that are used, the function, the points, and the derivatives.

    Args:
        answer: with its program.
        question: for the dtype and the device.
        kernels: the sources of the functions that programs may call beside torch's own.
    """
    source = "\n".join([*(f"# {sentence}" for sentence in answer.rewritten), str(answer.program).strip()])
    if answer.in_arrays:
        blocks = [*_definitions(source, kernels), source, JACOBIAN]
        return "\n\n\n".join([_imports(blocks), *blocks, "\n".join(statements(answer, question))])
    arguments = arguments_of(str(answer.program).strip())
    gradient = [_COMPLEX_GRADIENT if answer.in_complex else _GRADIENT] if arguments else []
    blocks = [*_definitions(source, kernels), source, *gradient]
    lines = [] if answer.points else ["# No point was given: put yours here."]
    for argument, name in zip(arguments, answer.variables, strict=True):
        column = ", ".join(_value(p.at[name]) for p in answer.points) or "1.0"
        dtype = (
            {"float64": "complex128", "float32": "complex64"}[question.dtype] if question.complex else question.dtype
        )
        options = f"dtype=torch.{dtype}, device={question.device!r}, requires_grad=True"
        lines.append(f"{argument} = torch.tensor([{column}], {options})")
    names = dict(zip(answer.variables, arguments, strict=True))
    lines.append(f"for value in f({', '.join(arguments)}):")
    lines.append('    print("f =", value.tolist() if isinstance(value, torch.Tensor) else value)')
    for path in answer.derivatives:
        call = "value"
        for variable in along(answer, path):
            call = f"gradient({call}, {names[variable]})"
        lines.append(f'    print("{derivative(answer, path)} =", {call}.tolist())')
    return "\n\n\n".join([_imports(blocks), *blocks, "\n".join(lines)])


def _imports(blocks: Sequence[str]) -> str:
    imports = f"{_IMPORTS_OF_LIFT}\n{_IMPORTS}" if any(": Any" in block for block in blocks) else _IMPORTS
    if any(" = leaf(" in block for block in blocks):
        imports = f"{imports}\n{_IMPORT_OF_LEAF}"
    return f"{imports}\n{_IMPORT_OF_LEAVES}" if any(" = NAMES[" in block for block in blocks) else imports


def _definitions(source: str, kernels: Mapping[str, str]) -> list[str]:
    """The kernels that the program calls, and those that they call."""
    wanted: list[str] = []
    stack = [source]
    while stack:
        text = stack.pop()
        for name in kernels:
            if re.search(rf"(?<![.\w]){name}\(", text) and name not in wanted:
                wanted.append(name)
                stack.append(re.sub(r"(?m)^def .*", "", kernels[name]))
    return [source for name, source in kernels.items() if name in wanted]


def _value(value: object) -> str:
    assert isinstance(value, (float, complex))
    if isinstance(value, complex):
        return repr(value)
    text = number(value)
    return {"NaN": "torch.nan", "Infinity": "torch.inf", "-Infinity": "-torch.inf"}.get(text, repr(value))
