"""deriv: the formula, torch's gradient, and whether to trust it."""

from __future__ import annotations

# As typing.TYPE_CHECKING, which to load takes longer than to ask the worker.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from derivcli.batches import BatchFunction
    from derivcli.claims import Checked
    from derivcli.errors import DerivError
    from derivcli.findings import Analysis, Curve, Propagated, Taylor
    from derivcli.model import Answer, Question
    from derivcli.report import Report

__all__ = [
    "Analysis", "Answer", "BatchFunction", "Checked", "Curve", "DerivError", "Propagated", "Question", "Report",
    "Taylor", "analyze", "batch_function", "check", "differentiate", "implicit", "lint", "parametric", "propagate",
    "taylor",
]  # fmt: skip

# What is given to users of the package, with the modules that hold it, loaded when it is asked for.
_HOMES = {
    "Answer": "model", "BatchFunction": "batches", "Question": "model", "Checked": "claims", "DerivError": "errors",
    "Report": "report", **dict.fromkeys(("Analysis", "Curve", "Propagated", "Taylor"), "findings"),
}  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def differentiate(
    expr: str | Sequence[str], *, at: Mapping[str, Any] | Sequence[Any] | str | None = None, **options: Any
) -> Answer:
    """Differentiate an expression, as the command `deriv` does.

    Args:
        expr: the expression in deriv's language; several make a vector-valued function.
        at: a point as a mapping of names to numbers or texts ("pi/4"), a list of points, or texts as after `--at`.
        options: the options of the command with underscores: `wrt`, `order`, `partial`, `hessian`, `let`, `simplify`,
            `dtype`, `device`, `timeout`, `no_check`, `exact`, `full`, `zip`, `var`, `points`, `out`, `engine`,
            `check_rows`, `steps`.

    Returns:
        The answer: formulas, and for each point the value, autograd's results, the exact ones and the checks.

    Raises:
        DerivError: the expression, a point or an option cannot be understood, or time is out.
    """
    from derivcli.asking import question
    from derivcli.engine import answer
    from derivcli.requests import request

    data = {"expr": expr, "at": at, **options}
    files = request(data, "table")
    if files is None:
        return answer(question(data))
    from derivcli.rows import answer_rows

    return answer_rows(question({**data, "at": None}), files)[0]


def check(expr: str | Sequence[str], claimed: str | Sequence[str], **options: Any) -> Checked:
    """Whether a claim is the derivative of an expression, as the command `deriv check` says it.

    Args:
        expr: the expression in deriv's language; several make a vector-valued function.
        claimed: the claimed derivative; several texts are the parts of a list, as of a gradient.
        options: `at`, `wrt`, `order`, `partial`, `hessian`, `let`, `var` and so on, as of `differentiate`.

    Returns:
        The verdict: `status` is "correct", "wrong" or "undecided"; `differs` a point that shows what is wrong.

    Raises:
        DerivError: the expression, the claim or an option cannot be understood, or time is out.
    """
    from derivcli.asking import claim, question
    from derivcli.checking import check as compare

    return compare(question({"expr": expr, **options}), claim({"check": claimed}))


def taylor(expr: str, *, at: Mapping[str, Any] | str | None = None, order: int = 6, **options: Any) -> Taylor:
    """The Taylor polynomial of an expression, as the command `deriv taylor` gives it.

    Args:
        expr: the expression in deriv's language.
        at: the point, {"x": "pi/4"} or "x=pi/4"; variables without a value are parameters. Default: 0.
        order: up to which order in all variables together.
        options: `let`, `var`, `timeout`, `syntax`, as of `differentiate`.

    Raises:
        DerivError: there is no such polynomial, or something is not understood.
    """
    found: Taylor = _found("taylor", {"expr": expr, "at": at, "order": order, **options})
    return found


def implicit(
    equation: str, *, wrt: str = "y", order: int = 1, at: Mapping[str, Any] | str | None = None, **options: Any
) -> Curve:
    """The derivatives of what an equation determines, as the command `deriv implicit` gives them.

    Args:
        equation: two sides with = between them.
        wrt: what depends on the others.
        order: up to which order.
        at: points on the curve, as of `differentiate`.
        options: as of `taylor`.

    Raises:
        DerivError: a point is not on the curve, or something is not understood.
    """
    found: Curve = _found("implicit", {"expr": equation, "wrt": wrt, "order": order, "at": at, **options})
    return found


