"""Questions per second of `deriv batch`, against a loop that only differentiates and evaluates with SymPy.

    python tests/benchmarks/rate.py [REPEATS]

Prints both rates and their ratio. Every question asks for a formula, autograd's gradient, the exact value and a check.
"""

from __future__ import annotations

import io
import json
import sys
import time

import sympy

from derivcli.batch import run

EXPRESSIONS = [
    "sin(x)*cos(y)", "exp(-x**2)*y", "log(1 + x**2)/y", "x**y", "sqrt(x**2 + y**2)", "atan(y/x)", "x*asinh(x*y)",
    "(x**2 - y)/(x + y**3)", "tan(x/3)**2", "exp(sin(x*y))", "erf(x)*y", "cosh(x)/sinh(y)", "x**5 - 3*x*y + y**4",
]  # fmt: skip
POINT = {"x": 0.75, "y": 1.25}
REPEATS = int(sys.argv[1]) if len(sys.argv) > 1 else 20


def batch_seconds() -> float:
    lines = [json.dumps({"expr": e, "at": POINT}) for e in EXPRESSIONS] * REPEATS
    run(lines[: len(EXPRESSIONS)], io.StringIO())  # imports, and SymPy's caches, are not the question
    start = time.perf_counter()
    run(lines, io.StringIO())
    return time.perf_counter() - start


def sympy_seconds() -> float:
    symbols = {name: sympy.Symbol(name, real=True) for name in POINT}
    values = {symbols[name]: value for name, value in POINT.items()}
    parsed = [sympy.parse_expr(e, local_dict=dict(symbols)) for e in EXPRESSIONS]
    start = time.perf_counter()
    for expression in parsed * REPEATS:
        for symbol in symbols.values():
            expression.diff(symbol).evalf(subs=values)
    return time.perf_counter() - start


if __name__ == "__main__":
    count = len(EXPRESSIONS) * REPEATS
    ours, bare = batch_seconds(), sympy_seconds()
    print(f"deriv batch: {count / ours:.0f} questions/s; bare SymPy: {count / bare:.0f}; ratio {ours / bare:.2f}")
