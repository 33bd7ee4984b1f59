"""Torch functions that torch lacks or has only in part. Each is printed with a program that uses it."""

from __future__ import annotations

import warnings
from collections.abc import Callable

with warnings.catch_warnings():
    # torch works without NumPy, and says on import that it would rather not.
    warnings.filterwarnings("ignore", message="Failed to initialize NumPy")
    import torch


def loggamma(x: torch.Tensor) -> torch.Tensor:
    """Logarithm of the gamma function of x > 0, else NaN; right to all orders of differentiation.

    Stirling's series (DLMF 5.11.1) at x + 12, brought back by the recurrence, in plain operations: torch's own
    `lgamma` has a second derivative with errors of 5e-10.
    """
    safe = torch.where(x > 0, x, 1.0)
    far = safe > 12
    shifted = torch.where(far, safe, safe + 12)
    series = torch.zeros_like(shifted)
    for coefficient in (1 / 156, -691 / 360360, 1 / 1188, -1 / 1680, 1 / 1260, -1 / 360, 1 / 12):
        series = series / shifted**2 + coefficient
    stirling = (shifted - 0.5) * torch.log(shifted) - shifted + 0.9189385332046727 + series / shifted
    near = torch.where(far, 1.0, safe)
    product = near
    for k in range(1, 12):
        product = product * (near + k)
    return torch.where(x > 0, stirling - torch.where(far, 0.0, torch.log(product)), torch.nan)


def gamma(x: torch.Tensor) -> torch.Tensor:
    """The gamma function, by reflection (DLMF 5.5.3) below 1/2."""
    left = x < 0.5
    upper = torch.exp(loggamma(torch.where(left, 1 - x, x)))
    sine = torch.where(left, torch.sin(torch.pi * (x - 2 * torch.round(x / 2))), 1.0)
    return torch.where(left, torch.pi / (sine * upper), upper)


def reciprocal_gamma(x: torch.Tensor) -> torch.Tensor:
    """1/gamma(x), which is 0 with a finite slope where gamma has its poles (DLMF 5.5.3)."""
    left = x < 0.5
    upper = torch.exp(loggamma(torch.where(left, 1 - x, x)))
    sine = torch.sin(torch.pi * (x - 2 * torch.round(x / 2)))
    return torch.where(left, sine * upper / torch.pi, 1 / upper)


def binomial(n: torch.Tensor, k: torch.Tensor) -> torch.Tensor:
    """The binomial coefficient (DLMF 1.2.6): by logarithms where all three factorials are positive, else by 1/gamma."""
    inside = (n > -1) & (k > -1) & (n - k > -1)
    large, part = torch.where(inside, n, 1.0), torch.where(inside, k, 0.0)
    by_logarithms = torch.exp(loggamma(large + 1) - loggamma(part + 1) - loggamma(large - part + 1))
    small, other = torch.where(inside, 1.0, n), torch.where(inside, 0.0, k)
    by_gamma = gamma(small + 1) * reciprocal_gamma(other + 1) * reciprocal_gamma(small - other + 1)
    return torch.where(inside, by_logarithms, by_gamma)


def polygamma(n: float, x: torch.Tensor) -> torch.Tensor:
    """Derivative of order n + 1 of log|gamma(x)|, n a whole number; below 1/2 by reflection (DLMF 5.5.3)."""
    with torch.enable_grad():
        point = x if x.requires_grad else x.detach().requires_grad_()
        left = point < 0.5
        upper = loggamma(torch.where(left, 1 - point, point))
        sine = torch.where(left, torch.sin(torch.pi * point), 1.0)
        value = torch.where(left, -torch.log(torch.abs(sine)) - upper, upper)
        for _ in range(int(n) + 1):
            (value,) = torch.autograd.grad(value.sum(), point, create_graph=True)
    return value


def sinc(x: torch.Tensor) -> torch.Tensor:
    """sin(x)/x with 1 at 0; near 0 its series, which torch's own derivatives lose."""
    near = torch.abs(x) < 0.5
    square = torch.where(near, x, 0.0) ** 2
    series = torch.zeros_like(square)
    for k in range(10, 0, -1):
        series = (1 + series) * -square / (2 * k * (2 * k + 1))
    away = torch.where(near, 1.0, x)
    return torch.where(near, 1 + series, torch.sin(away) / away)


__all__ = ["KERNELS", "binomial", "gamma", "loggamma", "polygamma", "reciprocal_gamma", "sinc", "torch"]

# The names that generated programs may use beside `torch`.
KERNELS: dict[str, Callable[..., torch.Tensor]] = {
    f.__name__: f for f in (loggamma, gamma, reciprocal_gamma, binomial, polygamma, sinc)
}
