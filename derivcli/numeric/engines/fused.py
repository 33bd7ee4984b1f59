"""The program engine's list of calls, fused by torch.compile: slow to prepare, for devices and very many points."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from derivcli.numeric.engines.chunks import Chunk, Engine
from derivcli.numeric.engines.lowered import lowered
from derivcli.numeric.engines.program import CHUNK, CHUNK_ELSEWHERE, Calls, scheduled
from derivcli.numeric.engines.wanted import Unfit, Wanted
from derivcli.numeric.kernels import torch

# Longer programs take minutes to compile.
MAX_OPERATIONS = 2_000


def make(wanted: Wanted) -> Engine:
    """The engine that runs compiled kernels.

    Raises:
        Unfit: the expression or the machine is not one for it.
    """
    if wanted.computed.literal:
        raise Unfit("--literal is what autograd makes of torch's own functions")
    if wanted.one_by_one:
        raise Unfit("it has functions that are computed number by number")
    found = lowered(wanted)
    if found.operations > MAX_OPERATIONS:
        raise Unfit(f"the derivatives take {found.operations:,} operations, more than {MAX_OPERATIONS:,}")
    kind = {"dtype": getattr(torch, wanted.dtype), "device": wanted.device}
    function = _compiled(scheduled(found, wanted.variables), len(wanted.variables), len(found.roots), kind)

    def compute(inputs: Sequence[Any], outputs: Sequence[Any]) -> None:
        like = inputs[0] if inputs else torch.empty(len(outputs[0]), **kind)
        with torch.no_grad():
            for output, tensor in zip(outputs, function(like, *inputs), strict=True):
                output.copy_(tensor)

    def worker() -> Chunk:
        return compute

    return Engine("compile", wanted, worker, CHUNK if wanted.on_cpu else CHUNK_ELSEWHERE)


def _compiled(calls: Calls, inputs: int, outputs: int, kind: dict[str, Any]) -> Any:
    constants = {
        k: torch.tensor(value, dtype=torch.bool if isinstance(value, bool) else kind["dtype"], device=kind["device"])
        for k, value in calls.constants.items()
    }

    def run(like: Any, *columns: Any) -> list[Any]:
        registers = {**dict(enumerate(columns)), **constants}
        for function, reads, writes, _ in calls.steps:
            registers[writes] = function(*[registers[k] for k in reads])
        return [registers[inputs + k] + torch.zeros_like(like) for k in range(outputs)]

    function = torch.compile(run, dynamic=True)
    try:
        trial = torch.ones(3, **kind)
        with torch.no_grad():
            function(trial, *[trial] * inputs)
    except Exception as error:  # whatever it is that the compiler lacks here
        raise Unfit(f"torch.compile fails: {(str(error).splitlines() or ['for no reason told'])[0]}") from error
    return function
