"""What `--points`, `--out` and `--check-rows` say: where points come from, and where rows go to."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from derivcli.errors import UsageError

# Points that are judged one by one where rows are written; of more, a sample is.
MAX_JUDGED = 10_000


@dataclass(frozen=True)
class Request:
    """Where points come from and answers go to.

    Args:
        points: a file of points, - for standard input; None for none.
        at: points as data; beside a file one point, of the variables that the file lacks.
        pair: whether lists are paired.
        out: a file for rows; None for standard output.
        form: what rows are written as; None where the answer is no rows.
    """

    points: str | None
    at: Any
    pair: bool
    out: str | None
    form: str | None


def request(data: Mapping[str, Any], form: str) -> Request | None:
    """What the options say of files and many points; None where the points are few and listed.

    Args:
        data: the options by name.
        form: of the answer, if one was asked for, else "table".

    Raises:
        UsageError: an option that makes no sense here.
    """
    points, out, at = data.get("points"), data.get("out"), data.get("at")
    for key, given in (("points", points), ("out", out)):
        if given is not None and not isinstance(given, str):
            raise UsageError(f"{key!r} is the name of a file")
    written_as = "csv" if form == "csv" else form_of_rows(out) if form == "table" and out is not None else None
    ending = form_of_rows(out) if out is not None else None
    if points is not None and form == "table" and out is not None and ending is None and os.path.splitext(out)[1]:
        from derivcli.tables import WRITTEN

        raise UsageError(f"cannot tell the form of {out}", hint=f"its ending is one of .{', .'.join(WRITTEN)}")
    if ending is not None and form not in ("table", ending):
        raise UsageError(f"{out} is a file of {ending}, and the form that is asked for is {form}", hint="leave out one")
    asked = Request(points, at, bool(data.get("zip", False)), out if written_as else None, written_as)
    if points is None:
        return asked if at is not None and _many(asked, data) else None
    if out is not None and os.path.exists(out) and os.path.exists(points) and os.path.samefile(out, points):
        raise UsageError(f"{out} holds the points", hint="write the answers to another file")
    return asked


def form_of_rows(out: str) -> str | None:
    """The form of rows that the name of a file tells."""
    from derivcli.tables import WRITTEN, form_of

    return form_of(out, WRITTEN)


def _many(asked: Request, data: Mapping[str, Any]) -> bool:
    """Whether listed points are answered as those of a file are."""
    limit = data.get("check_rows")
    if asked.form is not None and data.get("engine") not in (None, "auto"):
        return True
    if asked.form in ("tsv", "parquet", "arrow") or (asked.form is None and limit is None):
        return asked.form is not None
    from derivcli.points import MAX_POINTS, grid
    from derivcli.values import value

    most = MAX_JUDGED if asked.form == "csv" else MAX_POINTS
    if str(limit or "").isdigit():
        most = min(most, int(str(limit)))
    return len(grid(asked.at, partial(value, seed=data.get("seed") or 0), asked.pair)) > most
