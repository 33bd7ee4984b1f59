"""What a line may name: the options and commands of the shell's face, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from derivcli.vocabulary import Option, commands

__all__ = ["Option", "Vocabulary", "vocabulary"]

# Commands that read standard input, which the prompt reads itself, or that are the prompt.
_ELSEWHERE = ("ask", "batch", "repl")
# Options that are no part of a question.
_ALONE = ("version", "help", "help-all", "install-completion", "show-completion")


@dataclass(frozen=True)
class Vocabulary:
    """The options by name, and the commands with what they do."""

    options: Mapping[str, Option]
    commands: Mapping[str, str]

    @property
    def spelled(self) -> dict[str, Option]:
        """The options by their spellings."""
        return {spelling: option for option in self.options.values() for spelling in option.spellings}


def vocabulary(group: Any) -> Vocabulary:
    """What the commands of the shell's face hold.

    Args:
        group: as Typer makes it.
    """
    options = [option for option in commands(group)["ask"].options if option.name not in _ALONE]
    others = {name: found.help for name, found in group.commands.items() if name not in _ELSEWHERE}
    return Vocabulary({option.name: option for option in options}, others)
