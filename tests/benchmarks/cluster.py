"""`deriv map`: rows a core answers in a second, two workers against one, and what the scheduler costs for a partition.

    python tests/benchmarks/cluster.py [ROWS] [FILES] [SMALL]

ROWS are in each of FILES large files, SMALL is the number of files with ten rows. Seconds of the processor are told
beside those of the clock: on a machine that is busy with other things they are what can be compared. It needs NumPy.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from derivcli.cluster import mapping
from derivcli.cluster.connecting import connected
from derivcli.cluster.ledger import Keeper
from derivcli.cluster.part import answer
from derivcli.cluster.running import Run

ORDINARY = "exp(-(x**2 + y**2)/2)*sin(3*z)/(1 + x**4*z**2) + log(1 + exp(y*z))"
# Bound by what is computed, not by what is read and written.
HEAVY = " + ".join(f"sin({k}*x)*exp(-y**2/{k})*cos(z/{k})" for k in range(1, 31))
POINTS = """
import sys, pathlib, numpy as np, pyarrow as pa, pyarrow.parquet as pq
folder, files, rows = pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
folder.mkdir()
random = np.random.default_rng(0)
for k in range(files):
    columns = {"id": np.arange(k*rows, (k + 1)*rows), **{name: random.uniform(-2, 2, rows) for name in "xyz"}}
    pq.write_table(pa.table(columns), folder / f"{k:06}.parquet")
"""


@dataclass(frozen=True)
class Spent:
    """Seconds of the clock, and of the processor: in this process, which holds the scheduler, and in the workers."""

    clock: float
    driver: float
    workers: float


def put(folder: Path, files: int, rows: int) -> Path:
    """Files of points."""
    subprocess.run([sys.executable, "-c", POINTS, str(folder), str(files), str(rows)], check=True)
    return folder


def work(source: Path, out: Path, expression: str, checked: int) -> mapping.Work:
    """What is to be done."""
    asked = mapping.Request([expression], {}, f"{source}/*.parquet", str(out), None, 1, 2, checked, 0)
    return mapping.Work(asked)


def on_one_core(source: Path, out: Path, expression: str) -> tuple[float, float]:
    """Rows in a second of the clock and of the processor, by this process alone, once all is compiled."""
    todo = work(source, out, expression, 0)
    jobs = todo.jobs(todo.manifest().todo(todo.partitions))
    answer(todo.function, jobs[0])
    clock, processor = time.perf_counter(), time.process_time()
    rows = sum(answer(todo.function, job).written.rows for job in jobs)  # type: ignore[union-attr]
    return rows / (time.perf_counter() - clock), rows / (time.process_time() - processor)


def on_a_cluster(client: Any, source: Path, out: Path, expression: str) -> Spent:
    """A whole run but for the start of the workers, each of which has compiled."""
    todo = work(source, out, expression, 0)
    client.run(_warm, todo.function, todo.jobs(todo.manifest().todo(todo.partitions[:1]))[0])
    with todo.store.held():
        kept = todo.manifest()
        jobs = todo.jobs(kept.todo(todo.partitions))
        keeper = Keeper(todo.store, kept, 1, None)
        before = sum(client.run(time.process_time).values())
        clock, processor = time.perf_counter(), time.process_time()
        Run(client, todo.function, keeper, 2).all(jobs)
        keeper.save(now=True)
        clock, processor = time.perf_counter() - clock, time.process_time() - processor
        assert keeper.answered == len(jobs)
        return Spent(clock, processor, sum(client.run(time.process_time).values()) - before)


def _warm(function: Callable[[Any], Any], job: Any) -> None:
    answer(function, job)  # type: ignore[arg-type]


def main(rows: int, files: int, small: int) -> None:
    """All of it, one line each."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        large, tiny = put(folder / "large", files, rows), put(folder / "tiny", small, 10)
        for name, expression in (("ordinary", ORDINARY), ("compute-bound", HEAVY)):
            clock, processor = on_one_core(large, folder / f"one {name}", expression)
            told = f"{clock:,.0f} rows/s by the clock, {processor:,.0f} in a second of the processor"
            print(f"{name} expression, Parquet to Parquet, one core: {told}", flush=True)
        spent = {}
        for workers in (1, 2):
            with connected(None, workers, 2) as client:
                client.wait_for_workers(workers)
                spent[workers] = on_a_cluster(client, large, folder / f"on {workers}", HEAVY)
                if workers == 2:
                    many = on_a_cluster(client, tiny, folder / "many", ORDINARY)
        ratio, more = spent[1].clock / spent[2].clock, spent[2].workers / spent[1].workers
        print(f"compute-bound, {files} files: {spent[1].clock:.2f} s by 1 worker, {spent[2].clock:.2f} s by 2")
        print(f"  ratio by the clock {ratio:.2f}; 2 workers spend {more:.2f} times the processor's seconds of one")
        print(f"{small:,} files of 10 rows by 2 workers: {many.clock:.1f} s, {1e3 * many.clock / small:.2f} ms each")
        each = f"{1e3 * many.driver / small:.2f} ms in the driver and scheduler"
        print(f"  of the processor for each file: {each}, {1e3 * many.workers / small:.2f} ms in the workers")


if __name__ == "__main__":
    given = [int(float(word)) for word in sys.argv[1:]]
    main(*[*given, *(2_000_000, 8, 10_000)[len(given) :]])
