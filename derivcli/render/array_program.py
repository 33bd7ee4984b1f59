"""The torch program of an answer about vectors and matrices, runnable as printed, in torch's own layout."""

from __future__ import annotations

import re
from collections.abc import Iterator

from derivcli.model import Answer, Nested, Path, PointAnswer, Question
from derivcli.render.names import along, derivative
from derivcli.render.numbers import number

JACOBIAN = '''\
def jacobian(value, variable):
    """The derivative of every entry: the value's axes first, then the variable's."""
    if not value.requires_grad:
        return variable.new_zeros((*value.shape, *variable.shape))
    options = {"retain_graph": True, "create_graph": True, "materialize_grads": True}
    rows = [torch.autograd.grad(entry, variable, **options)[0] for entry in value.reshape(-1)]
    return torch.stack(rows).reshape((*value.shape, *variable.shape))'''


def arguments_of(source: str) -> list[str]:
    """The names of a program's arguments."""
    return re.findall(r"\w+", source[: source.index(")")])[2:]


def statements(answer: Answer, question: Question) -> Iterator[str]:
    """What sets the variables at each point and prints value and derivatives."""
    arguments = arguments_of(str(answer.program).strip())
    names = dict(zip(answer.variables, arguments, strict=True))
    options = f"dtype=torch.{question.dtype}, device={question.device!r}"
    vectors = {name: f"{name}_" if name in arguments else name for name in answer.vectors}
    for name, vector in answer.vectors.items():
        yield f"{vectors[name]} = torch.tensor({_literal(vector)}, {options})"
    for point in answer.points:
        yield from _point(answer, point, names, vectors, options)


def _point(
    answer: Answer, point: PointAnswer, names: dict[str, str], vectors: dict[str, str], options: str
) -> Iterator[str]:
    for name, value in point.at.items():
        yield f"{names[name]} = torch.tensor({_literal(value)}, {options}, requires_grad=True)"
    yield f"(value,) = f({', '.join(names.values())})"
    yield 'print("f =", value.tolist())'
    for path in answer.derivatives:
        yield f'print("{derivative(answer, path)} =", {_derivative(answer, path, names, vectors)}.tolist())'


def _derivative(answer: Answer, path: Path, names: dict[str, str], vectors: dict[str, str]) -> str:
    """The expression of one result."""
    if answer.kind == "vjp":
        return f"jacobian(({next(iter(vectors.values()))}*value).sum(), {names[path[0]]})"
    if answer.kind in ("jvp", "hvp"):
        moved = [(names[variable], vectors[v]) for variable, v in answer.directions.items()]
        products = [f"(jacobian(value, {x})*{v}).flatten(value.dim()).sum(-1)" for x, v in moved]
        if answer.kind == "jvp":
            return f"({' + '.join(products)})"
        return f"jacobian({' + '.join(products)}, {names[path[0]]})"
    text = "value"
    for variable in along(answer, path):
        text = f"jacobian({text}, {names[variable]})"
    return text


def _literal(value: Nested) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_literal, value))}]"
    return {"NaN": "torch.nan", "Infinity": "torch.inf", "-Infinity": "-torch.inf"}.get(number(value), repr(value))
