"""`deriv lint`: where a plain torch program of an expression goes wrong."""

from derivcli.linting.linter import Linter

__all__ = ["Linter"]
