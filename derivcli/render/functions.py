"""`deriv functions`: the catalog as a list, and one function in full."""

from __future__ import annotations

import difflib

from derivcli.catalog import CONSTANTS, ROWS, SPELLINGS, Row
from derivcli.errors import UsageError


def listing(name: str | None) -> str:
    """All functions under their headings, or everything about one.

    Raises:
        UsageError: there is no such function.
    """
    if name is not None:
        rows = SPELLINGS.get(name)
        if rows is None:
            near = difflib.get_close_matches(name, SPELLINGS, 2)
            raise UsageError(
                f"there is no function {name}", hint=f"did you mean {' or '.join(near)}?" if near else None
            )
        return "\n\n".join(_in_full(row) for row in rows)
    lines: list[str] = []
    width = max(len(_signature(row)) for row in ROWS)
    for group in dict.fromkeys(row.group for row in ROWS):
        lines.extend(["", group])
        lines.extend(f"  {_signature(row):{width}}  {row.summary}" for row in ROWS if row.group == group)
    lines.extend(["", "choices", f"  {'a if c else b':{width}}  also where(c, a, b), Piecewise((a, c), (b, True))"])
    lines.extend(["", f"constants: {', '.join(CONSTANTS)}"])
    return "\n".join(lines[1:])


def _signature(row: Row) -> str:
    return f"{row.name}({', '.join(row.parameters)}{', …' if row.repeats else ''})"


def _in_full(row: Row) -> str:
    facts = {
        "also written": ", ".join(row.aliases),
        "defined for": row.domain,
        "is": row.definition,
        "derivative": "; ".join(
            f"by {p}: {d}" if len(row.parameters) > 1 else d for p, d in zip(row.parameters, row.partials, strict=False)
        ),
        "no derivative where": row.special,
    }
    lines = [f"{_signature(row)}: {row.summary}"]
    lines.extend(f"  {fact}: {text}" for fact, text in facts.items() if text)
    return "\n".join(lines)
