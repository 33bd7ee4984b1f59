"""A program in any language, as plain data: functions of lines, results of entries, and points to try it at."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Result:
    """One result of a function.

    Args:
        name: value, gradient, …
        shape: its axes; none for a number.
        entries: its numbers row by row, as texts of the language.
    """

    name: str
    shape: tuple[int, ...]
    entries: tuple[str, ...]


@dataclass(frozen=True)
class Function:
    """A function.

    Args:
        name: what it is called.
        parameters: the names of its arguments.
        lines: what gives the shared parts their names, in order.
        parts: the names that these lines give, and whether each is a truth rather than a number.
        results: what it returns.
    """

    name: str
    parameters: tuple[str, ...]
    lines: tuple[str, ...]
    parts: tuple[tuple[str, bool], ...]
    results: tuple[Result, ...]


@dataclass(frozen=True)
class Trial:
    """A point, and the results there: exact, rounded once.

    Args:
        point: the arguments.
        expected: the entries of all results, in order.
        tolerances: how far a program may be from each.
    """

    point: tuple[float, ...]
    expected: tuple[float, ...]
    tolerances: tuple[float, ...]


@dataclass(frozen=True)
class Program:
    """What is printed.

    Args:
        remarks: lines for the comment on top.
        helpers: functions that the language lacks, in an order in which each knows those before it.
        function: the function itself.
        trials: where it can be tried.
        file: the name of its file, whose ending may tell how others call it; empty where it has none.
    """

    remarks: tuple[str, ...]
    helpers: tuple[Function, ...]
    function: Function
    trials: tuple[Trial, ...]
    file: str = ""


@dataclass(frozen=True)
class Dialect:
    """How a language writes.

    Args:
        title: the language's name.
        operations: for each operation its text, with {0}, {1}, {2} for the arguments.
        number: a number as the language reads it back, digit by digit.
        truths: true and false.
        part, truth: the line that gives a number or a truth a name; {0} is the name, {1} the text.
        reserved: names that mean something in the language, beside those in `operations`.
        layout: puts a program together.
        whole: functions whose first argument must be a whole number that is known.
        one_case: whether capitals mean nothing in names.
        exact: whether numbers stay what they are, fractions and pi, instead of floats.
        named: what a name may look like, as a regular expression.
        suffix: what makes another name of one that is taken.
        called_by_file: the ending of files whose name is that of their function.
    """

    title: str
    operations: Mapping[str, str]
    number: Callable[[float], str]
    truths: tuple[str, str]
    part: str
    truth: str
    reserved: frozenset[str]
    layout: Callable[[Program], str]
    whole: frozenset[str] = frozenset()
    one_case: bool = False
    exact: bool = False
    named: str = "[A-Za-z][A-Za-z0-9_]*"
    suffix: str = "_"
    called_by_file: str | None = None


def commented(sign: str, remarks: Sequence[str]) -> list[str]:
    """Remarks as lines of comment."""
    return [f"{sign} {remark}".rstrip() for remark in remarks]


def nested(entries: Sequence[str], shape: Sequence[int], opening: str, closing: str) -> str:
    """Row-major entries in nested brackets."""
    if not shape:
        return entries[0]
    size = len(entries) // shape[0]
    rows = [nested(entries[k : k + size], shape[1:], opening, closing) for k in range(0, len(entries), size)]
    return f"{opening}{', '.join(rows)}{closing}"


def indices(shape: Sequence[int]) -> list[tuple[int, ...]]:
    """The places of an array's entries, row by row."""
    places: list[tuple[int, ...]] = [()]
    for size in shape:
        places = [(*place, k) for place in places for k in range(size)]
    return places
