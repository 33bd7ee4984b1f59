"""deriv: the formula, torch's gradient, and whether to trust it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from derivcli.errors import DerivError
from derivcli.model import Answer, Question

__all__ = ["Answer", "DerivError", "Question", "differentiate"]


def differentiate(
    expr: str | Sequence[str], *, at: Mapping[str, Any] | Sequence[Any] | str | None = None, **options: Any
) -> Answer:
    """Differentiate an expression, as the command `deriv` does.

    Args:
        expr: the expression in deriv's language; several make a vector-valued function.
        at: a point as a mapping of names to numbers or texts ("pi/4"), a list of points, or texts as after `--at`.
        options: the options of the command with underscores: `wrt`, `order`, `partial`, `hessian`, `let`, `simplify`,
            `dtype`, `device`, `timeout`, `no_check`, `exact`, `full`, `zip`, `var`.

    Returns:
        The answer: formulas, and for each point the value, autograd's results, the exact ones and the checks.

    Raises:
        DerivError: the expression, a point or an option cannot be understood, or time is out.
    """
    from derivcli.asking import question
    from derivcli.engine import answer

    return answer(question({"expr": expr, "at": at, **options}))
