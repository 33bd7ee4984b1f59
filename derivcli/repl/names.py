"""Names between lines: which a text uses, what named results are made of, whose values a point gives."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from derivcli.errors import PointError
from derivcli.points import split
from derivcli.repl import lines

# Earlier expressions, and the named results that they were answered with.
_CLOSED = re.compile(r"ans[0-9]+(?:_\w+)?")


def used_names(texts: Iterable[str], others: Iterable[str] = ()) -> frozenset[str] | None:
    """The names in all texts; None where those of the first ones cannot be told."""
    found = [lines.names(text) for text in texts]
    if None in found:
        return None
    return frozenset(name for names in (*found, *map(lines.names, others)) for name in names or ())


def needed(named: Mapping[str, str], wanted: Iterable[str]) -> dict[str, str]:
    """Of the named results those that are wanted, each after what it is made of; earlier expressions come first.

    What an earlier expression calls b is a variable, whatever b is called now.
    """
    found: dict[str, str] = {}

    def add(name: str, within: frozenset[str]) -> None:
        if name in named and name not in found:
            parts = (lines.names(named[name]) or frozenset()) - within
            for part in sorted(filter(_CLOSED.fullmatch, parts) if _CLOSED.fullmatch(name) else parts):
                add(part, within | {name})
            found[name] = named[name]

    for name in wanted:
        add(name, frozenset((name,)))
    return dict(sorted(found.items(), key=lambda pair: _CLOSED.fullmatch(pair[0]) is None))


def closed(name: str, text: str | None, named: Mapping[str, str]) -> tuple[str | None, dict[str, str]]:
    """An expression as it was answered, whatever the named results in it come to mean.

    Args:
        name: what it will be called, ans1.
        text: the expression; None where it cannot be used again.
        named: the named results, and earlier expressions.

    Returns:
        The expression and its named results, with names of their own: b as ans1_b.
    """
    within = needed(named, lines.names(text) or ()) if text is not None else {}
    own = {old: f"{name}_{old}" for old in within if not _CLOSED.fullmatch(old)}

    def new(word: str) -> str:
        return own.get(word, word)

    return text if text is None else lines.renamed(text, new), {own[b]: lines.renamed(within[b], new) for b in own}


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
