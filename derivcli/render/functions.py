"""`deriv functions`: the catalog as a list, and one function in full."""

from __future__ import annotations

import difflib
import itertools

from derivcli import arrays
from derivcli.catalog import CONSTANTS, ROWS, SPELLINGS, Row
from derivcli.errors import UsageError

# What each layer is, in words.
_LAYERS = {
    "torch": "a torch operation",
    "composition": "torch operations",
    "leaf": "deriv's own operation, number by number (Arb, mpmath)",
}


def listing(name: str | None) -> str:
    """All functions under their headings, or everything about one.

    Raises:
        UsageError: there is no such function.
    """
    if name is not None:
        return _about(name)
    lines: list[str] = []
    entries = entries_by_group()
    width = max(len(signature) for _, signature, _ in entries)
    for group, rows in itertools.groupby(entries, key=lambda entry: entry[0]):
        lines.extend(["", group, *(f"  {signature:{width}}  {summary}" for _, signature, summary in rows)])
    lines.extend(["", "choices", f"  {'a if c else b':{width}}  also where(c, a, b), Piecewise((a, c), (b, True))"])
    lines.extend(["", f"constants: {', '.join(CONSTANTS)}"])
    return "\n".join(lines[1:])


def entries_by_group() -> list[tuple[str, str, str]]:
    """Heading, signature and summary of every function."""
    entries = [(row.group, _signature(row), row.summary) for row in ROWS]
    entries += [(row.group, _array_signature(row), row.summary) for row in arrays.ROWS]
    return [entry for group in dict.fromkeys(g for g, _, _ in entries) for entry in entries if entry[0] == group]


def table() -> str:
    """All functions of numbers as a Markdown table: where they are defined, which layer serves them, how accurately."""
    lines = ["| function | defined for | layer | accuracy |", "| --- | --- | --- | --- |"]
    for row in ROWS:
        domain = row.domain.replace("|", "\\|")
        lines.append(f"| `{_signature(row)}` {row.summary} | {domain} | {row.layer} | {row.accuracy:.0e} |")
    return "\n".join(lines)


def _about(name: str) -> str:
    known = (*SPELLINGS, *arrays.SPELLINGS)
    if name not in known:
        near = difflib.get_close_matches(name, known, 2)
        raise UsageError(f"there is no function {name}", hint=f"did you mean {' or '.join(near)}?" if near else None)
    found = [_in_full(row) for row in SPELLINGS.get(name, ())]
    return "\n\n".join([*found, *([_array_in_full(arrays.SPELLINGS[name])] if name in arrays.SPELLINGS else [])])


def _array_signature(row: arrays.ArrayRow) -> str:
    options = [f"{option}=" for option in row.options if option in ("axis", "ord", "correction")]
    return f"{row.name}({', '.join((*row.parameters, *options))})"


def _array_in_full(row: arrays.ArrayRow) -> str:
    options = ", ".join(f"{name}={value}" for name, value in row.options.items())
    facts = {"also written": ", ".join(row.aliases), "options": options}
    lines = [f"{row.name}({', '.join(row.parameters)}): {row.summary}"]
    lines.extend(f"  {fact}: {text}" for fact, text in facts.items() if text)
    return "\n".join(lines)


def _signature(row: Row) -> str:
    return f"{row.signature[:-1]}, …)" if row.repeats else row.signature


def _in_full(row: Row) -> str:
    facts = {
        "also written": ", ".join(row.aliases),
        "defined for": row.domain,
        "is": row.definition,
        "derivative": "; ".join(
            f"by {p}: {d}" if len(row.parameters) > 1 else d for p, d in zip(row.parameters, row.partials, strict=False)
        ),
        "no derivative where": row.special,
        "computed by": f"{_LAYERS[row.layer]}, to {row.accuracy:.0e} relative",
    }
    lines = [f"{_signature(row)}: {row.summary}"]
    lines.extend(f"  {fact}: {text}" for fact, text in facts.items() if text)
    return "\n".join(lines)
