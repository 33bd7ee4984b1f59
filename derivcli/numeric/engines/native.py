"""The native engine: the program as C, compiled once and kept."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import Any

from derivcli.numeric.engines.chunks import Chunk, Engine
from derivcli.numeric.engines.compiled import program
from derivcli.numeric.engines.wanted import Wanted

# Points in a chunk, which threads take one after another.
CHUNK = 65_536


def make(wanted: Wanted) -> Engine:
    """The engine that runs compiled C.

    Raises:
        Unfit: the expression or the machine is not one for it.
    """
    run = program(wanted).run

    def compute(inputs: Sequence[Any], outputs: Sequence[Any]) -> None:
        run(len(outputs[0]), _pointers(inputs), _pointers(outputs))

    def worker() -> Chunk:
        return compute

    return Engine("native", wanted, worker, CHUNK)


def _pointers(tensors: Sequence[Any]) -> Any:
    return (ctypes.c_void_p * max(len(tensors), 1))(*[tensor.data_ptr() for tensor in tensors])
