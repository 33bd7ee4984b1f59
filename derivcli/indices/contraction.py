"""Products with named indices as matrix products: the choice of the order of multiplication.

Factors are joined two at a time by the first rule that fits, cheap ones first (vectors before matrices), until one
scalar, vector, matrix or outer product is left. What no rule fits becomes an `einsum`.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from derivcli.indices import matrices
from derivcli.indices.matrices import Matrix
from derivcli.indices.nodes import Index

Item = tuple[Matrix, tuple[Index, ...]]
_LETTERS = "ijklmnopqrstuvwxyzabcdefgh"
_ONCE = Fraction(1)


@dataclass
class Contraction:
    """A product under way.

    Attributes:
        coefficient: the number in front.
        items: factors with the indices of their axes, which are at most two unless an einsum is to come.
        scalars: factors without indices, with exponents.
        bound: the indices that are summed over.
        out: the indices of the result, in order.
    """

    coefficient: Fraction
    bound: frozenset[Index]
    out: tuple[Index, ...]
    items: list[Item] = field(default_factory=list)
    scalars: list[tuple[Matrix, Fraction]] = field(default_factory=list)

    def result(self) -> Matrix:
        """The product as one expression with the axes `out`."""
        rules = (
            self._traces,
            self._multiplies_vectors,
            self._multiplies_matrices,
            self._applies,
            self._sums,
            self._scales,
            self._chains,
        )
        while any(rule() for rule in rules):
            pass
        core = self._core()
        pairs = [(matrices.number(self.coefficient), _ONCE), *self.scalars]
        return matrices.times(pairs if core is None else [*pairs, *matrices.factors(core)])

    def _uses(self, index: Index) -> int:
        """How often an index occurs that is not yet summed over."""
        return sum(indices.count(index) for _, indices in self.items) + (index in self.out)

    def _vectors(self) -> list[Item]:
        return [item for item in self.items if len(item[1]) == 1]

    def _matrices(self) -> list[Item]:
        return [item for item in self.items if len(item[1]) == 2]

    def _replace(self, old: Sequence[Item], matrix: Matrix, indices: tuple[Index, ...]) -> bool:
        # By identity: two factors may be equal.
        self.items = [item for item in self.items if not any(item is o for o in old)]
        if indices:
            self.items.append((matrix, indices))
        else:
            self.scalars += matrices.factors(matrix)
        return True

    def _traces(self) -> bool:
        for item in self._matrices():
            matrix, (i, j) = item
            if i is j:
                if i in self.bound and self._uses(i) == 2:
                    return self._replace([item], matrices.call("tr", matrix, shape=()), ())
                return self._replace([item], matrices.diagonal(matrix), (i,))
        return False

    def _multiplies_vectors(self) -> bool:
        for a, b in itertools.combinations(self._vectors(), 2):
            if a[1] == b[1]:
                (i,) = a[1]
                if i in self.bound and self._uses(i) == 2:
                    return self._replace([a, b], matrices.dot(a[0], b[0]), ())
                return self._replace([a, b], matrices.hadamard(a[0], b[0]), (i,))
        return False

    def _multiplies_matrices(self) -> bool:
        for a, b in itertools.combinations(self._matrices(), 2):
            if set(a[1]) == set(b[1]):
                straight = b[0] if a[1] == b[1] else matrices.transpose(b[0])
                if all(self._uses(i) == 2 and i in self.bound for i in a[1]):
                    return self._replace([a, b], _inner(a[0], straight), ())
                return self._replace([a, b], matrices.hadamard(a[0], straight), a[1])
        return False

    def _applies(self) -> bool:
        """A matrix times a vector."""
        for vector in self._vectors():
            (i,) = vector[1]
            if i not in self.bound or self._uses(i) != 2:
                continue
            for item in self._matrices():
                if i in item[1]:
                    matrix, other = _ending(item, i)
                    return self._replace([vector, item], matrices.matmul(matrix, vector[0]), (other,))
        return False

    def _sums(self) -> bool:
        for item in self.items:
            lone = tuple(i for i in item[1] if i in self.bound and self._uses(i) == 1)
            if lone and len(item[1]) <= 2:
                rest = tuple(i for i in item[1] if i not in lone)
                after = f", axis={item[1].index(lone[0])}" if rest else ""
                shape = tuple(i.size for i in rest)
                if not rest and len(item[1]) == 1 and matrices.is_call(item[0], "diag"):
                    return self._replace([item], matrices.call("tr", *item[0].args, shape=()), ())
                return self._replace([item], matrices.call("sum", item[0], shape=shape, after=after), rest)
        return False

    def _scales(self) -> bool:
        """A vector times the rows of a matrix."""
        if len(self.out) > 2:
            return False
        for vector in self._vectors():
            (i,) = vector[1]
            for item in sorted(self._matrices(), key=lambda item: item[0].op != "eye"):
                if i in item[1]:
                    matrix, other = _ending(item, i)
                    scaled = matrices.matmul(matrices.diag(vector[0]), matrices.transpose(matrix))
                    return self._replace([vector, item], scaled, (i, other))
        return False

    def _chains(self) -> bool:
        """A matrix times a matrix."""
        for a, b in itertools.combinations(self._matrices(), 2):
            for i in set(a[1]) & set(b[1]):
                if i in self.bound and self._uses(i) == 2:
                    left, row = _ending(a, i)
                    right, column = _ending(b, i)
                    return self._replace([a, b], matrices.matmul(left, matrices.transpose(right)), (row, column))
        return False

    def _core(self) -> Matrix | None:
        """What is left, with the axes of the result."""
        out = self.out
        if not self.items:
            return matrices.ones(*(i.size for i in out)) if len(out) in (1, 2) else self._einsum() if out else None
        if len(out) == 2 and len(self.items) == 1:
            matrix, indices = self.items[0]
            if set(indices) == set(out):
                return matrix if indices == out else matrices.transpose(matrix)
            if len(indices) == 1:
                rest = matrices.ones(next(i for i in out if i is not indices[0]).size)
                return matrices.outer(*((matrix, rest) if out[0] is indices[0] else (rest, matrix)))
        if len(self.items) == 1 and self.items[0][1] == out:
            return self.items[0][0]
        if len(out) == 2 and all(len(indices) == 1 for _, indices in self.items) and len(self.items) == 2:
            first, second = self.items if self.items[0][1] == out[:1] else self.items[::-1]
            return matrices.outer(first[0], second[0])
        return self._einsum()

    def _einsum(self) -> Matrix:
        have = {i for _, indices in self.items for i in indices}
        items = [*self.items, *((matrices.ones(i.size), (i,)) for i in self.out if i not in have)]
        letters: dict[Index, str] = {}
        for index in (*self.out, *(i for _, indices in items for i in indices)):
            letters.setdefault(index, _LETTERS[len(letters)])
        inputs = ",".join("".join(letters[i] for i in indices) for _, indices in items)
        spec = f"{inputs}->{''.join(letters[i] for i in self.out)}"
        return Matrix("einsum", tuple(m for m, _ in items), tuple(i.size for i in self.out), spec)


def _ending(item: Item, index: Index) -> tuple[Matrix, Index]:
    """A matrix turned so that its columns are numbered by an index, and the index of its rows."""
    matrix, (i, j) = item
    return (matrix, i) if j is index else (matrices.transpose(matrix), j)


def _inner(a: Matrix, b: Matrix) -> Matrix:
    """The sum of a*b: a trace where that saves a transpose."""
    turned = "transpose" in (a.op, b.op)
    if turned:
        left, right = (matrices.transpose(a), b) if a.op == "transpose" else (a, matrices.transpose(b))
        return matrices.call("tr", matrices.matmul(left, right), shape=())
    return matrices.call("sum", matrices.hadamard(a, b), shape=())
