"""Defaults of options for the person at the prompt: a file of settings, outweighed by the environment.

Both become words of the command line, before those that were typed. What programs read is not changed by a file: where
an option asks for such a form the file does not count.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from derivcli.errors import UsageError
from derivcli.words import COMPLETION, HELP_ALL, RESERVED, forms

# Further variables of the environment that deriv reads.
_OTHERS = ("DERIV_CONFIG", "DERIV_WORKER")
_ALONE = ("--help", HELP_ALL, "--version", *COMPLETION)
# Forms that programs read, and options that ask for them.
_FOR_PROGRAMS = ("json", "ndjson", "csv", "quiet", "code")
_PROGRAM_OPTIONS = ("--out", "--lang")
# Commands that have a form and colours; those that answer in fewer forms.
_SHEETS = ("taylor", "implicit", "parametric", "propagate", "analyze")
_SHEET_FORMS = ("table", "json", "ndjson", "latex")
# Settings whose option would be refused beside one of these.
_NOT_BESIDE = {
    "output": ("--out", "--lang", "--plot"),
    "digits": ("--complex", "--no-check", "--direction", "--points", "--out"),
}  # fmt: skip


def applied(words: Sequence[str]) -> list[str]:
    """A command line with the defaults that hold for it.

    Args:
        words: the command line without the program.

    Raises:
        UsageError: a setting that is none, or a value that it cannot have.
    """
    command = words[0] if words and words[0] in RESERVED else ""
    if not words or (command and command not in (*_SHEETS, "lint")) or any(word in _ALONE for word in words):
        return list(words)
    given = {word.partition("=")[0] for word in words}
    asked = forms(words)
    found = _of_environment()
    if not (set(asked) & set(_FOR_PROGRAMS) or given & set(_PROGRAM_OPTIONS)):
        found = {**_of_file(), **found}
    added: list[str] = []
    for name, value in found.items():
        if _holds(name, value, command, given, asked):
            added += [f"--{name}"] if value is True else [f"--{name}", str(value)] if value is not False else []
    return [*words[:1], *added, *words[1:]] if command else [*added, *words]


def _holds(name: str, value: Any, command: str, given: set[str], asked: Sequence[str]) -> bool:
    """Whether a setting holds for a command line with these options and forms."""
    if given & {f"--{name}", *_NOT_BESIDE.get(name, ())} or (name == "output" and asked):
        return False
    if command:
        return name == "color" or (name == "output" and command in _SHEETS and value in _SHEET_FORMS)
    return name != "digits" or "--at" in given


def _of_environment() -> dict[str, Any]:
    """The settings that variables hold; one that is nearly a variable of ours is told."""
    readers = _readers()
    found: dict[str, Any] = {}
    for variable in sorted(name for name in os.environ if name.startswith("DERIV_")):
        name, text = variable.removeprefix("DERIV_").lower(), os.environ[variable].strip()
        if name in readers and variable.isupper():
            if text:
                found[name] = _read(name, _typed(name, text), variable)
        elif variable not in _OTHERS:
            near = _near(variable, [*_OTHERS, *(f"DERIV_{name.upper()}" for name in readers)])
            if near is not None:
                print(f"deriv: warning: {variable} is not read; did you mean {near}?", file=sys.stderr)
    return found


def _of_file() -> dict[str, Any]:
    """The settings of the file, if there is one."""
    named = os.environ.get("DERIV_CONFIG", "")
    if named == "off":
        return {}
    folder = os.environ.get("XDG_CONFIG_HOME") or os.path.join(os.path.expanduser("~"), ".config")
    path = named or os.path.join(folder, "deriv", "config.toml")
    try:
        with open(path, encoding="utf-8-sig") as file:
            text = file.read()
    except (FileNotFoundError, NotADirectoryError, PermissionError) as error:
        if named or isinstance(error, PermissionError):
            raise UsageError(f"cannot read {path}: {error.strerror}", hint="DERIV_CONFIG=off reads none") from error
        return {}
    except (OSError, UnicodeError) as error:
        raise UsageError(f"cannot read {path}: it is no text", hint="DERIV_CONFIG=off reads none") from error
    return {name: _read(name, value, path, text) for name, value in _parsed(path, text).items()}


def _parsed(path: str, text: str) -> dict[str, Any]:
    """What the file holds."""
    import re

    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        found: dict[str, Any] = tomllib.loads(text)
        return found
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"\(at (?:line (\d+), column (\d+)|end of document)\)", str(error))
        rows = text.splitlines() or [""]
        row, column = (int(place[1]), int(place[2])) if place and place[1] else (len(rows), len(rows[-1]) + 1)
        said = re.sub(r" \(at [^)]*\)$", "", str(error))
        line = rows[min(row, len(rows)) - 1]
        hint = 'a setting is written as output = "plain" or digits = 30'
        raise UsageError(
            f"{path}, line {row}: {said[:1].lower()}{said[1:]}", text=line, span=(column - 1, column), hint=hint
        ) from error


def _read(name: str, value: Any, source: str, text: str = "") -> Any:
    """A value that a setting can have.

    Args:
        name: of the setting.
        value: as TOML has it.
        source: the file or variable that holds it.
        text: of the file.
    """
    row, line, span = _place(name, text)
    where = f"{source}, line {row}" if row else source
    readers = _readers()
    if name not in readers:
        meant = _near(name, list(readers))
        hint = f"did you mean {meant}?" if meant else f"there are {', '.join(readers)}"
        raise UsageError(f"{where}: there is no setting {name}", text=line, span=span, hint=hint)
    wanted, fits = readers[name]
    if not fits(value):
        shown = "a table" if isinstance(value, Mapping) else repr(value)
        near = _near(value, wanted.removeprefix("one of ").split(", ")) if isinstance(value, str) else None
        hint = f"did you mean {near}?" if near else ""
        raise UsageError(f"{where}: {name} is {wanted}, not {shown}", text=line, span=span, hint=hint or None)
    return value


def _readers() -> dict[str, tuple[str, Callable[[Any], bool]]]:
    """The settings: what their values are, in words and as a test."""
    from derivcli.texts import FORMS

    def one_of(*values: str) -> tuple[str, Callable[[Any], bool]]:
        return f"one of {', '.join(values)}", lambda value: value in values

    def is_number(value: Any) -> bool:
        return isinstance(value, int | float) and not isinstance(value, bool) and value > 0

    return {
        "output": one_of(*(form for form in FORMS if form != "code")),
        "digits": ("a whole number", lambda value: is_number(value) and isinstance(value, int)),
        "simplify": one_of("none", "fast", "full"),
        "color": one_of("auto", "always", "never"),
        "exact": ("true or false", lambda value: isinstance(value, bool)),
        "timeout": ("a number of seconds", is_number),
        "device": ("a text", lambda value: isinstance(value, str) and bool(value)),
    }


def _typed(name: str, text: str) -> Any:
    """The text of a variable as the kind of value that TOML would have there."""
    if name == "exact":
        return {"1": True, "true": True, "0": False, "false": False}.get(text.lower(), text)
    if name in ("digits", "timeout"):
        for kind in (int, float):
            try:
                return kind(text)
            except ValueError:
                continue
    return text


def _place(name: str, text: str) -> tuple[int, str | None, tuple[int, int] | None]:
    """The line of a setting in the file, its number from 1, and where in it the setting stands."""
    for row, line in enumerate(text.splitlines(), 1):
        before = line.lstrip(" \t[\"'")
        if before.startswith(name) and not before[len(name) :][:1].isalnum():
            start = len(line) - len(before)
            return row, line, (start, start + len(name))
    return 0, None, None


def _near(name: str, known: Sequence[str]) -> str | None:
    import difflib

    near = difflib.get_close_matches(name, known, 1, 0.75)
    return near[0] if near else None
