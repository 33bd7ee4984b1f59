"""What a derivative is called: df/dx, ∂f/∂x, ∂²f/∂x∂y."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from derivcli.claims import Checked
from derivcli.model import Answer, Path
from derivcli.render.unicode import raised

# Places on a graph whose names are no single word.
PLACES = {
    "vertical_tangent": "vertical tangent",
    "domain_edge": "end of the domain",
    "flat": "flat point",
    "no_limit": "no limit",
    "logarithmic_singularity": "logarithmic singularity",
}


def along(answer: Answer | Checked, path: Path) -> tuple[str, ...]:
    """The variables that a result was differentiated by, in order."""
    return tuple(path[0].split(",")) if answer.kind == "derivative" else path


# Products with derivatives.
_PRODUCTS = {"vjp": "{v}·{d}f/{d}{x}", "jvp": "{d}f/{d}({x})·{v}", "hvp": "{d}/{d}{x} (∇f·{v})"}
_PRODUCTS_LATEX = {
    "vjp": r"{v} \cdot \frac{{\partial f}}{{\partial {x}}}", "jvp": r"\frac{{\partial f}}{{\partial ({x})}} \cdot {v}",
    "hvp": r"\frac{{\partial}}{{\partial {x}}} (\nabla f \cdot {v})",
}  # fmt: skip


def loop(header_and_count: tuple[str, int]) -> str:
    """How often the body of a loop ran, or whether a branch was taken."""
    header, count = header_and_count
    if header.startswith("while"):
        return f"{header}: ran {count} time{'' if count == 1 else 's'}"
    return f"{header}: {'taken' if count else 'not taken'}"


def _vector(answer: Answer) -> str:
    """What V is called in the formulas."""
    names = list(answer.vectors)
    return names[0] if len(names) == 1 else "v"


def derivative(answer: Answer, path: Path) -> str:
    """The name in Unicode."""
    d = "d" if len(answer.variables) <= 1 else "∂"
    if answer.kind in _PRODUCTS:
        return _PRODUCTS[answer.kind].format(d=d, x=path[0] if path else ", ".join(answer.wrt), v=_vector(answer))
    return partial(d, along(answer, path))


def partial(d: str, variables: Sequence[str], f: str = "f") -> str:
    """The name of a derivative of f by variables, in order: ∂³f/∂x²∂y, with ∂ or d."""
    below = "".join(f"{d}{name}{raised(len(list(group)))}" for name, group in itertools.groupby(variables))
    return f"{d}{raised(len(variables))}{f}/{below}"


def derivative_latex(answer: Answer, path: Path) -> str:
    """The name in LaTeX."""
    if answer.kind in _PRODUCTS_LATEX:
        name = latex_name(path[0]) if path else ",".join(map(latex_name, answer.wrt))
        return _PRODUCTS_LATEX[answer.kind].format(x=name, v=latex_name(_vector(answer)))
    return partial_latex(r"\mathrm{d}" if len(answer.variables) <= 1 else r"\partial", along(answer, path))


def partial_latex(d: str, variables: Sequence[str], f: str = "f") -> str:
    """The name of a derivative of f by variables, in order, in LaTeX."""
    groups = [(name, len(list(group))) for name, group in itertools.groupby(variables)]
    below = r"\,".join(f"{d} {latex_name(name)}{_latex_power(n)}" for name, n in groups)
    return rf"\frac{{{d}{_latex_power(len(variables))} {f}}}{{{below}}}"


def _latex_power(n: int) -> str:
    return "" if n == 1 else f"^{{{n}}}"


_GREEK = frozenset({
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu", "xi",
    "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega", "Gamma", "Delta", "Theta", "Lambda", "Xi", "Sigma",
    "Upsilon", "Phi", "Psi", "Omega",
})  # fmt: skip


def latex_name(name: str) -> str:
    """A variable as the formulas have it: alpha as a Greek letter, x1 with its index below."""
    base, index = re.fullmatch(r"(.*?)_?(\d*)", name).groups()  # type: ignore[union-attr]
    base = "\\" + base if base in _GREEK else base.replace("_", r"\_")
    return f"{base}_{{{index}}}" if index else base
