"""The page for `man deriv`: the commands, their options and examples, and the functions, in the language of man(7)."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence

from derivcli.guide.contents import ABOUT, ENVIRONMENT, EXAMPLES, EXPRESSIONS, FILES, STATUSES
from derivcli.guide.screen import panels, spelled, told
from derivcli.vocabulary import Command

# When the page last changed its shape; its contents follow the program.
_DATE = "2026-11-29"
# What roff or a terminal would print otherwise.
_SPECIAL = {"\\": r"\e", "-": r"\-", "'": r"\(aq", "`": r"\(ga", "^": r"\(ha", "~": r"\(ti", '"': r"\(dq"}


def page(ask: Command, commands: Sequence[Command], functions: Iterable[tuple[str, str, str]]) -> str:
    """The page.

    Args:
        ask: the command that differentiates.
        commands: the others.
        functions: heading, signature and summary of each function.
    """
    lines = [
        f'.TH DERIV 1 "{_DATE}" "deriv" "User Commands"',
        ".SH NAME", *_folded(f"deriv - {_lower(ABOUT)}"),
        ".SH SYNOPSIS", ".B deriv", r"\fIEXPR\fR... [\fIOPTIONS\fR]", ".br", ".B deriv", r"\fICOMMAND\fR ...",
        ".SH DESCRIPTION", *_paragraphs(EXPRESSIONS),
        ".SH EXAMPLES", *_examples("ask"),
        ".SH OPTIONS",
    ]  # fmt: skip
    for title, options in panels(ask):
        lines += [f'.SS "{_text(title)}"', *(line for o in options for line in _entry(spelled(o), told(o)))]
    lines += [".SH COMMANDS", *_paragraphs(("An expression that begins with one of these words: deriv -- EXPR",))]
    for known in commands:
        lines += _command(known)
    lines += [".SH FUNCTIONS", *_functions(functions)]
    for title, entries in (("EXIT STATUS", STATUSES), ("ENVIRONMENT", ENVIRONMENT), ("FILES", FILES)):
        lines += [f'.SH "{title}"', *(line for left, right in entries for line in _entry(left, right))]
    return "\n".join(lines) + "\n"


def _command(known: Command) -> list[str]:
    usage = " ".join(["deriv", known.name, *(argument.metavar for argument in known.arguments), "[OPTIONS]"])
    lines = [f'.SS "{_text(usage)}"', *_paragraphs((known.about,))]
    if known.name in EXAMPLES:
        lines += _examples(known.name)
    for argument in known.arguments:
        lines += _entry(argument.metavar.strip("[]"), argument.about)
    for option in known.options:
        if option.name != "help":
            lines += _entry(spelled(option), told(option))
    return lines


def _functions(functions: Iterable[tuple[str, str, str]]) -> list[str]:
    lines: list[str] = []
    heading = ""
    for group, signature, summary in functions:
        lines += [f'.SS "{_text(group)}"'] if group != heading else []
        heading = group
        lines += _entry(signature, summary)
    return lines


def _examples(command: str) -> list[str]:
    return [line for words, about in EXAMPLES[command] for line in _entry(f"deriv {words}", about)]


def _entry(left: str, right: str) -> list[str]:
    return [".TP", rf"\fB{_text(left)}\fR", *(_folded(right) or [r"\&"])]


def _paragraphs(texts: Iterable[str]) -> list[str]:
    return [line for i, text in enumerate(texts) for line in ([".PP"] if i else []) + _folded(text)]


def _folded(text: str) -> list[str]:
    """Text in lines as short as mandoc wants them; roff fills them anew."""
    lines = textwrap.wrap(_text(text), 78, break_long_words=False, break_on_hyphens=False)
    return [rf"\&{line}" if line.startswith(".") else line for line in lines]


def _text(text: str) -> str:
    """Text as roff prints it letter by letter."""
    shown = "".join(_SPECIAL.get(c, c if c.isascii() else rf"\[u{ord(c):04X}]") for c in text)
    return re.sub(r"\s+", " ", shown)


def _lower(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:].rstrip(".")
