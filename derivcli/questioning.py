"""The commands of further questions: taylor, implicit, parametric, propagate."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from derivcli.cli import app
from derivcli.errors import UsageError
from derivcli.texts import expression_text

__all__ = ["app"]

_Expression = Annotated[str, typer.Argument(metavar="EXPR", help="The expression, @FILE or -.")]
_At = Annotated[list[str] | None, typer.Option(metavar="X=1,Y=2", help="The point. Repeatable.")]
_Let = Annotated[list[str] | None, typer.Option(metavar="B=A+5", help="A named intermediate result. Repeatable.")]
_Var = Annotated[list[str] | None, typer.Option(metavar="X,Y", help="Names that are variables. Repeatable.")]
_Timeout = Annotated[str | None, typer.Option(metavar="SECONDS", help="Seconds for all of it. Default: 4.")]
_Output = Annotated[str | None, typer.Option("-o", "--output", metavar="table|json|ndjson|latex", help="The form.")]
_Json = Annotated[bool, typer.Option("--json", help="The answer as JSON.")]
_Ndjson = Annotated[bool, typer.Option("--ndjson", help="The same on one line.")]
_Latex = Annotated[bool, typer.Option("--latex", help="The formulas as LaTeX.")]
_Quiet = Annotated[bool, typer.Option("-q", help="The bare result alone.")]
_Color = Annotated[str, typer.Option(metavar="auto|always|never", help="When to use colour.")]


def _form(output: str | None, as_json: bool, as_ndjson: bool, as_latex: bool, quiet: bool) -> str:
    """The one form that is asked for."""
    from derivcli.asking import one_of

    flags = {"json": as_json, "ndjson": as_ndjson, "latex": as_latex, "quiet": quiet}
    forms = [form for form, wanted in flags.items() if wanted]
    if output is not None:
        forms.append(one_of("table", "json", "ndjson", "latex")("--output", output))
    if len(set(forms)) > 1:
        raise UsageError(f"the answer has one form, not {' and '.join(dict.fromkeys(forms))}")
    return (forms or ["table"])[0]


def _data(expressions: list[str], at: list[str] | None, **more: Any) -> dict[str, Any]:
    """The keys of a question; what was not given is left out."""
    if more.get("var"):
        more["var"] = ",".join(more["var"])
    given = {"expr": expressions, "at": at, **more}
    return {key: value for key, value in given.items() if value is not None and value != []}


@app.command(help='The Taylor polynomial, with exact coefficients: deriv taylor "sin(x)" --at x=0 --order 6')
def taylor(
    expression: _Expression,
    at: _At = None,
    order: Annotated[str, typer.Option(metavar="N", help="Up to which order. Default: 6.")] = "6",
    let: _Let = None,
    var: _Var = None,
    timeout: _Timeout = None,
    output: _Output = None,
    as_json: _Json = False,
    as_ndjson: _Ndjson = False,
    as_latex: _Latex = False,
    quiet: _Quiet = False,
    color: _Color = "auto",
) -> None:
    """Variables that have no value at the point are parameters."""
    from derivcli.asking import question
    from derivcli.questions.taylor import taylor as expand
    from derivcli.render.sheets import write_sheet
    from derivcli.render.taylor import taylor_sheet

    form = _form(output, as_json, as_ndjson, as_latex, quiet)
    asked = question(_data([expression_text(expression)], at, order=order, let=let, var=var, timeout=timeout))
    write_sheet(taylor_sheet(expand(asked)), form, color)


@app.command(help='dy/dx of what an equation determines: deriv implicit "x**2+y**2=25" --wrt y --at x=3,y=4')
def implicit(
    equation: Annotated[str, typer.Argument(metavar="EQUATION", help="Two sides with = between them, @FILE or -.")],
    wrt: Annotated[str | None, typer.Option(metavar="Y", help="What depends on the others. Default: y.")] = None,
    order: Annotated[str, typer.Option(metavar="N", help="Up to which order.")] = "1",
    at: _At = None,
    let: _Let = None,
    var: _Var = None,
    timeout: _Timeout = None,
    output: _Output = None,
    as_json: _Json = False,
    as_ndjson: _Ndjson = False,
    as_latex: _Latex = False,
    quiet: _Quiet = False,
    color: _Color = "auto",
) -> None:
    """Points must lie on the curve."""
    from derivcli.asking import question
    from derivcli.questions.implicit import implicit as differentiate
    from derivcli.render.curves import curve_sheet
    from derivcli.render.sheets import write_sheet

    form = _form(output, as_json, as_ndjson, as_latex, quiet)
    text = expression_text(equation)
    asked = question(_data([text], at, wrt=wrt, order=order, let=let, var=var, timeout=timeout))
    write_sheet(curve_sheet(differentiate(asked)), form, color)


@app.command(help='dy/dx along a curve x(t), y(t): deriv parametric "cos(t)" "sin(t)" --order 2 --at t=pi/3')
def parametric(
    x: Annotated[str, typer.Argument(metavar="X", help="x by the parameter.")],
    y: Annotated[str, typer.Argument(metavar="Y", help="y by the parameter.")],
    wrt: Annotated[str | None, typer.Option(metavar="T", help="The parameter. Default: t, or the only one.")] = None,
    order: Annotated[str, typer.Option(metavar="N", help="Up to which order.")] = "1",
    at: _At = None,
    let: _Let = None,
    var: _Var = None,
    timeout: _Timeout = None,
    output: _Output = None,
    as_json: _Json = False,
    as_ndjson: _Ndjson = False,
    as_latex: _Latex = False,
    quiet: _Quiet = False,
    color: _Color = "auto",
) -> None:
    """With both velocities, and the place of each point."""
    from derivcli.asking import question
    from derivcli.questions.parametric import parametric as differentiate
    from derivcli.render.curves import curve_sheet
    from derivcli.render.sheets import write_sheet

    form = _form(output, as_json, as_ndjson, as_latex, quiet)
    texts = [expression_text(word) for word in (x, y)]
    asked = question(_data(texts, at, wrt=wrt, order=order, let=let, var=var, timeout=timeout))
    write_sheet(curve_sheet(differentiate(asked)), form, color)
