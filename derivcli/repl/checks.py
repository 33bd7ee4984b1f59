"""What is refused in a session before it is kept or run."""

from __future__ import annotations

from collections.abc import Sequence

from derivcli.errors import UsageError
from derivcli.repl import lines
from derivcli.repl.vocabulary import Vocabulary

# What can follow a command's name, and none of what can follow a variable's.
_WORDS = ("name", "number", "text")


def check_no_command(text: str, known: Vocabulary) -> None:
    """A command that lacks its colon."""
    found = lines.tokens(text) or []
    if len(found) > 1 and found[0].text == "deriv" and (found[1].kind in _WORDS or found[1].text in ("(", "-")):
        colon = ":" if found[1].text in known.commands else ""
        raise UsageError("deriv is running already", hint=f"write {colon}{text[found[1].start :]} without deriv")
    if found and found[0].text in known.commands and (len(found) == 1 or found[1].kind in _WORDS):
        name = found[0].text
        raise UsageError(f"{name} is a command", hint=f"write :{name}; of a variable of this name write {name}*1")


def check_not_input(words: Sequence[str]) -> None:
    """What would read standard input; the prompt reads it itself."""
    if any(word in ("-", "@-") for word in words):
        raise UsageError("standard input is this prompt", hint="write the expression itself")


def check_ranges(text: str) -> None:
    if text:
        from derivcli.asking import boxed
        from derivcli.points import Interval

        if not all(isinstance(side, Interval) for side in boxed([text]).values()):
            raise UsageError("a range is an interval", hint="write :range x=-5:5")


def check_points(text: str, complex_too: bool) -> None:
    """A point that cannot be read is told at once, not by every line to come."""
    if text:
        from derivcli.asking import question

        question({"expr": "x", "at": [text], "complex": complex_too})


def check_value(name: str, text: str) -> None:
    """A value of an option that cannot be read is told at once, too."""
    from derivcli.asking import check_option

    check_option(f":{name}", text)
