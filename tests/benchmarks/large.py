"""Seconds for questions of thousands of terms, against the smallest question there is.

    python tests/benchmarks/large.py

Prints the time of each process as a multiple of that of `deriv x --at x=1`, start included.
"""

from __future__ import annotations

import subprocess
import sys
import time

LARGE = {
    "a sum of 10,000 terms": "+".join(f"x*{k}" for k in range(1, 10_000)),
    "a sum of 3,000 sines": "+".join(f"sin({k}*x)" for k in range(1, 3_000)),
    "a product of 10,000 factors": "x" + "*(x+1)" * 10_000,
    "a chain of 400 quotients": "/".join(f"(x+{k})" for k in range(1, 400)),
    "nested sines": "sin(" * 200 + "x" + ")" * 200,
}


def seconds(text: str) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-m", "derivcli", text, "--at", "x=1", "-q"], capture_output=True, check=True)
    return time.perf_counter() - start


if __name__ == "__main__":
    smallest = min(seconds("x") for _ in range(3))
    for name, text in LARGE.items():
        print(f"{name}: {seconds(text) / smallest:.1f} times")
