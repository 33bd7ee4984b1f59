"""What may follow what is typed so far: functions, constants, options, commands, and the session's own names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from derivcli.repl.session import OWN, State
from derivcli.repl.vocabulary import Vocabulary
from derivcli.vocabulary import catalog_names


@dataclass(frozen=True)
class Candidate:
    """A completion: its text, how many characters before the cursor it replaces, and one sentence."""

    text: str
    replaces: int
    about: str


def candidates(before: str, state: State, known: Vocabulary) -> list[Candidate]:
    """What may stand at the cursor.

    Args:
        before: the line up to the cursor.
        state: what the session keeps.
        known: the options and commands.
    """
    colon = re.fullmatch(r"\s*:([a-z-]*)", before)
    if colon is not None:
        options = {name: option.about for name, option in known.options.items()}
        return _beginning(colon[1], {**OWN, **options, **known.commands})
    option = re.search(r"(?:^|\s)(--[a-z-]*)$", before)
    if option is not None:
        spelled = {name: found.about for name, found in known.spelled.items() if name.startswith("--")}
        return _beginning(option[1], spelled)
    value = re.search(r"(?:^|\s)(?:--|:)([a-z-]+)[ =]([a-z0-9]*)$", before)
    option_values = _values(value[1], known) if value is not None else ()
    if value is not None and option_values:
        return _beginning(value[2], dict.fromkeys(option_values, ""))
    name = re.search(r"[^\W\d]\w*$", before)
    return _beginning(name[0], {**_own_names(state), **_catalog()}) if name is not None else []


def _beginning(typed: str, known: Mapping[str, str]) -> list[Candidate]:
    return [Candidate(text, len(typed), about) for text, about in sorted(known.items()) if text.startswith(typed)]


def _values(name: str, known: Vocabulary) -> tuple[str, ...]:
    option = known.options.get(name)
    return option.choices + option.examples if option is not None else ()


def _own_names(state: State) -> dict[str, str]:
    points = {name: f"at {text}" for name, text in state.at.items()}
    return {**points, **state.named, **({"ans": "the expression that was answered last"} if state.past else {})}


_catalog = cache(catalog_names)


def is_known(name: str) -> bool:
    """Whether a name is a function or a constant."""
    return name in _catalog()
