"""Names between lines: which a text uses, what named results are made of, whose values a point gives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from derivcli.errors import PointError
from derivcli.points import split
from derivcli.repl import lines


def used_names(texts: Iterable[str], others: Iterable[str] = ()) -> frozenset[str] | None:
    """The names in all texts; None where those of the first ones cannot be told."""
    found = [lines.names(text) for text in texts]
    if None in found:
        return None
    return frozenset(name for names in (*found, *map(lines.names, others)) for name in names or ())


def needed(named: Mapping[str, str], wanted: Iterable[str]) -> dict[str, str]:
    """Of the named results those that are wanted, each after what it is made of."""
    found: dict[str, str] = {}

    def add(name: str, within: frozenset[str]) -> None:
        if name in named and name not in found:
            for part in sorted((lines.names(named[name]) or frozenset()) - within):
                add(part, within | {name})
            found[name] = named[name]

    for name in wanted:
        add(name, frozenset((name,)))
    return found


def values_by_name(arguments: Sequence[str]) -> dict[str, str]:
    """The values of each variable: what has no `=` is a further value of the last one.

    Raises:
        PointError: a value without a name.
    """
    found: dict[str, list[str]] = {}
    for argument in arguments:
        name = None
        for piece in split(argument, ","):
            before, equals, value = piece.partition("=")
            if equals:
                name, piece = before.strip(), value
                found[name] = []
            if not name:
                raise PointError("a point is name=value", text=argument, span=(0, len(argument)), hint="write x=1,y=2")
            found[name].append(piece.strip())
    return {name: ",".join(values) for name, values in found.items()}
