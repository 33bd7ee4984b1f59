"""Long parts that occur more than once, named in statements before the formula: P = inv(A + t*B); -P @ B @ P."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from derivcli import catalog
from derivcli.indices import matrices
from derivcli.indices.matrices import Matrix
from derivcli.indices.text import text

# Parts that are shorter are easier to read where they stand.
_SHORTEST = 12
_MAX_TRIED = 5
_LETTERS = "PQRTUVWHGKLMNZABCDF"


def with_names(whole: Matrix, taken: frozenset[str], decimals: bool) -> str:
    """The text of a formula, with statements for repeated parts where the whole becomes shorter by them.

    Args:
        whole: the formula.
        taken: names that mean something else.
        decimals: whether 1/2 is written 0.5.
    """
    letters = (c for c in _LETTERS if c not in taken and c not in catalog.SPELLINGS and c not in catalog.CONSTANTS)
    named: dict[str, Matrix] = {}
    best = text(whole, decimals)
    for letter in letters:
        shorter = None
        for part in _repeated([*named.values(), whole], decimals):
            name = matrices.name(letter, part.shape, part.symmetric)
            parts = {**{known: _replaced(p, part, name) for known, p in named.items()}, letter: part}
            formula = _replaced(whole, part, name)
            written = _statements(parts, formula, decimals)
            if len(written) < len(best):
                shorter, best = (parts, formula), written
        if shorter is None:
            break
        named, whole = shorter
    return _statements(named, whole, decimals)


def _repeated(roots: list[Matrix], decimals: bool) -> list[Matrix]:
    """The parts whose repetitions are the most text."""
    counts = Counter(part for root in roots for part in _parts(root))
    savings = {
        part: (count - 1) * len(text(part, decimals))
        for part, count in counts.items()
        if count > 1 and len(text(part, decimals)) >= _SHORTEST
    }
    return sorted(savings, key=lambda part: -savings[part])[:_MAX_TRIED]


def _parts(matrix: Matrix) -> Iterator[Matrix]:
    waiting = [matrix]
    while waiting:
        part = waiting.pop()
        # A constant such as ones(m, n) says more than a letter.
        if part.args and part.op not in ("transpose", "condition"):
            yield part
        waiting += part.args


def _replaced(matrix: Matrix, part: Matrix, name: Matrix) -> Matrix:
    return name if matrix == part else _with_args(matrix, [_replaced(a, part, name) for a in matrix.args])


def _renamed(matrix: Matrix, letters: Mapping[str, str]) -> Matrix:
    if matrix.op == "name" and matrix.data in letters:
        return replace(matrix, data=letters[matrix.data], texts={})
    return _with_args(matrix, [_renamed(a, letters) for a in matrix.args])


def _with_args(matrix: Matrix, args: Sequence[Matrix]) -> Matrix:
    same = all(a is b for a, b in zip(args, matrix.args, strict=True))
    return matrix if same else replace(matrix, args=tuple(args), texts={})


def _statements(named: Mapping[str, Matrix], whole: Matrix, decimals: bool) -> str:
    """The statements, each after those whose names it uses, and the formula; names are given in this order."""
    order: list[str] = []

    def place(letter: str) -> None:
        for part in _leaves(named[letter]):
            if part in named and part not in order:
                place(part)
        if letter not in order:
            order.append(letter)

    for letter in named:
        place(letter)
    letters = dict(zip(order, named, strict=True))
    statements = [f"{letters[old]} = {text(_renamed(named[old], letters), decimals)}" for old in order]
    return "; ".join([*statements, text(_renamed(whole, letters), decimals)])


def _leaves(matrix: Matrix) -> Iterator[str]:
    waiting = [matrix]
    while waiting:
        part = waiting.pop()
        if part.op == "name":
            yield part.data
        waiting += part.args
