"""SymPy to torch source, by `sympy.lambdify` with a printer of our own that walks the catalog."""

from __future__ import annotations

import functools
import inspect
import math
from collections.abc import Sequence
from typing import Any

import sympy
from sympy import S
from sympy.printing.precedence import PRECEDENCE, precedence
from sympy.printing.str import StrPrinter

from derivcli.arguments import argument_names
from derivcli.spelled import KEPT, takes_numbers
from derivcli.symbolic.translate import open_derivative, row_of, symbol

# Digits to which constants are folded before they are rounded to floats once.
_CONSTANT_DIGITS = 40


def torch_source(expressions: Sequence[Any], variables: Sequence[str]) -> str:
    """A program `f(variables)` that returns the list of the expressions' values.

    Shared parts become local variables, constants are folded to doubles.
    """
    names = argument_names(variables)
    renamed = {symbol(v): sympy.Symbol(n, real=True) for v, n in zip(variables, names, strict=True)}
    arguments = [renamed[symbol(v)] for v in variables]
    # Constants become atoms before parts are shared, or a shared constant would be no tensor where one is needed.
    body = [_fold(e.xreplace(renamed)) for e in expressions]
    printer = TorchPrinter(names[0] if names else "")
    parts = functools.partial(_shared_parts, names)
    function = sympy.lambdify(arguments, body, modules=[{}], printer=printer, cse=parts)
    return inspect.getsource(function).replace("_lambdifygenerated", "f", 1)


def _fold(e: Any) -> Any:
    """The expression with every constant part that is not rational as one number of many digits."""
    if e.is_Atom or e.is_Rational:
        return e
    if isinstance(e, sympy.Expr) and not e.free_symbols:
        value = e.evalf(_CONSTANT_DIGITS)
        return value if value.is_Float or value.is_Rational or value.is_infinite else S.NaN
    return e.func(*[_fold(a) for a in e.args])


def _shared_parts(names: Sequence[str], expressions: Any) -> Any:
    fresh = (sympy.Symbol(f"t{i}", real=True) for i in range(1, 10**9))
    return sympy.cse(expressions, symbols=fresh, optimizations=[], list=True)


