"""`deriv shapes`: which shape a derivative has in each layout."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from derivcli.arrays import LAYOUTS, Shape, derivative_shape


@dataclass(frozen=True)
class ShapeRow:
    """The shapes of y, x and dy/dx, by layout."""

    y: str
    x: str
    y_shape: Shape
    x_shape: Shape
    by_layout: dict[str, Shape]


def general() -> list[ShapeRow]:
    """Scalar, vector and matrix by scalar, vector and matrix (Magnus and Neudecker, chapter 9)."""
    outputs: list[tuple[str, Shape]] = [("scalar", ()), ("vector", ("m",)), ("matrix", ("m", "l"))]
    inputs: list[tuple[str, Shape]] = [("scalar", ()), ("vector", ("n",)), ("matrix", ("n", "k"))]
    return [_row(y, x, y_shape, x_shape) for y, y_shape in outputs for x, x_shape in inputs]


def of_expression(texts: Sequence[str], at: Sequence[str] | None, var: str | None) -> list[ShapeRow]:
    """The shapes of an expression's derivatives by each of its variables.

    Raises:
        DerivError: the expression, a point or a declaration cannot be read, or shapes do not fit.
    """
    from derivcli.asking import question
    from derivcli.engine import answer

    found = answer(question({"expr": list(texts), "at": list(at) if at else None, "var": var, "no_check": True}))
    y = found.expression.shape
    return [_row("f", name, y, found.variables[name]) for name in found.wrt]


def _row(y: str, x: str, y_shape: Shape, x_shape: Shape) -> ShapeRow:
    return ShapeRow(y, x, y_shape, x_shape, {layout: derivative_shape(layout, y_shape, x_shape) for layout in LAYOUTS})
