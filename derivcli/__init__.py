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
    from derivcli.model import Answer, Question

__all__ = [
    "Answer", "BatchFunction", "Checked", "DerivError", "Question", "batch_function", "check", "differentiate",
]  # fmt: skip

# What is given to users of the package, with the modules that hold it, loaded when it is asked for.
_HOMES = {
    "Answer": "model", "BatchFunction": "batches", "Question": "model", "Checked": "claims", "DerivError": "errors",
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
