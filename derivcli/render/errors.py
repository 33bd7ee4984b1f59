"""Errors as people and programs see them."""

from __future__ import annotations

import sys

from derivcli.errors import DerivError, caret, visible
from derivcli.render.json import dumps, error_data


def report(error: DerivError, as_json: bool) -> None:
    """One JSON object on standard output, or a message with its place and hint on standard error."""
    if as_json:
        print(dumps(error_data(error), indent=2))
        return
    lines = [f"deriv: {visible(error.message)}"]
    if error.text and error.text.strip() and error.span is not None:
        lines.extend(f"  {line}" for line in caret(error.text, error.span).split("\n"))
    if error.hint:
        lines.append(f"  {visible(error.hint)}")
    print("\n".join(lines), file=sys.stderr)
