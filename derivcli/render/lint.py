"""What `deriv lint` found: a table for people, an object for scripts."""

from __future__ import annotations

import sys
from typing import Any

from rich import box
from rich.table import Table
from rich.text import Text

from derivcli.errors import visible
from derivcli.render.cells import shown
from derivcli.render.console import console_of
from derivcli.render.json import SCHEMA, dumps, plain_number
from derivcli.render.numbers import number
from derivcli.report import Finding, Report


def write_report(report: Report, form: str, color: str) -> None:
    """Write a report to standard output (form table, json or ndjson), and warnings to standard error."""
    if form != "table":
        print(dumps(report_data(report), indent=2 if form == "json" else None))
        return
    console = console_of(color)
    if report.findings:
        console.print(_table(report))
    console.print(Text(_summary(report)))
    for warning in report.warnings:
        print(f"deriv: warning: {visible(warning)}", file=sys.stderr)


def _table(report: Report) -> Table:
    table = Table(box=box.ROUNDED, show_lines=True)
    for heading in ("expression", "where", "autograd", "true", "instead"):
        table.add_column(heading, overflow="fold")
    for finding in report.findings:
        cells = (visible(finding.place), finding.where, *_numbers(finding), finding.rewrite or "")
        table.add_row(*map(Text, cells))
    return table


def _numbers(finding: Finding) -> tuple[str, str]:
    """What autograd returned at the example, and what is true there."""
    at = ", ".join(f"{name} = {shown(value, 6)}" for name, value in finding.at.items())
    found = f"{number(finding.autograd, 6)} at {at}"
    return found, _UNTOLD.get(finding.status, "no derivative") if finding.truth is None else number(finding.truth, 6)


# Longer examples are left out of the table.
_MAX_EXAMPLE = 40
# What is said where the report has no number: not all of it is without a derivative.
_UNTOLD = {
    "removable": "a hole", "outside_domain": "undefined", "pole": "a pole", "kink": "a corner",
    "overflow": "beyond floats", "unchecked": "not settled", "agree": "as returned",
}  # fmt: skip


def _summary(report: Report) -> str:
    count = len(report.findings)
    found = f"{count} place{'s' if count > 1 else ''} to mend" if count else "nothing found"
    outside = report.looked - report.told
    parts = [f"{report.looked} points tried"]
    parts += [f"{outside} of them outside the domain or beyond floats"] if outside else []
    parts += [f"time ran out before the other {report.points - report.looked}"] if report.looked < report.points else []
    return f"{found}: {', '.join(parts)}"


def report_data(report: Report) -> dict[str, Any]:
    """A report as the objects of its JSON."""
    findings = [
        {
            "place": f.place,
            "span": None if f.span is None else list(f.span),
            "status": f.status,
            "where": f.where,
            "at": {name: plain_number(value) for name, value in f.at.items()},
            "result": ",".join(f.result),
            "autograd": plain_number(f.autograd),
            "truth": None if f.truth is None else plain_number(f.truth),
            "note": f.note,
            "rewrite": f.rewrite,
        }
        for f in report.findings
    ]
    counts = {"points": report.points, "looked": report.looked, "told": report.told}
    lint = {"text": report.text, **counts, "findings": findings}
    return {"schema": SCHEMA, "lint": lint, "warnings": list(report.warnings)}
