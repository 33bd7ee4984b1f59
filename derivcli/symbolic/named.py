"""The names of forms, where one form does many things: by what was seen to change."""

from __future__ import annotations

from typing import Any

import sympy
from sympy.functions.elementary.hyperbolic import HyperbolicFunction, ReciprocalHyperbolicFunction
from sympy.functions.elementary.trigonometric import ReciprocalTrigonometricFunction, TrigonometricFunction

from derivcli.symbolic.algebra import ALL_MULTIPLIED_OUT, HYPERBOLIC, PYTHAGORAS
from derivcli.symbolic.forms import AS_FRACTION, SHORTER
from derivcli.symbolic.fractions import is_rearranged

REARRANGED = "brackets and fractions rearranged"
_QUOTIENTS = {"tan", "cot", "tanh", "coth"}
_RECIPROCALS = (ReciprocalTrigonometricFunction, ReciprocalHyperbolicFunction)


def said(name: str, before: Any, after: Any) -> str:
    """What a form is called.

    Args:
        name: what the form does at its best.
        before, after: what it did.
    """
    if name in AS_FRACTION and not any(power.exp.is_negative for power in after.atoms(sympy.Pow)):
        return ALL_MULTIPLIED_OUT
    if name == PYTHAGORAS:
        return _pythagoras(before)
    return _of_search(before, after) if name == SHORTER else name


def _of_search(before: Any, after: Any) -> str:
    """What SymPy's search for a shorter form has found."""
    if after.has(sympy.sign) and not before.has(sympy.sign):
        return "quotient by the absolute value written as sign"
    new = sorted(str(e.func) for e in after.atoms(HyperbolicFunction))
    if new and not before.has(HyperbolicFunction):
        return f"definition of {', '.join(dict.fromkeys(new))}"
    if before.has(sympy.Piecewise):
        return "cases put together"
    if is_rearranged(before, after):
        return REARRANGED
    if before.has(TrigonometricFunction, HyperbolicFunction):
        return _identity(before, after)
    if before.has(sympy.log) and before.atoms(sympy.log) != after.atoms(sympy.log):
        return "laws of logarithms"
    if before.has(sympy.exp) and before.atoms(sympy.exp) != after.atoms(sympy.exp):
        return "laws of exponents"
    roots = any(power.exp.is_Rational and not power.exp.is_Integer for power in before.atoms(sympy.Pow))
    return "laws of roots" if roots else "laws of exponents"


def _identity(before: Any, after: Any) -> str:
    """An identity of functions of angles, by the angles and the functions."""
    kinds = (TrigonometricFunction, HyperbolicFunction)
    old, new = ({f.args[0] for f in e.atoms(*kinds)} for e in (before, after))
    hyperbolic = "hyperbolic " if not before.has(TrigonometricFunction) else ""
    if new - old and new - old <= {2 * u for u in old}:
        return f"{hyperbolic}double-angle identity"
    if new - old:
        return f"{hyperbolic}angle-sum identity"
    gone = {str(f.func) for f in before.atoms(*kinds)} - {str(f.func) for f in after.atoms(*kinds)}
    come = {str(f.func) for f in after.atoms(*kinds)} - {str(f.func) for f in before.atoms(*kinds)}
    if (gone or come) and is_rearranged(_in_quotients(before), _in_quotients(after)):
        return f"definition of {', '.join(sorted(come & _QUOTIENTS or gone or come))}"
    return _pythagoras(before)


def _in_quotients(expression: Any) -> Any:
    """Every function by sin and cos, or by sinh and cosh."""
    return expression.replace(
        lambda e: isinstance(e, (sympy.tan, sympy.cot, sympy.tanh, sympy.coth, *_RECIPROCALS)),
        lambda e: _quotient(e.func, e.args[0]),
    )


def _quotient(function: Any, u: Any) -> Any:
    return {
        sympy.tan: sympy.sin(u) / sympy.cos(u), sympy.cot: sympy.cos(u) / sympy.sin(u), sympy.sec: 1 / sympy.cos(u),
        sympy.csc: 1 / sympy.sin(u), sympy.tanh: sympy.sinh(u) / sympy.cosh(u),
        sympy.coth: sympy.cosh(u) / sympy.sinh(u), sympy.sech: 1 / sympy.cosh(u), sympy.csch: 1 / sympy.sinh(u),
    }[function]  # fmt: skip


def _pythagoras(before: Any) -> str:
    return PYTHAGORAS if before.has(TrigonometricFunction) else HYPERBOLIC
