"""Torch functions that torch lacks or has only in part. Each is printed with a program that uses it."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable
from typing import Any

from derivcli.numeric.devices import existing_folder

with warnings.catch_warnings(), existing_folder():
    # torch works without NumPy, and says on import that it would rather not.
    warnings.filterwarnings("ignore", message="Failed to initialize NumPy")
    import torch


def lift(*partials: Callable[..., Any]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give an elementwise function derivatives of its own, to any order, forward, backward and under vmap.

    Its tensors have one shape.

    Args:
        partials: the partial derivative by each argument, in functions that torch can differentiate, or lifted ones.
    """

    def decorate(forward: Callable[..., Any]) -> Callable[..., Any]:
        class Lifted(torch.autograd.Function):
            generate_vmap_rule = True

            @staticmethod
            def forward(*args: Any) -> Any:
                return forward(*args)

            @staticmethod
            def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
                ctx.save_for_backward(*inputs)
                ctx.save_for_forward(*inputs)

            @staticmethod
            def backward(ctx: Any, adjoint: Any) -> Any:
                args = ctx.saved_tensors
                pairs = zip(partials, ctx.needs_input_grad, strict=True)
                return tuple(adjoint * partial(*args).conj() if needed else None for partial, needed in pairs)

            @classmethod
            def apply(cls, *args: Any) -> Any:
                # torch's own binds default arguments first, which takes longer than the work.
                transformed = torch._C._are_functorch_transforms_active()
                parent: Any = super() if transformed else super(torch.autograd.Function, cls)
                return parent.apply(*args)

            @staticmethod
            def jvp(ctx: Any, *tangents: Any) -> Any:
                args = ctx.saved_tensors
                return sum(t * partial(*args) for partial, t in zip(partials, tangents, strict=True))

        apply: Any = Lifted.apply

        @functools.wraps(forward)
        def lifted(*args: Any) -> Any:
            # Where nothing is recorded, as in a plain backward pass, the function itself is enough, and faster.
            return apply(*args) if torch.is_grad_enabled() else forward(*args)

        return lifted

    return decorate


@lift(lambda x: sech(x / 2) ** 2 / 4)
def sigmoid(x: torch.Tensor) -> torch.Tensor:
    """The logistic function; torch's own has the derivative s*(1 - s), which is 0 from x = 37 on."""
    return torch.sigmoid(x)


@lift(lambda x: sech(x) ** 2)
def tanh(x: torch.Tensor) -> torch.Tensor:
    """The hyperbolic tangent; torch's own has the derivative 1 - tanh(x)**2, which is 0 from x = 19 on."""
    return torch.tanh(x)


@lift(lambda x: -sech(x) * tanh(x))
def sech(x: torch.Tensor) -> torch.Tensor:
    """1/cosh(x), without a cosh that overflows."""
    decay = torch.exp(-torch.abs(x))
    return 2 * decay / (1 + decay**2)


@lift(lambda x: sigmoid(-x))
def logsigmoid(x: torch.Tensor) -> torch.Tensor:
    """log(sigmoid(x))"""
    return torch.nn.functional.logsigmoid(x)


@lift(lambda x: torch.exp(x))
def expm1(x: torch.Tensor) -> torch.Tensor:
    """exp(x) - 1; torch's own has the derivative expm1(x) + 1, which is 0 from x = -37 down."""
    return torch.expm1(x)


@lift(lambda x: tanh(x))
def logcosh(x: torch.Tensor) -> torch.Tensor:
    """log(cosh(x)), without a cosh that overflows."""
    size = torch.abs(x)
    near = torch.log1p(2 * torch.sinh(size / 2) ** 2)
    return torch.where(size < 1, near, size - 0.6931471805599453 + torch.log1p(torch.exp(-2 * size)))


@lift(lambda x: -_odds(x) * (1 + _odds(x)))
def _odds(x: torch.Tensor) -> torch.Tensor:
    return 1 / torch.expm1(x)


@lift(lambda x: -_odds(-x))
def log1mexp(x: torch.Tensor) -> torch.Tensor:
    """log(1 - exp(x)), x < 0, with the digits of a small exp(x) and those of a small x."""
    return torch.where(x > -0.6931471805599453, torch.log(-torch.expm1(x)), torch.log1p(-torch.exp(x)))


