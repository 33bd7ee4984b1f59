"""Operations that are kept as they are written: constants, as long as nothing below them is differentiated."""

from __future__ import annotations

from collections.abc import Iterable

from derivcli.indices.nodes import Constant, fresh
from derivcli.indices.tensors import Call, Tensor
from derivcli.indices.text import text
from derivcli.indices.writing import matrix

_NAMES = {"amax": "max", "amin": "min"}
_REDUCTIONS = ("prod", "amax", "amin", "norm")


def opaque(call: Call, operation: str, below: Iterable[str]) -> Tensor:
    """An operation that index notation does not have.

    Args:
        call: the operation.
        operation: its name for the user, if its derivative is wanted.
        below: the variables that it depends on.
    """
    out = fresh(call.shape)
    texts = [text(matrix(a.node, a.out)) for a in call.args]
    written = f"{_NAMES.get(call.op, call.op)}({', '.join([*texts, *_options(call)])})"
    return call.tensor(Constant(written, out, frozenset(below), operation), out)


def detached(call: Call) -> Tensor:
    """An expression that counts as a constant, whatever it depends on."""
    (a,) = call.args
    return call.tensor(Constant(f"detach({text(matrix(a.node, a.out))})", a.out), a.out)


def _options(call: Call) -> list[str]:
    if call.op == "reshape":
        return [str(size) for size in call.shape]
    if call.op not in _REDUCTIONS:
        return []
    axis, keepdims, *order = call.value
    options = [] if axis is None else [f"axis={axis}"]
    return [*options, *(["keepdims=True"] if keepdims else []), *(f"ord={o}" for o in order)]
