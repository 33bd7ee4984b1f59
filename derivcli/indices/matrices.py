"""Expressions in matrix notation: what a formula consists of before it is text, and the constructors of it.

Operations (`op`, with what `data` is): `number` (its value), `name` (a text that is an atom), `ones`, `eye`,
`unit` and `selection` (one row, or some, of an identity matrix: the text in its brackets), `transpose`, `chain` (two
or more operands of @), `times` (factors, elementwise; the exponent of each), `plus` (terms; the coefficient of each),
`power`, `call` (name, and what follows the arguments), `subscript` (the text in brackets), `literal` (entries along
the first axis), and the infix `condition` (its sign).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from derivcli.indices.nodes import Shape, Size


@dataclass(frozen=True, slots=True)
class Matrix:
    """A scalar, vector, matrix or array in matrix notation."""

    op: str
    args: tuple[Matrix, ...] = ()
    shape: Shape = ()
    data: Any = None
    symmetric: bool = field(default=False, compare=False)
    # Texts that have been written, by the way of writing numbers.
    texts: dict[bool, tuple[str, int]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def rank(self) -> int:
        return len(self.shape)


_TRIANGLES = {"tril": "triu", "triu": "tril"}
ONE = Matrix("number", data=Fraction(1))


def number(value: Fraction | int) -> Matrix:
    return Matrix("number", data=Fraction(value))


def name(text: str, shape: Shape = (), symmetric: bool = False) -> Matrix:
    return Matrix("name", (), shape, text, symmetric)


def size(value: Size) -> Matrix:
    """The size of an axis as a number; some are texts such as n-1."""
    if isinstance(value, int):
        return number(value)
    return name(value if value.isidentifier() else f"({value})")


def ones(*shape: Size) -> Matrix:
    return Matrix("ones", (), shape)


def eye(n: Size) -> Matrix:
    return Matrix("eye", (), (n, n), None, True)


def call(function: str, *args: Matrix, shape: Shape, after: str = "", symmetric: bool = False) -> Matrix:
    """A function of arrays, with a text such as ", axis=0" after the arguments."""
    return Matrix("call", args, shape, (function, after), symmetric)


def is_call(matrix: Matrix, function: str) -> bool:
    return matrix.op == "call" and matrix.data[0] == function


def diag(vector: Matrix) -> Matrix:
    """The diagonal matrix of a vector."""
    if vector.op == "ones":
        return eye(vector.shape[0])
    return call("diag", vector, shape=vector.shape * 2, symmetric=True)


def diagonal(matrix: Matrix) -> Matrix:
    """The diagonal of a square matrix."""
    return call("diag", matrix, shape=matrix.shape[:1])


def outer(a: Matrix, b: Matrix) -> Matrix:
    """The outer product; one of a vector with itself is a symmetric matrix."""
    if b.op == "ones" and b.shape == (1,) and (standing := column(a)) is not None:
        return standing
    return call("outer", a, b, shape=a.shape + b.shape, symmetric=a == b)


def transpose(matrix: Matrix) -> Matrix:
    """The transpose, drawn inside where that is no longer."""
    if matrix.rank < 2 or matrix.symmetric:
        return matrix
    shape = matrix.shape[::-1]
    if matrix.op == "transpose":
        return matrix.args[0]
    if matrix.op == "ones":
        return ones(*shape)
    if matrix.op == "chain":
        return Matrix("chain", tuple(transpose(a) for a in reversed(matrix.args)), shape)
    if matrix.op in ("plus", "times") and all(a.shape in ((), matrix.shape) for a in matrix.args):
        turned = tuple(transpose(a) for a in matrix.args)
        if _transposes(turned) <= _transposes(matrix.args):
            return Matrix(matrix.op, turned, shape, matrix.data)
    if matrix.op == "call" and matrix.data[0] in _TRIANGLES and matrix.args[0].op == "ones":
        return call(_TRIANGLES[matrix.data[0]], ones(*shape), shape=shape)
    if is_call(matrix, "outer"):
        return outer(*reversed(matrix.args))
    return Matrix("transpose", (matrix,), shape)


def matmul(a: Matrix, b: Matrix) -> Matrix:
    """a @ b, where at least one of them is a matrix."""
    if a.op == "eye":
        return b
    if b.op == "eye":
        return a
    head, tail = _operands(a), _operands(b)
    left, right = head[-1], tail[0]
    selected = _selected(left, right)
    operands = (*head, *tail) if selected is None else (*head[:-1], selected, *tail[1:])
    shape = a.shape[: a.rank - 1] + b.shape[1:]
    return operands[0] if len(operands) == 1 else Matrix("chain", operands, shape)


def _operands(matrix: Matrix) -> tuple[Matrix, ...]:
    return matrix.args if matrix.op == "chain" else (matrix,)


def _selected(a: Matrix, b: Matrix) -> Matrix | None:
    """Rows or columns that are chosen by a product with rows of the identity, as a subscript."""
    if a.op == "selection":
        if b.op == "transpose":
            return transpose(subscript(b.args[0], f":, {a.data}", b.shape[1:] + a.shape[:1]))
        return subscript(b, a.data, (a.shape[0], *b.shape[1:]))
    if b.op == "transpose" and b.args[0].op == "selection":
        part = b.args[0]
        if a.op == "transpose":
            return transpose(subscript(a.args[0], part.data, b.shape[1:] + a.shape[:1]))
        return subscript(a, f":, {part.data}" if a.rank == 2 else part.data, (*a.shape[:-1], part.shape[0]))
    if b.op == "unit" and a.rank == 2:
        turned = a.symmetric or a.op == "transpose"
        base = a.args[0] if a.op == "transpose" else a
        return subscript(base, b.data if turned else f":, {b.data}", a.shape[:1])
    return None


def subscript(matrix: Matrix, part: str, shape: Shape) -> Matrix:
    """Some of the entries; rows and columns that are chosen one after the other are written together."""
    rows_chosen = matrix.op == "subscript" and matrix.rank == 2 and ", " not in matrix.data
    if rows_chosen and part.startswith(":, "):
        return Matrix("subscript", matrix.args, shape, f"{matrix.data}, {part[len(':, ') :]}")
    return Matrix("subscript", (matrix,), shape, part)


def dot(a: Matrix, b: Matrix) -> Matrix:
    """The sum of a*b for two vectors, as a chain where one is a matrix times a vector."""
    if "unit" in (a.op, b.op):
        unit, vector = (a, b) if a.op == "unit" else (b, a)
        return _entry(vector, unit.data)
    if b.op != "chain":
        a, b = b, a
    if b.op == "chain" and a.op != "chain":
        turned = (*(transpose(m) for m in reversed(b.args[:-1])), a)
        if _transposes(turned) < _transposes(b.args):
            return Matrix("chain", (b.args[-1], *turned))
        return Matrix("chain", (a, *b.args))
    return call("dot", b, a, shape=()) if b.op != "chain" else call("dot", a, b, shape=())


def _entry(vector: Matrix, position: str) -> Matrix:
    """One entry of a vector; of a row or column of a matrix one entry of the matrix."""
    if vector.op == "subscript" and vector.args[0].rank == 2:
        both = f"{position}, {vector.data[3:]}" if vector.data.startswith(":, ") else f"{vector.data}, {position}"
        return subscript(vector.args[0], both, ())
    return subscript(vector, position, ())


def _transposes(operands: Iterable[Matrix]) -> int:
    return sum(a.op == "transpose" for a in operands)


def power(base: Matrix, exponent: Fraction) -> Matrix:
    """base ** exponent, elementwise, for an exponent that is a number."""
    if exponent == 1:
        return base
    # sqrt(x**2) is not x.
    if base.op == "times" and len(base.args) == 1 and exponent.denominator == 1:
        return power(base.args[0], base.data[0] * exponent)
    return Matrix("times", (base,), base.shape, (exponent,))


def factors(matrix: Matrix) -> list[tuple[Matrix, Fraction]]:
    """A product as factors with exponents."""
    if matrix.op == "times":
        return list(zip(matrix.args, matrix.data, strict=True))
    return [(matrix, Fraction(1))]


def times(pairs: Sequence[tuple[Matrix, Fraction]]) -> Matrix:
    """The elementwise product of factors with exponents, numbers and scalars first."""
    value = Fraction(1)
    collected: dict[Matrix, Fraction] = {}
    for matrix, exponent in pairs:
        if matrix.op == "number" and exponent.denominator == 1 and matrix.data:
            value *= matrix.data ** int(exponent)
        else:
            collected[matrix] = collected.get(matrix, Fraction(0)) + exponent
    value = _with_means(value, collected)
    kept = sorted(((m, e) for m, e in collected.items() if e), key=lambda pair: pair[0].rank > 0)
    if value != 1 or not kept:
        kept.insert(0, (number(value), Fraction(1)))
    if len(kept) == 1:
        return power(*kept[0])
    shape = _broadcast([m for m, _ in kept])
    return Matrix("times", tuple(m for m, _ in kept), shape, tuple(e for _, e in kept))


def _broadcast(parts: Sequence[Matrix]) -> Shape:
    """The shape of the largest part: in what is written here it is that of all together."""
    return max((m.shape for m in parts), key=lambda shape: (len(shape), sum(n != 1 for n in shape)))


def _with_means(value: Fraction, collected: dict[Matrix, Fraction]) -> Fraction:
    """A sum over the number of its terms as a mean; the number in front is returned, the factors are changed."""
    for total in [m for m, e in collected.items() if is_call(m, "sum") and e == 1]:
        (whole,), after = total.args, total.data[1]
        sizes = Counter([whole.shape[int(after[len(", axis=")])]] if after else whole.shape)
        known = math.prod(n**count for n, count in sizes.items() if isinstance(n, int))
        named = {size(n): count for n, count in sizes.items() if isinstance(n, str)}
        divided = all(collected.get(n, 0) <= -count for n, count in named.items())
        if divided and value.denominator % known == 0 and (named or known > 1):
            value *= known
            collected.update({n: collected[n] + count for n, count in named.items()})
            del collected[total]
            mean = call("mean", whole, shape=total.shape, after=after)
            collected[mean] = collected.get(mean, Fraction(0)) + 1
    return value


def hadamard(a: Matrix, b: Matrix) -> Matrix:
    """a * b, entry by entry, for two of one shape; a triangle of ones cuts the other to its triangle."""
    for mask, other in ((a, b), (b, a)):
        for triangle, opposite in _TRIANGLES.items():
            if is_call(mask, triangle) and mask.args[0].op == "ones":
                if other.op == "transpose":
                    return transpose(call(opposite, other.args[0], shape=other.args[0].shape))
                return call(triangle, other, shape=other.shape)
    return times([*factors(a), *factors(b)])


def plus(terms: Sequence[tuple[Fraction, Matrix]]) -> Matrix:
    """The sum of terms with coefficients; scalars, and vectors along the last axis, are broadcast."""
    if len(terms) == 1:
        return scaled(*terms[0])
    shape = _broadcast([m for _, m in terms])
    return Matrix("plus", tuple(m for _, m in terms), shape, tuple(c for c, _ in terms))


def scaled(coefficient: Fraction, matrix: Matrix) -> Matrix:
    if coefficient == 1:
        return matrix
    return times([(number(coefficient), Fraction(1)), *factors(matrix)])


def column(vector: Matrix) -> Matrix | None:
    """A vector as a matrix with one column, where it is made by reductions along the last axis."""
    if vector.rank == 0:
        return vector
    shape = (vector.shape[0], 1)
    if vector.op == "call" and vector.data == ("sum", ", axis=1") and vector.args[0].shape[-1] == 1:
        return vector.args[0]
    if vector.op == "call" and vector.data[1].endswith("axis=1"):
        return Matrix("call", vector.args, shape, (vector.data[0], f"{vector.data[1]}, keepdims=True"))
    if vector.op in ("times", "plus") or (vector.op == "call" and not vector.data[1] and len(vector.args) == 1):
        args = [column(a) for a in vector.args if a.rank == 0 or vector.op != "call" or a.rank == 1]
        known = tuple(a for a in args if a is not None)
        if len(known) == len(vector.args):
            return Matrix(vector.op, known, shape, vector.data)
    return None