@lift(lambda x, y: sigmoid(x - y), lambda x, y: sigmoid(y - x))
def _logaddexp(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return torch.logaddexp(x, y)


def logaddexp(x: torch.Tensor, y: torch.Tensor) -> Any:
    """log(exp(x) + exp(y)); torch's own has wrong second derivatives far out."""
    return _logaddexp(x + torch.zeros_like(y), y + torch.zeros_like(x))


@lift(lambda x, y: _cosine(y, x) ** 2 / _length(x, y), lambda x, y: -_cosine(x, y) * _cosine(y, x) / _length(x, y))
def _cosine(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return x / torch.hypot(x, y)


@lift(lambda x, y: _cosine(x, y), lambda x, y: _cosine(y, x))
def _length(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return torch.hypot(x, y)


def hypot(x: torch.Tensor, y: torch.Tensor) -> Any:
    """sqrt(x**2 + y**2); torch's own has a second derivative that cancels where one side is much longer."""
    return _length(x + torch.zeros_like(y), y + torch.zeros_like(x))


@lift(lambda x: _slope_of_loggamma(x))
def _loggamma(x: torch.Tensor) -> torch.Tensor:
    return torch.lgamma(x)


def _slope_of_loggamma(x: torch.Tensor) -> torch.Tensor:
    """Stirling's series (DLMF 5.11.2) at x + 12, brought back by the recurrence, in plain operations."""
    far = x > 12
    shifted = torch.where(far, x, x + 12)
    series = torch.zeros_like(shifted)
    for coefficient in (1 / 12, -691 / 32760, 1 / 132, -1 / 240, 1 / 252, -1 / 120, 1 / 12):
        series = (series + coefficient) / shifted**2
    near = torch.where(far, 1.0, x)
    steps = 1 / near
    for k in range(1, 12):
        steps = steps + 1 / (near + k)
    return torch.log(shifted) - 1 / (2 * shifted) - series - torch.where(far, 0.0, steps)


def loggamma(x: torch.Tensor) -> torch.Tensor:
    """Logarithm of the gamma function of x > 0, else NaN; right to all orders of differentiation.

    torch's own `lgamma` has a second derivative with errors of 5e-10.
    """
    return torch.where(x > 0, _loggamma(torch.where(x > 0, x, 1.0)), torch.nan)


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


def digamma(x: torch.Tensor) -> torch.Tensor:
    """The derivative of loggamma."""
    return _polygamma(0, x)


def trigamma(x: torch.Tensor) -> torch.Tensor:
    """The second derivative of loggamma."""
    return _polygamma(1, x)


def _polygamma(n: int, x: torch.Tensor) -> torch.Tensor:
    """Derivative of order n + 1 of log|gamma(x)|, n a whole number; below 1/2 by reflection (DLMF 5.5.3)."""
    with torch.enable_grad():
        point = x if x.requires_grad else x.detach().requires_grad_()
        left = point < 0.5
        upper = loggamma(torch.where(left, 1 - point, point))
        sine = torch.where(left, torch.sin(torch.pi * point), 1.0)
        value = torch.where(left, -torch.log(torch.abs(sine)) - upper, upper)
        for _ in range(n + 1):
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


@lift(lambda x: torch.exp(x) / x)
def ei(x: torch.Tensor) -> torch.Tensor:
    """The exponential integral Ei(x), x != 0: its series (DLMF 6.6.2), far out the expansion in 1/x (DLMF 6.12.2) and,
    below -1, the continued fraction of E1 (DLMF 6.9.1)."""
    near = (x > -1) & (x < 40)
    u = torch.where(near, x, 1.0)
    term, series = torch.ones_like(u), torch.zeros_like(u)
    for k in range(1, 150):
        term = term * u / k
        series = series + term / k
    far = torch.where(x >= 40, x, 40.0)
    expansion = torch.ones_like(far)
    for k in range(39, 0, -1):
        expansion = 1 + expansion * k / far
    left = torch.where(x <= -1, -x, 1.0)
    fraction = torch.zeros_like(left)
    for k in range(120, 0, -1):
        fraction = k / (1 + k / (left + fraction))
    negative = -torch.exp(-left) / (left + fraction)
    value = torch.where(near, 0.5772156649015329 + torch.log(torch.abs(u)) + series, torch.exp(far) / far * expansion)
    return torch.where(x <= -1, negative, value)


@lift(lambda x: 0.886226925452758 * torch.exp(erfinv(x) ** 2))
def erfinv(x: torch.Tensor) -> torch.Tensor:
    """The inverse of erf; its derivative to any order is sqrt(pi)/2*exp(erfinv(x)**2)."""
    return torch.erfinv(x)


# The names that generated programs may use beside `torch`.
KERNELS: dict[str, Callable[..., torch.Tensor]] = {
    f.__name__: f
    for f in (
        loggamma,
        gamma,
        reciprocal_gamma,
        binomial,
        digamma,
        trigamma,
        sinc,
        sigmoid,
        tanh,
        sech,
        ei,
        erfinv,
        logsigmoid,
        expm1,
        logcosh,
        log1mexp,
        logaddexp,
        hypot,
    )
}

__all__ = ["KERNELS", "lift", "torch", *KERNELS]
