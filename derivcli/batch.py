"""`deriv batch`: a question on every line in, an answer on every line out."""

from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, TextIO

from derivcli.asking import question, strictly
from derivcli.engine import answer
from derivcli.errors import DerivError, ExitStatus, InternalError, UsageError, visible
from derivcli.further import COMMANDS, command_of, find
from derivcli.model import Answer
from derivcli.render.json import answer_data, dumps, error_data
from derivcli.requests import request


def run(lines: Iterable[str], out: TextIO) -> ExitStatus:
    """Answer each line, flushing after each; a bad line is answered with an error and harms no other."""
    status = ExitStatus.OK
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        data, failed = answer_line(line, number)
        if failed:
            status = ExitStatus.CHECK_FAILED
        out.write(dumps(data) + "\n")
        out.flush()
    return status


def answer_line(line: str, number: int) -> tuple[dict[str, Any], bool]:
    """The answer's data with the line's `id` (for an error without one, with `line`), and whether it failed.

    With `strict` a check that does not agree is a failure, too.
    """
    label: dict[str, Any] = {"line": number}
    try:
        asked = _parse(line)
        if "id" in asked:
            label = {"id": _plain(asked["id"])}
        data, failed = _answered(asked)
        return {**(label if "id" in asked else {}), **data}, failed
    except DerivError as error:
        return {**label, **error_data(error)}, True
    except Exception as fault:  # one line must never end the run
        return {**label, **error_data(InternalError(f"{type(fault).__name__}: {fault}"))}, True


def _answered(asked: dict[str, Any]) -> tuple[dict[str, Any], bool]:
    """The data of an answer to what a line asks, and whether that fails a strict line."""
    strict = asked.get("strict", False)
    name = command_of(asked)
    if name is None:
        found = _answer(asked)
        return answer_data(found), strict and strictly(found) != ExitStatus.OK
    told = find(name, asked)
    return COMMANDS[name].told(told), strict and not COMMANDS[name].is_sound(told)


def _answer(asked: dict[str, Any]) -> Answer:
    """The answer to a question, whose points may stand in a file, and whose answers may go to one."""
    files = request(asked, "table")
    if files is None:
        return answer(question(asked))
    if files.points == "-":
        raise UsageError("standard input holds the questions", hint="give the points in a file")
    from derivcli.rows import answer_rows

    return answer_rows(question({**asked, "at": None}), files)[0]


def _plain(label: Any) -> Any:
    """A label with its decimals as floats again."""
    return float(label) if isinstance(label, Decimal) else label


def _parse(line: str) -> dict[str, Any]:
    try:
        data = json.loads(line, parse_float=Decimal, parse_constant=_no_number, object_pairs_hook=_object)
    except (ValueError, RecursionError) as error:
        place = f" at column {error.colno}" if isinstance(error, json.JSONDecodeError) else ""
        raise UsageError(f"this line is not JSON{place}", hint='write {"expr": "x**2", "at": {"x": 3}}') from error
    if not isinstance(data, dict):
        raise UsageError("a question is a JSON object", hint='write {"expr": "x**2", "at": {"x": 3}}')
    return data


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object, each of whose names stands in it once."""
    names = [name for name, _ in pairs]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise UsageError(f'"{visible(twice)}" stands twice in one object of this line', hint="give each name one value")
    return dict(pairs)


def _no_number(name: str) -> Any:
    hint = "every value is a finite number" if name == "NaN" else "limits such as oo stand in the expression, as text"
    raise UsageError(f"{name} is not a number that JSON has", hint=hint)
