"""Exponential, logarithmic and trigonometric integrals (DLMF chapter 6 and section 8.19)."""

from __future__ import annotations

from derivcli.catalog.row import Row, leaf, primitive

INTEGRALS = "exponential and trigonometric integrals"
_POSITIVE = {"domain": "x > 0", "singular": "x == 0", "samples": ((0.0625, 60.0),)}

ROWS: tuple[Row, ...] = (
    primitive(
        "Ei", INTEGRALS, "exponential integral, of exp(t)/t from -oo to x", "exp(x)/x",
        aliases=("expi", "ExpIntegralEi"), torch="ei({0})", domain="x != 0",
        singular="x == 0", samples=((-60.03125, 80.0),),
    ),
    leaf(
        "E1", INTEGRALS, "exponential integral, of exp(-t)/t from x to oo", "-exp(-x)/x",
        aliases=("exp1", "expint"), **{**_POSITIVE, "samples": ((0.0625, 600.0),)},
    ),
    leaf(
        "expint", INTEGRALS, "exponential integral E_n(x), of exp(-x*t)/t**n from 1 to oo", "", "-expint(n - 1, x)",
        parameters=("n", "x"), aliases=("expn", "ExpIntegralE"), sympy="expint",
        torch="expint({0}, {1})", mpmath="expint", domain="x > 0", singular="x == 0",
        samples=((-3.5, 20.0), (0.0625, 60.0)), overload="/2",
    ),
    leaf(
        "li", INTEGRALS, "logarithmic integral, of 1/log(t) from 0 to x", "1/log(x)",
        aliases=("LogIntegral", "logint"), domain="x > 0, x != 1", singular="x == 1", samples=((1.0625, 1000.0),),
    ),
    leaf(
        "Li", INTEGRALS, "li(x) - li(2), the logarithmic integral from 2", "1/log(x)", domain="x > 0, x != 1",
        singular="x == 1", samples=((0.0625, 0.9375),),
    ),
    leaf(
        "Si", INTEGRALS, "sine integral, of sin(t)/t from 0 to x", "sin(x)/x", aliases=("SinIntegral", "sinint"),
        samples=((-40.0, 60.0),),
    ),
    leaf(
        "Ci", INTEGRALS, "cosine integral, of -cos(t)/t from x to oo", "cos(x)/x", aliases=("CosIntegral", "cosint"),
        **_POSITIVE,
    ),
    leaf(
        "Shi", INTEGRALS, "hyperbolic sine integral, of sinh(t)/t from 0 to x", "sinh(x)/x",
        aliases=("SinhIntegral", "sinhint"), samples=((-40.0, 60.0),),
    ),
    leaf(
        "Chi", INTEGRALS, "hyperbolic cosine integral, EulerGamma + log(x) + that of (cosh(t) - 1)/t from 0 to x",
        "cosh(x)/x", aliases=("CoshIntegral", "coshint"), **_POSITIVE,
    ),
)  # fmt: skip
