"""Autograd, chunk by chunk: what it keeps for the way back stays in the cache."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from derivcli.leaves import leaves
from derivcli.numeric.autodiff import derivatives
from derivcli.numeric.engines.chunks import Chunk, Engine
from derivcli.numeric.engines.wanted import Wanted
from derivcli.numeric.jets import NAMES
from derivcli.numeric.kernels import torch
from derivcli.numeric.load import load
from derivcli.programs import source

# Points in a chunk: fewer, and calls cost more than the work; more, and they fall out of the cache, and torch starts
# threads of its own.
CHUNK, CHUNK_ELSEWHERE = 32_000, 2**21


def make(wanted: Wanted) -> Engine:
    """The engine that runs the torch program and autograd's backward passes."""
    text = source(wanted.computed, wanted.variables)
    function = load(text, "f", {**NAMES, **leaves(text)})

    def compute(inputs: Sequence[Any], outputs: Sequence[Any]) -> None:
        leaves = {name: x.detach().requires_grad_() for name, x in zip(wanted.variables, inputs, strict=True)}
        like = torch.empty_like(outputs[0], device=wanted.device)
        values, results = derivatives(function, leaves, like, wanted.plan)
        found = [*values, *(d for components in results.values() for d in components)]
        for output, tensor in zip(outputs, found, strict=True):
            output.copy_(tensor.detach())

    def worker() -> Chunk:
        return compute

    return Engine("autograd", wanted, worker, CHUNK if wanted.on_cpu else CHUNK_ELSEWHERE)
