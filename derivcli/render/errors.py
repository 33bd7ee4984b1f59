"""Errors as people and programs see them."""

from __future__ import annotations

import sys

from derivcli.errors import DerivError, caret, visible
from derivcli.render.json import dumps, error_data


def report(error: DerivError, form: str) -> None:
    """One JSON object on standard output (form json or ndjson), else a message with its place on standard error."""
    if form in ("json", "ndjson"):
        print(dumps(error_data(error), indent=2 if form == "json" else None))
        return
    lines = [f"deriv: {visible(error.message)}"]
    if error.text and error.text.strip() and error.span is not None:
        lines.extend(f"  {line}" for line in caret(error.text, error.span).split("\n"))
    if error.hint:
        lines.append(f"  {visible(error.hint)}")
    print("\n".join(lines), file=sys.stderr)
