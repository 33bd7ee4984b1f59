"""Large expressions: a whole answer, formulas, gradient and check, against casadi's process where it is installed.

Times are those of whole processes; what deriv's answer to `x` at a point takes is what starting takes.
"""

from __future__ import annotations

import importlib.util
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.measuring import Table, in_turn, process


@dataclass(frozen=True)
class Large:
    """An expression of a size, the point it is differentiated at, and the lines that make it `f` of `x` in casadi."""

    title: str
    text: str
    at: str
    casadi: str


def _point(count: int, value: Callable[[int], float]) -> str:
    return ",".join(f"x{i}={value(i):.4f}" for i in range(1, count + 1))


def product(count: int) -> Large:
    text = "*".join(f"x{i}" for i in range(1, count + 1))
    lines = f"x = MX.sym('x', {count}); f = 1\nfor i in range({count}): f = f*x[i]"
    return Large(f"the product of {count:,} variables", text, _point(count, lambda i: 1 + i / 1e4), lines)


def nested(depth: int) -> Large:
    lines = f"x = MX.sym('x', 1); f = x\nfor i in range({depth}): f = sin(f)"
    return Large(f"sin(sin(…sin(x))), {depth:,} deep", "sin(" * depth + "x" + ")" * depth, "x=0.7", lines)


def helmholtz(count: int) -> Large:
    """The Helmholtz energy of a mixture (Griewank and Walther, Evaluating Derivatives, section 4.1)."""
    places = range(1, count + 1)
    below = "+".join(f"{0.001 * (1 + i % 7):.3f}*x{i}" for i in places)
    logs = "+".join(f"x{i}*log(x{i}/(1 - b))" for i in places)
    pairs = "+".join(f"{1 / (i + j):.6f}*x{i}*x{j}" for i in places for j in places)
    text = f"b = {below}; {logs} - ({pairs})/(sqrt(8)*b)*log((1 + (1 + sqrt(2))*b)/(1 + (1 - sqrt(2))*b))"
    lines = (
        f"n = {count}; x = SX.sym('x', n); s = sqrt(SX(2))\n"
        "b = sum(0.001*(1 + i % 7)*x[i-1] for i in range(1, n + 1))\n"
        "f = sum(x[i]*log(x[i]/(1 - b)) for i in range(n)) - sum(1/(i + j)*x[i-1]*x[j-1] for i in range(1, n + 1) "
        "for j in range(1, n + 1))/(2*s*b)*log((1 + (1 + s)*b)/(1 + (1 - s)*b))"
    )
    title = f"the Helmholtz energy of {count:,} variables"
    return Large(title, text, _point(count, lambda i: (0.5 + i / 1e3) / 4), lines)


def rosenbrock(count: int) -> Large:
    text = "+".join(f"100*(x{i + 1}-x{i}**2)**2+(1-x{i})**2" for i in range(1, count))
    lines = f"x = SX.sym('x', {count}); f = sum(100*(x[i+1] - x[i]**2)**2 + (1 - x[i])**2 for i in range({count} - 1))"
    return Large(f"Rosenbrock of {count:,} variables", text, _point(count, lambda i: 0.3 + 0.4 * (i % 9)), lines)


def casadi(large: Large) -> str:
    """A script that does the same with casadi, its expression built, not read."""
    values = ", ".join(piece.partition("=")[2] for piece in large.at.split(","))
    head = "from casadi import *\nfrom builtins import sum"
    return f"{head}\n{large.casadi}\nprint(Function('g', [x], [f, gradient(f, x)])([{values}]))"


def deriv(file: str, at: str) -> Sequence[str]:
    """The whole command."""
    return [sys.executable, "-m", "derivcli", f"@{file}", "--at", at, "--simplify", "none", "-o", "ndjson"]


def measure(smoke: bool) -> list[Table]:
    """One table: how much more than the smallest question each of them takes."""
    scale = 10 if smoke else 1
    found = [product(1_000 // scale), nested(1_000 // scale), helmholtz(100 // scale), rosenbrock(10_000 // scale**2)]
    with tempfile.TemporaryDirectory() as folder:
        ways = {"deriv x": process(deriv(_file(folder, "x", "x"), "x=1"))}
        for k, large in enumerate(found):
            ways[large.title] = process(deriv(_file(folder, str(k), large.text), large.at))
            if importlib.util.find_spec("casadi") is not None:
                ways[f"{large.title}, built and differentiated by casadi"] = process(
                    [sys.executable, _file(folder, f"{k}.py", casadi(large))]
                )
        timed = in_turn(ways, 1 if smoke else 3, warm=not smoke)
    more = (f"{way.name}: {way.median - timed[0].median:.2f} s" for way in timed[1:] if "casadi" not in way.name)
    return [Table("Large expressions, whole processes", timed, f"Beyond the start deriv takes: {'; '.join(more)}.")]


def _file(folder: str, name: str, text: str) -> str:
    path = Path(folder) / name
    path.write_text(text, encoding="utf-8")
    return str(path)
