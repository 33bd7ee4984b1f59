"""One question of the prompt, from its options to what is printed."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from derivcli.errors import ExitStatus, UsageError
from derivcli.model import Answer, Question
from derivcli.texts import BY_ENDING, FORMS, LANGUAGES, expression_text
from derivcli.words import PICTURES, TERMINAL

TYPE_CHECKING = False
if TYPE_CHECKING:
    from derivcli.plots import Plot
    from derivcli.requests import Request

# What the name of a file says about its form.
_ENDINGS = {
    ".json": "json", ".ndjson": "ndjson", ".csv": "csv", **dict.fromkeys(BY_ENDING, "code"), ".tex": "latex",
}  # fmt: skip
# Endings of texts for people, which say nothing.
_PLAIN = ("", ".txt", ".out", ".log", ".md")
# Forms of an answer in which a derivation has no place.
_WITHOUT_STEPS = {"code": "a program", "csv": "a table of numbers", "quiet": "the bare result"}
# Options by their names in the shell's face, with their keys in a question where those are others.
_RENAMED = {"pair": "zip", "complex_": "complex"}
_SHORT_FORMS = {"as_json": "json", "as_ndjson": "ndjson", "as_csv": "csv", "as_latex": "latex", "quiet": "quiet"}
# Options that are no part of the question.
_FACE = frozenset(
    ("expressions", "output", "out", "color", "strict", "lang", "compile_", "plot", "span", *_SHORT_FORMS)
)
# Repeatable options whose values make one text.
_JOINED = ("jvp", "direction", "hvp", "var")


@dataclass(frozen=True)
class _Wanted:
    """What the options of a question ask for.

    Args:
        question: what is asked.
        rows: where points come from and rows go to, if there are many or they are in files.
        form: of the answer.
        language: of the program, if that is the form.
        color: auto, always or never.
        out: the file that the answer goes to; None for standard output.
        strict: whether the exit status tells of the checks.
    """

    question: Question
    rows: Request | None
    form: str
    language: str
    color: str
    out: str | None
    strict: bool


def ask(given: Mapping[str, Any]) -> ExitStatus:
    """Answer one question.

    Args:
        given: the options by the names that `cli.ask` has for them; what is None or missing was not given.

    Raises:
        DerivError: an option, the expression or a point cannot be understood, or time is out.
    """
    from derivcli.asking import strictly

    wanted = _wanted(given)
    plot = _plot(wanted, given)
    if plot is not None:
        wanted = replace(wanted, question=plot.subject.answered)
        if plot.target != TERMINAL:
            plot.draw(wanted.color)  # first: where it fails there is one answer, the error
    if wanted.form == "code" and wanted.language != "torch":
        _export(wanted)
        return ExitStatus.OK
    found, written = _answered(wanted)
    if not written:
        _write(found, wanted)
    if plot is not None and plot.target == TERMINAL:
        plot.draw(wanted.color)
    return strictly(found) if wanted.strict else ExitStatus.OK


def _wanted(given: Mapping[str, Any]) -> _Wanted:
    from derivcli.asking import one_of, question
    from derivcli.requests import request

    asked_form, form = _forms(given)
    language = _language(given, form)
    color = one_of("auto", "always", "never")("--color", given.get("color") or "auto")
    data = _data(given) | ({"engine": "compile"} if given.get("compile_") else {})
    rows = request({**data, "out": given.get("out")}, asked_form)
    simplify = given.get("simplify") or _default_simplify(form, bool(given.get("at") or given.get("points")))
    asked = question({**data, "at": None} if rows else data, typed=True)
    asked = replace(asked, strict_names=True, simplify=simplify)
    if asked.steps and form in _WITHOUT_STEPS:
        raise UsageError(f"there are no steps in {_WITHOUT_STEPS[form]}", hint="leave --steps out, or the form")
    if form == "code" and asked.layout != "torch":
        raise UsageError("the code is in torch's layout: leave --layout out")
    return _Wanted(asked, rows, form, language, color, given.get("out"), bool(given.get("strict")))


def _answered(wanted: _Wanted) -> tuple[Answer, bool]:
    """The answer, and whether it was written already, as rows are."""
    from derivcli.asking import without_scalar_points
    from derivcli.engine import answer
    from derivcli.render.preview import Preview
    from derivcli.render.progress import counted, watched

    asked = wanted.question
    if wanted.form == "latex" and not wanted.strict and asked.digits is None:
        asked = without_scalar_points(asked)
    if wanted.rows is None:
        preview = Preview(wanted.color) if wanted.form == "table" and wanted.out is None else None
        found = answer(asked, watched, preview.show if preview else None)
        if preview:
            preview.clear()
        return found, False
    from derivcli.render.summary import write_summary
    from derivcli.rows import answer_rows

    with counted() as counter:
        found, written = answer_rows(asked, wanted.rows, counter)
    if written:
        write_summary(found)
    return found, written


def _write(found: Answer, wanted: _Wanted) -> None:
    """Write an answer in its form to where it belongs."""
    from derivcli.render.answer import write

    with _output(found, wanted.out) as stream:
        if stream is not None and wanted.form == "code":
            from derivcli.numeric.sources import kernel_sources
            from derivcli.programs import leaf_sources
            from derivcli.render.code import program

            if found.program is None:
                hint = "give one point; of arrays the code needs one"
                raise UsageError("there is no one program for this question", hint=hint)
            sources = {**kernel_sources(), **leaf_sources(str(found.program))}
            print(program(found, wanted.question, sources), file=stream)
        elif stream is not None:
            write(found, wanted.form, wanted.color)


def _plot(wanted: _Wanted, given: Mapping[str, Any]) -> Plot | None:
    """The plot that is asked for beside the answer."""
    target, spans = given.get("plot"), given.get("span") or []
    if target is None:
        if spans:
            raise UsageError("--range is the range of a plot", hint="add --plot")
        return None
    from derivcli.plots import plot

    last = given["expressions"][-1]
    if target == TERMINAL and re.fullmatch(r"[^\s()]*[^\W\d][^\s()]*\.(gif|jpe?g|webp|eps|ps|tiff?|bmp)", last):
        raise UsageError(f"a plot is not written as {last}", hint=f"its file ends in {', '.join(PICTURES)}")
    if wanted.rows is not None:
        raise UsageError("a plot has the points that are typed by --at", hint="leave --points and --out out")
    if target == TERMINAL and (wanted.form != "table" or wanted.out):
        raise UsageError("a plot on the terminal goes with the table", hint="name its file: --plot FILE.png")
    return plot(wanted.question, target, spans)


def _export(wanted: _Wanted) -> None:
    """Write a program in a language other than torch's Python."""
    from derivcli.exports import code

    if wanted.rows is not None:
        raise UsageError("a program is tried at some points: give them by --at, not by --points")
    export = code(wanted.question, wanted.language, wanted.out or "")
    with _output(None, wanted.out):
        print(export.text)
    for warning in export.warnings:
        print(f"deriv: warning: {warning}", file=sys.stderr)


