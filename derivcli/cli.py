"""The commands and options of the shell's face, as Typer takes them."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import typer

from derivcli.errors import ExitStatus, UsageError
from derivcli.model import Answer

app = typer.Typer(
    add_completion=True,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="A derivative calculator: the formula, torch's gradient, and whether to trust it.",
    context_settings={"help_option_names": ["--help"]},
)


# The forms of an answer, by the words that ask for them.
FORMS = ("table", "json", "ndjson", "csv", "latex", "plain", "code")


# What the name of a file says about its form.
_ENDINGS = {".json": "json", ".ndjson": "ndjson", ".csv": "csv", ".tex": "latex", ".py": "code"}


def _version(wanted: bool) -> None:
    if wanted:
        print(f"deriv {version('derivcli')}")
        raise typer.Exit


@app.callback()
def _main(
    show_version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and end.")
    ] = False,
) -> None:
    pass


@app.command(
    "ask",
    hidden=True,
    help="Differentiate an expression: the formula, torch's gradient, and whether to trust it.",
    epilog="Other commands: deriv batch, deriv check, deriv functions, deriv lint, deriv shapes, deriv schema; "
    "each has its own --help. An expression that begins with one of these words: deriv -- EXPR.",
)
def ask(
    expressions: Annotated[
        list[str], typer.Argument(metavar="EXPR", help="The expression, @FILE or -; several make a vector.")
    ],
    at: Annotated[
        list[str] | None,
        typer.Option(metavar="X=1,Y=2", help="A point; also a list x=1,2,5, or a range x=0:10:0.5. Repeatable."),
    ] = None,
    pair: Annotated[
        bool, typer.Option("--zip", help="Pair lists of several variables instead of combining them.")
    ] = False,
    points: Annotated[
        str | None, typer.Option(metavar="FILE", help="Points from CSV, TSV, NDJSON, Parquet, Arrow, NPY, NPZ, or -.")
    ] = None,
    engine: Annotated[str, typer.Option(metavar="NAME", help="What computes many points. Default: by size.")] = "auto",
    check_rows: Annotated[
        str | None, typer.Option(metavar="N", help="How many of many points are checked. Default: 100.")
    ] = None,
    wrt: Annotated[
        str | None, typer.Option(metavar="X,Y", help="The variables to differentiate by. Default: all.")
    ] = None,
    order: Annotated[str, typer.Option(metavar="N", help="The order of the derivative along each variable.")] = "1",
    partial: Annotated[str | None, typer.Option(metavar="X,X,Y", help="One mixed partial derivative.")] = None,
    hessian: Annotated[bool, typer.Option("--hessian", help="The matrix of second derivatives.")] = False,
    jacobian: Annotated[bool, typer.Option("--jacobian", help="Answer as for a vector of expressions.")] = False,
    vjp: Annotated[
        str | None, typer.Option(metavar="V", help="The vector-Jacobian product; V has the shape of the expression.")
    ] = None,
    jvp: Annotated[
        list[str] | None, typer.Option(metavar="V", help="The Jacobian-vector product; x=V,y=W for several.")
    ] = None,
    direction: Annotated[list[str] | None, typer.Option(metavar="V", help="The derivative along V/norm(V).")] = None,
    hvp: Annotated[list[str] | None, typer.Option(metavar="V", help="The Hessian-vector product.")] = None,
    layout: Annotated[
        str, typer.Option(metavar="torch|numerator|denominator", help="The order of a derivative's axes.")
    ] = "torch",
    let: Annotated[
        list[str] | None, typer.Option(metavar="B=A+5", help="A named intermediate result. Repeatable.")
    ] = None,
    var: Annotated[
        list[str] | None,
        typer.Option(metavar="X:vector(n)", help="Variables, with their shapes. Repeatable."),
    ] = None,
    syntax: Annotated[
        str, typer.Option(metavar="python|matrixcalculus", help="How the expression is spelled.")
    ] = "python",
    seed: Annotated[str, typer.Option(metavar="N", help="Of random arrays that name none.")] = "0",
    entries: Annotated[bool, typer.Option("--entries", help="Formulas of arrays entry by entry.")] = False,
    graph: Annotated[bool, typer.Option("--graph", help="Autograd's graph at the point, too.")] = False,
    simplify: Annotated[
        str | None, typer.Option(metavar="none|fast|full", help="Default: the shortest form found in 0.3 s.")
    ] = None,
    exact: Annotated[bool, typer.Option("--exact", help="Print fractions where decimals were typed.")] = False,
    full: Annotated[bool, typer.Option("--full", help="Print formulas however long they are.")] = False,
    literal: Annotated[bool, typer.Option("--literal", help="Let torch compute exactly what was typed.")] = False,
    complex_: Annotated[bool, typer.Option("--complex", help="Variables are complex numbers.")] = False,
    digits: Annotated[
        str | None,
        typer.Option(metavar="N", help="Exact values in N digits, proven where Arb has the functions."),
    ] = None,
    no_check: Annotated[bool, typer.Option("--no-check", help="Autograd's numbers alone.")] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit 1 where a check disagrees, 4 where undefined.")
    ] = False,
    dtype: Annotated[str, typer.Option(metavar="float64|float32", help="The type of torch's numbers.")] = "float64",
    device: Annotated[str, typer.Option(metavar="DEVICE", help="The device torch computes on: cpu, cuda, …")] = "cpu",
    timeout: Annotated[
        str | None, typer.Option(metavar="SECONDS", help="Seconds for reading and symbolic work. Default: 4.")
    ] = None,
    output: Annotated[
        str, typer.Option("-o", "--output", metavar="FORM", help=f"One of {', '.join(FORMS)}.")
    ] = "table",
    as_json: Annotated[bool, typer.Option("--json", help="The same as -o json.")] = False,
    as_ndjson: Annotated[bool, typer.Option("--ndjson", help="The same as -o ndjson.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="The same as -o csv.")] = False,
    as_latex: Annotated[bool, typer.Option("--latex", help="The same as -o latex.")] = False,
    quiet: Annotated[bool, typer.Option("-q", help="The bare result alone.")] = False,
    out: Annotated[
        str | None, typer.Option(metavar="FILE", help="Write to a file, in the form that its ending tells.")
    ] = None,
    color: Annotated[str, typer.Option(metavar="auto|always|never", help="When to use colour.")] = "auto",
) -> None:
    """Differentiate an expression."""
    from derivcli.asking import one_of, question, strictly, without_scalar_points
    from derivcli.engine import answer
    from derivcli.render.answer import write
    from derivcli.render.progress import counted, watched
    from derivcli.requests import request

    shorthands = {"json": as_json, "ndjson": as_ndjson, "csv": as_csv, "latex": as_latex, "quiet": quiet}
    form = next((name for name, wanted in shorthands.items() if wanted), one_of(*FORMS)("--output", output))
    asked_form = form
    if form == "table" and out is not None:
        form = _ENDINGS.get(Path(out).suffix, form)
    one_of("auto", "always", "never")("--color", color)
    data: dict[str, Any] = {
        "expr": [expression_text(word) for word in expressions],
        "at": at, "zip": pair, "wrt": wrt, "order": order, "partial": partial, "hessian": hessian, "jacobian": jacobian,
        "vjp": vjp, "jvp": _joined(jvp), "direction": _joined(direction), "hvp": _joined(hvp), "layout": layout,
        "syntax": syntax, "seed": seed, "entries": entries, "graph": graph, "let": let, "var": _joined(var),
        "simplify": simplify, "exact": exact, "full": full, "literal": literal, "no_check": no_check, "dtype": dtype,
        "device": device, "timeout": timeout, "digits": digits, "points": points, "engine": engine,
        "check_rows": check_rows, "out": out, "complex": complex_,
    }  # fmt: skip
    rows = request(data, asked_form)
    base = question({**data, "at": None} if rows else data)
    asked = replace(base, strict_names=True, simplify=simplify or _default_simplify(form, bool(at or points)))
    if form == "latex" and not strict and digits is None:
        asked = without_scalar_points(asked)
    if form == "code" and asked.layout != "torch":
        raise UsageError("the code is in torch's layout: leave --layout out")
    if rows is None:
        found = answer(asked, watched)
    else:
        from derivcli.render.summary import write_summary
        from derivcli.rows import answer_rows

        with counted() as counter:
            found, done = answer_rows(asked, rows, counter)
        if done:
            write_summary(found)
            raise typer.Exit(strictly(found) if strict else ExitStatus.OK)
    with _output(found, out) as stream:
        if stream is not None and form == "code":
            from derivcli.numeric.sources import kernel_sources
            from derivcli.programs import leaf_sources
            from derivcli.render.code import program

            if found.program is None:
                hint = "give one point; of arrays the code needs one"
                raise UsageError("there is no one program for this question", hint=hint)
            print(program(found, asked, {**kernel_sources(), **leaf_sources(str(found.program))}), file=stream)
        elif stream is not None:
            write(found, form, color)
    raise typer.Exit(strictly(found) if strict else ExitStatus.OK)


def _joined(words: list[str] | None) -> str | None:
    """A repeated option as one text."""
    return ",".join(words) if words else None


def _default_simplify(form: str, points: bool) -> str:
    """No shorter form is looked for where no formula is shown."""
    return "none" if form == "code" or (form in ("quiet", "csv") and points) else "auto"


@app.command(help="Answer a question on every line: JSON objects in, JSON objects out.")
def batch(
    file: Annotated[str, typer.Argument(metavar="[FILE]", help="NDJSON; - or nothing: standard input.")] = "-",
) -> None:
    """Questions as NDJSON."""
    from derivcli.batch import run

    with _opened(file) as lines:
        raise typer.Exit(run(lines, sys.stdout))


@app.command(help="List the functions, or tell about one.")
def functions(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="A function's name.")] = None,
) -> None:
    """The catalog."""
    from derivcli.render.functions import listing

    print(listing(name))


@app.command(help="Print the shapes of derivatives in each layout: of an expression, and in general.")
def shapes(
    expressions: Annotated[list[str] | None, typer.Argument(metavar="[EXPR]", help="An expression.")] = None,
    at: Annotated[list[str] | None, typer.Option(metavar="X=[1,2]", help="A point, for its shapes.")] = None,
    var: Annotated[list[str] | None, typer.Option(metavar="X:vector(n)", help="Variables with their shapes.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Shapes of derivatives."""
    from derivcli.layouts import general, of_expression
    from derivcli.render.shapes import write_shapes

    own = (
        of_expression([expression_text(word) for word in expressions], at, ",".join(var) if var else None)
        if expressions
        else []
    )
    write_shapes(own, general(), as_json)


@app.command(help="Print the JSON Schema of the answers.")
def schema() -> None:
    """The schema."""
    from derivcli.render.json import schema_text

    print(schema_text(), end="")


@contextmanager
def _output(found: Answer, file: str | None) -> Iterator[Any]:
    """Where the answer goes: standard output or a text file; None once it went to an archive of arrays."""
    if file is None:
        yield sys.stdout
        return
    try:
        if file.endswith(".npz"):
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


@contextmanager
def _opened(file: str) -> Iterator[Any]:
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
    with _opened(word.removeprefix("@")) as lines:
        # Comments become spaces, so that places in the text stay what they are.
        return re.sub("#[^\n]*", lambda comment: " " * len(comment.group()), str(lines.read())).rstrip()
