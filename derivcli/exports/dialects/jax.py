"""Python with JAX: a function of numbers or arrays, for jit and vmap."""

from __future__ import annotations

from derivcli.exports.dialects import numpy
from derivcli.exports.dialects.common import number
from derivcli.exports.program import Dialect, Program

_SPECIAL = {"erf": "erf", "erfc": "erfc", "erfinv": "erfinv", "Ei": "expi"}
_IMPORTS = [
    "import jax", "import jax.numpy as jnp", "import jax.scipy.special as jsp", "",
    "# Without this line JAX computes in float32.", 'jax.config.update("jax_enable_x64", True)',
]  # fmt: skip


def _layout(program: Program) -> str:
    return numpy.laid_out(program, "jnp", _IMPORTS, ["@jax.jit"])


DIALECT = Dialect(
    title="JAX",
    operations={**numpy.operations("jnp"), **{op: f"jsp.{name}({{0}})" for op, name in _SPECIAL.items()}},
    number=number("jnp.nan", "jnp.inf"),
    truths=("jnp.True_", "jnp.False_"),
    part="{0} = {1}",
    truth="{0} = {1}",
    reserved=numpy.DIALECT.reserved,
    layout=_layout,
)
