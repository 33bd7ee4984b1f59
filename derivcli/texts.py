"""Texts from files and standard input, and the forms of an answer by the words that ask for them."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from derivcli.errors import UsageError

FORMS = ("table", "json", "ndjson", "csv", "latex", "plain", "code")
# The languages of code, with the endings of their files; `exports` has those that are not torch or LaTeX.
LANGUAGES = {
    "torch": ".py", "numpy": ".py", "jax": ".py", "c": ".c", "cpp": ".cpp", "fortran": ".f90", "julia": ".jl",
    "rust": ".rs", "javascript": ".js", "latex": ".tex", "mathematica": ".wl", "matlab": ".m",
}  # fmt: skip
# For each ending the first language that has it; a module is a program in JavaScript, too.
BY_ENDING = {
    ending: next(name for name, own in LANGUAGES.items() if own == ending) for ending in LANGUAGES.values()
} | {".mjs": "javascript"}


@contextmanager
def opened(file: str) -> Iterator[Any]:
    """A text file or standard input; bytes that are no text are passed on as marks that no expression holds."""
    if file == "-":
        sys.stdin.reconfigure(errors="replace", encoding="utf-8-sig")  # type: ignore[union-attr]
        yield sys.stdin
        return
    try:
        with open(file, encoding="utf-8-sig", errors="replace") as lines:
            yield lines
    except OSError as error:
        raise UsageError(f"cannot read {file}: {error.strerror}") from error


def expression_text(word: str) -> str:
    """The expression that a word stands for: `@FILE` for what the file holds, `-` for standard input."""
    if word != "-" and not word.startswith("@"):
        return word
    with opened(word.removeprefix("@")) as lines:
        # Comments become spaces, so that places in the text stay what they are.
        return re.sub("#[^\n]*", lambda comment: " " * len(comment.group()), str(lines.read())).rstrip()