class TorchPrinter(StrPrinter):  # type: ignore[misc]
    """Prints torch operations; `like` names a tensor whose dtype and device new constants take."""

    def __init__(self, like: str) -> None:
        super().__init__({"order": None})
        self.like = like

    def _print(self, expr: Any, **kwargs: Any) -> str:
        if isinstance(expr, sympy.Expr) and not expr.is_Integer and not expr.free_symbols and not expr.is_Rational:
            return _literal(expr)
        return str(super()._print(expr, **kwargs))

    def doprint(self, expr: Any) -> str:
        return self._print(expr)

    def _tensor(self, expr: Any) -> str:
        """As an argument where torch takes no plain number."""
        return self._print(expr) if expr.free_symbols else f"{self.like}.new_tensor({self._print(expr)})"

    def _print_Integer(self, expr: Any) -> str:
        return str(int(expr)) if abs(int(expr)) < 2**53 else _literal(expr)

    def _print_Rational(self, expr: Any) -> str:
        return _literal(expr)

    _print_Half = _print_Rational

    def _print_Add(self, expr: Any, order: Any = None) -> str:
        text = " + ".join(self.parenthesize(t, PRECEDENCE["Add"], strict=True) for t in expr.args)
        return text.replace("+ -", "- ")

    def _print_Mul(self, expr: Any) -> str:
        constant = sympy.Mul(*[a for a in expr.args if not a.free_symbols])
        over: list[Any] = []
        below: list[Any] = []
        for factor in (a for a in expr.args if a.free_symbols):
            negative = factor.is_Pow and factor.exp.is_Rational and factor.exp.is_negative
            (below if negative else over).append(1 / factor if negative else factor)
        text = self._coefficient(constant, over, below)
        if over or not text:
            factors = "*".join(self.parenthesize(f, PRECEDENCE["Mul"], strict=True) for f in over)
            text = f"{text}*{factors}" if text not in ("", "-") else text + (factors or "1")
        if below:
            text += "/" + self._denominator(below)
        return text

    def _coefficient(self, constant: Any, over: list[Any], below: list[Any]) -> str:
        """The number in front; a small fraction keeps its denominator, which loses nothing."""
        if constant.is_Rational and max(abs(constant.p), constant.q) < 2**53:
            if constant.q != 1:
                below.insert(0, sympy.Integer(constant.q))
            p = int(constant.p)
            return "" if p == 1 and over else "-" if p == -1 and over else str(p)
        return _literal(constant)

    def _denominator(self, below: list[Any]) -> str:
        if len(below) == 1:
            return str(self.parenthesize(below[0], PRECEDENCE["Pow"], strict=True))
        return "(" + "*".join(self.parenthesize(f, PRECEDENCE["Mul"], strict=True) for f in below) + ")"

    def _print_Pow(self, expr: Any, rational: bool = False) -> str:
        base, exponent = expr.base, expr.exp
        if exponent == S.Half:
            return f"torch.sqrt({self._print(base)})"
        if exponent.is_Rational and exponent.is_negative:
            return f"1/{self.parenthesize(1 / expr, PRECEDENCE['Pow'], strict=True)}"
        if not base.free_symbols:
            return f"torch.pow({_literal(base)}, {self._print(exponent)})"
        power = _literal(exponent) if exponent.is_Rational and not exponent.is_Integer else None
        text = power or self.parenthesize(exponent, PRECEDENCE["Atom"], strict=True)
        return f"{self.parenthesize(base, PRECEDENCE['Pow'] + 1)}**{text}"

    def _print_Function(self, expr: Any) -> str:
        name = type(expr).__name__
        if name in KEPT:
            # A guard takes plain numbers.
            written = self._print if name == "guard" else self._tensor
            return KEPT[name].format(*map(written, expr.args))
        row = row_of(expr)
        if row is None:
            raise NotImplementedError(f"{name} has no row in the catalog")
        arguments = expr.args[:1] if row.name == "heaviside" else expr.args
        if row.leaf:
            return row.torch.format(*map(self._print, arguments))
        if takes_numbers(row.key):
            return row.torch.format(*[self.parenthesize(a, PRECEDENCE["Atom"], strict=True) for a in arguments])
        if row.repeats:
            return functools.reduce(lambda a, b: row.torch.format(a, b), [self._tensor(a) for a in arguments])
        if row.torch.count("{0}") > 1 or "/" in row.torch:
            return row.torch.format(*[self.parenthesize(a, PRECEDENCE["Atom"], strict=True) for a in arguments])
        return row.torch.format(*[self._tensor(a) for a in arguments])

    _print_log = _print_Abs = _print_Heaviside = _print_Max = _print_Min = _print_Mod = _print_gamma = _print_Function

    def _print_Derivative(self, expr: Any) -> str:
        found = open_derivative(expr)
        if found is None:
            raise NotImplementedError("a derivative that is open")
        key, orders, arguments = found
        return f"derivative({key!r}, {orders})({', '.join(map(self._print, arguments))})"

    _print_Subs = _print_Derivative

    def _print_Piecewise(self, expr: Any) -> str:
        return self._choice([(pair.expr, pair.cond) for pair in expr.args])

    def _print_choice(self, expr: Any) -> str:
        return self._choice(list(zip(expr.args[::2], expr.args[1::2], strict=True)))

    def _choice(self, pairs: Sequence[tuple[Any, Any]]) -> str:
        text = "torch.nan"
        for value, condition in reversed(pairs):
            known = condition is S.true
            text = (
                self._tensor(value)
                if known
                else f"torch.where({self._print(condition)}, {self._tensor(value)}, {text})"
            )
        return text

    def _print_Relational(self, expr: Any) -> str:
        left, right = (self.parenthesize(a, precedence(expr)) for a in expr.args)
        return f"({left} {expr.rel_op} {right})"

    def _print_And(self, expr: Any) -> str:
        return "(" + " & ".join(self._print(a) for a in expr.args) + ")"

    def _print_Or(self, expr: Any) -> str:
        return "(" + " | ".join(self._print(a) for a in expr.args) + ")"

    def _print_Not(self, expr: Any) -> str:
        return f"(~{self._print(expr.args[0])})"


def _literal(expr: Any) -> str:
    """A constant as a float, rounded once from many digits."""
    if expr in (S.Infinity, S.NegativeInfinity):
        return "torch.inf" if expr is S.Infinity else "(-torch.inf)"
    value = expr.evalf(_CONSTANT_DIGITS) if not expr.is_Rational else expr
    real = value.is_real
    try:
        number = float(value) if real else math.nan
    except OverflowError:
        number = math.inf if value > 0 else -math.inf
    if not math.isfinite(number):
        return {math.inf: "torch.inf", -math.inf: "(-torch.inf)"}.get(number, "torch.nan")
    return repr(number) if number >= 0 else f"({number!r})"
