"""Torch functions of complex numbers, with the branches that mpmath and SymPy have on the cuts.

On a cut that is part of the real axis the values are those that mpmath gives to real arguments, whatever the sign of
a zero: torch's own depend on it, and -x of complex(1, +0) has the imaginary part -0.
"""

from __future__ import annotations

from typing import Any

from derivcli.numeric.kernels import lift, torch


def real_part(z: Any) -> Any:
    """A number that is real but for rounding, for functions of real numbers alone; NaN where it is not real."""
    if not isinstance(z, torch.Tensor) or not z.is_complex():
        return z
    real = torch.abs(z.imag) <= 1e-9 * torch.abs(z) + 1e-300
    return torch.where(real, z.real, torch.nan)


def on_axes(z: Any) -> Any:
    """A complex number without parts that are rounding errors, and without negative zeros.

    What is taken away is constant: derivatives stay what they are.
    """
    if not isinstance(z, torch.Tensor):
        return z
    if not z.is_complex():
        return torch.complex(z, torch.zeros_like(z))
    with torch.no_grad():
        # Parts that are smaller beside the other one are rounding errors.
        small = 16 * torch.finfo(z.real.dtype).eps
        x, y = z.real, z.imag
        noise = torch.complex(
            torch.where(torch.abs(x) <= small * torch.abs(y), x, 0.0),
            torch.where(torch.abs(y) <= small * torch.abs(x), y, 0.0),
        )
    return z - noise + 0.0


def _from_below(z: torch.Tensor) -> torch.Tensor:
    """Where the cut right of 1 is met on the axis itself."""
    return (z.real > 1) & (z.imag == 0)


def complex_log(z: Any) -> torch.Tensor:
    """The principal logarithm."""
    return torch.log(on_axes(z))


def complex_sqrt(z: Any) -> torch.Tensor:
    """The principal square root."""
    return torch.sqrt(on_axes(z))


def complex_power(z: Any, exponent: Any) -> Any:
    """exp(exponent*log(z)), by products where the exponent is a whole number."""
    if not isinstance(exponent, torch.Tensor):
        if isinstance(exponent, int) and abs(exponent) <= 64:
            power = _product(z, abs(exponent))
            return power if exponent >= 0 else 1 / power
        if exponent == 0.5:
            return complex_sqrt(z)
    return torch.pow(on_axes(z) if isinstance(z, torch.Tensor) else complex(z), exponent)


def _product(z: Any, count: int) -> Any:
    """The power of a tensor by repeated squares: what is real stays real."""
    result, square = torch.ones_like(z), z
    while count:
        result = result * square if count % 2 else result
        square, count = square * square, count // 2
    return result


@lift(lambda z: 1 / complex_sqrt(1 - z * z))
def _asin(z: torch.Tensor) -> torch.Tensor:
    value = torch.asin(z)
    return torch.where(_from_below(z), torch.conj(value), value)


@lift(lambda z: -1 / complex_sqrt(1 - z * z))
def _acos(z: torch.Tensor) -> torch.Tensor:
    value = torch.acos(z)
    return torch.where(_from_below(z), torch.conj(value), value)


@lift(lambda z: 1 / (1 - z * z))
def _atanh(z: torch.Tensor) -> torch.Tensor:
    value = torch.atanh(z)
    return torch.where(_from_below(z), torch.conj(value), value)


@lift(lambda z: 1 / (complex_sqrt(z - 1) * complex_sqrt(z + 1)))
def _acosh(z: torch.Tensor) -> torch.Tensor:
    return torch.acosh(z)


def complex_asin(z: Any) -> Any:
    """The inverse sine; right of 1 it is continuous from below."""
    return _asin(on_axes(z))


def complex_acos(z: Any) -> Any:
    """The inverse cosine; right of 1 it is continuous from below."""
    return _acos(on_axes(z))


def complex_atan(z: Any) -> Any:
    """The inverse tangent."""
    return -1j * _atanh(on_axes(1j * z))


def complex_asinh(z: Any) -> Any:
    """The inverse hyperbolic sine."""
    return -1j * _asin(on_axes(1j * z))


def complex_acosh(z: Any) -> Any:
    """The inverse hyperbolic cosine."""
    return _acosh(on_axes(z))


def complex_atanh(z: Any) -> Any:
    """The inverse hyperbolic tangent; right of 1 it is continuous from below."""
    return _atanh(on_axes(z))


def complex_tan(z: Any) -> Any:
    """The tangent; far from the real axis torch's own is NaN."""
    return -1j * complex_tanh(1j * z)


def _decay(z: torch.Tensor) -> torch.Tensor:
    """exp(-2*z), or of -z where that is to the right."""
    return torch.exp(-2 * torch.where(z.real < 0, -z, z))


@lift(lambda z: 4 * _decay(z) / (1 + _decay(z)) ** 2)
def _tanh(z: torch.Tensor) -> torch.Tensor:
    decay = _decay(z)
    far = (1 - decay) / (1 + decay)
    return torch.where(torch.abs(z.real) > 1, torch.where(z.real < 0, -far, far), torch.tanh(z))


def complex_tanh(z: Any) -> Any:
    """The hyperbolic tangent."""
    return _tanh(z)


# The names that generated programs may use in complex numbers.
COMPLEX_KERNELS: dict[str, Any] = {
    f.__name__: f
    for f in (
        real_part,
        on_axes,
        complex_log,
        complex_sqrt,
        complex_power,
        complex_asin,
        complex_acos,
        complex_atan,
        complex_asinh,
        complex_acosh,
        complex_atanh,
        complex_tan,
        complex_tanh,
    )
}
