"""What is said of many points on standard error: how many, how fast, and what the sample showed."""

from __future__ import annotations

import sys

from derivcli.model import Answer, Summary


def write_summary(answer: Answer) -> None:
    """The warnings of an answer whose rows were written, and its summary if a sample of them was checked."""
    for warning in answer.warnings:
        print(f"deriv: warning: {warning}", file=sys.stderr)
    if answer.summary is not None:
        for line in lines(answer.summary):
            print(line, file=sys.stderr)


def lines(summary: Summary) -> list[str]:
    """The summary, one fact on each line."""
    rate = summary.points / max(summary.seconds, 1e-9)
    told = [f"{summary.points:,} points by {summary.engine} in {_seconds(summary.seconds)}, {_short(rate)} points/s"]
    if summary.checked:
        agreeing = summary.statuses.get("agree", (0, 0))[0]
        digits = f", {summary.digits:g} digits at the worst" if summary.digits is not None else ""
        told.append(f"{_rows(summary.checked)} checked: {agreeing:,} agree{digits}")
    else:
        told.append("no row was checked")
    for status, (count, first) in summary.statuses.items():
        if status != "agree":
            told.append(f"  {status}: {_rows(count)} of those, the first is row {first:,}")
    for found, what in (
        (summary.infinite, "not finite although the point is"),
        (summary.missing, "at no finite point"),
    ):
        if found is not None:
            told.append(f"  {what}: {_rows(found[0])} of all, the first is row {found[1]:,}")
    return told


def _rows(count: int) -> str:
    return f"{count:,} row{'' if count == 1 else 's'}"


def _seconds(seconds: float) -> str:
    return f"{seconds:.2g} s" if seconds < 100 else f"{seconds:,.0f} s"


def _short(rate: float) -> str:
    """A rate in three digits."""
    for size, unit in ((1e9, " billion"), (1e6, " million")):
        if rate >= size:
            return f"{rate / size:.3g}{unit}"
    return f"{rate:,.0f}"
