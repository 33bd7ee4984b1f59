"""What a derivative is called: df/dx, ∂f/∂x, ∂²f/∂x∂y."""

from __future__ import annotations

import itertools

from derivcli.model import Answer, Path
from derivcli.render.unicode import raised


def along(answer: Answer, path: Path) -> tuple[str, ...]:
    """The variables that a result was differentiated by, in order."""
    return tuple(path[0].split(",")) if answer.kind == "derivative" else path


def derivative(answer: Answer, path: Path) -> str:
    """The name in Unicode."""
    variables = along(answer, path)
    d = "d" if len(answer.variables) <= 1 else "∂"
    below = "".join(f"{d}{name}{raised(len(list(group)))}" for name, group in itertools.groupby(variables))
    return f"{d}{raised(len(variables))}f/{below}"


def derivative_latex(answer: Answer, path: Path) -> str:
    """The name in LaTeX."""
    variables = along(answer, path)
    d = r"\mathrm{d}" if len(answer.variables) <= 1 else r"\partial "
    power = f"^{{{len(variables)}}}" if len(variables) > 1 else ""
    groups = [(name, len(list(group))) for name, group in itertools.groupby(variables)]
    below = r"\,".join(f"{d} {_latex_name(name)}" + (f"^{{{n}}}" if n > 1 else "") for name, n in groups)
    return rf"\frac{{{d}{power} f}}{{{below}}}"


def _latex_name(name: str) -> str:
    return name if len(name) == 1 else rf"\mathrm{{{name}}}".replace("_", r"\_")
