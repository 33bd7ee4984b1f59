"""What a derivative is called: df/dx, ∂f/∂x, ∂²f/∂x∂y."""

from __future__ import annotations

import itertools
import re

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
    d = r"\mathrm{d}" if len(answer.variables) <= 1 else r"\partial"
    groups = [(name, len(list(group))) for name, group in itertools.groupby(variables)]
    below = r"\,".join(f"{d} {_latex_name(name)}{_latex_power(n)}" for name, n in groups)
    return rf"\frac{{{d}{_latex_power(len(variables))} f}}{{{below}}}"


def _latex_power(n: int) -> str:
    return "" if n == 1 else f"^{{{n}}}"


_GREEK = frozenset({
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu", "xi",
    "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega", "Gamma", "Delta", "Theta", "Lambda", "Xi", "Sigma",
    "Upsilon", "Phi", "Psi", "Omega",
})  # fmt: skip


def _latex_name(name: str) -> str:
    """A variable as the formulas have it: alpha as a Greek letter, x1 with its index below."""
    base, index = re.fullmatch(r"(.*?)_?(\d*)", name).groups()  # type: ignore[union-attr]
    base = "\\" + base if base in _GREEK else base.replace("_", r"\_")
    return f"{base}_{{{index}}}" if index else base
