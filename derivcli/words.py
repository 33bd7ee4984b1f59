"""The words of the command line, put in order before Typer sees them.

Click alone would split `-2q+1` into an option `-q` and the rest, and take `--jsn` for a second expression. Here a word
is an option only if it is exactly a documented name or `--name=value`; all else is an expression or its neighbour.
"""

from __future__ import annotations

import difflib
import itertools
import re
from collections.abc import Mapping, Sequence
from typing import Any

from derivcli.errors import UsageError

# First words that are commands. Those without a command yet are kept for later; `deriv -- NAME` is an expression.
RESERVED = (
    "batch", "check", "lint", "repl", "functions", "schema", "shapes", "implicit", "parametric", "analyze", "taylor",
    "propagate", "worker", "map", "help", "plot", "steps", "config", "convert", "explain",
)  # fmt: skip

# The option that tells of all options, and those about completion, whose shell may follow.
HELP_ALL = "--help-all"
COMPLETION = ("--install-completion", "--show-completion")
SHELLS = ("bash", "zsh", "fish")

# Options that stand for a form of the answer.
SHORTHANDS = {"--json": "json", "--ndjson": "ndjson", "--csv": "csv", "--latex": "latex", "-q": "quiet"}

# The word after --plot is its file only with one of these endings; what stands for the terminal.
PICTURES, TERMINAL = (".png", ".svg", ".pdf"), "-"

# Where one of these stands in a question, neither half of it can begin before it is read: arrays have no use for SymPy,
# and loops and graphs need torch at once.
_NO_HALF = ("[", "@", "while", "--graph", "--help", "--version", "--literal", *COMPLETION)
_AT_POINTS = ("--at", "--digits", "--points")


def arrange(words: Sequence[str], options: Mapping[str, bool]) -> tuple[list[str], list[str]]:
    """Options (with their values) and the other words.

    Args:
        words: the command line without the program and command names.
        options: each documented spelling, and whether it takes a value.

    Raises:
        UsageError: an unknown option, a lacking or superfluous value.
    """
    given: list[str] = []
    others: list[str] = []
    i = 0
    while i < len(words):
        word = words[i]
        i += 1
        if word == "--":
            return given, [*others, *words[i:]]
        name, equals, value = word.partition("=")
        if word in options:
            given.append(word)
            if word == "--plot" and not "".join(words[i : i + 1]).endswith(PICTURES):
                given.append(TERMINAL)
            elif options[word]:
                if i == len(words):
                    raise UsageError(f"{word} needs a value")
                given.append(words[i])
                i += 1
        elif equals and name.startswith("--") and name in options:
            if not options[name]:
                raise UsageError(f"{name} takes no value")
            given.extend([name, value])
        elif re.match(r"--[A-Za-z]", word):
            raise UsageError(f"there is no option {name}", hint=_meant(name, value, options))
        elif re.fullmatch(r"-[A-Za-z]", word):
            hint = f"to differentiate {word}, write it last, after --: deriv -- {word}"
            hint = "did you mean --help?" if word == "-h" else hint
            raise UsageError(f"there is no option {word}", hint=hint)
        else:
            others.append(word)
    return given, others


# The options of a question that are read without Typer, by kind, with their names in `cli.ask`. One that is missing
# here is Typer's, and takes longer.
_FLAGS = {
    "--zip": "pair", "--hessian": "hessian", "--jacobian": "jacobian", "--exact": "exact", "--full": "full",
    "--literal": "literal", "--no-check": "no_check", "--strict": "strict", "--json": "as_json",
    "--ndjson": "as_ndjson", "--csv": "as_csv", "--latex": "as_latex", "-q": "quiet", "--steps": "steps",
}  # fmt: skip
_TEXTS = {
    "--wrt": "wrt", "--order": "order", "--partial": "partial", "--simplify": "simplify", "--digits": "digits",
    "--dtype": "dtype", "--device": "device", "--timeout": "timeout", "-o": "output", "--output": "output",
    "--out": "out", "--color": "color", "--points": "points", "--engine": "engine", "--check-rows": "check_rows",
    "--lang": "lang", "--plot": "plot",
}  # fmt: skip
_LISTS = {"--at": "at", "--let": "let", "--var": "var", "--range": "span"}
PLAIN = {**dict.fromkeys(_FLAGS, False), **dict.fromkeys((*_TEXTS, *_LISTS), True)}


