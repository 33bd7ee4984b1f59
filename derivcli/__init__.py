"""deriv: the formula, torch's gradient, and whether to trust it."""

from __future__ import annotations

# As typing.TYPE_CHECKING, which to load takes longer than to ask the worker.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from derivcli.claims import Checked
    from derivcli.errors import DerivError
    from derivcli.model import Answer, Question

__all__ = ["Answer", "Checked", "DerivError", "Question", "check", "differentiate"]

# What is given to users of the package, with the modules that hold it, loaded when it is asked for.
_HOMES = {"Answer": "model", "Question": "model", "Checked": "claims", "DerivError": "errors"}


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
