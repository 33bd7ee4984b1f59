"""The help on the screen: examples first, then options, as wide as the screen is."""

from __future__ import annotations

import os
import sys
import textwrap
from collections.abc import Sequence

from derivcli.guide.contents import ABOUT, EXAMPLES, PANELS, WANTED
from derivcli.vocabulary import Command, Option

# Lines that are longer are hard to read; texts that start further right leave no room for themselves.
_NARROWEST, _WIDEST, _FURTHEST = 40, 100, 30
# On the short help.
_EXAMPLES_SHOWN = 6

Rows = Sequence[tuple[str, str]]


def width() -> int:
    """How wide a line may be."""
    wanted = os.environ.get("COLUMNS", "")
    if wanted.isascii() and wanted.isdigit() and int(wanted):
        return max(_NARROWEST, min(int(wanted), _WIDEST))
    try:
        return max(_NARROWEST, min(os.get_terminal_size(sys.stdout.fileno()).columns, _WIDEST))
    except OSError:
        return 80  # no terminal


def short(ask: Command, commands: Rows, columns: int) -> str:
    """The help that fits a screen: examples, the options most wanted, the commands, and where there is more.

    Args:
        ask: the command that differentiates.
        commands: the others, with what they do.
        columns: the width.
    """
    by_name = {option.name: option for option in ask.options}
    wanted = [(spelled(by_name[name]), about or by_name[name].about) for name, about in WANTED]
    named = textwrap.fill(
        ", ".join(sorted(name for name, _ in commands)), columns - 2, initial_indent="  ", subsequent_indent="  "
    )
    more = [
        ("deriv NAME --help", "about a command"),
        ("deriv --help-all", f"all {len(ask.options)} options; man deriv: all there is"),
    ]
    return "\n".join(
        [
            "Usage: deriv EXPR... [OPTIONS]", "",
            *_table(_examples("ask")[:_EXAMPLES_SHOWN], columns, fit=True), "",
            *_table(wanted, columns), "",
            "Commands, as in deriv check:", named, "",
            *_table(more, columns),
        ]
    )  # fmt: skip


def full(ask: Command, commands: Rows, columns: int) -> str:
    """Every option of the command that differentiates, in panels, and the commands with what they do."""
    lines = ["Usage: deriv EXPR... [OPTIONS]", "", *textwrap.wrap(ABOUT, columns), ""]
    lines += _table(_examples("ask"), columns, fit=True)
    for title, options in panels(ask):
        lines += ["", f"{title}:", *_table([(spelled(o), told(o)) for o in options], columns)]
    lines += ["", "Commands:", *_table(commands, columns)]
    lines += ["", *textwrap.wrap("An expression that begins with one of these words: deriv -- EXPR", columns)]
    return "\n".join(lines)


def of_command(known: Command, columns: int) -> str:
    """The help of one command."""
    usage = " ".join(["Usage: deriv", known.name, *(_usage(a.metavar, a.repeatable) for a in known.arguments)])
    lines = [*textwrap.wrap(f"{usage} [OPTIONS]", columns), "", *textwrap.wrap(known.about, columns)]
    if known.name in EXAMPLES:
        lines += ["", *_table(_examples(known.name), columns, fit=True)]
    if known.arguments:
        lines += ["", *_table([(a.metavar.strip("[]"), a.about) for a in known.arguments], columns)]
    return "\n".join([*lines, "", *_table([(spelled(o), told(o)) for o in known.options], columns)])


def panels(ask: Command) -> list[tuple[str, list[Option]]]:
    """The options in their panels."""
    by_name = {option.name: option for option in ask.options}
    placed = {name for names in PANELS.values() for name in names}
    found = [(title, [by_name[name] for name in names if name in by_name]) for title, names in PANELS.items()]
    found[-1][1].extend(option for name, option in by_name.items() if name not in placed)
    return found


def spelled(option: Option) -> str:
    """An option as it is written, with what its value looks like."""
    return " ".join(filter(None, (", ".join(option.spellings), option.metavar)))


def told(option: Option) -> str:
    """What an option does, and what holds without it."""
    said = not option.default or "Default" in option.about
    return option.about if said else f"{option.about} Default: {option.default}."


def _examples(command: str) -> list[tuple[str, str]]:
    return [(f"deriv {words}", about) for words, about in EXAMPLES[command]]


def _usage(metavar: str, repeatable: bool) -> str:
    return f"{metavar}..." if repeatable and not metavar.startswith("[") else metavar


def _table(rows: Rows, columns: int, fit: bool = False) -> list[str]:
    """Two columns; the left one is as wide as its texts where they are to fit, else it ends in time for the right."""
    lefts = [len(left) for left, _ in rows]
    most = columns if fit else _FURTHEST
    start = max((length for length in lefts if length <= most - 4), default=0) + 4
    if start > columns // 2 + 10:
        start = 6
    lines: list[str] = []
    for left, right in rows:
        wrapped = textwrap.wrap(right, max(columns - start, 20)) or [""]
        if len(left) + 4 > start:
            lines.append(f"  {left}")
        else:
            lines.append(f"  {left:{start - 2}}{wrapped.pop(0)}".rstrip())
        lines.extend(f"{'':{start}}{text}" for text in wrapped)
    return lines
