"""What is said of a run: lines on standard error, or the objects of its JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from derivcli.asking import strictly_of
from derivcli.cluster.estimate import Estimate
from derivcli.cluster.report import Report
from derivcli.errors import ExitStatus, visible

# Partitions and reasons that are named, before the rest is only counted; the manifest has all of them.
_NAMED = 10


def report_data(found: Report) -> dict[str, Any]:
    """A report as the objects of its JSON."""
    return {"map": {**asdict(found), "again": dict(found.again)}}


def estimate_data(found: Estimate) -> dict[str, Any]:
    """An estimate as the objects of its JSON."""
    return {"plan": asdict(found)}


def status(found: Report, strict: bool) -> ExitStatus:
    """The exit status of a run: what is set aside weighs most."""
    if found.aside:
        return ExitStatus.CHECK_FAILED
    return strictly_of(set(found.statuses)) if strict else ExitStatus.OK


def report_lines(found: Report) -> list[str]:
    """A report, one fact on each line."""
    told = [f"{_count(found.partitions, 'partition')}, {_count(found.rows, 'row')}: {_now(found)}"]
    told += [f"  {_AGAIN[why]}: {_count(count, 'partition')}" for why, count in found.again.items()]
    if found.checked:
        agreeing = found.statuses["agree"].rows if "agree" in found.statuses else 0
        digits = f", {found.digits:g} digits at the worst" if found.digits is not None else ""
        told.append(f"{_count(found.checked, 'row')} checked: {agreeing:,} agree{digits}")
    else:
        told.append("no row was checked")
    for status, rows in found.statuses.items():
        if status != "agree":
            place = f"the first is row {rows.first:,} of {visible(rows.partition)}"
            told.append(f"  {status}: {_count(rows.rows, 'row')} of those, {place}")
    told += _listed([f"  no number in {_count(count, 'row')}: {reason}" for reason, count in found.reasons.items()])
    told += _listed(
        [f"set aside: {visible(a.partition)}: {visible(a.reason)}{_tries(a.attempts)}" for a in found.aside]
    )
    if found.strangers:
        names = _named(found.strangers)
        told.append(
            f"answers to {_count(len(found.strangers), 'file')} that --points does not list stay there: {names}"
        )
    return told


_AGAIN = {
    "changed": "answered again, for what is read has changed",
    "gone": "answered again, for the answers were gone",
    "damaged": "answered again, for the answers had changed",
    "failed": "tried again, for it had failed",
}  # fmt: skip


def _now(found: Report) -> str:
    """What this run did."""
    if not found.answered and not found.aside:
        return "all was answered before"
    before = f", {found.kept:,} were there" if found.kept else ""
    rate = found.rows_written / max(found.seconds, 1e-9)
    return f"{found.answered:,} answered{before}; {found.seconds:.2g} s, {rate:,.0f} rows/s"


def estimate_lines(found: Estimate) -> list[str]:
    """An estimate, one fact on each line."""
    told = [f"{_count(found.partitions, 'partition')}, {_bytes(found.size)}, {_about(found)}"]
    left = sum(found.todo.values())
    if not left:
        return [*told, "nothing is left to do"]
    whys = ", ".join(f"{count:,} {why}" for why, count in found.todo.items())
    told.append(f"to do: {_count(left, 'partition')} ({whys})")
    if found.unreadable:
        told.append(f"{_count(len(found.unreadable), 'file')} cannot be read: {_named(found.unreadable)}")
    if found.seconds is None:
        return [*told, f"no time can be told: {found.trouble}"]
    told.append(
        f"measured here on one core: {_count(found.sample_rows, 'row')} of {visible(found.sample)} in "
        f"{found.sample_seconds:.2g} s, {found.sample_rows / found.sample_seconds:,.0f} rows/s"
    )
    told.append(f"expected with {_count(found.threads, 'core')}: {_time(found.seconds)} once the workers have started")
    return told


def _about(found: Estimate) -> str:
    return _count(found.rows, "row") if found.exact else f"about {found.rows:,} rows"


def _listed(lines: Sequence[str]) -> list[str]:
    """The first of some lines; of the others how many there are."""
    rest = len(lines) - _NAMED
    return [*lines[:_NAMED], *([f"  and {rest:,} more, which the manifest tells"] if rest > 0 else [])]


def _named(names: Sequence[str]) -> str:
    """Some names, of many the first ones."""
    return ", ".join(map(visible, names[:3])) + (", …" if len(names) > 3 else "")


def _tries(attempts: int) -> str:
    return f" ({attempts} attempts)" if attempts > 1 else ""


def _count(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _bytes(size: int) -> str:
    for limit, unit in ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if size >= limit:
            return f"{size / limit:.3g} {unit}"
    return f"{size} bytes"


def _time(seconds: float) -> str:
    for limit, unit in ((86400.0, "days"), (3600.0, "h"), (60.0, "min")):
        if seconds >= 2 * limit:
            return f"{seconds / limit:.2g} {unit}"
    return f"{seconds:.2g} s"
