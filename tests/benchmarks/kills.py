"""Workers of `deriv map` killed by SIGKILL at random moments, run after run: is every row there, once, as it should be?

    python tests/benchmarks/kills.py [RUNS] [KILLS] [PARTITIONS] [ROWS]

Prints for each run how many workers were killed and what came out; ends with status 1 where a row was lost, doubled or
other than in a run without kills.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from hashlib import blake2b
from pathlib import Path

EXPRESSION = "exp(-(x**2 + y**2)/2)*sin(3*z)/(1 + x**4*z**2) + log(1 + exp(y*z))"
POINTS = """
import sys, pathlib, numpy as np, pyarrow as pa, pyarrow.parquet as pq
folder, files, rows = pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
random = np.random.default_rng(0)
for k in range(files):
    columns = {"id": np.arange(k*rows, (k + 1)*rows), **{name: random.uniform(-2, 2, rows) for name in "xyz"}}
    pq.write_table(pa.table(columns), folder / f"{k:05}.parquet")
"""


def command(source: Path, out: Path) -> list[str]:
    """Two workers, patient ones."""
    words = ["map", EXPRESSION, "--points", f"{source}/*.parquet", "--out", str(out)]
    return [sys.executable, "-m", "derivcli", *words, "--workers", "2", "--retries", "20", "--check-rows", "1"]


def workers(driver: int) -> list[int]:
    """The processes that a process has started and that work, not those that only watch."""
    children = Path(f"/proc/{driver}/task").glob("*/children")
    found = [int(pid) for file in children for pid in file.read_text().split()]
    return [pid for pid in found if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def killed(driver: subprocess.Popen[bytes], kills: int, seconds: float, chance: random.Random) -> int:
    """Kill workers at so many random moments of a run that is to take so long; how many were there to kill."""
    moments = sorted(chance.uniform(0, seconds) for _ in range(kills))
    start, count = time.monotonic(), 0
    for moment in moments:
        time.sleep(max(0.0, start + moment - time.monotonic()))
        if driver.poll() is not None:
            break
        found = workers(driver.pid)
        if found:
            os.kill(chance.choice(found), signal.SIGKILL)
            count += 1
    return count


def digests(folder: Path) -> dict[str, str]:
    """The bytes of all files of answers."""
    return {path.name: blake2b(path.read_bytes()).hexdigest() for path in folder.glob("*.parquet")}


def main(runs: int, kills: int, files: int, rows: int) -> bool:
    """Whether all runs came out as the one without kills."""
    chance, fine = random.Random(0), True
    with tempfile.TemporaryDirectory() as folder:
        source, calm = Path(folder) / "in", Path(folder) / "calm"
        source.mkdir()
        subprocess.run([sys.executable, "-c", POINTS, str(source), str(files), str(rows)], check=True)
        start = time.monotonic()
        subprocess.run(command(source, calm), check=True, stderr=subprocess.DEVNULL)
        seconds, wanted = time.monotonic() - start, digests(calm)
        print(f"without kills: {len(wanted)} files in {seconds:.1f} s", flush=True)
        for run in range(runs):
            out = Path(folder) / f"out{run}"
            driver = subprocess.Popen(command(source, out), stderr=subprocess.PIPE)
            count = killed(driver, kills, seconds, chance)
            _, said = driver.communicate()
            same = digests(out) == wanted and driver.returncode == 0
            left = sorted(path.name for path in out.iterdir() if not path.name.endswith(".parquet"))
            verdict = "every file as without kills" if same else f"status {driver.returncode}, other files: {said!r}"
            print(f"run {run + 1}: {count} workers killed, {verdict}; beside them {', '.join(left)}", flush=True)
            fine = fine and same
    return fine


if __name__ == "__main__":
    given = [int(float(word)) for word in sys.argv[1:]]
    sys.exit(0 if main(*[*given, *(10, 10, 40, 1_000_000)[len(given) :]]) else 1)
