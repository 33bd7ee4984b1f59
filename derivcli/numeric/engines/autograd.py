"""One reverse pass for all variables and the points of a slice that stays in the cache."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from derivcli.model import Path
from derivcli.numeric.emit import constants, emit
from derivcli.numeric.jets import NAMES
from derivcli.numeric.kernels import torch
from derivcli.numeric.load import load
from derivcli.task import Computed

# Points that are differentiated at once: what they need on the way stays in the cache.
SLICE = 16_384

Grown = dict[tuple[str, ...], torch.Tensor]


class Autograd:
    """torch.autograd over a program of the expression.

    Args:
        computed: the expression as torch computes it.
        variables: its arguments, in order.
        plan: for each result the variables to differentiate by, in order.
        dtype, device: of the columns.
    """

    name = "autograd"

    def __init__(
        self,
        computed: Computed,
        variables: Sequence[str],
        plan: Mapping[Path, tuple[str, ...]],
        dtype: str,
        device: str,
    ) -> None:
        arguments = {name: f"v{k}_" for k, name in enumerate(variables)}
        known = constants(computed.graph, computed.roots)
        source = emit(computed.graph, computed.roots, arguments, known, literal=computed.literal)
        self._function = load(source, "f", NAMES)
        self._variables, self._plan, self._components = tuple(variables), plan, len(computed.roots)
        self._as = {"dtype": getattr(torch, dtype), "device": device}

    def __call__(
        self, columns: Mapping[str, torch.Tensor]
    ) -> tuple[list[torch.Tensor], dict[Path, list[torch.Tensor]]]:
        count = len(next(iter(columns.values())))
        values = [torch.empty(count, **self._as) for _ in range(self._components)]
        results = {path: [torch.empty(count, **self._as) for _ in range(self._components)] for path in self._plan}
        for start in range(0, count, SLICE):
            part = slice(start, min(start + SLICE, count))
            self._slice({name: columns[name][part] for name in self._variables}, part, values, results)
        return values, results

    def _slice(
        self,
        columns: Mapping[str, torch.Tensor],
        part: slice,
        values: Sequence[torch.Tensor],
        results: Mapping[Path, Sequence[torch.Tensor]],
    ) -> None:
        leaves = {name: column.detach().requires_grad_() for name, column in columns.items()}
        outputs = self._function(*leaves.values())
        for k, output in enumerate(outputs):
            values[k][part] = output.detach() if isinstance(output, torch.Tensor) else output
        for k, output in enumerate(outputs):
            grown: Grown = {(): output} if isinstance(output, torch.Tensor) else {}
            for path, along in self._plan.items():
                results[path][k][part] = self._derivative(grown, along, leaves) if grown else 0.0

    def _derivative(self, grown: Grown, along: tuple[str, ...], leaves: Mapping[str, torch.Tensor]) -> torch.Tensor:
        """The derivative along variables; all first steps from one tensor are taken in one backward pass."""
        for length in range(1, len(along) + 1):
            before = along[: length - 1]
            if along[:length] not in grown:
                wanted = list(
                    dict.fromkeys(
                        p[length - 1] for p in self._plan.values() if p[: length - 1] == before and len(p) >= length
                    )
                )
                further = any(len(p) > length for p in self._plan.values())
                found = _gradients(grown[before], [leaves[name] for name in wanted], further)
                grown.update({(*before, name): g for name, g in zip(wanted, found, strict=True)})
        return grown[along].detach()


def _gradients(tensor: torch.Tensor, inputs: Sequence[torch.Tensor], further: bool) -> list[torch.Tensor]:
    """The gradient by each input at every point; with a graph of their own if there are further derivatives."""
    if not tensor.requires_grad:
        return [torch.zeros_like(x) for x in inputs]
    # The graph may be walked again: by other components, which share a part of it.
    found = torch.autograd.grad(tensor.sum(), inputs, retain_graph=True, create_graph=further, allow_unused=True)
    return [torch.zeros_like(x) if g is None else g for g, x in zip(found, inputs, strict=True)]
