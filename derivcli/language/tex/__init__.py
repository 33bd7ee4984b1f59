"""LaTeX to the tokens of deriv's own language, each with its place in the LaTeX."""

from derivcli.language.tex.scanning import recognised
from derivcli.language.tex.translating import translated

__all__ = ["recognised", "translated"]
