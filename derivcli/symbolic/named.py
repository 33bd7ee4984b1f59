"""The names of forms, where one form does many things: by what was seen to change."""

from __future__ import annotations

from typing import Any

import sympy
from sympy.functions.elementary.hyperbolic import HyperbolicFunction
from sympy.functions.elementary.trigonometric import TrigonometricFunction

from derivcli.symbolic.algebra import ALL_MULTIPLIED_OUT, HYPERBOLIC, PYTHAGORAS
from derivcli.symbolic.forms import AS_FRACTION, SHORTER
from derivcli.symbolic.fractions import is_rearranged
from derivcli.symbolic.identities import SQUARES, UNITS, written_out
from derivcli.symbolic.joined import signs_joined
from derivcli.symbolic.singles import SIZES

REARRANGED = "brackets and fractions rearranged"
_QUOTIENTS = {"tan", "cot", "tanh", "coth"}


def said(name: str, before: Any, after: Any) -> str:
    """What a form is called.

    Args:
        name: what the form does at its best.
        before, after: what it did.
    """
    if name in AS_FRACTION and not any(power.exp.is_negative for power in after.atoms(sympy.Pow)):
        return ALL_MULTIPLIED_OUT
    if name == SIZES:
        return _of_sizes(before)
    if name == PYTHAGORAS:
        return pythagorean(before, after)
    return _of_search(before, after) if name == SHORTER else name


def _of_sizes(before: Any) -> str:
    """The law by which signs and absolute values come together, in the first product in which they do."""
    product = next((e for e in sympy.preorder_traversal(before) if e.is_Mul and signs_joined(e) != e), before)
    joined = signs_joined(product)
    signs, sizes = (
        sum(isinstance(e, kind) for e in sympy.preorder_traversal(joined))
        - sum(isinstance(e, kind) for e in sympy.preorder_traversal(product))
        for kind in (sympy.sign, sympy.Abs)
    )
    if signs > 0:
        return "definition, sign(a) = a/abs(a)"
    if signs == 0:
        return "square of a real number, a**2 = abs(a)**2"
    return "absolute value, a*sign(a) = abs(a)" if sizes > 0 else SIZES


def _of_search(before: Any, after: Any) -> str:
    """What SymPy's search for a shorter form has found."""
    if before.has(sympy.sign, sympy.Abs) and is_rearranged(_by_signs(before), _by_signs(after)):
        return "absolute value, abs(a) = a*sign(a)"
    new = sorted(str(e.func) for e in after.atoms(HyperbolicFunction))
    if new and not before.has(HyperbolicFunction):
        return f"definition of {', '.join(dict.fromkeys(new))}"
    if before.has(sympy.Piecewise):
        return "cases put together"
    if is_rearranged(before, after):
        return REARRANGED
    if before.has(TrigonometricFunction, HyperbolicFunction):
        return _identity(before, after)
    come = {str(f.func) for f in after.atoms(sympy.Function)} - {str(f.func) for f in before.atoms(sympy.Function)}
    if come:
        return f"identity of {', '.join(sorted(come))}"
    if before.has(sympy.log) and before.atoms(sympy.log) != after.atoms(sympy.log):
        return "laws of logarithms"
    if before.has(sympy.exp) and before.atoms(sympy.exp) != after.atoms(sympy.exp):
        return "laws of exponents"
    roots = any(power.exp.is_Rational and not power.exp.is_Integer for power in before.atoms(sympy.Pow))
    return "laws of roots" if roots else "laws of exponents"


def _by_signs(expression: Any) -> Any:
    """Absolute values by signs, and these of what is no power."""
    # Of one class: there are SymPy's and ours.
    shown = expression.replace(lambda e: isinstance(e, sympy.sign), lambda e: sympy.sign(e.args[0]))
    shown = shown.replace(sympy.Abs, lambda u: u * sympy.sign(u)).replace(
        lambda e: isinstance(e, sympy.sign) and e.args[0].is_Pow and e.args[0].exp.is_odd,
        lambda e: sympy.sign(e.args[0].base),
    )
    return sympy.expand(shown).replace(
        lambda e: e.is_Pow and isinstance(e.base, sympy.sign) and e.exp.is_Integer,
        lambda e: e.base ** (e.exp % 2),
    )


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
    if (gone or come) and is_rearranged(written_out(before), written_out(after)):
        return f"definition of {', '.join(sorted(come & _QUOTIENTS or gone or come))}"
    return pythagorean(before, after)


def pythagorean(before: Any, after: Any) -> str:
    """The identity by which squares of functions have gone, by its equation."""
    for one, other, _, _, both in UNITS:
        for u in sorted({f.args[0] for f in before.atoms(one)} & {f.args[0] for f in before.atoms(other)}, key=str):
            gone = [f for f in (one, other) if _squared(before, f(u)) > _squared(after, f(u))]
            if len(gone) == 2:
                return f"{_kind(before)}, {both}"
            if gone:
                return f"{_kind(before)}, {next(text for f, _, text in SQUARES if f is gone[0])}"
    for function, text in _ALONE:
        if any(_squared(before, f) > _squared(after, f) for f in before.atoms(function)):
            return f"{_kind(before)}, {text}"
    return _kind(before)


def _squared(expression: Any, function: Any) -> int:
    """In how many places a function stands squared, or in a higher power."""
    powers = (p for p in sympy.preorder_traversal(expression) if p.is_Pow and p.base == function)
    return sum(bool(p.exp.is_Integer and p.exp > 1) for p in powers)


def _kind(before: Any) -> str:
    return PYTHAGORAS if before.has(TrigonometricFunction) else HYPERBOLIC


# Functions whose square and 1 are the square of another one, and the equation.
_ALONE = (
    (sympy.tan, "1 + tan(u)**2 = sec(u)**2"),
    (sympy.cot, "1 + cot(u)**2 = csc(u)**2"),
    (sympy.tanh, "1 - tanh(u)**2 = sech(u)**2"),
    (sympy.coth, "coth(u)**2 - 1 = csch(u)**2"),
)
