"""Derivatives of expressions in vectors and matrices, as formulas in matrix notation."""

from derivcli.indices.derivatives import derivative, is_zero, pullback, pushforward
from derivcli.indices.reading import from_graph
from derivcli.indices.tensors import NotIndexed, Tensor
from derivcli.indices.writing import write

__all__ = ["NotIndexed", "Tensor", "derivative", "from_graph", "is_zero", "pullback", "pushforward", "write"]
