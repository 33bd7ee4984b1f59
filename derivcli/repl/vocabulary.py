"""What a line may name: the options and commands of the shell's face, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# Commands that read standard input, which the prompt reads itself, or that are the prompt.
_ELSEWHERE = ("ask", "batch", "repl")


@dataclass(frozen=True)
class Option:
    """An option of a question.

    Args:
        name: after a colon, `digits`.
        spellings: after an expression, `--digits`; the first is the one that is passed on.
        takes_value, repeatable: whether a value follows, and whether several may.
        optional: whether the value may be left out.
        choices: what the value may be, where that is a short list.
        about: one sentence.
    """

    name: str
    spellings: tuple[str, ...]
    takes_value: bool
    repeatable: bool
    optional: bool
    choices: tuple[str, ...]
    about: str


@dataclass(frozen=True)
class Vocabulary:
    """The options by name, the commands with what they do, and those of them that know named results."""

    options: Mapping[str, Option]
    commands: Mapping[str, str]
    naming: frozenset[str]

    @property
    def spelled(self) -> dict[str, Option]:
        """The options by their spellings."""
        return {spelling: option for option in self.options.values() for spelling in option.spellings}


def vocabulary(group: Any) -> Vocabulary:
    """What the commands of the shell's face hold.

    Args:
        group: as Typer makes it.
    """
    options = [_option(p) for p in group.commands["ask"].params if p.param_type_name == "option"]
    commands = {name: command.help for name, command in group.commands.items() if name not in _ELSEWHERE}
    naming = frozenset(name for name in commands if any(p.name == "let" for p in group.commands[name].params))
    return Vocabulary({option.name: option for option in options}, commands, naming)


def _option(parameter: Any) -> Option:
    long = [spelling for spelling in parameter.opts if spelling.startswith("--")]
    name = long[0].removeprefix("--") if long else parameter.name
    metavar = parameter.metavar or ""
    choices = tuple(metavar.split("|")) if "|" in metavar and not metavar.startswith("[") else ()
    repeatable = bool(parameter.multiple)
    return Option(
        name=name,
        spellings=tuple(parameter.opts),
        takes_value=not parameter.is_flag,
        repeatable=repeatable,
        optional=metavar.startswith("["),
        choices=choices,
        about=parameter.help,
    )
