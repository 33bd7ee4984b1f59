"""What all engines share: columns are cut into chunks, and threads take one after another."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from derivcli.model import Path
from derivcli.numeric.alone import alone
from derivcli.numeric.engines.memory import new_column
from derivcli.numeric.engines.wanted import LANES, Wanted
from derivcli.numeric.kernels import torch

# The values by component, and for each result its components.
Columns = tuple[list[Any], dict[Path, list[Any]]]
# Computes one chunk: a tensor for each variable in, tensors for all results to write into.
Chunk = Callable[[Sequence[Any], Sequence[Any]], None]


@dataclass(frozen=True)
class Engine:
    """Values and derivatives at many points.

    Args:
        name: of the engine.
        wanted: what it computes.
        worker: makes what computes a chunk; each thread has its own.
        size: points in a chunk.
    """

    name: str
    wanted: Wanted
    worker: Callable[[], Chunk]
    size: int

    def __call__(self, columns: Mapping[str, Any], out: Sequence[Any] | None = None) -> Columns:
        """Values by component, and derivatives by path and component.

        Args:
            columns: for each variable a tensor of shape (points,); where there is no variable, any one column.
            out: tensors of an earlier call to write into, values first: memory that is new costs more than the work.

        Returns:
            Tensors of shape (points,), on the device of the columns.
        """
        inputs = [columns[name] for name in self.wanted.variables]
        like = next(iter(columns.values()), torch.zeros(1))
        width = len(self.wanted.computed.roots)
        count = width * (1 + len(self.wanted.plan))
        dtype = getattr(torch, self.wanted.dtype)
        outputs = out or [new_column(len(like), dtype, like.device) for _ in range(count)]
        self._run(inputs, outputs, len(like))
        groups = [list(outputs[k : k + width]) for k in range(0, count, width)]
        return groups[0], dict(zip(self.wanted.plan, groups[1:], strict=True))

    def _run(self, inputs: Sequence[Any], outputs: Sequence[Any], count: int) -> None:
        starts = iter(range(0, count, self.size))
        several = self.wanted.on_cpu and not self.wanted.one_by_one
        threads = min(cores(), -(-count // self.size)) if several else 1
        stop = threading.Event()

        def work() -> None:
            compute = self.worker()
            for start in _until(stop, starts):
                part = slice(start, start + self.size)
                with alone() if self.wanted.one_by_one else nullcontext():
                    _in_lanes(compute, [self._taken(x[part]) for x in inputs], [y[part] for y in outputs])

        if threads <= 1:
            work()
            return
        with ThreadPoolExecutor(threads) as pool:
            try:
                for done in [pool.submit(work) for _ in range(threads)]:
                    done.result()
            finally:
                stop.set()

    def _taken(self, column: Any) -> Any:
        """A part of a column as the engine computes with it."""
        return column.to(device=self.wanted.device, dtype=getattr(torch, self.wanted.dtype)).contiguous()


def _in_lanes(compute: Chunk, inputs: Sequence[Any], outputs: Sequence[Any]) -> None:
    """Compute a chunk; where lanes are left over they are filled with its last point."""
    count = len(outputs[0])
    rest = -count % LANES
    if not rest:
        compute(inputs, outputs)
        return
    found = [torch.empty(count + rest, dtype=y.dtype, device=y.device) for y in outputs]
    compute([torch.cat([x, x[-1:].expand(rest)]) for x in inputs], found)
    for output, filled in zip(outputs, found, strict=True):
        output.copy_(filled[:count])


def _until(stop: threading.Event, starts: Iterator[int]) -> Iterator[int]:
    """The starts that are left, each given to one thread; none once one of them has failed or was interrupted."""
    while not stop.is_set():
        start = next(starts, None)
        if start is None:
            return
        yield start


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
