"""Text to graph: tokens, a precedence parser, names, limits. Nothing here evaluates anything."""

from derivcli.language.reading import Reading, name_problem, read
from derivcli.language.rules import expand, partial, specials
from derivcli.language.writing import write

__all__ = ["Reading", "expand", "name_problem", "partial", "read", "specials", "write"]
