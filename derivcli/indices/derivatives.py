"""Derivatives of arrays by variables, whole or times a direction."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from derivcli.indices.algebra import add, product
from derivcli.indices.calculus import Differential
from derivcli.indices.expansion import shortened
from derivcli.indices.nodes import Delta, Index, Node, Shape, Variable, fresh, is_number
from derivcli.indices.tensors import Tensor


def derivative(tensor: Tensor, name: str, shape: Shape) -> Tensor:
    """The derivative of every entry by every entry of a variable.

    Args:
        tensor: of any shape.
        name: the variable.
        shape: its shape.

    Returns:
        The tensor's axes, then the variable's. For a variable with a structure it is the projection onto it.

    Raises:
        NotIndexed: the variable is below an operation that index notation does not have.
    """
    axes = fresh(shape)
    change = Differential({name}, lambda v: _entry(v, axes), tensor.setting.partials)
    return Tensor(shortened(change(tensor.node)), tensor.out + axes, tensor.setting)


def _entry(variable: Variable, axes: tuple[Index, ...]) -> Node:
    """What an entry of a variable changes by when the entry at `axes` does."""
    if variable.structure == "diagonal":
        i, j = variable.indices
        return product(1, [Delta(i, j), Delta(i, axes[0]), Delta(j, axes[1])])
    straight = product(1, [Delta(i, k) for i, k in zip(variable.indices, axes, strict=True)])
    if variable.structure != "symmetric":
        return straight
    turned = [Delta(i, k) for i, k in zip(variable.indices, axes[::-1], strict=True)]
    half = Fraction(1, 2)
    return add(product(half, [straight]), product(half, turned))


def pullback(tensor: Tensor, cotangent: str, name: str, shape: Shape) -> Tensor:
    """The gradient of sum(V*f), where V is a new variable of the tensor's shape called `cotangent`.

    Returns:
        The variable's axes.
    """
    weights = Variable(cotangent, tensor.out)
    scalar = Tensor(product(1, [weights, tensor.node], tensor.out), (), tensor.setting)
    return derivative(scalar, name, shape)


def pushforward(tensor: Tensor, tangents: Mapping[str, tuple[str, Shape]]) -> Tensor:
    """The change of a tensor when variables change in given directions, to first order.

    Args:
        tensor: of any shape.
        tangents: for each variable that changes the name of its tangent, a variable, and its shape.

    Returns:
        The tensor's axes.
    """

    def change(variable: Variable) -> Node:
        return Variable(tangents[variable.name][0], variable.indices, variable.structure)

    return Tensor(
        shortened(Differential(tangents, change, tensor.setting.partials)(tensor.node)), tensor.out, tensor.setting
    )


def is_zero(tensor: Tensor) -> bool:
    """Whether all entries are seen to be 0."""
    return is_number(tensor.node, 0)
