"""Which engine computes: by its name, or the fastest that can."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from derivcli.errors import UsageError
from derivcli.model import ENGINES, Path
from derivcli.numeric.engines import autograd, fused, native, program
from derivcli.numeric.engines.chunks import Engine
from derivcli.numeric.engines.wanted import Unfit, Wanted
from derivcli.numeric.kernels import torch
from derivcli.task import Computed

_MAKERS: Mapping[str, Callable[[Wanted], Engine]] = {
    "autograd": autograd.make, "program": program.make, "native": native.make, "compile": fused.make,
}  # fmt: skip
# From the fastest on; autograd computes all. How many points there are is no matter: last digits would depend on it.
_BY_SPEED = ("native", "program")


def make(
    computed: Computed,
    variables: Sequence[str],
    plan: Mapping[Path, tuple[str, ...]],
    *,
    engine: str = "auto",
    dtype: str = "float64",
    device: str = "cpu",
) -> Engine:
    """The engine for an expression.

    Args:
        computed: what torch computes; an expression in numbers.
        variables: all variables, in order.
        plan: for each result the variables to differentiate by, in order.
        engine: one of `ENGINES`.
        dtype, device: of the tensors that it computes with.

    Raises:
        UsageError: an engine that cannot compute this, or a device that torch cannot use.
    """
    if engine not in ENGINES:
        raise UsageError(f"there is no engine {engine!r}", hint=f"the engines are {', '.join(ENGINES)}")
    _check_device(device)
    wanted = Wanted(computed, tuple(variables), dict(plan), dtype, device)
    if engine != "auto":
        try:
            return _MAKERS[engine](wanted)
        except Unfit as reason:
            raise UsageError(
                f"the engine {engine} cannot compute this: {reason}", hint="leave --engine out, or ask for another"
            ) from None
    for name in _BY_SPEED:
        with suppress(Unfit):
            return _MAKERS[name](wanted)
    return autograd.make(wanted)


def _check_device(device: str) -> None:
    try:
        torch.empty(1, device=device)
    except (RuntimeError, AssertionError) as error:
        raise UsageError(f"torch cannot use the device {device}: {str(error).splitlines()[0]}") from error
