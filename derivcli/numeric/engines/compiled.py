"""An expression and its derivatives as compiled C, and its use on plain buffers of numbers, without torch."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import Any

from derivcli.numeric.engines.c_code import c_code
from derivcli.numeric.engines.compiler import compiled
from derivcli.numeric.engines.lowered import lowered
from derivcli.numeric.engines.wanted import Unfit, Wanted

# Compilers take long over longer loops.
MAX_OPERATIONS = 2_000


def program(wanted: Wanted) -> Any:
    """The library with the functions that `c_code` defines.

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
    return compiled(c_code(found, wanted.variables, wanted.dtype, len(wanted.computed.roots)))


class Buffers:
    """The program on buffers of float64.

    Args:
        wanted: what it computes, in float64.

    Raises:
        Unfit: as `program`.
    """

    def __init__(self, wanted: Wanted) -> None:
        if wanted.dtype != "float64":
            raise Unfit("buffers hold float64")
        self._rows = program(wanted).rows
        self.width = len(wanted.computed.roots) * (1 + len(wanted.plan))

    def __call__(
        self, inputs: Sequence[memoryview[float]], outputs: Sequence[memoryview[float]], count: int
    ) -> bytes | None:
        """Write values and derivatives, component by component, NaN where a variable is.

        Args:
            inputs: for each variable a buffer of shape (count,).
            outputs: for each of `width` results the same.
            count: how many points.

        Returns:
            For each point whether it (1) or only a result (2) is not finite; None where none is.
        """
        marks = bytearray(count)
        odd = self._rows(count, _addresses(inputs), _addresses(outputs), _addresses([marks]))
        return bytes(marks) if odd else None


def _addresses(buffers: Sequence[Any]) -> Any:
    held = [ctypes.addressof(ctypes.c_char.from_buffer(buffer)) if len(buffer) else None for buffer in buffers]
    return (ctypes.c_void_p * max(len(held), 1))(*held)
