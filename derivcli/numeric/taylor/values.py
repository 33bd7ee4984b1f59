"""Values of functions to all orders of differentiation, where programs have no operation for them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from derivcli.numeric.kernels import torch

# B(2k)/(2k)! of the Euler-Maclaurin formula, k = 1, 2, …
_BERNOULLI = (
    Fraction(1, 6), Fraction(-1, 30), Fraction(1, 42), Fraction(-1, 30), Fraction(5, 66), Fraction(-691, 2730),
    Fraction(7, 6), Fraction(-3617, 510), Fraction(43867, 798), Fraction(-174611, 330),
)  # fmt: skip
# Arguments below minus this are left to numbers of many digits.
_FARTHEST = 500


def polygamma(orders: Sequence[int], args: Sequence[Any]) -> Any:
    """psi of order n: for n > 0 the Hurwitz zeta function by the Euler-Maclaurin formula (DLMF 25.11.7)."""
    order, x = args
    if orders[0] or not torch.all(order == order[0]):
        return torch.full_like(x, torch.nan)
    n = int(order[0]) + orders[1]
    if n == 0:
        return torch.digamma(x)
    below = max(0, math.ceil(-float(x.nan_to_num(0.0, 0.0, 0.0).min())))
    if below > _FARTHEST:
        return torch.full_like(x, torch.nan)
    terms = below + 20 + n
    total = torch.zeros_like(x)
    for k in range(terms):
        total = total + (x + k) ** -(n + 1)
    far = x + terms
    tail = far / n + 0.5
    rising = Fraction(n + 1)
    for k, bernoulli in enumerate(_BERNOULLI, start=1):
        tail = tail + float(bernoulli * rising / math.factorial(2 * k)) / far ** (2 * k - 1)
        rising *= (n + 2 * k) * (n + 2 * k + 1)
    # A pole at 0 and below is one of the terms.
    return -((-1) ** n) * math.factorial(n) * (total + tail / far ** (n + 1))


def sinc(orders: Sequence[int], args: Sequence[Any]) -> Any:
    """The derivative of sin(x)/x of order n: the mean of cos(x*t + n*pi/2)*t**n over t from 0 to 1."""
    (x,), (n,) = args, orders
    return torch.where(torch.abs(x) > n + 1, _sinc_far(x, n), _sinc_near(x, n))


def _sinc_far(x: Any, n: int) -> Any:
    """x*f[n] + n*f[n-1] = sin of order n, upwards."""
    safe = torch.where(torch.abs(x) > n + 1, x, n + 2.0)
    value = torch.sin(safe) / safe
    for k in range(1, n + 1):
        value = (_turned_sine(safe, k) - k * value) / safe
    return value


def _sinc_near(x: Any, n: int) -> Any:
    """The same, downwards from where it begins with 0."""
    safe = torch.where(torch.abs(x) > n + 1, 0.0, x)
    value = torch.zeros_like(safe)
    for k in range(2 * n + 60, n, -1):
        value = (_turned_sine(safe, k) - safe * value) / k
    return value


def _turned_sine(x: Any, quarters: int) -> Any:
    """The derivative of the sine of some order."""
    return (torch.sin(x), torch.cos(x), -torch.sin(x), -torch.cos(x))[quarters % 4]


# Functions with an operation of their own here: given how often they are differentiated by each argument,
# and the arguments.
VALUES: Mapping[str, Callable[[Sequence[int], Sequence[Any]], Any]] = {"polygamma": polygamma, "sinc": sinc}
