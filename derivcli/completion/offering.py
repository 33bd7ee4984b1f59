"""What may stand at the cursor: commands, options and their values, names of functions, variables, files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from derivcli.errors import UsageError
from derivcli.vocabulary import Command, Option, catalog_names, kept_commands
from derivcli.words import COMPLETION, RESERVED, SHELLS, arrange

_NAME = re.compile(r"[^\W\d]\w*")
# Options whose values give variables values, and those that list variables.
_ASSIGNING = ("at", "range", "jvp", "direction", "hvp")
_LISTING = ("wrt", "partial", "var")


@dataclass(frozen=True)
class Offer:
    """What may stand at the cursor.

    Args:
        texts: the word at the cursor as it might be, with what that is.
        files: where a file may stand, what of the word comes before the file's name; None where none may.
    """

    texts: Mapping[str, str]
    files: str | None = None


def offer(before: Sequence[str], current: str) -> Offer:
    """What the word at the cursor may be.

    Args:
        before: the words between the program's name and the cursor's word.
        current: the word at the cursor, as far as it is typed.
    """
    if not before and not current.startswith("-"):
        commands = _commands(current)
        return Offer({**commands, **_word(current).texts}, _word(current).files)
    if "--" in before:
        return _word(current)
    if before and before[0] in COMPLETION:
        return Offer({shell: "" for shell in SHELLS if shell.startswith(current)})
    if not (current.startswith("-") or before[-1].startswith("-") or before[0] in RESERVED):
        return _word(current)  # without loading the options
    known = _command(before)
    name, equals, value = current.partition("=")
    if current.startswith("--") and equals and name in known.spelled:
        return _value(known.spelled[name], value, f"{name}=", _variables(before, known))
    option = known.spelled.get(before[-1]) if before else None
    # The file of a plot may be left out.
    if option is not None and option.takes_value and not (option.name == "plot" and current.startswith("-")):
        return _value(option, current, "", _variables(before, known))
    if current.startswith("-"):
        return _options(current, known)
    return _argument(before, current, known)


def _commands(current: str) -> dict[str, str]:
    """Commands that begin as the word does."""
    if not any(name.startswith(current) for name in RESERVED):
        return {}
    known = kept_commands()
    return {name: known[name].about for name in RESERVED if name.startswith(current) and name in known}


def _command(before: Sequence[str]) -> Command:
    known = kept_commands()
    return known.get(before[0] if before and before[0] in RESERVED else "ask", known["ask"])


def _options(current: str, known: Command) -> Offer:
    return Offer({s: o.about for s, o in known.spelled.items() if s.startswith(current)})


def _value(option: Option, value: str, prefix: str, variables: Iterable[str]) -> Offer:
    """The values of an option; `prefix` is what of the word comes before the value."""
    if "FILE" in option.metavar or "DIR" in option.metavar:
        return Offer({}, prefix)
    values = option.choices + option.examples
    if values:
        return Offer({prefix + text: "" for text in values if text.startswith(value)})
    done, comma, last = value.rpartition(",")
    before = prefix + done + comma
    given = {part.partition("=")[0] for part in done.split(",")}
    variables = [name for name in variables if name not in given or option.name == "partial"]
    if option.name in _LISTING:
        return Offer({before + name: "a variable" for name in variables if name.startswith(last)})
    if option.name in _ASSIGNING and "=" not in last:
        return Offer({f"{before}{name}=": "a variable" for name in variables if name.startswith(last)})
    return _names(value, prefix)


def _argument(before: Sequence[str], current: str, known: Command) -> Offer:
    """A word that is no option."""
    argument = known.arguments[0] if known.arguments else None
    if argument is None or argument.choices:
        choices = argument.choices if argument is not None else ()
        return Offer({text: "" for text in choices if text.startswith(current)})
    if "FILE" in argument.metavar:
        return Offer({}, "")
    if known.name == "functions":
        return Offer({name: about for name, about in catalog_names().items() if name.startswith(current)})
    return _word(current)


def _word(current: str) -> Offer:
    """An expression, or the file that holds it."""
    return Offer({}, "@") if current.startswith("@") else _names(current, "")


def _names(text: str, prefix: str) -> Offer:
    """The names that the last one of an expression may become."""
    last = re.search(rf"{_NAME.pattern}$", text)
    if last is None:
        return Offer({})
    from derivcli.catalog import CONSTANTS

    before = prefix + text[: last.start()]
    return Offer(
        {
            f"{before}{name}{'' if name in CONSTANTS else '('}": about
            for name, about in sorted(catalog_names().items())
            if name.startswith(last[0])
        }
    )


def _variables(before: Sequence[str], known: Command) -> list[str]:
    """The names in the expressions that are no functions or constants."""
    try:
        _, others = arrange(before[:-1] if before[-1:] and before[-1].startswith("-") else before, _arity(known))
    except UsageError:
        return []
    from derivcli.catalog import CONSTANTS, SPELLINGS

    used = {name for text in others for name in re.findall(rf"{_NAME.pattern}\b(?!\()", text)}
    return sorted(used - {*SPELLINGS, *CONSTANTS, *RESERVED})


def _arity(known: Command) -> dict[str, bool]:
    return {spelling: option.takes_value for spelling, option in known.spelled.items()}
