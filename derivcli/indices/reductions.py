"""Sums over axes and what is made of them, read into index notation; the value of a call says which axes."""

from __future__ import annotations

from derivcli.indices.algebra import add, negative, power, product, times, total
from derivcli.indices.functions import HALF, function, softmax
from derivcli.indices.nodes import Index, Lower, Node, dimension, number
from derivcli.indices.tensors import Call, NotIndexed, Tensor

_TWO, _MINUS_ONE = number(2), number(-1)


def _summed(call: Call) -> tuple[tuple[Index, ...], tuple[Index, ...]]:
    """The axes that a reduction sums over, and those of its result."""
    (a,), (axis, keepdims) = call.args, call.value[:2]
    gone = a.out if axis is None else (a.out[axis],)
    if keepdims:
        return gone, tuple(Index(1) if i in gone else i for i in a.out)
    return gone, tuple(i for i in a.out if i not in gone)


def total_of(call: Call) -> Tensor:
    gone, out = _summed(call)
    return call.tensor(total(call.args[0].node, gone), out)


def _count(axes: tuple[Index, ...]) -> Node:
    return times(*(dimension(i.size) for i in axes))


def _average(node: Node, axes: tuple[Index, ...]) -> Node:
    return times(total(node, axes), power(_count(axes), _MINUS_ONE))


def mean(call: Call) -> Tensor:
    gone, out = _summed(call)
    return call.tensor(_average(call.args[0].node, gone), out)


def variance(call: Call) -> Tensor:
    gone, out = _summed(call)
    node = call.args[0].node
    squares = power(add(node, negative(_average(node, gone))), _TWO)
    degrees = add(_count(gone), number(-call.value[2]))
    return call.tensor(times(total(squares, gone), power(degrees, _MINUS_ONE)), out)


def deviation(call: Call) -> Tensor:
    spread = variance(call)
    return call.tensor(power(spread.node, HALF), spread.out)


def norm(call: Call) -> Tensor:
    gone, out = _summed(call)
    node, order = call.args[0].node, call.value[2]
    if order == 1:
        return call.tensor(total(function("abs", node), gone), out)
    if order == 2:
        return call.tensor(power(total(power(node, _TWO), gone), HALF), out)
    raise NotIndexed(f"norm of order {order}")


def log_sum_exp(call: Call) -> Tensor:
    gone, out = _summed(call)
    return call.tensor(function("log", total(function("exp", call.args[0].node), gone)), out)


def softmax_of(call: Call) -> Tensor:
    (a,) = call.args
    return call.tensor(softmax(a.node, a.out[call.value[0]]), a.out)


def cumulative_sum(call: Call) -> Tensor:
    (a,), (axis,) = call.args, call.value
    new, old = Index(a.out[axis].size), a.out[axis]
    return call.tensor(product(1, [Lower(new, old), a.node], (old,)), (*a.out[:axis], new, *a.out[axis + 1 :]))
