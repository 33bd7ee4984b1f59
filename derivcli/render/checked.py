"""What became of a claim, for people and programs."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from derivcli.claims import Checked, Differs
from derivcli.errors import visible
from derivcli.model import Path
from derivcli.render.json import checked_data, dumps
from derivcli.render.names import along, partial
from derivcli.render.numbers import number


def write_checked(checked: Checked, form: str) -> None:
    """Write the verdict to standard output (form table, quiet, json or ndjson), and warnings to standard error."""
    if form in ("json", "ndjson"):
        print(dumps(checked_data(checked), indent=2 if form == "json" else None))
        return
    print(checked.status if form == "quiet" else "\n".join(_lines(checked)))
    for warning in checked.warnings:
        print(f"deriv: warning: {visible(warning)}", file=sys.stderr)


def _lines(checked: Checked) -> list[str]:
    lines = [_verdict(checked)]
    formulas = [(path, formula.text) for path, formula in checked.derivatives.items() if formula.text is not None]
    if checked.status == "wrong":
        lines += [f"{_name(checked, path)} = {text}" for path, text in formulas if path in checked.wrong]
    elif checked.other_form:
        lines += [f"in another form: {_name(checked, path)} = {text}" for path, text in formulas]
    if checked.slip is not None:
        lines.append(f"likely slip: {checked.slip}")
    read = [checked.expression.text, checked.claimed.text]
    if all(read) and [_bare(text) for text in read] != [_bare(t) for t in (checked.text, checked.claimed_text)]:
        lines.append(f"read as: f = {read[0]}, claimed: {read[1]}")
    return lines


def _bare(text: str | None) -> str:
    return (text or "").replace(" ", "")


def _verdict(checked: Checked) -> str:
    if checked.status == "correct":
        return "correct"
    if checked.differs is None:
        return f"not decided: {checked.reason}"
    differs, whose = checked.differs, _whose(checked, checked.differs)
    at = ", ".join(f"{name} = {value}" for name, value in differs.shown.items())
    where = f"wrong at {at}" if at else "wrong"
    derivative = number(differs.derivative)
    if differs.claimed is None:
        return f"{where}: the claim{whose} is not defined there, the derivative is {derivative}"
    return f"{where}: you claim{whose and whose + ' ='} {number(differs.claimed)}, the derivative is {derivative}"


def _whose(checked: Checked, differs: Differs) -> str:
    """Which of several numbers is meant."""
    entry = "" if differs.index is None else f"[{', '.join(map(str, differs.index))}]"
    several = len(checked.derivatives or checked.wrt) > 1 or bool(entry)
    return f" {_name(checked, differs.path)}{entry}" if several else ""


def _name(checked: Checked, path: Path) -> str:
    variables: Sequence[str] = along(checked, path)
    return partial("d" if len(checked.variables) <= 1 else "∂", variables)
