"""Products, traces, determinants and inverses of matrices, read into index notation."""

from __future__ import annotations

from derivcli.indices.algebra import substitute, total
from derivcli.indices.functions import determinant, function, inverse
from derivcli.indices.nodes import fresh
from derivcli.indices.tensors import Call, NotIndexed, Tensor, contract


def matmul(call: Call) -> Tensor:
    return contract(*call.args)


def transpose(call: Call) -> Tensor:
    return call.tensor(call.args[0].node, call.args[0].out[::-1])


def trace(call: Call) -> Tensor:
    node, (i, j) = call.args[0].node, call.args[0].out
    return call.tensor(total(substitute(node, {j: i}), (i,)), ())


def determinant_of(call: Call) -> Tensor:
    return call.tensor(determinant(call.args[0].node, *call.args[0].out), ())


def log_determinant(call: Call) -> Tensor:
    return call.tensor(function("log", determinant_of(call).node), ())


def inverse_of(call: Call) -> Tensor:
    return _inverted(call.args[0])


def _inverted(a: Tensor) -> Tensor:
    out = fresh(a.shape)
    return Tensor(inverse(a.node, *a.out, *out), out, a.setting)


def solve(call: Call) -> Tensor:
    a, b = call.args
    return contract(_inverted(a), b)


def pseudo_inverse(call: Call) -> Tensor:
    """inv(A.T @ A) @ A.T for tall matrices, A.T @ inv(A @ A.T) for wide ones; the rank is taken to be full."""
    (a,) = call.args
    rows, columns = a.shape
    if not (isinstance(rows, int) and isinstance(columns, int)):
        raise NotIndexed("pinv of a matrix of unknown size")
    turned = call.tensor(a.node, a.out[::-1])
    if rows >= columns:
        return contract(_inverted(contract(turned, a)), turned)
    return contract(turned, _inverted(contract(a, turned)))
