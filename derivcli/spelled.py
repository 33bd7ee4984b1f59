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
    "log1mexp": "log1mexp({0})",    "logaddexp": "logaddexp({0}, {1})", "guard": "torch.where({0}, {1}, {2})",
}  # fmt: skip

_TAKE_NUMBERS = frozenset(("polygamma", "root", "guard"))

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
