"""SymPy functions as real calculus needs them: derivatives where SymPy leaves them open or answers with a delta.

SymPy differentiates `sign` to a Dirac delta and leaves `floor` unevaluated; here every step has slope 0 wherever it
has a slope at all. What happens at the step itself is for the verdict to say.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy
from sympy import Integer, Rational
from sympy.core.function import ArgumentIndexError, Function

from derivcli.symbolic.special import gamma, hypergeometric


class Abs(sympy.Abs):  # type: ignore[misc]
    """|x| of a real argument, whatever SymPy can prove about the argument."""

    def _eval_derivative(self, symbol: Any) -> Any:
        return self.args[0].diff(symbol) * sign(self.args[0])


class sign(sympy.sign):  # type: ignore[misc]
    """Sign, with slope 0."""

    def _eval_derivative(self, symbol: Any) -> Any:
        return Integer(0)


class floor(sympy.floor):  # type: ignore[misc]
    """Floor, with slope 0."""

    def _eval_derivative(self, symbol: Any) -> Any:
        return Integer(0)


class ceiling(sympy.ceiling):  # type: ignore[misc]
    """Ceiling, with slope 0."""

    def _eval_derivative(self, symbol: Any) -> Any:
        return Integer(0)


class Mod(sympy.Mod):  # type: ignore[misc]
    """x - y*floor(x/y)."""

    def fdiff(self, argindex: int = 1) -> Any:
        x, y = self.args
        if argindex in (1, 2):
            return Integer(1) if argindex == 1 else -floor(x / y)
        raise ArgumentIndexError(self, argindex)


class root(Function):  # type: ignore[misc]
    """The real n-th root of x for a whole number n: negative for negative x when n is odd."""

    nargs = 2

    @classmethod
    def eval(cls, x: Any, n: Any) -> Any:
        if not (n.is_Integer and n.is_positive):
            return None
        if n.is_even or x.is_nonnegative:
            return x ** Rational(1, n)
        if x.is_negative and x.is_number:
            return -((-x) ** Rational(1, n))
        return None

    def fdiff(self, argindex: int = 1) -> Any:
        x, n = self.args
        if argindex == 1:
            return 1 / (n * root(x, n) ** (n - 1))
        if argindex == 2:
            return -root(x, n) * sympy.log(Abs(x)) / n**2
        raise ArgumentIndexError(self, argindex)


class sinc(sympy.sinc):  # type: ignore[misc]
    """sin(x)/x with 1 at 0, and slope 0 there."""

    def _eval_derivative(self, symbol: Any) -> Any:
        x = self.args[0]
        slope = sympy.Piecewise((sympy.cos(x) / x - sympy.sin(x) / x**2, sympy.Ne(x, 0)), (Integer(0), True))
        return slope * x.diff(symbol)


class erfc(sympy.erfc):  # type: ignore[misc]
    """1 - erf(x); of -x it stays what it is, and does not become 2 - erfc(x), which cancels."""

    @classmethod
    def eval(cls, x: Any) -> Any:
        return sympy.erfc(x) if x.is_number else None


class _Kept(Function):  # type: ignore[misc]
    """A function of programs alone, which SymPy leaves as it is; of numbers it is its definition."""

    is_real = True

    @classmethod
    def eval(cls, *args: Any) -> Any:
        return _DEFINITIONS[cls.__name__](*args) if all(a.is_number for a in args) else None


# What programs compute by one operation, and what that is of numbers.
_DEFINITIONS: dict[str, Callable[..., Any]] = {
    "log1p": lambda x: sympy.log(1 + x),
    "expm1": lambda x: sympy.exp(x) - 1,
    "exp2": lambda x: 2**x,
    "log2": lambda x: sympy.log(x) / sympy.log(2),
    "log10": lambda x: sympy.log(x) / sympy.log(10),
    "sigmoid": lambda x: 1 / (1 + sympy.exp(-x)),
    "logsigmoid": lambda x: -sympy.log(1 + sympy.exp(-x)),
    "log1mexp": lambda x: sympy.log(1 - sympy.exp(x)),
    "logcosh": lambda x: sympy.log(sympy.cosh(x)),
    "logaddexp": lambda x, y: sympy.log(sympy.exp(x) + sympy.exp(y)),
    "hypot": lambda x, y: sympy.sqrt(x**2 + y**2),
    "digamma": lambda x: sympy.polygamma(0, x),
    "trigamma": lambda x: sympy.polygamma(1, x),
}


class guard(Function):  # type: ignore[misc]
    """The second argument where the first holds, else the third: not folded into the choices around it."""

    nargs = 3
    is_real = True

    @classmethod
    def eval(cls, condition: Any, value: Any, safe: Any) -> Any:
        if condition in (sympy.true, sympy.false):
            return value if condition is sympy.true else safe
        return value if value.is_number else None


class choice(Function):  # type: ignore[misc]
    """A choice of programs: value, condition, value, condition, …; SymPy draws no root or power into its branches."""

    is_real = True

    @classmethod
    def eval(cls, *args: Any) -> Any:
        pairs = [(v, c) for v, c in zip(args[::2], args[1::2], strict=True) if c is not sympy.false]
        if not pairs:
            return sympy.nan
        if pairs[0][1] is sympy.true:
            return pairs[0][0]
        return cls(*(a for pair in pairs for a in pair)) if 2 * len(pairs) < len(args) else None


# Where a catalog row's SymPy name stands for one of these, and not for SymPy's own.
OWN: dict[str, Any] = {f.__name__: f for f in (Abs, sign, floor, ceiling, Mod, root, sinc, erfc, guard, choice)}
OWN.update({name: type(name, (_Kept,), {}) for name in _DEFINITIONS})
OWN.update(gamma.OWN)
OWN.update(hypergeometric.OWN)


def named(name: str) -> Any:
    """The class of this name: one of ours, else SymPy's; of a function that takes lists, by its key."""
    return hypergeometric.of_lists(name) if "/" in name else OWN.get(name) or getattr(sympy, name)
