"""What the benchmarks share: ways of doing one thing, timed in turn, and told as ratios to one of them."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shutil
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Way:
    """One way to do a thing: its name, and its times in seconds."""

    name: str
    seconds: Sequence[float]

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    @property
    def spread(self) -> float:
        """How far the slowest is from the fastest, relative to the median."""
        return (max(self.seconds) - min(self.seconds)) / self.median


@dataclass(frozen=True)
class Table:
    """Several ways to do one thing; ratios are to the first. `growth` are the medians of each way by size."""

    title: str
    ways: Sequence[Way]
    note: str = ""
    growth: Mapping[str, Mapping[int, float]] = field(default_factory=dict)

    def markdown(self) -> str:
        head = f"### {self.title}\n\n| | median | spread | times as fast as {self.ways[0].name} |\n"
        rows = [
            f"| {w.name} | {_time(w.median)} | {100 * w.spread:.0f} % | {self.ways[0].median / w.median:.2f} |"
            for w in self.ways
        ]
        return "\n".join([f"{head}| --- | ---: | ---: | ---: |", *rows, *([f"\n{self.note}"] if self.note else []), ""])


def _time(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{1e3 * seconds:.3g} ms"


def in_turn(ways: Mapping[str, Callable[[], object]], repeats: int, warm: bool = True) -> list[Way]:
    """Each way `repeats` times, one after another, so that what disturbs the machine disturbs all of them.

    With `warm` each is run once before: what is compiled or read once is not the question.
    """
    times: dict[str, list[float]] = {name: [] for name in ways}
    for function in ways.values() if warm else ():
        function()
    for _ in range(repeats):
        for name, function in ways.items():
            start = time.perf_counter()
            function()
            times[name].append(time.perf_counter() - start)
    return [Way(name, seconds) for name, seconds in times.items()]


def process(command: Sequence[str]) -> Callable[[], object]:
    """A whole process as a way."""
    return lambda: subprocess.run(command, capture_output=True, check=True)


def machine() -> str:
    """The machine and the versions of what was measured, in one paragraph."""
    names = ("derivcli", "torch", "sympy", "numpy", "numexpr", "numba", "jax", "casadi", "pyarrow", "polars")
    found = []
    for name in names:
        try:
            found.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            continue
    compiler = next(filter(None, map(shutil.which, ("gcc", "cc", "clang"))), None)
    if compiler:
        ran = subprocess.run([compiler, "--version"], capture_output=True, text=True)
        found.append(ran.stdout.splitlines()[0] if ran.stdout else compiler)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    busy = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return (
        f"{_processor()}, {cores} cores{busy}, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}; {', '.join(found)}."
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or "a processor"
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "a processor")
