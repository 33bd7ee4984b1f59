"""The commands of further questions: taylor, implicit, parametric, propagate, analyze."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

import typer

from derivcli.cli import app
from derivcli.errors import UsageError
from derivcli.model import Question
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


def _asked(expressions: list[str], at: list[str] | None, **more: Any) -> Question:
    """The question; what was not given is left out."""
    from derivcli.asking import question

    if more.get("var"):
        more["var"] = ",".join(more["var"])
    given = {"expr": expressions, "at": at, **more}
    return replace(question({k: v for k, v in given.items() if v is not None and v != []}), strict_names=True)


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
    from derivcli.questions.taylor import taylor as expand
    from derivcli.render.sheets import write_sheet
    from derivcli.render.taylor import taylor_sheet

    form = _form(output, as_json, as_ndjson, as_latex, quiet)
    asked = _asked([expression_text(expression)], at, order=order, let=let, var=var, timeout=timeout)
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
    from derivcli.questions.implicit import implicit as differentiate
    from derivcli.render.curves import curve_sheet
    from derivcli.render.sheets import write_sheet

    form = _form(output, as_json, as_ndjson, as_latex, quiet)
    text = expression_text(equation)
    asked = _asked([text], at, wrt=wrt, order=order, let=let, var=var, timeout=timeout)
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
    from derivcli.questions.parametric import parametric as differentiate
    from derivcli.render.curves import curve_sheet
    from derivcli.render.sheets import write_sheet

    form = _form(output, as_json, as_ndjson, as_latex, quiet)
    texts = [expression_text(word) for word in (x, y)]
    asked = _asked(texts, at, wrt=wrt, order=order, let=let, var=var, timeout=timeout)
    write_sheet(curve_sheet(differentiate(asked)), form, color)


@app.command(help='First-order uncertainty: deriv propagate "x*y" --at "x=10±0.1" --at "y=2.0±0.05" --corr x,y=0.5')
def propagate(
    expression: _Expression,
    at: Annotated[
        list[str] | None, typer.Option(metavar="X=10±0.1", help="A value, with ± or +- its uncertainty. Repeatable.")
    ] = None,
    corr: Annotated[
        list[str] | None, typer.Option(metavar="X,Y=0.5", help="A correlation that is not 0. Repeatable.")
    ] = None,
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
    """With the share of each variable, and a warning where the second order matters."""
    from derivcli.points import uncertain
    from derivcli.questions.propagation import propagate as spread
    from derivcli.render.propagated import propagated_sheet
    from derivcli.render.sheets import write_sheet
    from derivcli.values import value

    form = _form(output, as_json, as_ndjson, as_latex, quiet)
    given = uncertain(at or [], corr or [], value)
    asked = _asked([expression_text(expression)], None, let=let, var=var, timeout=timeout)
    write_sheet(propagated_sheet(spread(replace(asked, points=(given.point,)), given)), form, color)


@app.command(help='Zeros, extrema, poles, corners, asymptotes: deriv analyze "x**3 - 3*x" --range x=-5:5')
def analyze(
    expression: _Expression,
    span: Annotated[
        str | None, typer.Option("--range", metavar="X=-5:5", help="Where to look. Default: -10:10.")
    ] = None,
    let: _Let = None,
    var: _Var = None,
    timeout: Annotated[str | None, typer.Option(metavar="SECONDS", help="Seconds for all of it. Default: 20.")] = None,
    output: _Output = None,
    as_json: _Json = False,
    as_ndjson: _Ndjson = False,
    as_latex: _Latex = False,
    quiet: _Quiet = False,
    color: _Color = "auto",
) -> None:
    """Exact where numbers are recognised, else with a change of sign that is proven."""
    from derivcli.asking import boxed
    from derivcli.points import Interval
    from derivcli.questions.analysis import analyze as look
    from derivcli.render.analysis import analysis_sheet
    from derivcli.render.sheets import write_sheet

    form = _form(output, as_json, as_ndjson, as_latex, quiet)
    sides = boxed([span]) if span is not None else {}
    if len(sides) > 1 or not all(isinstance(side, Interval) for side in sides.values()):
        raise UsageError("--range is one interval", hint="write --range x=-5:5")
    asked = _asked([expression_text(expression)], None, let=let, var=[*(var or []), *sides], timeout=timeout)
    write_sheet(analysis_sheet(look(asked, next(iter(sides.values()), None))), form, color)
