"""`deriv map` from the options of the shell to what is printed; imports what it needs only where it is there."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from derivcli.errors import ExitStatus, UsageError, visible
from derivcli.termination import orderly
from derivcli.texts import expression_text

if TYPE_CHECKING:
    from derivcli.cluster.mapping import Request

# The options that are part of the question.
_QUESTION = ("wrt", "order", "partial", "hessian", "let", "var", "at", "dtype", "engine")
_NEEDED = ("distributed", "pyarrow", "fsspec")


def map_files(given: Mapping[str, Any]) -> ExitStatus:
    """Answer one question for many files.

    Args:
        given: the options by the names that `commands.map_` has for them.

    Raises:
        DerivError: nothing can be begun, or it came to an early end.
    """
    lacking = next((name for name in _NEEDED if importlib.util.find_spec(name) is None), None)
    if lacking is not None:
        hint = "install it: pip install 'derivcli[cluster]'"
        raise UsageError(f"deriv map needs {lacking}, which is not installed", hint=hint)
    from derivcli.cluster import mapping, telling

    asked = _asked(given)
    if given["dry_run"]:
        planned = mapping.plan(asked)
        _write(telling.estimate_lines(planned), telling.estimate_data(planned), given["as_json"])
        return ExitStatus.OK
    from derivcli.render.progress import counted

    with counted() as counter, orderly():
        found = mapping.run(asked, counter, _tell)
    _write(telling.report_lines(found), telling.report_data(found), given["as_json"])
    return telling.status(found, given["strict"])


def _asked(given: Mapping[str, Any]) -> Request:
    from derivcli.asking import count
    from derivcli.cluster.mapping import Request

    stray = next((word for word in given["expressions"][1:] if os.path.exists(word)), None)
    if stray is not None:
        hint = "quote the pattern, so that the shell leaves it alone: --points 'dir/*.parquet'"
        raise UsageError(f"the file {visible(stray)} stands among the expressions", hint=hint)
    options = {key: given[key] for key in _QUESTION if given[key]}
    if "var" in options:
        options["var"] = ",".join(options["var"])
    workers = _cores() if given["workers"] is None else count("--workers", given["workers"])
    if not workers:
        raise UsageError("--workers is 1 or more, not 0")
    rows = "0" if given["no_check"] else given["check_rows"]
    return Request(
        [expression_text(word) for word in given["expressions"]], options, given["points"], given["out"],
        given["scheduler"], workers, count("--retries", given["retries"]),
        None if rows is None else count("--check-rows", rows), count("--seed", given["seed"]),
    )  # fmt: skip


def _cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _write(lines: Sequence[str], data: Mapping[str, Any], as_json: bool) -> None:
    """Lines go to standard error, beside which JSON has standard output to itself."""
    for line in lines:
        _tell(line)
    if as_json:
        from derivcli.render.json import SCHEMA, dumps

        print(dumps({"schema": SCHEMA, **data, "warnings": []}, indent=2))


def _tell(line: str) -> None:
    print(line, file=sys.stderr)
