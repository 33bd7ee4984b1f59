"""The commands of further questions: taylor, implicit, parametric, propagate, analyze."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from derivcli.cli import app
from derivcli.texts import expression_text
from derivcli.words import check_one

if TYPE_CHECKING:
    from derivcli.render.sheets import Sheet

__all__ = ["app"]

_Expression = Annotated[str, typer.Argument(metavar="EXPR", help="The expression, @FILE or -.")]
_Steps = Annotated[bool, typer.Option("--steps", help="How the derivatives are found, rule by rule.")]
_At = Annotated[list[str] | None, typer.Option(metavar="X=1,Y=2", help="The point. Repeatable.")]
_FORMS = ("table", "json", "ndjson", "csv", "latex", "plain")
# What the functions of the commands are given of the options that all have: those that are part of a question.
_Given = Mapping[str, Any]


def _shared(
    let: Annotated[
        list[str] | None, typer.Option(metavar="B=A+5", help="A named intermediate result. Repeatable.")
    ] = None,
    var: Annotated[list[str] | None, typer.Option(metavar="X,Y", help="Names that are variables. Repeatable.")] = None,
    timeout: Annotated[
        str | None, typer.Option(metavar="SECONDS", help="Seconds for all of it. Default: 4, for analyze 20.")
    ] = None,
) -> _Given:
    """The options of all these questions."""
    return {"let": let, "var": ",".join(var or []) or None, "timeout": timeout}


def _form(
    output: Annotated[
        str | None, typer.Option("-o", "--output", metavar="FORM", help=f"One of {', '.join(_FORMS)}.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The answer as JSON.")] = False,
    as_ndjson: Annotated[bool, typer.Option("--ndjson", help="The same on one line.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="The table as CSV, its numbers in full.")] = False,
    as_latex: Annotated[bool, typer.Option("--latex", help="The formulas as LaTeX.")] = False,
    quiet: Annotated[bool, typer.Option("-q", help="The bare result alone.")] = False,
) -> str:
    """The one form that is asked for."""
    from derivcli.asking import one_of

    flags = {"json": as_json, "ndjson": as_ndjson, "csv": as_csv, "latex": as_latex, "quiet": quiet}
    forms = [form for form, wanted in flags.items() if wanted]
    if output is not None:
        forms.append(one_of(*_FORMS)("--output", output))
    check_one(forms)
    return (forms or ["table"])[0]


def _colored(
    color: Annotated[str, typer.Option(metavar="auto|always|never", help="When to use colour.")] = "auto",
) -> str:
    return color


def _command(text: str) -> Callable[[Callable[..., Sheet]], Callable[..., Sheet]]:
    """Make a function a command: the options that all have are added to its own, and the sheet it gives is written.

    Args:
        text: the help.
    """

    def decorate(function: Callable[..., Sheet]) -> Callable[..., Sheet]:
        own = [p for p in _parameters(function) if p.name != "given"]
        shared, forms, colored = _parameters(_shared), _parameters(_form), _parameters(_colored)

        def command(**words: Any) -> None:
            from derivcli.render.sheets import write_sheet

            def of(names: Iterable[inspect.Parameter]) -> dict[str, Any]:
                return {p.name: words[p.name] for p in names}

            form = _form(**of(forms))
            write_sheet(function(given=_shared(**of(shared)), **of(own)), form, **of(colored))

        parameters = [*own, *shared, *forms, *colored]
        # What Typer reads.
        command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        command.__annotations__ = {p.name: p.annotation for p in parameters}
        command.__doc__ = function.__doc__
        app.command(function.__name__, help=text)(command)
        return function

    return decorate


def _parameters(function: Callable[..., Any]) -> list[inspect.Parameter]:
    names = {**globals(), "Sheet": None}
    found = inspect.signature(function, eval_str=True, globals=names).parameters.values()
    return [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in found]


def _found(name: str, given: _Given, **own: Any) -> Any:
    """The answer; options that were not given are left out."""
    from derivcli.further import find

    data = {**given, **own}
    return find(name, {key: value for key, value in data.items() if value != []}, strict_names=True)


@_command("The Taylor polynomial, with exact coefficients.")
def taylor(
    given: _Given,
    expression: _Expression,
    at: _At = None,
    order: Annotated[str, typer.Option(metavar="N", help="Up to which order.")] = "6",
) -> Sheet:
    """Variables that have no value at the point are parameters."""
    from derivcli.render.taylor import taylor_sheet

    return taylor_sheet(_found("taylor", given, expr=expression_text(expression), at=at, order=order))


@_command("dy/dx of what an equation determines.")
def implicit(
    given: _Given,
    equation: Annotated[str, typer.Argument(metavar="EQUATION", help="Two sides with = between them, @FILE or -.")],
    wrt: Annotated[str | None, typer.Option(metavar="Y", help="What depends on the others. Default: y.")] = None,
    order: Annotated[str, typer.Option(metavar="N", help="Up to which order.")] = "1",
    at: _At = None,
    steps: _Steps = False,
) -> Sheet:
    """Points must lie on the curve."""
    from derivcli.render.curves import curve_sheet

    text = expression_text(equation)
    return curve_sheet(_found("implicit", given, expr=text, at=at, wrt=wrt, order=order, steps=steps))


@_command("dy/dx along a curve x(t), y(t).")
def parametric(
    given: _Given,
    x: Annotated[str, typer.Argument(metavar="X", help="x by the parameter.")],
    y: Annotated[str, typer.Argument(metavar="Y", help="y by the parameter.")],
    wrt: Annotated[str | None, typer.Option(metavar="T", help="The parameter. Default: t, or the only one.")] = None,
    order: Annotated[str, typer.Option(metavar="N", help="Up to which order.")] = "1",
    at: _At = None,
    steps: _Steps = False,
) -> Sheet:
    """With both velocities, and the place of each point."""
    from derivcli.render.curves import curve_sheet

    texts = [expression_text(word) for word in (x, y)]
    return curve_sheet(_found("parametric", given, expr=texts, at=at, wrt=wrt, order=order, steps=steps))


@_command("First-order uncertainty, with the share of each variable.")
def propagate(
    given: _Given,
    expression: _Expression,
    at: Annotated[
        list[str] | None, typer.Option(metavar="X=10±0.1", help="A value, with ± or +- its uncertainty. Repeatable.")
    ] = None,
    corr: Annotated[
        list[str] | None, typer.Option(metavar="X,Y=0.5", help="A correlation that is not 0. Repeatable.")
    ] = None,
) -> Sheet:
    """With the share of each variable, and a warning where the second order matters."""
    from derivcli.render.propagated import propagated_sheet

    return propagated_sheet(_found("propagate", given, expr=expression_text(expression), at=at, corr=corr))


@_command("Zeros, extrema, inflections, poles, corners, asymptotes over a range.")
def analyze(
    given: _Given,
    expression: _Expression,
    span: Annotated[
        str | None, typer.Option("--range", metavar="X=-5:5", help="Where to look. Default: -10:10.")
    ] = None,
) -> Sheet:
    """Exact where numbers are recognised, else with a change of sign that is proven."""
    from derivcli.render.analysis import analysis_sheet

    return analysis_sheet(_found("analyze", given, expr=expression_text(expression), range=span))
