"""A line as text: where the expression ends and options begin, which names it uses, whether it goes on."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Mapping
from itertools import zip_longest

from derivcli.errors import DerivError, UsageError
from derivcli.language.tokens import Token, tokenize
from derivcli.repl.vocabulary import Option
from derivcli.texts import FORMS
from derivcli.words import PICTURES, arrange

# `x -q` is a difference here: of the short options only `-o FORM` is one.
_OPTION = re.compile(rf"(?:^|(?<=\s))(?:--[A-Za-z][A-Za-z-]*(?=[\s=]|$)|-o(?=\s+(?:{'|'.join(FORMS)})\b))")
_OPENING, _CLOSING = ("(", "[", "{"), (")", "]", "}")
_GOES_ON = frozenset(("+", "-", "*", "/", "**", "@", ",", ";", "=", "<", ">", "<=", ">=", "==", "!=", "//", "√", "&"))

# An option as it was given, and its value if it has one.
Given = tuple[Option, str | None]


def parts(line: str, spelled: Mapping[str, Option]) -> tuple[str, list[Given]]:
    """The expression and the options of a line; a value reaches as far as the next option.

    Raises:
        UsageError: an unknown option, a lacking or superfluous value.
    """
    places = list(_OPTION.finditer(line))
    expression = line[: places[0].start()].strip() if places else line.strip()
    given: list[Given] = []
    ends = [*(place.start() for place in places), len(line)][1:]
    for place, end in zip(places, ends, strict=True):
        spelling, value = place.group(), line[place.end() : end].strip()
        if spelling not in spelled:
            arrange([spelling], {known: option.takes_value for known, option in spelled.items()})
        option = spelled[spelling]
        valued = option.takes_value and not (option.optional and not is_picture(value))
        if not valued and value and not expression and not value.startswith("="):
            expression, value = value, ""  # the options may stand first
        given.append((option, _value(spelling, option, value)))
    return expression, given


def is_picture(text: str) -> bool:
    """Whether a text is the name of a file for a plot."""
    return text.endswith(PICTURES) and len(text.split()) == 1


def _value(spelling: str, option: Option, text: str) -> str | None:
    text = _unquoted(text.removeprefix("=").strip())
    if option.optional and (not text or is_picture(text)):
        return text or None
    if option.takes_value and not option.optional and not text:
        raise UsageError(f"{spelling} needs a value")
    if text and (option.optional or not option.takes_value):
        raise UsageError(f"{spelling} takes no value", hint="an expression stands before the options")
    return text if option.takes_value else None


def _unquoted(text: str) -> str:
    whole = len(text) > 1 and text[0] in "\"'" and text[0] == text[-1] and text[0] not in text[1:-1]
    return text[1:-1] if whole else text


def expressions(text: str) -> list[str]:
    """The expressions of a text: itself, or several in quotes as the shell would have them."""
    if text[:1] not in ("'", '"'):
        return [text]
    return shell_words(text)


def shell_words(text: str) -> list[str]:
    """The words of a text as the shell would split it.

    Raises:
        UsageError: a quote that is never closed.
    """
    try:
        return shlex.split(text)
    except ValueError:
        raise UsageError("a quote is never closed", hint="an expression needs no quotes here") from None


def tokens(text: str) -> list[Token] | None:
    """The tokens without the end; None where the text is in no spelling that is read here."""
    try:
        return tokenize(text, quotes=False)[:-1]
    except DerivError:
        return None


def names(text: str) -> frozenset[str] | None:
    """The names that a text uses; None where that cannot be told."""
    found = tokens(text)
    return None if found is None else frozenset(token.text for token in found if token.kind == "name")


def renamed(text: str, new: Callable[[str], str]) -> str:
    """The text with another name for each name but those of keywords; as it is where it cannot be read."""
    pieces, last, found = [], 0, tokens(text) or []
    for token, following in zip_longest(found, found[1:]):
        if token.kind == "name" and (following is None or following.text != "="):
            pieces += [text[last : token.start], new(token.text)]
            last = token.end
    return "".join((*pieces, text[last:]))


def assigned(text: str) -> tuple[str, str] | None:
    """`b = a+5` as name and expression; None of any other text."""
    found = tokens(text) or []
    if len(found) < 3 or found[0].kind != "name" or found[1].text != "=":
        return None
    return found[0].text, text[found[1].end :].strip()


def goes_on(text: str) -> bool:
    """Whether the next line belongs to this one: a bracket is open, or an operator stands last."""
    if text.lstrip().startswith(":") or text.endswith("\n"):
        return False
    found = tokens(text)
    if not found:
        return False
    operators = [token.text for token in found if token.kind == "op"]
    depth = sum(op in _OPENING for op in operators) - sum(op in _CLOSING for op in operators)
    lacks_value = found[-1].text == "=" and _OPTION.search(text) is not None
    return depth > 0 or (found[-1].kind == "op" and found[-1].text in _GOES_ON and not lacks_value)
