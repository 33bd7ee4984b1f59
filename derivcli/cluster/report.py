"""What is told of a run at its end, as plain data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from derivcli.cluster.ledger import Keeper
from derivcli.cluster.manifest import DONE, FAILED, Manifest, Record
from derivcli.cluster.partitions import Partition


@dataclass(frozen=True)
class First:
    """How many rows, and the first of them, counted from 1, in the first partition by name that has one."""

    rows: int
    partition: str
    first: int


@dataclass(frozen=True)
class Aside:
    """A partition without an answer."""

    partition: str
    reason: str
    attempts: int


@dataclass(frozen=True)
class Report:
    """What is told.

    Args:
        partitions: how many there are.
        answered: how many of them were answered by this run.
        kept: how many were answered before.
        again: why some of what was to be answered had been tried before, with how many: changed, gone, damaged, failed.
        aside: those that were set aside.
        rows: in all files of answers, and those that this run wrote.
        seconds: how long it took.
        checked: how many rows were checked.
        digits: how many are right at the worst of those that agree; None where there is none.
        statuses: of the checks.
        reasons: why rows have no number, with how many.
        strangers: files of answers to what is not among the partitions.
    """

    partitions: int
    answered: int
    kept: int
    again: Mapping[str, int]
    aside: Sequence[Aside]
    rows: int
    rows_written: int
    seconds: float
    checked: int
    digits: float | None
    statuses: Mapping[str, First]
    reasons: Mapping[str, int]
    strangers: Sequence[str]


def report(
    partitions: Sequence[Partition], kept: Manifest, todo: Mapping[str, int], keeper: Keeper, seconds: float
) -> Report:
    """The report on a run that came to its end.

    Args:
        partitions: what was to be answered in all.
        kept: the manifest.
        todo: what was left to do, with how many partitions for each reason.
        keeper: who recorded what was done.
        seconds: how long it took.
    """
    names = sorted(p.name for p in partitions)
    done = {name: kept.parts[name] for name in names if kept.parts[name]["status"] == DONE}
    aside = [(name, kept.parts[name]) for name in names if kept.parts[name]["status"] == FAILED]
    reasons: Counter[str] = Counter()
    for record in done.values():
        reasons.update(record["reasons"])
    return Report(
        partitions=len(names), answered=keeper.answered, kept=len(names) - sum(todo.values()),
        again={why: count for why, count in todo.items() if why != "missing"},
        aside=[Aside(name, record["reason"], record["attempts"]) for name, record in aside],
        rows=sum(record["rows"] for record in done.values()), rows_written=keeper.rows, seconds=seconds,
        checked=sum(record["checked"] for record in done.values()),
        digits=min((record["digits"] for record in done.values() if record["digits"] is not None), default=None),
        statuses=_statuses(done), reasons=dict(reasons.most_common()), strangers=kept.strangers(partitions),
    )  # fmt: skip


def _statuses(done: Mapping[str, Record]) -> dict[str, First]:
    found: dict[str, First] = {}
    for name, record in done.items():
        for status, (count, first) in record["statuses"].items():
            before = found.get(status, First(0, name, first))
            found[status] = First(before.rows + count, before.partition, before.first)
    return found
