"""Other tools on the engines' expression, as their users write it; those that are not installed are left out."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Mapping
from typing import Any

from derivcli.numeric.kernels import torch


def others(columns: Mapping[str, Any], by_hand: Callable[..., Any], compile_too: bool) -> dict[str, Callable[[], Any]]:
    """The ways of other tools to value and gradient."""
    found: dict[str, Callable[[], Any]] = {}
    if importlib.util.find_spec("numpy") is not None:
        arrays = {name: column.numpy() for name, column in columns.items()}
        for name, make in (("numexpr", _numexpr), ("numba", _numba), ("jax", _jax)):
            if importlib.util.find_spec(name) is not None:
                found[name] = make(arrays)
    if compile_too:
        compiled = torch.compile(_value)
        found["torch.compile"] = lambda: _compiled(compiled, columns)
    return found


def _value(x: Any, y: Any, z: Any) -> Any:
    return torch.exp(-(x**2 + y**2) / 2) * torch.sin(3 * z) / (1 + x**4 * z**2) + torch.log(1 + torch.exp(y * z))


def _compiled(compiled: Callable[..., Any], columns: Mapping[str, Any]) -> Any:
    leaves = [column.detach().requires_grad_() for column in columns.values()]
    f = compiled(*leaves)
    return f.detach(), torch.autograd.grad(f.sum(), leaves)


def _numexpr(arrays: Mapping[str, Any]) -> Callable[[], Any]:
    """The derivatives by hand: numexpr has none of its own."""
    import numexpr

    e, s, q, p = "exp(-(x**2 + y**2)/2)", "sin(3*z)", "(1 + x**4*z**2)", "exp(y*z)/(1 + exp(y*z))"
    texts = [
        f"{e}*{s}/{q} + log(1 + exp(y*z))",
        f"-x*{e}*{s}/{q} - {e}*{s}*4*x**3*z**2/{q}**2",
        f"-y*{e}*{s}/{q} + z*{p}",
        f"3*{e}*cos(3*z)/{q} - {e}*{s}*2*x**4*z/{q}**2 + y*{p}",
    ]
    return lambda: [numexpr.evaluate(text, arrays) for text in texts]


def _numba(arrays: Mapping[str, Any]) -> Callable[[], Any]:
    """One loop by hand."""
    import numba
    import numpy

    @numba.njit(parallel=True, fastmath=False)  # type: ignore[untyped-decorator]
    def run(x: Any, y: Any, z: Any, f: Any, a: Any, b: Any, c: Any) -> None:
        for i in numba.prange(len(x)):
            e, s = numpy.exp(-(x[i] ** 2 + y[i] ** 2) / 2), numpy.sin(3 * z[i])
            q, w = 1 + x[i] ** 4 * z[i] ** 2, numpy.exp(y[i] * z[i])
            t = e * s / q
            f[i] = t + numpy.log(1 + w)
            a[i] = -x[i] * t - t / q * 4 * x[i] ** 3 * z[i] ** 2
            b[i] = -y[i] * t + z[i] * w / (1 + w)
            c[i] = 3 * e * numpy.cos(3 * z[i]) / q - t / q * 2 * x[i] ** 4 * z[i] + y[i] * w / (1 + w)

    def compute() -> Any:
        results = [numpy.empty_like(arrays["x"]) for _ in range(4)]
        run(*arrays.values(), *results)
        return results

    return compute


def _jax(arrays: Mapping[str, Any]) -> Callable[[], Any]:
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)

    def value(x: Any, y: Any, z: Any) -> Any:
        return jnp.exp(-(x**2 + y**2) / 2) * jnp.sin(3 * z) / (1 + x**4 * z**2) + jnp.log(1 + jnp.exp(y * z))

    def both(x: Any, y: Any, z: Any) -> Any:
        f, back = jax.vjp(value, x, y, z)
        return f, back(jnp.ones_like(f))

    run = jax.jit(both)
    return lambda: jax.block_until_ready(run(*arrays.values()))
