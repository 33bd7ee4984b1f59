"""What all engines share: columns are cut into chunks, and threads take one after another."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from derivcli import catalog
from derivcli.graph import BINDERS
from derivcli.model import Path
from derivcli.numeric.kernels import torch
from derivcli.task import Computed

# The values by component, and for each result its components.
Columns = tuple[list[Any], dict[Path, list[Any]]]
# Computes one chunk: a tensor for each variable in, tensors for all results to write into.
Chunk = Callable[[Sequence[Any], Sequence[Any]], None]


class Unfit(Exception):
    """An engine cannot compute what is wanted; the text says why."""


@dataclass(frozen=True)
class Wanted:
    """What an engine is to compute.

    Args:
        computed: the expression; its components are the roots.
        variables: all variables, in order.
        plan: for each result the variables to differentiate by, in order.
        dtype, device: of the tensors that it computes with.
    """

    computed: Computed
    variables: tuple[str, ...]
    plan: Mapping[Path, tuple[str, ...]]
    dtype: str
    device: str

    @property
    def ops(self) -> set[str]:
        """The operations of the expression."""
        graph = self.computed.graph
        return {graph.nodes[i].op for i in graph.reachable(self.computed.roots)}

    @property
    def one_by_one(self) -> bool:
        """Whether there are functions that Arb and mpmath compute, number by number: one thread, as they have one."""
        rows = (catalog.KEYS.get(op) for op in self.ops)
        return bool(self.ops & {"Derivative", *BINDERS}) or any(row is not None and row.leaf for row in rows)

    @property
    def on_cpu(self) -> bool:
        return self.device.partition(":")[0] == "cpu"


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
        outputs = out or [torch.empty(like.shape, dtype=dtype, device=like.device) for _ in range(count)]
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
                compute([self._taken(x[part]) for x in inputs], [y[part] for y in outputs])

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
