"""How functions are spelled in torch, beside the catalog's own column. Nothing is imported that is heavy."""

from __future__ import annotations

from collections.abc import Mapping

from derivcli import catalog

# Functions with a definition that a program computes by one operation: torch's, or a kernel where torch's derivatives
# are wrong far out. `guard` is an operation of programs alone: its second argument where the first holds, else the
# third.
KEPT: Mapping[str, str] = {
    "sqrt": "torch.sqrt({0})", "exp2": "torch.exp2({0})", "expm1": "expm1({0})", "log2": "torch.log2({0})",
    "log10": "torch.log10({0})", "log1p": "torch.log1p({0})", "hypot": "hypot({0}, {1})", "relu": "torch.relu({0})",
    "sigmoid": "sigmoid({0})", "logsigmoid": "logsigmoid({0})", "logcosh": "logcosh({0})",
    "log1mexp": "log1mexp({0})", "logaddexp": "logaddexp({0}, {1})", "digamma": "digamma({0})",
    "trigamma": "trigamma({0})", "guard": "torch.where({0}, {1}, {2})",
}  # fmt: skip

# Functions whose arguments may be plain numbers.
_TAKE_NUMBERS = frozenset(("root", "guard"))

# Derivatives in functions that programs keep: those of what is kept, and of others a form that does not overflow.
SLOPES: Mapping[str, tuple[str, ...]] = {
    "sqrt": ("1/(2*sqrt(x))",), "exp2": ("log(2)*exp2(x)",), "expm1": ("exp(x)",), "log2": ("1/(log(2)*x)",),
    "log10": ("1/(log(10)*x)",), "log1p": ("1/(1 + x)",), "hypot": ("x/hypot(x, y)", "y/hypot(x, y)"),
    "relu": ("heaviside(x)",), "sigmoid": ("sech(x/2)**2/4",), "logsigmoid": ("sigmoid(-x)",),
    "logcosh": ("tanh(x)",), "log1mexp": ("-1/expm1(-x)",), "logaddexp": ("sigmoid(x - y)", "sigmoid(y - x)"),
    "tanh": ("sech(x)**2",), "coth": ("-csch(x)**2",),
}  # fmt: skip

# What torch itself has, right or wrong: with --literal.
_TORCH: Mapping[str, str] = {
    "expm1": "torch.expm1({0})", "hypot": "torch.hypot({0}, {1})", "tanh": "torch.tanh({0})",
    "sigmoid": "torch.sigmoid({0})", "logsigmoid": "torch.nn.functional.logsigmoid({0})",
    "softplus": "torch.nn.functional.softplus({0})", "silu": "torch.nn.functional.silu({0})",
    "gelu": "torch.nn.functional.gelu({0})", "logaddexp": "torch.logaddexp({0}, {1})", "logit": "torch.logit({0})",
    "sech": "(1/torch.cosh({0}))", "erfinv": "torch.erfinv({0})", "loggamma": "torch.lgamma({0})",
    "sind": "torch.sin(torch.deg2rad({0}))", "cosd": "torch.cos(torch.deg2rad({0}))",
    "tand": "torch.tan(torch.deg2rad({0}))", "frac": "({0} - torch.floor({0}))",
    "sinc": "torch.sinc({0}/torch.pi)", "polygamma": "torch.polygamma({0}, {1})",
    "digamma": "torch.digamma({0})", "trigamma": "torch.polygamma(1, {0})", "log_ndtr": "torch.special.log_ndtr({0})",
    "normcdf": "torch.special.ndtr({0})", "norminv": "torch.special.ndtri({0})",
}  # fmt: skip
LITERAL: Mapping[str, str] = {
    **{op: text for op, text in KEPT.items() if op not in ("logcosh", "log1mexp", "guard")},
    **_TORCH,
}


def takes_numbers(op: str) -> bool:
    """Whether the arguments of a function may be plain numbers."""
    row = catalog.KEYS.get(op)
    return op in _TAKE_NUMBERS or (row is not None and row.leaf)


def spelled(op: str, literal: bool = False) -> str:
    """The torch expression of a function; {0}, {1} stand for its arguments."""
    table = LITERAL if literal else KEPT
    return table.get(op) or catalog.KEYS[op].torch


# Functions of complex numbers as torch computes them; those that are not here are leaves.
COMPLEX: Mapping[str, str] = {
    "log": "complex_log({0})", "pow": "complex_power({0}, {1})", "exp": "torch.exp({0})", "sin": "torch.sin({0})",
    "cos": "torch.cos({0})", "tan": "complex_tan({0})", "cot": "(1/complex_tan({0}))", "sec": "(1/torch.cos({0}))",
    "csc": "(1/torch.sin({0}))", "sinh": "torch.sinh({0})", "cosh": "torch.cosh({0})", "tanh": "complex_tanh({0})",
    "coth": "(1/complex_tanh({0}))", "sech": "(1/torch.cosh({0}))", "csch": "(1/torch.sinh({0}))",
    "asin": "complex_asin({0})", "acos": "complex_acos({0})", "atan": "complex_atan({0})",
    "acot": "complex_atan(1/{0})", "asec": "complex_acos(1/{0})", "acsc": "complex_asin(1/{0})",
    "asinh": "complex_asinh({0})", "acosh": "complex_acosh({0})", "atanh": "complex_atanh({0})",
    "acoth": "complex_atanh(1/{0})", "asech": "complex_acosh(1/{0})", "acsch": "complex_asinh(1/{0})",
    "sinc": "(torch.sin({0})/{0})", "abs": "torch.abs({0})", "sign": "torch.sgn({0})",
}  # fmt: skip
# Those among them that are not real at all real arguments.
LEAVES_REALS = frozenset(
    ("log", "pow", "asin", "acos", "asec", "acsc", "acosh", "atanh", "acoth", "asech")
)  # fmt: skip
# Functions of real numbers alone: of others they have no value.
OF_REALS = frozenset(("floor", "ceiling", "Mod", "max", "min", "heaviside", "atan2", "root"))
# Functions that have no complex derivative.
NOT_HOLOMORPHIC = OF_REALS | {"abs", "sign", "piecewise"}
