"""Values and derivatives at many points: columns of numbers in, columns out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from derivcli.errors import UsageError
from derivcli.model import Path
from derivcli.numeric.engines.autograd import Autograd
from derivcli.numeric.kernels import torch
from derivcli.task import Computed

__all__ = ["NAMES", "Engine", "make"]

# The engines, by the words that ask for them.
NAMES = ("auto", "autograd")


class Engine(Protocol):
    """Something that computes an expression and its derivatives at any number of points."""

    name: str

    def __call__(
        self, columns: Mapping[str, torch.Tensor]
    ) -> tuple[list[torch.Tensor], dict[Path, list[torch.Tensor]]]:
        """Values by component, and derivatives by path and component.

        Args:
            columns: for each variable its values, of shape (points,), in the dtype and on the device of the engine.

        Returns:
            Tensors of shape (points,), which belong to the caller.
        """
        ...


def make(
    computed: Computed,
    variables: Sequence[str],
    plan: Mapping[Path, tuple[str, ...]],
    *,
    engine: str = "auto",
    dtype: str = "float64",
    device: str = "cpu",
    points: int | None = None,
) -> Engine:
    """The engine for a question.

    Args:
        computed: the expression as torch computes it.
        variables: its arguments, in order.
        plan: for each result the variables to differentiate by, in order.
        engine: one of `NAMES`.
        dtype, device: of the columns.
        points: how many there are, which `auto` chooses by; None for many.

    Raises:
        UsageError: there is no such engine.
    """
    if engine not in NAMES:
        raise UsageError(f"'engine' is one of {', '.join(NAMES)}, not {engine!r}")
    return Autograd(computed, variables, plan, dtype, device)
