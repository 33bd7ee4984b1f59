"""A bar while many points are answered, on a terminal alone."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import TypeVar

from derivcli.render.live import is_live

Item = TypeVar("Item")
# Fewer points are soon done.
_MANY = 500


def watched(points: Sequence[Item]) -> Iterable[Item]:
    """The points one after the other; if there are many, a bar on standard error goes along, and away at the end."""
    if len(points) < _MANY or not is_live(sys.stderr):
        return points
    from rich.console import Console
    from rich.progress import track

    return track(points, "points", console=Console(stderr=True), transient=True)
