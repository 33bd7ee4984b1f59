"""The commands and options of the shell's face, as Typer takes them."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from derivcli.texts import FORMS, expression_text, opened

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="A derivative calculator: the formula, torch's gradient, and whether to trust it.",
    context_settings={"help_option_names": ["--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

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
    compile_: Annotated[bool, typer.Option("--compile", help="Many points by torch.compile.")] = False,
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
        str, typer.Option(metavar="python|matrixcalculus|latex", help="How the expression is spelled.")
    ] = "python",
    seed: Annotated[str, typer.Option(metavar="N", help="Of random arrays that name none.")] = "0",
    entries: Annotated[bool, typer.Option("--entries", help="Formulas of arrays entry by entry.")] = False,
    graph: Annotated[bool, typer.Option("--graph", help="Autograd's graph at the point, too.")] = False,
    steps: Annotated[bool, typer.Option("--steps", help="The derivation rule by rule, too.")] = False,
    plot: Annotated[
        str | None, typer.Option(metavar="[FILE.png|svg|pdf]", help="Draw f and f', or contours and the gradient.")
    ] = None,
    span: Annotated[
        list[str] | None, typer.Option("--range", metavar="X=-5:5", help="The range of the plot. Repeatable.")
    ] = None,
    simplify: Annotated[
        str | None, typer.Option(metavar="none|fast|full", help="Default: the shortest form found in a second.")
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
    lang: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="The language of -o code: torch, numpy, c, rust, … Default: torch."),
    ] = None,
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
    given = dict(locals())
    from derivcli.prompt import ask as asked

    raise typer.Exit(asked(given))


@app.command(help="Answer a question on every line: JSON objects in, JSON objects out.")
def batch(
    file: Annotated[str, typer.Argument(metavar="[FILE]", help="NDJSON; - or nothing: standard input.")] = "-",
) -> None:
    """Questions as NDJSON."""
    from derivcli.batch import run

    with opened(file) as lines:
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
