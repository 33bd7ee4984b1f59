"""Text to graph: tokens, a precedence parser, names, limits. Nothing here evaluates anything."""

from derivcli.language.glued import is_glued
from derivcli.language.reading import Reading, Setting, name_problem, read
from derivcli.language.rules import (
    Template,
    array_partial,
    definition,
    expand,
    partial,
    singularities,
    slope,
    specials,
    worded,
)
from derivcli.language.shapes import Shaped, has_arrays, shaped
from derivcli.language.writing import write

__all__ = [
    "Reading",
    "Setting",
    "Shaped",
    "Template",
    "array_partial",
    "definition",
    "expand",
    "has_arrays",
    "is_glued",
    "name_problem",
    "partial",
    "read",
    "shaped",
    "singularities",
    "slope",
    "specials",
    "worded",
    "write",
]
