"""Which rows of many are checked: the first, the last, some at random, and some that are not finite."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from derivcli.model import Path


@dataclass(frozen=True)
class Row:
    """One row, with what an engine found there.

    Args:
        number: of the row, counted from 1.
        texts: for each variable its value as it is written.
        at: the same as floats.
        values: of the expression, by component.
        results: the derivatives, by path and component.
    """

    number: int
    texts: Mapping[str, str]
    at: Mapping[str, float]
    values: Sequence[float]
    results: Mapping[Path, list[float]]


class _Numbered(Protocol):
    @property
    def number(self) -> int: ...


Kept = TypeVar("Kept", bound=_Numbered)


class Sample(Generic[Kept]):
    """Rows of a table whose length need not be known: every row has the same chance to be among those at random.

    Args:
        limit: how many rows at most.
        seed: of the choice.
    """

    def __init__(self, limit: int, seed: int) -> None:
        self._limit, self._random = limit, random.Random(seed)
        self._kept: list[Kept] = []
        self._odd: list[Kept] = []
        self._ends: list[Kept] = []
        self._seen, self._next, self._width = 0, 0, 1.0

    def see(self, count: int, odd: Sequence[int], take: Callable[[int], Kept]) -> None:
        """The next rows.

        Args:
            count: how many.
            odd: the places of those that are not finite, at least as many as could be taken.
            take: gives the row at a place among them.
        """
        if not self._limit:
            return
        self._odd += [take(place) for place in odd[: self._limit // 4 - len(self._odd)]]
        self._ends = [*self._ends[:1], take(count - 1)] if self._ends else [take(0), take(count - 1)]
        while self._next < self._seen + count:
            self._keep(take(self._next - self._seen))
        self._seen += count

    def _keep(self, row: Kept) -> None:
        """Vitter's reservoir with Li's skips: https://doi.org/10.1145/198429.198435"""
        if len(self._kept) < self._limit:
            self._kept.append(row)
        else:
            self._kept[self._random.randrange(self._limit)] = row
        self._next += 1
        if len(self._kept) == self._limit:
            self._width = min(self._width * self._uniform() ** (1 / self._limit), 1 - 1e-9)
            self._next += math.floor(math.log(self._uniform()) / math.log1p(-self._width))

    def _uniform(self) -> float:
        return 1 - self._random.random()

    def rows(self) -> list[Kept]:
        """Those to check, in order."""
        first = {row.number: row for row in (*self._ends, *self._odd)}
        rest = [row for row in self._kept if row.number not in first]
        self._random.shuffle(rest)
        return sorted([*first.values(), *rest][: self._limit], key=lambda row: row.number)