def plain_question(words: Sequence[str]) -> dict[str, Any] | None:
    """The options of a question by their names in `cli.ask`; None where anything about the words is not plain.

    Args:
        words: the command line without the program.
    """
    if not words or words[0] in RESERVED:
        return None
    try:
        given, others = arrange(words, PLAIN)
    except UsageError:
        return None
    forms = sum(word in ("--json", "--ndjson", "--csv", "--latex", "-q", "-o", "--output") for word in given)
    odd = any(re.match(r"[A-Za-z_]\w*=", word) or f"-{word}" in PLAIN for word in others)
    if not others or odd or forms > 1 or difflib.get_close_matches(others[0], (*RESERVED, "ask"), 1, 0.75):
        return None
    found: dict[str, Any] = {"expressions": others}
    rest = iter(given)
    for word in rest:
        if word in _FLAGS:
            found[_FLAGS[word]] = True
        elif word in _TEXTS:
            found[_TEXTS[word]] = next(rest)
        else:
            found.setdefault(_LISTS[word], []).append(next(rest))
    return found


def check_one(forms: Sequence[str]) -> None:
    """Refuse more than one form of the answer."""
    asked = sorted(set(forms))
    if len(asked) > 1:
        spelled = {form: word for word, form in SHORTHANDS.items()}
        words = " or ".join(spelled.get(form, f"-o {form}") for form in asked)
        raise UsageError(f"the answer has one form, not {' and '.join(asked)}", hint=f"leave one out: {words}")


def forms(words: Sequence[str]) -> list[str]:
    """The forms of the answer that the words of a command line ask for."""
    before = list(itertools.takewhile(lambda word: word != "--", words))
    found = [SHORTHANDS[word] for word in before if word in SHORTHANDS]
    found += [word.partition("=")[2] for word in before if word.startswith(("--output=", "-o="))]
    return found + [after for word, after in itertools.pairwise(before) if word in ("-o", "--output")]


def heavy_half(words: Sequence[str]) -> str | None:
    """The half of a question that a helper may begin to load before the question is read.

    Args:
        words: the command line without the program.

    Returns:
        "numbers" where there is a point, "formulas" where there is none, None where a helper would be of no use. It is
        a guess from the words alone: a wrong one costs time and nothing else.
    """
    if not words or words[0] in RESERVED or any(mark in word for word in words for mark in _NO_HALF):
        return None
    return "numbers" if any(word.partition("=")[0] in _AT_POINTS for word in words) else "formulas"


# What other programs and other words call an option.
_SYNONYMS = {
    "--format": "-o", "--form": "-o", "--precision": "--digits", "--prec": "--digits", "--point": "--at",
    "--where": "--at", "--value": "--at", "--by": "--wrt", "--variable": "--wrt", "--variables": "--wrt",
    "--nth": "--order", "--degree": "--order", "--grad": "--jacobian", "--graph-of": "--plot", "--draw": "--plot",
    "--language": "--lang", "--quiet": "-q", "--file": "--points", "--input": "--points", "--h": "--help",
}  # fmt: skip


def _meant(name: str, value: str, options: Mapping[str, bool]) -> str:
    """The option that was probably meant."""
    if value and re.fullmatch(r"--[^\W\d]", name) and "--at" in options:
        return f"did you mean --at {name[2:]}={value}?"
    synonym = _SYNONYMS.get(name.lower())
    if synonym in options:
        return f"did you mean {synonym}?"
    plain = {option.lstrip("-"): option for option in options if option.startswith("--")}
    near = difflib.get_close_matches(name.lstrip("-").lower(), plain, 1, 0.6)
    return f"did you mean {plain[near[0]]}?" if near else "--help lists the options"
