"""What somebody would write by hand who wants a slope from SymPy and torch: what a cold start is measured against.

python tests/benchmarks/by_hand.py "sin(x/2**1.5)" 100
"""

from __future__ import annotations

import sympy
import torch
import typer
from rich.console import Console
from rich.table import Table

app = typer.Typer()


@app.command()
def main(expression: str, at: float) -> None:
    x = sympy.Symbol("x", real=True)
    f = sympy.parse_expr(expression, {"x": x})
    derivative = sympy.simplify(f.diff(x))
    leaf = torch.tensor(at, dtype=torch.float64, requires_grad=True)
    value = sympy.lambdify(x, f, modules=[{"sin": torch.sin, "sqrt": torch.sqrt}, "math"])(leaf)
    value.backward()
    assert leaf.grad is not None
    table = Table("derivative", "value", "symbolic", "autograd")
    exact = str(derivative.subs(x, sympy.Rational(at)).evalf(17))
    table.add_row(str(derivative), str(value.item()), exact, str(leaf.grad.item()))
    Console().print(table)


app()
