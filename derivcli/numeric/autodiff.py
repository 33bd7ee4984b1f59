"""Derivatives of a torch program by `torch.autograd.grad`, for all points in one call."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from derivcli.errors import OutOfTime
from derivcli.numeric.complex_kernels import COMPLEX_KERNELS
from derivcli.numeric.devices import unusable
from derivcli.numeric.jets import NAMES
from derivcli.numeric.kernels import torch
from derivcli.numeric.load import load

# The complex numbers whose parts are of a type.
_COMPLEX_TYPES = {"float64": "complex128", "float32": "complex64"}


def differentiate(
    program: str | Callable[..., list[Any]],
    columns: Mapping[str, Sequence[float]],
    plan: Mapping[tuple[str, ...], tuple[str, ...]],
    dtype: str,
    device: str,
    seconds: float,
    leaves: Mapping[str, Any] = MappingProxyType({}),
) -> tuple[list[list[float]], dict[tuple[str, ...], list[list[float]]]]:
    """Values and derivatives of every output at every point.

    A program is elementwise, so one backward pass from the sum over the points gives the gradient at each of them.

    Args:
        program: the text of a program `f` that takes the variables, in the order of `columns`, and returns a list of
            outputs; or such a function.
        columns: for each variable its value at each point.
        plan: for each result the variables to differentiate by, in order.
        dtype, device: of the tensors.
        seconds: how long it may take.
        leaves: what the program calls beside torch's functions and the kernels.

    Raises:
        OutOfTime: derivatives of that order take too long.

    Returns:
        The values, and for each result the derivatives, indexed by output and point.
    """
    function = load(program, "f", {**NAMES, **leaves}) if isinstance(program, str) else program
    leaves = _leaves(columns, dtype, device)
    count = len(next(iter(columns.values()))) if columns else 1
    like = next(iter(leaves.values())) if leaves else torch.zeros(count, dtype=getattr(torch, dtype), device=device)
    outputs, found = derivatives(function, leaves, like, plan, _Clock(seconds))
    results = {path: [d.detach().cpu().tolist() for d in components] for path, components in found.items()}
    return [y.detach().cpu().tolist() for y in outputs], results


def derivatives(
    function: Callable[..., Any],
    leaves: Mapping[str, Any],
    like: Any,
    plan: Mapping[tuple[str, ...], tuple[str, ...]],
    clock: _Clock | None = None,
) -> tuple[list[Any], dict[tuple[str, ...], list[Any]]]:
    """Values and derivatives as tensors: one for each output, and for each result one for each output.

    Args:
        function: a program's `f`.
        leaves: for each variable its tensor of shape (points,), which asks for gradients.
        like: a tensor of the shape, dtype and device of the results.
        plan: for each result the variables to differentiate by, in order.
        clock: what says when the time is up; None where it is not watched.
    """
    outputs = [_as_column(y, like) for y in function(*leaves.values())]
    results: dict[tuple[str, ...], list[Any]] = {path: [] for path in plan}
    sweep = _Sweep(leaves, plan, len(outputs) > 1, clock)
    for output in outputs:
        grown: dict[tuple[str, ...], Any] = {(): output}
        for path, variables in plan.items():
            # The sum gives memory to the tensors without any that autograd returns for derivatives known to be 0.
            results[path].append(sweep.derivative(grown, variables) + torch.zeros_like(like))
    return outputs, results


def differentiate_complex(
    source: str,
    columns: Mapping[str, Sequence[complex]],
    plan: Mapping[tuple[str, ...], tuple[str, ...]],
    dtype: str,
    device: str,
    seconds: float,
) -> tuple[list[list[complex]], dict[tuple[str, ...], list[list[complex]]]]:
    """Values and derivatives in complex numbers; as `differentiate`, of a program in complex numbers.

    Of real variables the real and the imaginary part are differentiated, each by itself. Of complex variables the
    derivative is the complex one, whose conjugate autograd returns.
    """
    function = load(source, "f", {**NAMES, **COMPLEX_KERNELS})
    holomorphic = any(isinstance(value, complex) for values in columns.values() for value in values)
    kind = _COMPLEX_TYPES[dtype]
    leaves = _leaves(columns, kind if holomorphic else dtype, device)
    count = len(next(iter(columns.values()))) if columns else 1
    like = torch.zeros(count, dtype=getattr(torch, kind), device=device)
    sweep = _Sweep(leaves, plan, True, _Clock(seconds))
    outputs = [_as_column(y, like).to(like.dtype) for y in function(*leaves.values())]
    results: dict[tuple[str, ...], list[list[complex]]] = {path: [] for path in plan}
    for output in outputs:
        parts = [output] if holomorphic or not output.requires_grad else [output.real, output.imag]
        grown: list[dict[tuple[str, ...], Any]] = [{(): part} for part in parts]
        for path, variables in plan.items():
            found = [sweep.derivative(part, variables) for part in grown]
            derivative = torch.complex(*found) if len(found) == 2 else found[0]
            results[path].append((derivative.detach() + torch.zeros_like(like)).cpu().tolist())
    return [y.detach().cpu().tolist() for y in outputs], results


def _leaves(columns: Mapping[str, Sequence[complex]], dtype: str, device: str) -> dict[str, Any]:
    try:
        return {
            name: torch.tensor(values, dtype=getattr(torch, dtype), device=device, requires_grad=True)
            for name, values in columns.items()
        }
    except (RuntimeError, AssertionError) as error:
        raise unusable(device, error) from error


def _as_column(value: Any, like: Any) -> Any:
    """An output as a tensor with one entry for each point; constant ones come as floats or single numbers."""
    return value.expand_as(like) if isinstance(value, torch.Tensor) else torch.full_like(like, value)


class _Clock:
    """Stops nested autograd before a step that cannot end in time: inside a step nothing can be stopped."""

    # A step takes up to so many times as long as the one before.
    _GROWTH = 8

    def __init__(self, seconds: float) -> None:
        self.seconds, self._start, self._last, self._step = seconds, time.monotonic(), time.monotonic(), 0.0
        self._modules = len(sys.modules)

    def next_step(self, order: int) -> None:
        now = time.monotonic()
        # A step in which torch loads a part of itself (seconds, for ZeroTensors) is no measure of the next.
        if len(sys.modules) == self._modules:
            self._step = now - self._last
        self._last, self._modules = now, len(sys.modules)
        if order > 1 and now - self._start + self._GROWTH * self._step > self.seconds:
            hint = "without a point the formula alone is answered"
            raise OutOfTime(f"autograd cannot reach order {order} within {self.seconds:g} s", hint=hint)


class _Sweep:
    """Backward passes from one output after another."""

    def __init__(self, leaves: Mapping[str, Any], plan: Any, several: bool, clock: _Clock | None) -> None:
        # What a pass needs is let go with it unless another one follows.
        self._leaves, self._plans, self._clock = leaves, list(plan.values()), clock
        self._kept = several or any(len(p) > 1 for p in self._plans)

    def derivative(self, grown: dict[tuple[str, ...], Any], variables: tuple[str, ...]) -> Any:
        """The derivative along `variables`; all first steps from one tensor are taken in one backward pass."""
        for length in range(1, len(variables) + 1):
            prefix = variables[:length]
            if prefix in grown:
                continue
            if self._clock is not None:
                self._clock.next_step(length)
            before = prefix[:-1]
            ahead = [p for p in self._plans if p[: length - 1] == before and len(p) >= length]
            wanted = sorted({p[length - 1] for p in ahead})
            gradients = self._gradients(grown[before], wanted, recorded=any(len(p) > length for p in ahead))
            grown.update({(*before, name): g for name, g in zip(wanted, gradients, strict=True)})
        return grown[variables]

    def _gradients(self, tensor: Any, names: Sequence[str], recorded: bool) -> list[Any]:
        inputs = [self._leaves[name] for name in names]
        if not tensor.requires_grad:
            return [torch.zeros_like(x) for x in inputs]
        # Of the real part: to start from a complex number, torch would import SymPy.
        found = torch.autograd.grad(
            tensor.sum().real, inputs, retain_graph=self._kept, create_graph=recorded, allow_unused=True
        )
        return [torch.zeros_like(x) if g is None else g.conj() for g, x in zip(found, inputs, strict=True)]
