"""Rows of a partition that are checked: chosen while it streams by, judged together at the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pyarrow

from derivcli.batches import BatchFunction
from derivcli.many import Sample


@dataclass(frozen=True)
class Checked:
    """How many rows were checked, the digits at the worst that agrees, and for each status how many and the first."""

    rows: int = 0
    digits: float | None = None
    statuses: dict[str, tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class _Taken:
    """A row, by its number in the file, counted from 1."""

    number: int
    row: pyarrow.RecordBatch


class Sampler:
    """A choice of rows.

    Args:
        limit: how many at most.
        seed: of the choice.
    """

    def __init__(self, limit: int, seed: int) -> None:
        self.limit = limit
        self._sample: Sample[_Taken] = Sample(limit, seed)
        self._seen = 0

    def see(self, batch: pyarrow.RecordBatch, odd: Sequence[int]) -> None:
        """The next rows.

        Args:
            batch: as they are in the file.
            odd: the places of some that have no number.
        """

        def take(place: int) -> _Taken:
            return _Taken(self._seen + place + 1, batch.take(pyarrow.array([place])))

        if batch.num_rows:
            self._sample.see(batch.num_rows, odd, take)
            self._seen += batch.num_rows

    def judged(self, function: BatchFunction) -> Checked:
        """The judgement on those that were chosen."""
        taken = self._sample.rows()
        if not taken:
            return Checked()
        verdict = function.check(pyarrow.concat_batches([t.row for t in taken]), len(taken))
        statuses = {s: (count, taken[first - 1].number) for s, (count, first) in verdict.statuses.items()}
        return Checked(verdict.checked, verdict.digits, statuses)