def parametric(
    x: str, y: str, *, wrt: str | None = None, order: int = 1, at: Mapping[str, Any] | str | None = None, **options: Any
) -> Curve:
    """dy/dx along a curve x(t), y(t), as the command `deriv parametric` gives it.

    Args:
        x, y: by the parameter.
        wrt: the parameter; t, or the only variable, unless told otherwise.
        order, at, options: as of `implicit`.

    Raises:
        DerivError: something is not understood.
    """
    found: Curve = _found("parametric", {"expr": [x, y], "wrt": wrt, "order": order, "at": at, **options})
    return found


def propagate(
    expr: str, *, at: Mapping[str, Any] | Sequence[str] | str, corr: Mapping[str, float] | str | None = None,
    **options: Any,
) -> Propagated:  # fmt: skip
    """The uncertainty of a value by those of its variables, as the command `deriv propagate` gives it.

    Args:
        expr: the expression in deriv's language.
        at: {"x": "10±0.1", "y": 3}, or texts as after `--at`.
        corr: correlations that are not 0, {"x,y": 0.5}.
        options: as of `taylor`.

    Raises:
        DerivError: there is no derivative there, or something is not understood.
    """
    found: Propagated = _found("propagate", {"expr": expr, "at": at, "corr": corr, **options})
    return found


def analyze(expr: str, *, range: Mapping[str, Any] | str | None = None, **options: Any) -> Analysis:
    """Zeros, extrema, poles, corners and asymptotes, as the command `deriv analyze` gives them.

    Args:
        expr: a function of one variable.
        range: {"x": [-5, 5]} or "x=-5:5"; -10 to 10 unless told otherwise.
        options: as of `taylor`.

    Raises:
        DerivError: nothing encloses it, time is out, or something is not understood.
    """
    found: Analysis = _found("analyze", {"expr": expr, "range": range, **options})
    return found


def lint(expr: str, *, at: Mapping[str, Any] | Sequence[str] | str | None = None, **options: Any) -> Report:
    """Where torch autograd, run on an expression as it is typed, goes wrong, as the command `deriv lint` tells it.

    Args:
        expr: the expression in deriv's language.
        at: where to look, {"x": [-5, 5], "y": 2} or texts as after `--at`; everywhere unless told otherwise.
        options: `let`, `var`, `wrt`, `order`, `dtype`, `timeout`, as of `differentiate`.

    Raises:
        DerivError: something is not understood.
    """
    found: Report = _found("lint", {"expr": expr, "at": at, **options})
    return found


def batch_function(
    expr: str | Sequence[str], *, at: Mapping[str, Any] | Sequence[str] | str | None = None, **options: Any
) -> BatchFunction:
    """A function from Arrow record batches to record batches, to be called inside Dask, Ray, Spark, DuckDB or Polars.

    It can be pickled; each process compiles it once. Its result has the columns of the input, then `value`, a column
    for each derivative (`d_x`, `d_x_y`), null where there is no number, and `reason`, which says why there is none and
    is null where there are all. Numbers are the same, bit for bit, however rows are split into batches.

    Args:
        expr: the expression in deriv's language; its variables are columns.
        at: values of variables that are the same in all rows, as names and numbers or texts ("pi/4").
        options: `wrt`, `order`, `partial`, `hessian`, `let`, `var`, `dtype`, `device`, `engine` and so on, as of
            `differentiate`.

    Returns:
        The function; `schema` gives the schema of its results, `check` judges a sample of rows, `engine` is what
        computes, `digest` a text that is the same for the same question.

    Raises:
        DerivError: the expression or an option cannot be understood, or is none about numbers.
    """
    from derivcli.batches import batch_function as made

    return made(expr, at=at, **options)


def _found(name: str, data: Mapping[str, Any]) -> Any:
    from derivcli.further import find

    return find(name, data)
