"""SymPy expressions as text in the language of the prompt, and as LaTeX."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import Any

import sympy
from sympy.printing.latex import LatexPrinter
from sympy.printing.precedence import PRECEDENCE
from sympy.printing.str import StrPrinter

from derivcli.brackets import bracketed, in_matrix
from derivcli.catalog import KEYS, ROWS
from derivcli.graph import BINDERS
from derivcli.model import Formula

# A fraction with more digits than this after the point stays a fraction.
_MAX_DECIMALS = 15
_SETTINGS = {"full_prec": False}
# From here on a numerator or denominator is no longer read, but counted.
_LONG = 10**9


_ROWS = {row.sympy: row for row in ROWS}
# Special functions that books write with symbols.
_SYMBOLS = {
    "hurwitz_zeta": r"\zeta\left(%s, %s\right)",
    "generalized_harmonic": r"H_{%s,%s}",
    "gammainc": r"P\left(%s, %s\right)",
    "gammaincc": r"Q\left(%s, %s\right)",
    "regularized_beta": r"I\left(%s, %s; %s\right)",
}


def _escaped(name: str) -> str:
    return name.replace("_", r"\_")


class _Ordered:
    """The order of a sum's terms: SymPy's, but what is subtracted never comes first, except in a polynomial's order."""

    def _as_ordered_terms(self, expr: Any, order: Any = None) -> list[Any]:
        terms: list[Any] = expr.as_ordered_terms(order=order)
        negative = [term.as_coeff_Mul()[0].is_negative for term in terms]
        if not negative[0] or all(negative) or (len(terms) > 2 and expr.is_polynomial()):
            return terms
        first = negative.index(False)
        return [terms[first], *terms[:first], *terms[first + 1 :]]


class _Text(_Ordered, StrPrinter):  # type: ignore[misc]
    """SymPy's own text, which is Python's, in names that the prompt reads."""

    def __init__(self, decimals: bool) -> None:
        super().__init__(_SETTINGS)
        self.decimals = decimals

    def _print_Pow(self, expr: Any, rational: bool = False) -> str:
        """1/x**2, where SymPy writes x**(-2)."""
        if expr.exp.is_Rational and expr.exp < -sympy.S.Half:
            return f"1/{self.parenthesize(1 / expr, PRECEDENCE['Pow'], strict=True)}"
        return str(super()._print_Pow(expr, rational))

    def _print_Heaviside(self, expr: Any) -> str:
        return f"heaviside({self._print(expr.args[0])})"

    def _print_Abs(self, expr: Any) -> str:
        return f"abs({self._print(expr.args[0])})"

    def _print_root(self, expr: Any) -> str:
        x, n = expr.args
        return f"cbrt({self._print(x)})" if n == 3 else f"root({self._print(x)}, {self._print(n)})"

    def _print_Max(self, expr: Any) -> str:
        return f"max({', '.join(self._print(a) for a in sorted(expr.args, key=str))})"

    def _print_Min(self, expr: Any) -> str:
        return f"min({', '.join(self._print(a) for a in sorted(expr.args, key=str))})"

    def _print_SpecialBase(self, expr: Any) -> str:
        return _ROWS[type(expr).__name__].call([self._print(a) for a in expr.args])

    def _print_OfListsBase(self, expr: Any) -> str:
        return KEYS[type(expr).__name__].call([self._print(a) for a in expr.args])

    def _print_BoundBase(self, expr: Any) -> str:
        body, name, lower, upper = (self._print(part) for part in self._opened(expr))
        return f"{BINDERS[expr.op]}({body}, ({name}, {lower}, {upper}))"

    def _opened(self, expr: Any) -> tuple[Any, ...]:
        body, *rest = expr.opened()
        return (_with_decimals(body) if self.decimals else body, *rest)


class _Latex(_Ordered, LatexPrinter):  # type: ignore[misc]
    def _print_SpecialBase(self, expr: Any, exp: str | None = None) -> str:
        name = type(expr).__name__
        plain = (
            rf"\operatorname{{{_escaped(_ROWS[name].name)}}}\left(" + ", ".join(["%s"] * len(expr.args)) + r"\right)"
        )
        text = _SYMBOLS.get(name, plain) % tuple(self._print(a) for a in expr.args)
        return rf"\left({text}\right)^{{{exp}}}" if exp else text

    def _print_root(self, expr: Any, exp: str | None = None) -> str:
        x, n = expr.args
        text = rf"\sqrt[{self._print(n)}]{{{self._print(x)}}}"
        return rf"\left({text}\right)^{{{exp}}}" if exp else text

    def _print_BoundBase(self, expr: Any, exp: str | None = None) -> str:
        body, name, lower, upper = expr.opened()
        form = {"Integral": sympy.Integral, "Sum": sympy.Sum}.get(expr.op, sympy.Product)
        text = rf"\left({self._print(form(body, (name, lower, upper)))}\right)"
        return rf"{text}^{{{exp}}}" if exp else text

    def _print_polygamma(self, expr: Any, exp: str | None = None) -> str:
        n, x = (self._print(a) for a in expr.args)
        text = rf"\psi^{{({n})}}\left({x}\right)"
        return rf"\left({text}\right)^{{{exp}}}" if exp else text

    def _print_Heaviside(self, expr: Any, exp: str | None = None) -> str:
        text = rf"\theta\left({self._print(expr.args[0])}\right)"
        return rf"\left({text}\right)^{{{exp}}}" if exp else text

    def _print_OfListsBase(self, expr: Any, exp: str | None = None) -> str:
        row = KEYS[type(expr).__name__]
        packed = row.packed([self._print(a) for a in expr.args])
        parts = (p if isinstance(p, str) else rf"\left[{', '.join(p)}\right]" for p in packed)
        power = f"^{{{exp}}}" if exp else ""
        return rf"\operatorname{{{row.name}}}{power}{{\left({', '.join(parts)}\right)}}"


def formula(expressions: list[Any], shape: tuple[int, ...], decimals: bool) -> Formula:
    """One formula, or an array of them.

    Args:
        expressions: the components, row by row.
        shape: of the array.
        decimals: print coefficients as decimals where they end after a few digits.
    """
    shown = [_with_decimals(e) for e in expressions] if decimals else expressions
    texts = [re.sub(r"(\d)\.0e", r"\1e", _Text(decimals).doprint(e)) for e in shown]
    latex = [_Latex({**_SETTINGS, "ln_notation": False}).doprint(e) for e in shown]
    return Formula(bracketed(texts, shape), in_matrix(latex, shape), shape)


def _with_decimals(e: Any) -> Any:
    """The expression with terminating fractions among its coefficients as decimals; exponents stay fractions."""
    if e.is_Atom:
        return _decimal(e) if e.is_Rational else e
    if isinstance(e, sympy.Expr) and not e.free_symbols:
        return e
    if e.is_Pow:
        return e.func(_with_decimals(e.base), e.exp)
    if isinstance(e, sympy.exp):
        return e
    return e.func(*[_with_decimals(a) for a in e.args])


def _decimal(e: Any) -> Any:
    """A number of few digits as it is; of many, as a decimal that is rounded to a float's worth of them."""
    fraction = Fraction(int(e.p), int(e.q))
    if fraction.denominator == 1 and abs(fraction) < _LONG:
        return e
    decimal = Decimal(fraction.numerator) / Decimal(fraction.denominator)
    ends = Fraction(decimal) == fraction and len(decimal.normalize().as_tuple().digits) <= _MAX_DECIMALS
    if not ends and max(abs(fraction.numerator), fraction.denominator) < _LONG:
        return e
    return sympy.Float(str(decimal), _MAX_DECIMALS)
