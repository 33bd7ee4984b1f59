"""Derivations: the rules of calculus on the user's own form, one after another, down to the formula that is shown."""

from derivcli.derivation.arrays import ArrayForm, array_derivations
from derivcli.derivation.curves import CurveForm, implicit_derivations, parametric_derivations
from derivcli.derivation.scalar import derivations

__all__ = [
    "ArrayForm", "CurveForm", "array_derivations", "derivations", "implicit_derivations", "parametric_derivations",
]  # fmt: skip
