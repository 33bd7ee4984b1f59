"""Bars while many points are answered, on a terminal alone."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from derivcli.render.live import is_live

Item = TypeVar("Item")
# Told how far it is: the rows so far, all rows if known, else the part that is done if that is known.
Counter = Callable[[int, "int | None", "float | None"], None]
# Fewer points are soon done.
_MANY = 500


def watched(points: Sequence[Item]) -> Iterable[Item]:
    """The points one after the other; if there are many, a bar on standard error goes along, and away at the end."""
    if len(points) < _MANY or not is_live(sys.stderr):
        return points
    from rich.console import Console
    from rich.progress import track

    return track(points, "points", console=Console(stderr=True), transient=True)


@contextmanager
def counted() -> Iterator[Counter | None]:
    """A bar for rows that are written as they are answered: how many, how fast, and how long it will take."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.fields[rows]:,} points"), BarColumn(), TextColumn("{task.fields[rate]:,.0f} points/s"),
        TimeElapsedColumn(), TextColumn("so far,"), TimeRemainingColumn(), TextColumn("left"),
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=None, rows=0, rate=0.0)

        def count(rows: int, total: int | None, share: float | None) -> None:
            # A total that is guessed anew each time would make Rich forget how fast it went: the part is counted then.
            done, whole = (rows, total) if total is not None else (share or 0.0, 1.0 if share else None)
            elapsed = progress.tasks[0].elapsed or 1e-9
            progress.update(task, completed=done, total=whole, rows=rows, rate=rows / elapsed)

        yield count
