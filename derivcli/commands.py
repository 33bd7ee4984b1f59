"""Further commands of the shell, each with its own options."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

import typer

from derivcli import questioning
from derivcli.errors import ExitStatus
from derivcli.texts import expression_text
from derivcli.words import check_one

__all__ = ["app"]

app = questioning.app


@app.command(help="Is CLAIMED the derivative of EXPR? Say where it is not, and which slip explains it.")
def check(
    expression: Annotated[str, typer.Argument(metavar="EXPR", help="The expression, @FILE or -; [f, g] is a vector.")],
    claimed: Annotated[
        list[str], typer.Argument(metavar="CLAIMED", help="The claimed derivative; of several parts [a, b], or a b.")
    ],
    wrt: Annotated[
        str | None, typer.Option(metavar="X,Y", help="The variables to differentiate by. Default: all.")
    ] = None,
    order: Annotated[str, typer.Option(metavar="N", help="The order of the derivative along each variable.")] = "1",
    partial: Annotated[str | None, typer.Option(metavar="X,X,Y", help="One mixed partial derivative.")] = None,
    hessian: Annotated[bool, typer.Option("--hessian", help="The matrix of second derivatives, row by row.")] = False,
    let: Annotated[
        list[str] | None, typer.Option(metavar="B=A+5", help="A named intermediate result. Repeatable.")
    ] = None,
    var: Annotated[list[str] | None, typer.Option(metavar="X,Y", help="Names that are variables. Repeatable.")] = None,
    at: Annotated[list[str] | None, typer.Option(metavar="X=1,Y=2", help="A point to look at, too.")] = None,
    timeout: Annotated[str | None, typer.Option(metavar="SECONDS", help="Seconds for the comparison.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The verdict as JSON.")] = False,
    as_ndjson: Annotated[bool, typer.Option("--ndjson", help="The same on one line.")] = False,
    quiet: Annotated[bool, typer.Option("-q", help="The word correct, wrong or undecided alone.")] = False,
) -> None:
    """A claim held against the derivative."""
    from derivcli.asking import question
    from derivcli.checking import check as compare
    from derivcli.render.checked import write_checked

    forms = [form for form, wanted in (("json", as_json), ("ndjson", as_ndjson), ("quiet", quiet)) if wanted]
    check_one(forms)
    data: dict[str, Any] = {
        "expr": expression_text(expression), "wrt": wrt, "order": order, "partial": partial, "hessian": hessian,
        "let": let, "var": ",".join(var) if var else None, "at": at, "timeout": timeout,
    }  # fmt: skip
    asked = replace(question(data, typed=True), strict_names=True)
    checked = compare(asked, [expression_text(text) for text in claimed], formulas="quiet" not in forms)
    write_checked(checked, (forms or ["table"])[0])
    raise typer.Exit(ExitStatus.OK if checked.status == "correct" else ExitStatus.CHECK_FAILED)


@app.command(help="Where would torch autograd, run on EXPR as it is typed, return NaN, infinity or a wrong number?")
def lint(
    expression: Annotated[str, typer.Argument(metavar="EXPR", help="The expression, @FILE or -.")],
    at: Annotated[
        list[str] | None, typer.Option(metavar="X=-5:5,Y=2", help="Where to look: intervals and values. Default: all.")
    ] = None,
    let: Annotated[
        list[str] | None, typer.Option(metavar="B=A+5", help="A named intermediate result. Repeatable.")
    ] = None,
    var: Annotated[list[str] | None, typer.Option(metavar="X:vector(3)", help="Shapes of variables.")] = None,
    wrt: Annotated[str | None, typer.Option(metavar="X,Y", help="The variables to differentiate by.")] = None,
    order: Annotated[str, typer.Option(metavar="N", help="The order of the derivative.")] = "1",
    dtype: Annotated[str, typer.Option(metavar="float64|float32", help="The type of torch's numbers.")] = "float64",
    timeout: Annotated[str | None, typer.Option(metavar="SECONDS", help="Seconds for all points. Default: 20.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The findings as JSON.")] = False,
    as_ndjson: Annotated[bool, typer.Option("--ndjson", help="The same on one line.")] = False,
    color: Annotated[str, typer.Option(metavar="auto|always|never", help="When to use colour.")] = "auto",
) -> None:
    """A gate for losses: status 1 when something is found."""
    from derivcli.further import find
    from derivcli.render.lint import write_report

    data: dict[str, Any] = {
        "expr": expression_text(expression), "let": let, "var": ",".join(var) if var else None, "wrt": wrt,
        "order": order, "dtype": dtype, "timeout": timeout, "at": at,
    }  # fmt: skip
    report = find("lint", data)
    write_report(report, "json" if as_json else "ndjson" if as_ndjson else "table", color)
    raise typer.Exit(ExitStatus.CHECK_FAILED if report.findings else ExitStatus.OK)


@app.command(help="A process that has everything loaded and answers at once: start, stop, status, or run (be it).")
def worker(action: Annotated[str, typer.Argument(metavar="start|stop|status|run", help="What to do.")]) -> None:
    """The worker."""
    from derivcli.asking import one_of
    from derivcli.worker import control

    actions = {"start": control.start, "stop": control.stop, "status": control.status, "run": control.run}
    said = actions[one_of(*actions)("worker", action)]()
    print(said)
    raise typer.Exit(ExitStatus.CHECK_FAILED if (action, said) == ("status", control.NONE_RUNS) else ExitStatus.OK)


@app.command(help="A prompt that stays: history, completion, ans, let b = a+5, :at x=2, :help. Lines from a pipe, too.")
def repl(context: typer.Context) -> None:
    """A session."""
    from derivcli.repl.running import run

    raise typer.Exit(run(context.find_root().command))


@app.command("map", help="The same question of many files, by processes of its own or on a Dask cluster.")
def map_(
    expressions: Annotated[
        list[str], typer.Argument(metavar="EXPR", help="The expression, @FILE or -; several make a vector.")
    ],
    points: Annotated[
        str, typer.Option(metavar="'DIR/*.parquet'", help="Files of points, or an address such as s3://…; quoted.")
    ],
    out: Annotated[str, typer.Option(metavar="DIR", help="The folder for a file of answers to each.")],
    scheduler: Annotated[
        str | None, typer.Option(metavar="tcp://…", help="A Dask scheduler. Default: processes of our own.")
    ] = None,
    workers: Annotated[str | None, typer.Option(metavar="N", help="How many of these. Default: one a core.")] = None,
    retries: Annotated[str, typer.Option(metavar="N", help="How often more a file is tried that failed.")] = "2",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tell files, rows and time; write nothing.")] = False,
    wrt: Annotated[
        str | None, typer.Option(metavar="X,Y", help="The variables to differentiate by. Default: all.")
    ] = None,
    order: Annotated[str | None, typer.Option(metavar="N", help="The order of the derivative.")] = None,
    partial: Annotated[str | None, typer.Option(metavar="X,X,Y", help="One mixed partial derivative.")] = None,
    hessian: Annotated[bool, typer.Option("--hessian", help="The matrix of second derivatives.")] = False,
    let: Annotated[
        list[str] | None, typer.Option(metavar="B=A+5", help="A named intermediate result. Repeatable.")
    ] = None,
    var: Annotated[list[str] | None, typer.Option(metavar="X,Y", help="Names that are variables. Repeatable.")] = None,
    at: Annotated[
        list[str] | None, typer.Option(metavar="A=2", help="The value in all rows of what the files lack.")
    ] = None,
    dtype: Annotated[str | None, typer.Option(metavar="float64|float32", help="The type of the numbers.")] = None,
    engine: Annotated[str | None, typer.Option(metavar="NAME", help="What computes. Default: what suits.")] = None,
    check_rows: Annotated[
        str | None, typer.Option(metavar="N", help="Rows of each file that are checked. Default: 100 in all.")
    ] = None,
    seed: Annotated[str, typer.Option(metavar="N", help="Of their choice.")] = "0",
    no_check: Annotated[bool, typer.Option("--no-check", help="No row is checked.")] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit 1 where a check disagrees, 4 where undefined.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The summary as JSON.")] = False,
) -> None:
    """A question over many files."""
    given = dict(locals())
    from derivcli.cluster.command import map_files

    raise typer.Exit(map_files(given))
