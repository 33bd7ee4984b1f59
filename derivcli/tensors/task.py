"""A question about arrays after reading, as formulas and numbers need it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from derivcli.arrays import Shape, derivative_shape
from derivcli.declarations import Declarations
from derivcli.errors import PointError, UsageError
from derivcli.language import Reading, Shaped
from derivcli.model import Path
from derivcli.values import Exacts


@dataclass(frozen=True)
class ArrayTask:
    """One question about arrays.

    Args:
        reading: the texts, and what was noticed in them.
        named: the expression with the names of sizes, as its formulas print them.
        sized: the expression with sizes in numbers, or None where there is no point.
        declarations: shapes and structures of the variables.
        variables: the arguments of the function, in order.
        wrt: those to differentiate by.
        kind: the key of the answer.
        plan: for each result the variables to differentiate by, in order.
        cotangent: the name that V of a vector-Jacobian product has in formulas.
        tangents: for each variable the name that its V of a Jacobian- or Hessian-vector product has.
        layout: "torch", "numerator" or "denominator".
        decimals: whether coefficients are printed as decimals.
    """

    reading: Reading
    named: Shaped
    sized: Shaped | None
    declarations: Declarations
    variables: Sequence[str]
    wrt: Sequence[str]
    kind: str
    plan: Mapping[Path, tuple[str, ...]]
    cotangent: str = ""
    tangents: Mapping[str, str] = field(default_factory=dict)
    layout: str = "torch"
    decimals: bool = False

    def shape(self, name: str) -> Shape:
        """The shape of a variable; numbers have none."""
        return self.declarations.shapes.get(name, ())

    def output(self) -> Shape:
        """The shape of the expression's value."""
        return self.named.shapes[self.named.roots[0]]

    def result(self, path: Path) -> Shape:
        """The shape of a result in torch's layout: the expression's axes, then the variables'."""
        return self._result(path, self.output(), self.declarations.shapes)

    def output_numbers(self) -> tuple[int, ...]:
        """The shape of the expression's value in numbers; all sizes must be known."""
        assert self.sized is not None
        return tuple(int(size) for size in self.sized.shapes[self.sized.roots[0]])

    def result_numbers(self, path: Path) -> tuple[int, ...]:
        """The shape of a result in torch's layout in numbers; all sizes must be known."""
        shape = self._result(path, self.output_numbers(), self.declarations.in_numbers())
        return tuple(int(size) for size in shape)

    def _result(self, path: Path, output: Shape, shapes: Mapping[str, Shape]) -> Shape:
        if self.kind == "jvp":
            return output
        along = self.plan[path]
        axes = [shapes.get(name, ()) for name in (along[-1:] if self.kind in ("vjp", "hvp") else along)]
        first = () if self.kind in ("vjp", "hvp") else output
        return tuple(size for shape in (first, *axes) for size in shape)


def arranged(task: ArrayTask, path: Path) -> tuple[int, ...]:
    """The order of the axes of a result in the task's layout, as places in torch's.

    In numerator layout the variable's axes come last and reversed, in denominator layout first, with the expression's
    last and reversed (Magnus and Neudecker, Matrix Differential Calculus, chapter 9, call them derivative and
    gradient).
    """
    count, first = len(task.result(path)), len(task.output())
    if task.layout == "torch" or task.kind not in ("gradient", "jacobian"):
        return tuple(range(count))
    before, after = tuple(range(first)), tuple(range(first, count))
    return before + after[::-1] if task.layout == "numerator" else after + before[::-1]


def laid_out(task: ArrayTask, path: Path) -> Shape:
    """The shape of a result in the task's layout."""
    if task.layout == "torch" or task.kind not in ("gradient", "jacobian"):
        return task.result(path)
    return derivative_shape(task.layout, task.output(), task.shape(task.plan[path][0]))


def laid_out_numbers(task: ArrayTask, path: Path) -> tuple[int, ...]:
    """The shape of a result in the task's layout in numbers; all sizes must be known."""
    if task.layout == "torch" or task.kind not in ("gradient", "jacobian"):
        return task.result_numbers(path)
    inputs = task.declarations.in_numbers().get(task.plan[path][0], ())
    return tuple(int(size) for size in derivative_shape(task.layout, task.output_numbers(), inputs))


def check_layout(layout: str, kind: str) -> None:
    """Layouts are of first derivatives.

    Raises:
        UsageError: another layout than torch's for another kind of derivative.
    """
    if layout != "torch" and kind not in ("gradient", "jacobian"):
        raise UsageError("--layout is for gradients and Jacobians")


def check_structures(task: ArrayTask, point: Mapping[str, Exacts]) -> None:
    """Refuse values that lack the structure their variable was declared with.

    Raises:
        PointError: a matrix that is not symmetric, or not diagonal.
    """
    for name, structure in task.declarations.structures.items():
        size = point[name].shape[0]
        values = point[name].entries
        for i in range(size):
            for j in range(i):
                a, b = values[i * size + j], values[j * size + i]
                if float(a) != float(b) or (structure == "diagonal" and float(a) != 0):
                    raise PointError(f"{name} is declared {structure}, and its value is not: see row {i}, column {j}")
