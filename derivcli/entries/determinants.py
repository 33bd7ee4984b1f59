"""Determinants and solutions of linear systems without pivots: polynomials in the entries, over one determinant.

The graph is evaluated at points where any pivot could vanish, and the derivative of a determinant must be right at
singular matrices. So nothing is divided by but the determinant itself (Samuelson and Berkowitz: Berkowitz, On computing
the determinant in small parallel time using a small number of processors, Information Processing Letters 18, 1984).
Matrices are lists of rows of node numbers.
"""

from __future__ import annotations

from collections.abc import Sequence

from derivcli.entries.structural import Arithmetic

Rows = Sequence[Sequence[int]]

# Up to this size cofactors are written out.
_SMALL = 3


def determinant(arithmetic: Arithmetic, matrix: Rows) -> int:
    """The determinant of a square matrix, in O(n^4) shared nodes; of a triangular one the product of its diagonal."""
    size = len(matrix)
    if size <= _SMALL:
        return _dot(arithmetic, matrix[0], [row[0] for row in _adjugate(arithmetic, matrix)])
    last = _characteristic(arithmetic, matrix)[-1]
    return arithmetic.minus(last) if size % 2 else last


def inverse(arithmetic: Arithmetic, matrix: Rows) -> Rows:
    """The adjugate over the determinant."""
    size = range(len(matrix))
    return solution(arithmetic, matrix, [[arithmetic.one if i == j else arithmetic.zero for j in size] for i in size])


def pseudoinverse(arithmetic: Arithmetic, matrix: Rows) -> Rows:
    """inv(A.T @ A) @ A.T of a matrix A of full rank, transposed twice if it is wide."""
    transposed = _transposed(matrix)
    if len(matrix) < len(transposed):
        return _transposed(pseudoinverse(arithmetic, transposed))
    if len(matrix) == len(transposed):
        return inverse(arithmetic, matrix)
    return solution(arithmetic, _product(arithmetic, transposed, matrix), transposed)


def solution(arithmetic: Arithmetic, matrix: Rows, right: Rows) -> Rows:
    """X with matrix @ X = right, whose columns are separate right sides."""
    if _is_lower(arithmetic, matrix):
        columns = [_substituted(arithmetic, matrix, column) for column in _transposed(right)]
        return _transposed(columns)
    backwards = [row[::-1] for row in matrix[::-1]]
    if _is_lower(arithmetic, backwards):
        return solution(arithmetic, backwards, right[::-1])[::-1]
    if len(matrix) <= _SMALL:
        product = _product(arithmetic, _adjugate(arithmetic, matrix), right)
        return _over(arithmetic, product, determinant(arithmetic, matrix))
    return _by_cayley_hamilton(arithmetic, matrix, right)


def _by_cayley_hamilton(arithmetic: Arithmetic, matrix: Rows, right: Rows) -> Rows:
    """A**n + c[1]*A**(n-1) + … + c[n] = 0, so the inverse is -(A**(n-1) + c[1]*A**(n-2) + …)/c[n]; by Horner."""
    coefficients = _characteristic(arithmetic, matrix)
    total: Rows = right
    for coefficient in coefficients[1:-1]:
        total = [
            [arithmetic.sum([a, arithmetic.product([coefficient, b])]) for a, b in zip(*rows, strict=True)]
            for rows in zip(_product(arithmetic, matrix, total), right, strict=True)
        ]
    return _over(arithmetic, total, arithmetic.minus(coefficients[-1]))


def _characteristic(arithmetic: Arithmetic, matrix: Rows) -> list[int]:
    """The coefficients of det(t*I - matrix), that of t**n first.

    Bordering a matrix M by a row r, a column s and a corner a multiplies its coefficients by the Toeplitz matrix of
    1, -a, -r @ s, -r @ M @ s, -r @ M @ M @ s, …
    """
    polynomial = [arithmetic.one]
    for size in range(len(matrix)):
        inner, border = [row[:size] for row in matrix[:size]], matrix[size][:size]
        column = [[row[size]] for row in matrix[:size]]
        toeplitz = [arithmetic.one, arithmetic.minus(matrix[size][size])]
        for step in range(size):
            if step:
                column = _product(arithmetic, inner, column)
            toeplitz.append(arithmetic.minus(_dot(arithmetic, border, [entry for (entry,) in column])))
        polynomial = [
            _dot(arithmetic, toeplitz[max(k - size, 0) : k + 1], polynomial[: k + 1][::-1]) for k in range(size + 2)
        ]
    return polynomial


def _adjugate(arithmetic: Arithmetic, matrix: Rows) -> list[list[int]]:
    """The transposed cofactors of a matrix of at most 3 rows."""
    if len(matrix) == 1:
        return [[arithmetic.one]]
    if len(matrix) == 2:
        (a, b), (c, d) = matrix
        return [[d, arithmetic.minus(b)], [arithmetic.minus(c), a]]

    def cofactor(i: int, j: int) -> int:
        # Indices that go round give the sign by themselves.
        (p, q), (r, s) = ([matrix[(i + k) % 3][(j + m) % 3] for m in (1, 2)] for k in (1, 2))
        return arithmetic.sum([arithmetic.product([p, s]), arithmetic.minus(arithmetic.product([q, r]))])

    return [[cofactor(i, j) for i in range(3)] for j in range(3)]


def _is_lower(arithmetic: Arithmetic, matrix: Rows) -> bool:
    return all(entry == arithmetic.zero for k, row in enumerate(matrix) for entry in row[k + 1 :])


def _substituted(arithmetic: Arithmetic, lower: Rows, column: Sequence[int]) -> list[int]:
    """Forward substitution: the pivots are the diagonal, and vanish only where the determinant does."""
    solved: list[int] = []
    for k, (row, right) in enumerate(zip(lower, column, strict=True)):
        known = _dot(arithmetic, row[:k], solved)
        solved.append(arithmetic.quotient(arithmetic.sum([right, arithmetic.minus(known)]), row[k]))
    return solved


def _dot(arithmetic: Arithmetic, left: Sequence[int], right: Sequence[int]) -> int:
    return arithmetic.sum([arithmetic.product(pair) for pair in zip(left, right, strict=True)])


def _product(arithmetic: Arithmetic, left: Rows, right: Rows) -> list[list[int]]:
    columns = _transposed(right)
    return [[_dot(arithmetic, row, column) for column in columns] for row in left]


def _transposed(matrix: Rows) -> Rows:
    return list(zip(*matrix, strict=True))


def _over(arithmetic: Arithmetic, numerators: Rows, denominator: int) -> list[list[int]]:
    return [[arithmetic.quotient(entry, denominator) for entry in row] for row in numerators]
