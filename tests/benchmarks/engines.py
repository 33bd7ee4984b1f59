"""Value and gradient of three variables at many points in memory: deriv's engines against torch as one writes it.

numexpr, numba, jax and `torch.compile` are measured, too, where they are installed (the last with `--compile`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from derivcli.errors import UsageError
from derivcli.language import read
from derivcli.model import ENGINES as NAMES
from derivcli.numeric.engines.choice import make
from derivcli.numeric.kernels import torch
from derivcli.programs import computed
from tests.benchmarks.measuring import Table, Way, in_turn
from tests.benchmarks.others import others

EXPRESSION = "exp(-(x**2 + y**2)/2)*sin(3*z)/(1 + x**4*z**2) + log(1 + exp(y*z))"
VARIABLES = ("x", "y", "z")


def by_hand(columns: Mapping[str, Any]) -> Any:
    """What a user would write."""
    x, y, z = (column.detach().requires_grad_() for column in columns.values())
    f = torch.exp(-(x**2 + y**2) / 2) * torch.sin(3 * z) / (1 + x**4 * z**2) + torch.log(1 + torch.exp(y * z))
    return f.detach(), torch.autograd.grad(f.sum(), (x, y, z))


def on(threads: int, function: Callable[[], Any]) -> Callable[[], Any]:
    """A function with so many threads of torch's own."""

    def run() -> Any:
        before = torch.get_num_threads()
        torch.set_num_threads(threads)
        try:
            return function()
        finally:
            torch.set_num_threads(before)

    return run


def ways(count: int, compile_too: bool) -> dict[str, Callable[[], Any]]:
    """All the ways to the same numbers at `count` points."""
    generator = torch.Generator().manual_seed(0)
    columns = {v: torch.rand(count, generator=generator, dtype=torch.float64) * 4 - 2 for v in VARIABLES}
    reading = read([EXPRESSION])
    program = computed(reading.graph, reading.roots, literal=False)
    plan = {(v,): (v,) for v in VARIABLES}
    found: dict[str, Callable[[], Any]] = {
        "torch by hand, one thread": on(1, lambda: by_hand(columns)),
        "torch by hand": lambda: by_hand(columns),
    }
    for name in NAMES:
        if name != "auto" and (compile_too or name != "compile"):
            try:
                engine = make(program, VARIABLES, plan, engine=name)
            except UsageError:
                continue
            out = [torch.empty(count, dtype=torch.float64) for _ in range(1 + len(VARIABLES))]
            found[f"deriv, {name}"] = lambda engine=engine: engine(columns)
            found[f"deriv, {name}, results written over"] = lambda engine=engine, out=out: engine(columns, out)
    return {**found, **others(columns, by_hand, compile_too)}


def measure(smoke: bool, compile_too: bool = False) -> list[Table]:
    """The largest size as a table, and how the times grow."""
    sizes = (1_000, 5_000) if smoke else (10_000, 100_000, 1_000_000, 10_000_000)
    growth: dict[str, dict[int, float]] = {}
    last: Sequence[Way] = ()
    for size in sizes:
        last = in_turn(ways(size, compile_too), 1 if smoke else 5)
        for way in last:
            growth.setdefault(way.name, {})[size] = way.median
    return [Table(f"Value and gradient at {sizes[-1]:,} points in memory", last, f"f = `{EXPRESSION}`", growth)]
