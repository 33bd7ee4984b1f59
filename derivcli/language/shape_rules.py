"""What each operation on arrays makes of the shapes of its arguments, by NumPy's rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from derivcli.arrays import Shape, Size
from derivcli.language.shape_case import Case, show

# What each operation on arrays makes of the shapes of its arguments: its shape, and its settled value.
Settled = tuple[Shape, Any]

_DECLARE = "an array gets its shape from --at x=[1,2,3], or from --var x:vector(n)"


def _need_rank(case: Case, k: int, *ranks: int) -> Shape:
    shape = case.shapes[k]
    if len(shape) not in ranks:
        kinds = " or ".join({0: "number", 1: "vector", 2: "matrix"}[r] for r in ranks)
        raise case.error(f"{case.node.op} needs a {kinds}: {case.words(k)}", _DECLARE if not shape else None)
    return shape


def _need_square(case: Case) -> Shape:
    shape = _need_rank(case, 0, 2)
    if shape[0] != shape[1]:
        raise case.error(f"{case.node.op} needs a square matrix: {case.words(0)}")
    return shape


def _matmul(case: Case) -> Settled:
    a, b = case.shapes
    if not a or not b:
        k = 0 if not a else 1
        raise case.error(f"@ needs vectors or matrices, and {case.words(k)}", f"use * to scale; {_DECLARE}")
    if len(a) == len(b) == 1 and case.row(1) and not case.row(0):
        raise case.error("a column times a row", "write outer(x, y) for the matrix, dot(x, y) for the number")
    if a[-1] != b[0]:
        raise case.mismatch(0, 1, f"@ needs equal inner sizes, not {a[-1]} and {b[0]}")
    return a[:-1] + b[1:], None


def product(case: Case) -> tuple[str, Shape]:
    """`*` on matrixcalculus.org: scaling, the matrix product, or the outer product of a column and a row."""
    a, b = case.shapes
    if any(case.graph.nodes[i].op == "full" and case.graph.nodes[i].value == () for i in case.node.args):
        raise case.error("vector(1) has no size of its own in a product", "write sum(x) for x'*vector(1), or ones(n)")
    if not a or not b:
        return "mul", case.broadcast()
    if len(a) == len(b) == 1 and case.row(1) and not case.row(0):
        return "outer", a + b
    if len(a) == len(b) == 1 and case.row(0) == case.row(1):
        raise case.mismatch(0, 1, "two columns cannot be multiplied", "write x'*y, x*y' or x.*y")
    return "matmul", _matmul(case)[0]


def _transpose(case: Case) -> Settled:
    _need_rank(case, 0, 1, 2)
    return case.shapes[0][::-1], None


def _axis(case: Case, axis: int | None) -> int | None:
    rank = len(case.shapes[0])
    if axis is None:
        return None
    if not -rank <= axis < rank:
        raise case.error(f"there is no axis {axis}: {case.words(0)}")
    return axis % rank


def _reduce(case: Case) -> Settled:
    value: Any = case.node.value
    axis, keepdims, *more = value
    shape, axis = case.shapes[0], _axis(case, axis)
    if keepdims:
        kept = tuple(1 if axis in (None, k) else size for k, size in enumerate(shape))
    else:
        kept = () if axis is None else shape[:axis] + shape[axis + 1 :]
    if case.node.op in ("var", "std"):
        _check_count(case, shape if axis is None else (shape[axis],), int(more[0]))
    return kept, (axis, keepdims, *(int(m) if case.node.op in ("var", "std") else m for m in more))


def _check_count(case: Case, sizes: Shape, correction: int) -> None:
    count = 1
    for size in sizes:
        count *= size if isinstance(size, int) else 2 + correction
    if count <= correction:
        raise case.error(f"{case.node.op} of {count} number divides by 0", "correction=0 divides by the count")


def _along(case: Case) -> Settled:
    value: Any = case.node.value
    (axis,) = value
    shape = _need_rank(case, 0, 1, 2)
    if axis is None and len(shape) == 2:
        hint = f"write {case.node.op}(X, axis=1) for rows, axis=0 for columns"
        raise case.error(f"{case.node.op} of a matrix needs its axis", hint)
    return shape, (_axis(case, 0 if axis is None else axis),)


def _square_to_number(case: Case) -> Settled:
    _need_square(case)
    return (), None


def _inverse(case: Case) -> Settled:
    return _need_square(case), None


def _pseudoinverse(case: Case) -> Settled:
    return _need_rank(case, 0, 2)[::-1], None


def _solve(case: Case) -> Settled:
    a, b = _need_square(case), _need_rank(case, 1, 1, 2)
    if a[0] != b[0]:
        raise case.mismatch(0, 1, f"solve needs equal sizes, not {a[0]} and {b[0]}")
    return b, None


def _diag(case: Case) -> Settled:
    shape = _need_rank(case, 0, 1, 2)
    if len(shape) == 1:
        return (shape[0], shape[0]), None
    return (_need_square(case)[0],), None


def _matrix(case: Case) -> Settled:
    return _need_rank(case, 0, 2), None


def _outer(case: Case) -> Settled:
    return _need_rank(case, 0, 1) + _need_rank(case, 1, 1), None


def _dot(case: Case) -> Settled:
    a, b = case.shapes
    if len(a) != 1 or len(b) != 1:
        raise case.mismatch(0, 1, "dot needs two vectors", _DECLARE)
    if a != b:
        raise case.mismatch(0, 1, f"dot needs equal sizes, not {a[0]} and {b[0]}")
    return (), None


def _times(a: Size, b: Size) -> Size:
    if isinstance(a, int) and isinstance(b, int):
        return a * b
    return b if a == 1 else a if b == 1 else f"{a}*{b}"


def _kron(case: Case) -> Settled:
    a, b = case.shapes
    if len(a) != len(b) or not a:
        raise case.mismatch(0, 1, "kron needs two matrices or two vectors")
    return tuple(_times(m, n) for m, n in zip(a, b, strict=True)), None


def _vec(case: Case) -> Settled:
    shape = _need_rank(case, 0, 1, 2)
    return (shape[0] if len(shape) == 1 else _times(*shape),), None


def _reshape(case: Case) -> Settled:
    sizes: list[Size] = list(case.node.value)  # type: ignore[arg-type]
    shape = case.shapes[0]
    count: Size = 1
    for size in shape:
        count = _times(count, size)
    if sizes == [-1]:
        return (count,), (count,)
    known = 1
    for size in sizes:
        known *= size if isinstance(size, int) and size != -1 else 1
    if not isinstance(count, int) or not all(isinstance(size, int) for size in sizes):
        raise case.error("reshape needs sizes that are numbers")
    if sizes.count(-1) == 1 and count % known == 0:
        sizes[sizes.index(-1)] = count // known
    elif known != count or -1 in sizes:
        raise case.error(f"{count} entries do not fill {show(tuple(sizes))}: {case.words(0)}")
    return tuple(sizes), tuple(sizes)


def _index(case: Case) -> Settled:
    items: tuple[Any, ...] = case.node.value  # type: ignore[assignment]
    shape = case.shapes[0]
    if len(items) > len(shape):
        hint = _DECLARE if not shape else None
        raise case.error(f"{len(items)} indices are too many: {case.words(0)}", hint)
    kept: list[Size] = []
    for item, size in zip(items, shape, strict=False):
        if isinstance(item, int):
            if isinstance(size, int) and not -size <= item < size:
                raise case.error(f"there is no entry {item}, counted from 0: {case.words(0)}")
        else:
            kept.append(_sliced(case, item[1:], size))
    return (*kept, *shape[len(items) :]), items


def _sliced(case: Case, limits: Sequence[int | None], size: Size) -> Size:
    """How many entries a slice takes."""
    if isinstance(size, int):
        if limits[2] is not None and limits[2] <= 0:
            raise case.error("a slice has a positive step", "write [x[-1], x[-2], …] for the other way round")
        count = len(range(*slice(*limits).indices(size)))
        if not count:
            raise case.error(f"a slice without entries: {case.words(0)}")
        return count
    start, stop, step = limits
    if step not in (None, 1) or (start or 0) < 0 or (stop is not None and stop > 0):
        raise case.error(f"this slice needs the size {size} as a number")
    fewer = (start or 0) - (stop or 0)
    return f"{size}-{fewer}" if fewer else size


def _stack(case: Case) -> Settled:
    for k, shape in enumerate(case.shapes):
        if shape != case.shapes[0]:
            raise case.mismatch(0, k, "rows of different shapes")
    if len(case.shapes[0]) > 1:
        raise case.error("arrays have at most two axes")
    return (len(case.shapes), *case.shapes[0]), None


def _made(case: Case) -> Settled:
    return case.node.value, case.node.value  # type: ignore[return-value]


def _array(case: Case) -> Settled:
    value: Any = case.node.value
    return value[0], value


def _full(case: Case) -> Settled:
    _need_rank(case, 0, 0)
    return _made(case)


def _einsum(case: Case) -> Settled:
    spec = str(case.node.value)
    inputs, _, output = spec.partition("->")
    sizes: dict[str, Size] = {}
    for k, letters in enumerate(inputs.split(",")):
        if len(letters) != len(case.shapes[k]):
            raise case.error(f"'{letters}' has {len(letters)} indices: {case.words(k)}")
        for letter, size in zip(letters, case.shapes[k], strict=True):
            if sizes.setdefault(letter, size) != size:
                raise case.error(f"the index {letter} has the sizes {sizes[letter]} and {size}")
    return tuple(sizes[letter] for letter in output), spec


def _same(case: Case) -> Settled:
    return case.shapes[0], None


def _scalar(case: Case) -> Settled:
    return (), case.node.value


RULES: dict[str, Callable[[Case], Settled]] = {
    "matmul": _matmul, "transpose": _transpose, "tr": _square_to_number, "det": _square_to_number,
    "logdet": _square_to_number, "inv": _inverse, "pinv": _pseudoinverse, "solve": _solve, "diag": _diag,
    "tril": _matrix, "triu": _matrix, "outer": _outer, "kron": _kron, "dot": _dot, "vec": _vec, "reshape": _reshape,
    "index": _index, "stack": _stack, "eye": _made, "ones": _made, "zeros": _made, "full": _full, "array": _array,
    "einsum": _einsum, "detach": _same, "dim": _scalar, "number": _scalar, "constant": _scalar,
    "softmax": _along, "cumsum": _along,
    **dict.fromkeys(("sum", "mean", "prod", "amax", "amin", "var", "std", "norm", "logsumexp"), _reduce),
}  # fmt: skip
