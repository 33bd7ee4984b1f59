"""The torch program of an answer, runnable as printed."""

from __future__ import annotations

import inspect
import re

from derivcli.model import Answer, Question
from derivcli.render.names import along
from derivcli.render.numbers import number


def program(answer: Answer, question: Question) -> str:
    """Imports, the kernels that are used, the function, the points, and the gradients.

    Every derivative is taken by `torch.autograd.grad` from the sum over the points, so all points take one call.
    """
    source = str(answer.program).strip()
    arguments = re.findall(r"\w+", source[: source.index(")")])[2:]
    parts = ["import torch", *_kernels(source), source]
    if not arguments:
        return "\n\n".join([parts[0], *parts[1:]])
    values = [[_value(p.at[name]) for p in answer.points] or ["1.0"] for name in answer.variables]
    lines = [
        f"{a} = torch.tensor([{', '.join(v)}], dtype=torch.{question.dtype}, device={question.device!r}, requires_grad=True)"
        for a, v in zip(arguments, values, strict=True)
    ]
    if not answer.points:
        lines.insert(0, "# No point was given: put yours here.")
    lines.append(f"y = f({', '.join(arguments)})")
    names = dict(zip(answer.variables, arguments, strict=True))
    for path in answer.derivatives:
        lines.extend(_differentiation(answer, path, names))
    return "\n\n".join(parts[:1] + ["\n\n".join(parts[1:])]) + "\n\n\n" + "\n".join(lines)


def _differentiation(answer: Answer, path: tuple[str, ...], names: dict[str, str]) -> list[str]:
    variables = [names[v] for v in along(answer, path)]
    label = ", ".join(path)
    lines = ["for output in y:"]
    lines.append(f"    d = output + torch.zeros_like({variables[0]})")
    for variable in variables:
        lines.append("    if d.requires_grad:")
        lines.append(f"        d = torch.autograd.grad(d.sum(), {variable}, create_graph=True, materialize_grads=True)[0]")
        lines.append("    else:")
        lines.append(f"        d = torch.zeros_like({variable})")
    lines.append(f"    print({label!r}, d.tolist())")
    return lines


def _kernels(source: str) -> list[str]:
    """The definitions of the kernels that the program calls, each after those that it calls itself."""
    from derivcli.numeric.kernels import KERNELS

    wanted: list[str] = []
    stack = [source]
    while stack:
        text = stack.pop()
        for name, kernel in KERNELS.items():
            if re.search(rf"(?<![.\w]){name}\(", text) and name not in wanted:
                wanted.append(name)
                stack.append(inspect.getsource(kernel).split("\n", 1)[1])
    return [inspect.getsource(KERNELS[name]).rstrip() for name in wanted]


def _value(value: object) -> str:
    assert isinstance(value, float)
    text = number(value)
    return {"NaN": "torch.nan", "Infinity": "torch.inf", "-Infinity": "-torch.inf"}.get(text, repr(value))
