"""Parquet to Parquet: `deriv --points in.parquet --out out.parquet` against a script of torch and pyarrow.

    python tests/benchmarks/points.py [ROWS] [REPEATS]

Prints the medians of whole processes, their largest memory, and the ratios. It needs pyarrow and NumPy, as the script
does.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

EXPRESSION = "exp(-(x**2 + y**2)/2)*sin(3*z)/(1 + x**4*z**2) + log(1 + exp(y*z))"
# What a user would write.
SCRIPT = """
import sys, pyarrow.parquet as pq, pyarrow as pa, torch
table = pq.read_table(sys.argv[1])
x, y, z = (torch.from_numpy(table[name].to_numpy().copy()).requires_grad_() for name in "xyz")
f = torch.exp(-(x**2 + y**2)/2)*torch.sin(3*z)/(1 + x**4*z**2) + torch.log(1 + torch.exp(y*z))
f.sum().backward()
for name, column in (("value", f.detach()), ("d_x", x.grad), ("d_y", y.grad), ("d_z", z.grad)):
    table = table.append_column(name, pa.array(column.numpy()))
pq.write_table(table, sys.argv[2])
"""
POINTS = """
import sys, pyarrow.parquet as pq, pyarrow as pa, numpy as np
count = int(sys.argv[2])
random = np.random.default_rng(0)
columns = {"id": np.arange(count), **{name: random.uniform(-2, 2, count) for name in "xyz"}}
pq.write_table(pa.table(columns), sys.argv[1])
"""


def run(command: list[str]) -> tuple[float, float]:
    """Seconds of a process, and megabytes of the largest process that it was."""
    watched = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, stderr=subprocess.DEVNULL);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    start = time.perf_counter()
    ran = subprocess.run([sys.executable, "-c", watched, *command], capture_output=True, text=True, check=True)
    return time.perf_counter() - start, int(ran.stdout) / 1024


def medians(commands: list[list[str]], repeats: int) -> list[tuple[float, float]]:
    """The medians of several runs of each, in turn, so that what else the machine does meets all of them."""
    runs = [[run(command) for command in commands] for _ in range(repeats)]
    return [
        (statistics.median(s for s, _ in found), statistics.median(m for _, m in found))
        for found in zip(*runs, strict=True)
    ]


def main(count: int, repeats: int) -> None:
    """One table, both ways."""
    with tempfile.TemporaryDirectory() as folder:
        source, ours, theirs = (str(Path(folder) / name) for name in ("in.parquet", "a.parquet", "b.parquet"))
        subprocess.run([sys.executable, "-c", POINTS, source, str(count)], check=True)
        deriv = [sys.executable, "-m", "derivcli", EXPRESSION, "--points", source, "--out", ours]
        hand = [sys.executable, "-c", SCRIPT, source, theirs]
        run(deriv)  # what is compiled once is compiled now
        (fast, small), (slow, large) = medians([deriv, hand], repeats)
    print(f"{count:,} rows: deriv {fast:.2f} s, {small:.0f} MB; by hand {slow:.2f} s, {large:.0f} MB")
    print(f"ratios: {slow / fast:.2f} times as fast, {small / large:.2f} of the memory")


if __name__ == "__main__":
    main(int(float(sys.argv[1])) if len(sys.argv) > 1 else 10**6, int(sys.argv[2]) if len(sys.argv) > 2 else 5)
