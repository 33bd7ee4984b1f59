"""The native engine: the program as C, compiled once and kept."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import Any

from derivcli.numeric.engines.c_code import c_code
from derivcli.numeric.engines.chunks import Chunk, Engine, Unfit, Wanted
from derivcli.numeric.engines.compiler import compiled
from derivcli.numeric.engines.lowered import lowered

# Points in a chunk, which threads take one after another.
CHUNK = 65_536
# Compilers take long over longer loops.
MAX_OPERATIONS = 2_000


def make(wanted: Wanted) -> Engine:
    """The engine that runs compiled C.

    Raises:
        Unfit: the expression or the machine is not one for it.
    """
    if not wanted.on_cpu:
        raise Unfit("it runs on the processor")
    if wanted.computed.literal:
        raise Unfit("--literal is what autograd makes of torch's own functions")
    found = lowered(wanted)
    if found.operations > MAX_OPERATIONS:
        raise Unfit(f"the derivatives take {found.operations:,} operations, more than {MAX_OPERATIONS:,}")
    run = compiled(c_code(found, wanted.variables, wanted.dtype))

    def compute(inputs: Sequence[Any], outputs: Sequence[Any]) -> None:
        run(len(outputs[0]), _pointers(inputs), _pointers(outputs))

    def worker() -> Chunk:
        return compute

    return Engine("native", wanted, worker, CHUNK)


def _pointers(tensors: Sequence[Any]) -> Any:
    return (ctypes.c_void_p * max(len(tensors), 1))(*[tensor.data_ptr() for tensor in tensors])
