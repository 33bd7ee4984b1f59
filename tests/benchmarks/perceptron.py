"""The gradient of a 3-layer perceptron with 10^5 weights: deriv's own program against torch written by hand.

    python tests/benchmarks/perceptron.py [REPEATS]

Prints the ratio of the two, start-up apart, and how long a whole answer takes: formulas, gradient and check.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

from derivcli.asking import question
from derivcli.engine import answer
from derivcli.numeric.kernels import KERNELS, torch
from derivcli.numeric.load import load

EXPRESSION = "norm(W3 @ tanh(W2 @ tanh(W1 @ x)) - y)**2"
SHAPES = {"W1": (250, 200), "W2": (200, 250), "W3": (10, 200), "x": (200,), "y": (10,)}
WEIGHTS = ("W1", "W2", "W3")
REPEATS = int(sys.argv[1]) if len(sys.argv) > 1 else 200


def array(generator: random.Random, shape: tuple[int, ...]) -> Any:
    if not shape:
        return generator.gauss(0.0, 0.1)
    return [array(generator, shape[1:]) for _ in range(shape[0])]


def by_hand(W1: Any, W2: Any, W3: Any, x: Any, y: Any) -> Any:
    return torch.linalg.vector_norm(W3 @ torch.tanh(W2 @ torch.tanh(W1 @ x)) - y) ** 2


def seconds(function: Callable[..., Any], leaves: dict[str, Any]) -> float:
    """The median time of a value and its gradient."""
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        value = function(**leaves)
        torch.autograd.grad(value, [leaves[name] for name in WEIGHTS])
        times.append(time.perf_counter() - start)
    return statistics.median(times)


if __name__ == "__main__":
    generator = random.Random(0)
    at = {name: array(generator, shape) for name, shape in SHAPES.items()}
    asked = question({"expr": EXPRESSION, "at": at, "wrt": list(WEIGHTS)})
    start = time.perf_counter()
    found = answer(asked)
    whole = time.perf_counter() - start
    leaves = {name: torch.tensor(at[name], dtype=torch.float64, requires_grad=True) for name in found.variables}
    program = load(str(found.program), "f", {"torch": torch, **KERNELS})
    ours = seconds(lambda **given: program(*(given[name] for name in found.variables))[0], leaves)
    hand = seconds(by_hand, leaves)
    print(f"gradient: {1e3 * ours:.2f} ms; by hand {1e3 * hand:.2f} ms; ratio {ours / hand:.2f}")
    print(f"the whole answer, with formulas and check: {whole:.2f} s")
