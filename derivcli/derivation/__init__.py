"""Derivations: the rules of calculus on the user's own form, one after another, down to the formula that is shown."""

from derivcli.derivation.scalar import derivations

__all__ = ["derivations"]
