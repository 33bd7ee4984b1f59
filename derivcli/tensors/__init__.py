"""Questions about vectors and matrices: formulas by index calculus, numbers by torch, checked entry by entry."""

from derivcli.tensors.answering import array_formulas, with_one_root

__all__ = ["array_formulas", "with_one_root"]
