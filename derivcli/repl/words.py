"""What is kept, as words of a command line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from derivcli.repl.lines import Given
from derivcli.repl.names import needed, used_names, values_by_name
from derivcli.repl.vocabulary import Option


def let_words(named: Mapping[str, str], used: frozenset[str] | None, own: Iterable[str]) -> list[str]:
    """The named results that are used, and a line's own ones.

    Args:
        named: all of them.
        used: the names in the line; None where that cannot be told.
        own: the names of the line's own ones.
    """
    wanted = [*sorted(named if used is None else used), *own]
    return [word for name, text in needed(named, wanted).items() for word in ("--let", f"{name}={text}")]


def kept_words(
    name: str, kept: Mapping[str, str], given: Sequence[Given], used: frozenset[str] | None, named: Mapping[str, str]
) -> list[str]:
    """The kept points or ranges of the variables that a line has, then its own ones.

    Args:
        name: of the option.
        kept: the values by variable.
        given: the options of the line.
        used: the names in the line; None where that cannot be told.
        named: the named results, in which further names may stand.
    """
    own = [str(value) for option, value in given if option.name == name]
    its = values_by_name(own)
    if used is not None:
        used = used_names((*used, *needed(named, used).values())) or used
    values = [f"{key}={text}" for key, text in kept.items() if key not in its and (used is None or key in used)]
    return [word for text in (*values, *own) for word in (f"--{name}", text)]


def option_words(option: Option, values: Sequence[str]) -> list[str]:
    """An option with its values."""
    spelling = option.spellings[0]
    return [word for value in values for word in (spelling, value)] if values else [spelling]
