"""`deriv check`: whether a claim is the derivative, at which point it is not, and which slip explains it."""

from derivcli.checking.judging import check

__all__ = ["check"]
