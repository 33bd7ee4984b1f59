"""How long one answer takes, from the first instruction to the last, as ratios of whole processes in one run.

    python tests/benchmarks/start.py [REPEATS]

Prints a table: the medians, their spread, and the ratios that the README promises. A worker of its own is started for
the last rows, and ended. Where qalc is installed it is measured, too.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
DERIV = [sys.executable, "-m", "derivcli"]
EXAMPLE = ["sin(x/2**1.5)", "--at", "x=100"]
# Each process that is timed; those that begin with "worker" are answered by one.
PROCESSES: dict[str, list[str]] = {
    "python": [sys.executable, "-c", "pass"],
    "import sympy": [sys.executable, "-c", "import sympy"],
    "import torch": [sys.executable, "-c", "import torch"],
    "by hand": [sys.executable, str(HERE / "by_hand.py"), "sin(x/2**1.5)", "100"],
    "help": [*DERIV, "--help"],
    "formula": [*DERIV, "sin(x/2**1.5)"],
    "example": [*DERIV, *EXAMPLE],
    "worker: formula": [*DERIV, "sin(x/2**1.5)"],
    "worker: example": [*DERIV, *EXAMPLE],
    **({"qalc": ["qalc", "-t", "diff(sin(x/2^1.5), x)"]} if shutil.which("qalc") else {}),
}
# What is promised: a process, what it is measured against, and the largest ratio.
PROMISES = [
    ("example", "by hand", 0.55), ("formula", "import sympy", 1.2), ("worker: example", "qalc", 1.0),
]  # fmt: skip


def seconds(command: Sequence[str], environment: Mapping[str, str]) -> float:
    """The time of one process."""
    start = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True, env=environment)
    return time.perf_counter() - start


def measured(names: Sequence[str], repeats: int, environment: Mapping[str, str]) -> dict[str, list[float]]:
    """The times of processes, taken in turns, so that what else the machine does meets all of them."""
    found: dict[str, list[float]] = {name: [] for name in names}
    for _ in range(repeats):
        for name in names:
            worker = "" if name.startswith("worker") else "off"
            found[name].append(seconds(PROCESSES[name], {**environment, "DERIV_WORKER": worker}))
    return found


def report(times: Mapping[str, list[float]]) -> str:
    """The medians and the promises as Markdown."""
    medians = {name: statistics.median(found) for name, found in times.items()}
    lines = ["| process | median, ms | fastest to slowest, ms |", "| --- | --- | --- |"]
    lines += [
        f"| {name} | {1e3 * medians[name]:.0f} | {1e3 * min(found):.0f} to {1e3 * max(found):.0f} |"
        for name, found in times.items()
    ]
    for name, other, most in PROMISES:
        if name in medians and other in medians:
            lines.append(f"\n{name} / {other}: {medians[name] / medians[other]:.2f}, promised: at most {most}")
    if "worker: example" in medians and "python" in medians:
        lines.append(f"\nworker: example / python: {medians['worker: example'] / medians['python']:.1f}")
    return "\n".join(lines)


def main(repeats: int) -> None:
    folder = tempfile.mkdtemp()
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    environment = {**os.environ, "XDG_RUNTIME_DIR": folder, "PYTHONPATH": path}
    try:
        subprocess.run([*DERIV, "worker", "start"], check=True, env=environment, stdout=subprocess.DEVNULL)
        if repeats > 1:
            measured(list(PROCESSES), 1, environment)  # the files are read once
        print(report(measured(list(PROCESSES), repeats, environment)))
    finally:
        subprocess.run([*DERIV, "worker", "stop"], env=environment, stdout=subprocess.DEVNULL)
        shutil.rmtree(folder)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 9)
