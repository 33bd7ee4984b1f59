"""The words of the command line, put in order before Typer sees them.

Click alone would split `-2q+1` into an option `-q` and the rest, and take `--jsn` for a second expression. Here a word
is an option only if it is exactly a documented name or `--name=value`; all else is an expression or its neighbour.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence

from derivcli.errors import UsageError


def arrange(
    words: Sequence[str], options: Mapping[str, bool], later: Sequence[str] = ()
) -> tuple[list[str], list[str]]:
    """Options (with their values) and the other words.

    Args:
        words: the command line without the program and command names.
        options: each documented spelling, and whether it takes a value.
        later: options that are kept for a later version.

    Raises:
        UsageError: an unknown option, a lacking or superfluous value.
    """
    given: list[str] = []
    others: list[str] = []
    i = 0
    while i < len(words):
        word = words[i]
        i += 1
        if word == "--":
            return given, [*others, *words[i:]]
        name, equals, value = word.partition("=")
        if word in options:
            given.append(word)
            if options[word]:
                if i == len(words):
                    raise UsageError(f"{word} needs a value")
                given.append(words[i])
                i += 1
        elif equals and name.startswith("--") and name in options:
            if not options[name]:
                raise UsageError(f"{name} takes no value")
            given.extend([name, value])
        elif name in later:
            raise UsageError(f"the option {name} is not there yet")
        elif re.match(r"--[A-Za-z]", word):
            raise UsageError(f"there is no option {name}", hint=_near(name, options))
        elif re.fullmatch(r"-[A-Za-z]", word):
            hint = f"to differentiate {word}, write it last, after --: deriv -- {word}"
            raise UsageError(f"there is no option {word}", hint=hint)
        else:
            others.append(word)
    return given, others


def _near(name: str, options: Mapping[str, bool]) -> str | None:
    near = difflib.get_close_matches(name, options, 1, 0.6)
    return f"did you mean {near[0]}?" if near else None
