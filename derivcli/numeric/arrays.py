"""Derivatives of a torch program whose variables are arrays, at one point, by `torch.autograd.grad`."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from derivcli.errors import LimitError, OutOfTime
from derivcli.model import Path
from derivcli.numeric.devices import unusable
from derivcli.numeric.jets import NAMES
from derivcli.numeric.kernels import torch
from derivcli.numeric.load import load

# Up to so many rows a Jacobian is built by one backward pass each; more go through vmap, which takes longer to load.
FEW_ROWS = 256
# Rows of a Jacobian in one batched pass.
BATCH = 512
# Entries of one result.
MAX_RESULT = 4_000_000

# What torch raises for the inverse of a singular matrix.
SINGULAR: Any = torch.linalg.LinAlgError  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Wanted:
    """What is asked of a program.

    Args:
        kind: gradient, jacobian, hessian, derivative, vjp, jvp or hvp.
        plan: for each result the variables to differentiate by, in order.
        cotangent: V of a vector-Jacobian product, flat.
        tangents: for each variable its direction, flat, of a Jacobian- or Hessian-vector product.
        patterns: for a pair of variables which entries of their part of the Hessian can be other than 0, as a bit
            mask for each row, and a colour for each column: columns of one colour share no row.
    """

    kind: str
    plan: Mapping[Path, tuple[str, ...]]
    cotangent: Sequence[float] = ()
    tangents: Mapping[str, Sequence[float]] = field(default_factory=dict)
    patterns: Mapping[tuple[str, str], tuple[Sequence[int], Sequence[int]]] = field(default_factory=dict)


@dataclass(frozen=True)
class Found:
    """Values and results in flat lists, row by row; none where torch refuses, as it does singular matrices."""

    value: list[float]
    results: dict[Path, list[float]]
    refused: bool = False


def differentiate(
    source: str,
    point: Mapping[str, tuple[Sequence[float], Sequence[int]]],
    wanted: Wanted,
    dtype: str,
    device: str,
    seconds: float,
) -> Found:
    """Value and derivatives at one point.

    Args:
        source: a program `f` that takes the variables, in the order of `point`, and returns a list of one output.
        point: for each variable its entries, row by row, and its shape.
        wanted: what is asked.
        dtype, device: of the tensors.
        seconds: how long it may take.

    Raises:
        OutOfTime: the derivatives take too long.
        LimitError: a result would have too many entries.
        UsageError: the device cannot be used.
    """
    leaves = leaves_of(point, dtype, device)
    job = _Job(wanted, leaves, time.monotonic() + seconds, seconds)
    function = load(source, "f", NAMES)
    try:
        (output,) = function(*leaves.values())
    except SINGULAR:
        return Found([], {}, refused=True)
    like = next(iter(leaves.values()))
    output = output if isinstance(output, torch.Tensor) else like.new_tensor(output)
    job.output = output
    results = _KINDS[wanted.kind](job)
    return Found(_flat(output), {path: _flat(result) for path, result in results.items()})


def leaves_of(point: Mapping[str, tuple[Sequence[float], Sequence[int]]], dtype: str, device: str) -> dict[str, Any]:
    """The variables as tensors that gradients are taken by.

    Raises:
        UsageError: the device cannot be used.
    """
    try:
        return {
            name: torch.tensor(entries, dtype=getattr(torch, dtype), device=device)
            .reshape(tuple(shape))
            .requires_grad_()
            for name, (entries, shape) in point.items()
        }
    except (RuntimeError, AssertionError) as error:
        raise unusable(device, error) from error


def _flat(tensor: Any) -> list[float]:
    # Autograd returns tensors without memory for derivatives that it knows to be 0.
    plain = torch.zeros(tensor.shape, dtype=tensor.dtype) if tensor._is_zerotensor() else tensor.detach().cpu()
    numbers: list[float] = plain.reshape(-1).tolist()
    return numbers


@dataclass
class _Job:
    """One program run at one point, ready to be differentiated."""

    wanted: Wanted
    leaves: dict[str, Any]
    end: float
    seconds: float
    output: Any = None

    def gradient(self, tensor: Any, names: Sequence[str], cotangent: Any = None, keep: bool = True) -> list[Any]:
        """The gradients of one tensor, contracted with a cotangent, by some of the variables."""
        if time.monotonic() > self.end:
            raise OutOfTime(f"autograd is not done after {self.seconds:g} s", hint="--timeout gives it more")
        inputs = [self.leaves[name] for name in names]
        if not tensor.requires_grad:
            return [torch.zeros_like(x) for x in inputs]
        found = torch.autograd.grad(tensor, inputs, cotangent, retain_graph=True, create_graph=keep, allow_unused=True)
        return [torch.zeros_like(x) if g is None else g for g, x in zip(found, inputs, strict=True)]

    def jacobian(self, tensor: Any, name: str, keep: bool) -> Any:
        """The tensor's axes first, then the variable's."""
        leaf = self.leaves[name]
        rows = tensor.numel()
        if rows * leaf.numel() > MAX_RESULT:
            message = f"the derivative by {name} has {rows * leaf.numel():,} entries; the limit is {MAX_RESULT:,}"
            raise LimitError(message, hint="--vjp, --jvp and --hvp ask for products with it")
        shape = (*tensor.shape, *leaf.shape)
        if not tensor.requires_grad:
            return leaf.new_zeros(shape)
        if rows <= FEW_ROWS or keep:
            entries = tensor.reshape(-1)
            gradients = [self.gradient(entries[k], [name], keep=keep)[0] for k in range(rows)]
            return torch.stack(gradients).reshape(shape)
        if leaf.numel() < rows:
            return self._by_columns(tensor, leaf).reshape(shape)
        return torch.cat([self._rows(tensor, leaf, k) for k in range(0, rows, BATCH)]).reshape(shape)

    def _rows(self, tensor: Any, leaf: Any, first: int) -> Any:
        """Some rows of a Jacobian in one batched backward pass."""
        count = min(BATCH, tensor.numel() - first)
        units = tensor.new_zeros(count, tensor.numel())
        units[torch.arange(count), first + torch.arange(count)] = 1
        cotangents = units.reshape(count, *tensor.shape)
        (found,) = torch.autograd.grad(
            tensor, [leaf], cotangents, is_grads_batched=True, retain_graph=True, allow_unused=True,
            materialize_grads=True,
        )  # fmt: skip
        return found.reshape(count, -1)

    def _by_columns(self, tensor: Any, leaf: Any) -> Any:
        """A tall Jacobian, a column for each entry of the variable: the pullback of the pullback pushes forward."""
        cotangent = torch.zeros_like(tensor, requires_grad=True)
        (pulled,) = self._again(tensor, leaf, cotangent)
        if not pulled.requires_grad:
            return tensor.new_zeros(tensor.numel(), leaf.numel())
        entries = pulled.reshape(-1)
        columns = [self._again(entries[k], cotangent)[0].reshape(-1) for k in range(leaf.numel())]
        return torch.stack(columns, dim=1)

    def _again(self, tensor: Any, variable: Any, cotangent: Any = None) -> Any:
        """A gradient that can be differentiated once more."""
        return torch.autograd.grad(
            tensor, [variable], cotangent, create_graph=True, allow_unused=True, materialize_grads=True
        )


def _gradients(job: _Job) -> dict[Path, Any]:
    names = [along[0] for along in job.wanted.plan.values()]
    found = job.gradient(job.output, names, keep=False)
    return dict(zip(job.wanted.plan, found, strict=True))


def _jacobians(job: _Job) -> dict[Path, Any]:
    return {path: job.jacobian(job.output, along[0], keep=False) for path, along in job.wanted.plan.items()}


def _higher(job: _Job) -> dict[Path, Any]:
    """Derivatives of any order, one Jacobian after the other; common beginnings are shared."""
    grown: dict[tuple[str, ...], Any] = {(): job.output}
    longest = max(len(along) for along in job.wanted.plan.values())
    for along in job.wanted.plan.values():
        for length in range(1, len(along) + 1):
            if along[:length] not in grown:
                before = grown[along[: length - 1]]
                pair = (along[0], along[-1])
                if length == len(along) == 2 and pair in job.wanted.patterns:
                    grown[along] = _coloured(job, before, along[1], *job.wanted.patterns[pair])
                else:
                    grown[along[:length]] = job.jacobian(before, along[length - 1], keep=length < longest)
    return {path: grown[along] for path, along in job.wanted.plan.items()}


def _coloured(job: _Job, gradient: Any, name: str, rows: Sequence[int], colours: Sequence[int]) -> Any:
    """A sparse Jacobian by one product for each colour (Curtis, Powell and Reid 1974); here rows are coloured.

    Rows of one colour share no column, so that the sum of their gradients keeps them apart.
    """
    leaf = job.leaves[name]
    if not gradient.requires_grad:
        return gradient.new_zeros((gradient.numel(), leaf.numel()))
    result = torch.zeros(len(rows), leaf.numel(), dtype=leaf.dtype, device=leaf.device)
    entries = gradient.reshape(-1)
    colour = torch.tensor(list(colours), device=leaf.device)
    for c in range(max(colours) + 1):
        members = [r for r, other in enumerate(colours) if other == c]
        (product,) = job.gradient(entries, [name], (colour == c).to(leaf.dtype), keep=False)
        places = [(r, k) for r in members for k in _bits(rows[r])]
        if places:
            row, column = (torch.tensor(part, device=leaf.device) for part in zip(*places, strict=True))
            result[row, column] = product.reshape(-1)[column]
    return result.reshape(*gradient.shape, *leaf.shape)


def _bits(mask: int) -> list[int]:
    """The places of the ones in a bit mask."""
    return [k for k, bit in enumerate(reversed(bin(mask)[2:])) if bit == "1"]


def _pullback(job: _Job) -> dict[Path, Any]:
    cotangent = job.output.new_tensor(job.wanted.cotangent).reshape(job.output.shape)
    names = [along[0] for along in job.wanted.plan.values()]
    return dict(zip(job.wanted.plan, job.gradient(job.output, names, cotangent, keep=False), strict=True))


def _tangents(job: _Job) -> dict[str, Any]:
    return {
        name: job.leaves[name].new_tensor(v).reshape(job.leaves[name].shape) for name, v in job.wanted.tangents.items()
    }


def _pushforward(job: _Job) -> dict[Path, Any]:
    """The pullback is linear in its cotangent, and its own pullback is the pushforward."""
    tangents = _tangents(job)
    cotangent = torch.zeros_like(job.output, requires_grad=True)
    pulled = job.gradient(job.output, list(tangents), cotangent)
    total = sum(((g * t).sum() for g, t in zip(pulled, tangents.values(), strict=True)), job.output.new_zeros(()))
    if not total.requires_grad:
        return {(): torch.zeros_like(job.output)}
    (pushed,) = torch.autograd.grad(total, cotangent, allow_unused=True, materialize_grads=True)
    return {(): pushed}


def _hessian_product(job: _Job) -> dict[Path, Any]:
    tangents = _tangents(job)
    gradients = job.gradient(job.output, list(tangents))
    total = sum(((g * t).sum() for g, t in zip(gradients, tangents.values(), strict=True)), job.output.new_zeros(()))
    names = [along[0] for along in job.wanted.plan.values()]
    return dict(zip(job.wanted.plan, job.gradient(total, names, keep=False), strict=True))


_KINDS: dict[str, Callable[[_Job], dict[Path, Any]]] = {
    "gradient": _gradients, "jacobian": _jacobians, "hessian": _higher, "derivative": _higher, "vjp": _pullback,
    "jvp": _pushforward, "hvp": _hessian_product,
}  # fmt: skip


def evaluate(
    source: str,
    point: Mapping[str, tuple[Sequence[float], Sequence[int]]],
    more: Mapping[str, Any] = MappingProxyType({}),
) -> list[list[float]]:
    """The values of a program's outputs in float64, each in a flat list.

    Args:
        source: the program.
        point: for each variable its entries and shape.
        more: what the program calls beside torch's functions and the kernels.
    """
    leaves = {
        name: torch.tensor(entries, dtype=torch.float64).reshape(tuple(shape))
        for name, (entries, shape) in point.items()
    }
    try:
        with torch.no_grad():
            outputs = load(source, "f", {**NAMES, **more})(*leaves.values())
    except SINGULAR:
        return []
    return [y.to(torch.float64).reshape(-1).tolist() if isinstance(y, torch.Tensor) else [float(y)] for y in outputs]
