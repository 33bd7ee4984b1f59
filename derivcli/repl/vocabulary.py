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
    """The options by name, the commands with what they do, and those of them that know named results."""

    options: Mapping[str, Option]
    commands: Mapping[str, str]
    naming: frozenset[str]

    @property
    def spelled(self) -> dict[str, Option]:
        """The options by their spellings; one that has a short one alone also by its name."""
        by_name = {f"--{name}": option for name, option in self.options.items()}
        return {**by_name, **{spelling: option for option in self.options.values() for spelling in option.spellings}}


def vocabulary(group: Any) -> Vocabulary:
    """What the commands of the shell's face hold.

    Args:
        group: as Typer makes it.
    """
    known = commands(group)
    options = [option for option in known["ask"].options if option.name not in _ALONE]
    others = {name: found for name, found in known.items() if name not in _ELSEWHERE}
    naming = frozenset(name for name, found in others.items() if "--let" in found.spelled)
    about = {name: found.about for name, found in others.items()}
    return Vocabulary({option.name: option for option in options}, about, naming)
