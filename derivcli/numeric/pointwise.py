"""Functions of numbers as operations that autograd knows: computed one by one, differentiated by others of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from derivcli.numeric.kernels import torch

# The values of a function at rows of arguments; whether complex ones are wanted.
Values = Callable[[Sequence[tuple[complex, ...]], bool], list[complex]]


def pointwise(values: Values, by: Callable[[int], Callable[..., Any]]) -> Callable[..., Any]:
    """An operation on tensors that broadcast, and numbers; with derivatives to any order, and under vmap.

    Args:
        values: of the function.
        by: the derivative by an argument, given by its place, as another such operation.
    """

    class Pointwise(torch.autograd.Function):
        @staticmethod
        def forward(*args: Any) -> Any:
            rows = list(zip(*(a.detach().cpu().reshape(-1).tolist() for a in args), strict=True))
            found = values(rows, args[0].is_complex())
            return torch.tensor(found, dtype=args[0].dtype, device=args[0].device).reshape(args[0].shape)

        @staticmethod
        def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
            ctx.save_for_backward(*inputs)
            ctx.save_for_forward(*inputs)

        @staticmethod
        def backward(ctx: Any, adjoint: Any) -> Any:
            args, needed = ctx.saved_tensors, ctx.needs_input_grad
            return tuple(adjoint * by(k)(*args).conj() if needed[k] else None for k in range(len(args)))

        @staticmethod
        def jvp(ctx: Any, *tangents: Any) -> Any:
            args = ctx.saved_tensors
            return sum(t * by(k)(*args) for k, t in enumerate(tangents) if t is not None)

        @staticmethod
        def vmap(info: Any, in_dims: Sequence[int | None], *args: Any) -> Any:
            pairs = zip(args, in_dims, strict=True)
            moved = [a.expand(info.batch_size, *a.shape) if d is None else a.movedim(d, 0) for a, d in pairs]
            return apply(*moved), 0

    apply: Any = Pointwise.apply

    def operation(*args: Any) -> Any:
        like = next(a for a in args if isinstance(a, torch.Tensor))
        kind = next((t.dtype for t in args if isinstance(t, torch.Tensor) and t.is_complex()), like.dtype)
        tensors = (a.to(kind) if isinstance(a, torch.Tensor) else like.new_tensor(a, dtype=kind) for a in args)
        return apply(*torch.broadcast_tensors(*tensors))  # type: ignore[no-untyped-call]

    return operation