def _language(given: Mapping[str, Any], form: str) -> str:
    """The language of a program: by its option, else by the ending of the file that it goes to."""
    from derivcli.asking import one_of

    ending = Path(given.get("out") or "").suffix
    language = one_of(*LANGUAGES)("--lang", given.get("lang") or BY_ENDING.get(ending, "torch"))
    if given.get("lang") and form not in ("code", "latex"):
        raise UsageError("--lang is the language of a program", hint="add -o code")
    return language


def _data(given: Mapping[str, Any]) -> dict[str, Any]:
    """The options as keys of a question."""
    data: dict[str, Any] = {"expr": [expression_text(word) for word in given["expressions"]]}
    for name, value in given.items():
        if name not in _FACE and value is not None and value != []:
            data[_RENAMED.get(name, name)] = ",".join(value) if name in _JOINED else value
    return data


def _forms(given: Mapping[str, Any]) -> tuple[str, str]:
    """The form that is asked for by an option, and that of the answer: the file that it goes to may tell another."""
    from derivcli.asking import one_of

    short = next((form for name, form in _SHORT_FORMS.items() if given.get(name)), None)
    form = short or one_of(*FORMS)("--output", given.get("output") or "table")
    if given.get("lang") and form in ("table", "code"):
        form = "latex" if given["lang"] == "latex" else "code"
    out = given.get("out")
    if form != "table" or out is None:
        return form, form
    _check_ending(out, bool(given.get("output")))
    return form, _ENDINGS.get(Path(out).suffix, form)


def _check_ending(out: str, named: bool) -> None:
    """A file whose name promises a form that is not written.

    Args:
        out: the file.
        named: whether an option names the form.

    Raises:
        UsageError: its ending is none that is known.
    """
    from derivcli.requests import form_of_rows

    if not named and Path(out).suffix not in (*_ENDINGS, *_PLAIN) and form_of_rows(out) is None:
        known = ", ".join(dict.fromkeys(_ENDINGS))
        hint = f"its ending is one of {known}, or one for rows such as .parquet; -o FORM names a form"
        raise UsageError(f"cannot tell the form of {out}", hint=hint)


def _default_simplify(form: str, points: bool) -> str:
    """No shorter form is looked for where no formula is shown."""
    return "none" if form == "code" or (form in ("quiet", "csv") and points) else "auto"


@contextmanager
def _output(found: Answer | None, file: str | None) -> Iterator[Any]:
    """Where the answer goes: standard output or a text file; None once it went to an archive of arrays."""
    if file is None:
        yield sys.stdout
        return
    try:
        if found is not None and file.endswith(".npz"):
            from derivcli.render.npz import write_npz

            if not found.points:
                raise UsageError("there are no numbers to write without a point", hint="add --at x=[1,2,3]")
            write_npz(found, file)
            yield None
        else:
            with open(file, "w", encoding="utf-8") as stream, redirect_stdout(stream):
                yield stream
    except OSError as error:
        raise UsageError(f"cannot write {file}: {error.strerror}") from error
