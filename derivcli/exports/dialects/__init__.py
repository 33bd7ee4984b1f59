"""The languages, each a table of operations and a layout; a module is loaded when its language is asked for."""

from __future__ import annotations

import importlib

from derivcli.exports.program import Dialect

# The languages; each has a module of its name, with its `DIALECT`.
MODULES = ("numpy", "jax", "c", "cpp", "fortran", "julia", "rust", "javascript", "mathematica", "matlab")


def dialect(name: str) -> Dialect:
    """The language of a name in `MODULES`."""
    found = importlib.import_module(f"derivcli.exports.dialects.{name}").DIALECT
    assert isinstance(found, Dialect)
    return found
