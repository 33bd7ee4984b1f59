"""What a command line may name: commands, their arguments and options, and the catalog's names, as plain data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from derivcli.words import COMPLETION, HELP_ALL

# The commands as they were when this file was written: help and completion come without Typer, which takes longer to
# load than all else they need. A test holds it equal to the commands, and writes it.
KEPT = Path(__file__).parent / "guide" / "commands.json"
# Of these the choices are examples: there are more.
_OPEN = ("--device",)


@dataclass(frozen=True)
class Option:
    """An option of a command.

    Args:
        name: without dashes, `digits`.
        spellings: `-o`, `--output`; the first is the one that is passed on.
        takes_value, repeatable: whether a value follows, and whether several may.
        metavar: what the value looks like; empty for a flag.
        choices: what the value may be, where that is a short list.
        examples: values that are likely, where there is no such list.
        about: one sentence.
        default: what holds where it is not given; empty where that is said in `about`, or nothing.
    """

    name: str
    spellings: tuple[str, ...]
    takes_value: bool
    repeatable: bool
    metavar: str
    choices: tuple[str, ...]
    examples: tuple[str, ...]
    about: str
    default: str

    @property
    def optional(self) -> bool:
        """Whether the value may be left out."""
        return self.metavar.startswith("[")


@dataclass(frozen=True)
class Argument:
    """A word of a command that is no option.

    Args:
        metavar: `EXPR`; in brackets where it may be left out.
        choices: what it may be, where that is a short list.
        repeatable: whether several may follow.
        about: one sentence.
    """

    metavar: str
    choices: tuple[str, ...]
    repeatable: bool
    about: str


@dataclass(frozen=True)
class Command:
    """A command.

    Args:
        name: its first word; `ask` is the one that has none.
        about: one sentence.
        arguments, options: in order.
    """

    name: str
    about: str
    arguments: tuple[Argument, ...]
    options: tuple[Option, ...]

    @property
    def spelled(self) -> dict[str, Option]:
        """The options by their spellings."""
        return {spelling: option for option in self.options for spelling in option.spellings}


# Options that every command has, or that stand alone.
_HELP = Option("help", ("--help",), False, False, "", (), (), "Show this and end.", "")
_ALONE = (
    Option("version", ("--version",), False, False, "", (), (), "Print the version and end.", ""),
    Option("help-all", (HELP_ALL,), False, False, "", (), (), "Show every option and end.", ""),
    Option(
        "install-completion", COMPLETION[:1], False, False, "[SHELL]", (), (),
        "Complete words at TAB from the next session of bash, zsh or fish on.", "",
    ),
    Option("show-completion", COMPLETION[1:], False, False, "[SHELL]", (), (), "Print the script that does so.", ""),
)  # fmt: skip


def commands(group: Any) -> dict[str, Command]:
    """All commands by their names.

    Args:
        group: as Typer makes them.
    """
    return {name: _command(name, found) for name, found in group.commands.items()}


def kept_commands() -> dict[str, Command]:
    """All commands by their names, from the file."""
    data = json.loads(KEPT.read_text(encoding="utf-8"))
    return {
        found["name"]: Command(
            found["name"],
            found["about"],
            tuple(Argument(**_tuples(argument)) for argument in found["arguments"]),
            tuple(Option(**_tuples(option)) for option in found["options"]),
        )
        for found in data
    }


def written(found: Mapping[str, Command]) -> str:
    """What the file of the commands is to hold."""
    return json.dumps([asdict(known) for known in found.values()], indent=1, ensure_ascii=False) + "\n"


def catalog_names() -> dict[str, str]:
    """Functions and constants with what they are."""
    from derivcli import arrays
    from derivcli.catalog import CONSTANTS, SPELLINGS

    return {
        **{name: row.summary for name, row in arrays.SPELLINGS.items()},
        **{name: found[0].summary for name, found in SPELLINGS.items()},
        **dict.fromkeys(CONSTANTS, "a constant"),
    }


def _tuples(data: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in data.items()}


def _command(name: str, found: Any) -> Command:
    options = [_option(p) for p in found.params if p.param_type_name == "option"]
    arguments = [_argument(p) for p in found.params if p.param_type_name == "argument"]
    return Command(name, found.help, tuple(arguments), (*options, *(_ALONE if name == "ask" else ()), _HELP))


def _choices() -> dict[str, tuple[str, ...]]:
    """Values of options whose metavar is one word for all of them."""
    from derivcli.model import ENGINES
    from derivcli.texts import FORMS, LANGUAGES

    return {
        "--engine": ENGINES, "--output": FORMS, "--lang": tuple(LANGUAGES), "--device": ("cpu", "cuda", "mps"),
    }  # fmt: skip


def _argument(parameter: Any) -> Argument:
    metavar = parameter.metavar or parameter.name.upper()
    return Argument(metavar, _listed(metavar), parameter.nargs != 1, parameter.help or "")


def _option(parameter: Any) -> Option:
    long = [spelling for spelling in parameter.opts if spelling.startswith("--")]
    name = long[0].removeprefix("--") if long else parameter.name
    metavar = "" if parameter.is_flag else parameter.metavar or ""
    values = _listed(metavar) or _choices().get(f"--{name}", ())
    choices, examples = ((), values) if f"--{name}" in _OPEN else (values, ())
    default = parameter.default if isinstance(parameter.default, str) else ""
    repeatable = bool(parameter.multiple)
    spellings, about = tuple(parameter.opts), parameter.help or ""
    return Option(name, spellings, not parameter.is_flag, repeatable, metavar, choices, examples, about, default)


def _listed(metavar: str) -> tuple[str, ...]:
    """The choices of a metavar `a|b|c`; one in brackets is no list of values."""
    return tuple(metavar.split("|")) if "|" in metavar and not metavar.startswith("[") else ()
