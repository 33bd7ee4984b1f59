"""The gamma family, error and exponential integrals (DLMF sections 5.2, 6.2 and 7.2)."""

from __future__ import annotations

from derivcli.catalog.row import ABOVE, UNIT, Row, primitive

SPECIAL = "gamma, error and integral functions"

ROWS: tuple[Row, ...] = (
    primitive("erf", SPECIAL, "error function", "2*exp(-x**2)/sqrt(pi)"),
    primitive("erfc", SPECIAL, "1 - erf(x), without cancellation", "-2*exp(-x**2)/sqrt(pi)"),
    primitive(
        "erfinv", SPECIAL, "inverse of erf", "sqrt(pi)*exp(erfinv(x)**2)/2", torch="erfinv({0})", domain="-1 < x < 1",
        samples=UNIT,
    ),
    primitive(
        "Ei", SPECIAL, "exponential integral, of exp(t)/t from -oo to x", "exp(x)/x", torch="ei({0})", mpmath="ei",
        domain="x != 0", samples=ABOVE,
    ),
    primitive(
        "gamma", SPECIAL, "gamma function", "gamma(x)*polygamma(0, x)", aliases=("Gamma",), torch="gamma({0})",
        domain="x != 0, -1, -2, …", samples=ABOVE, names_variables=True,
    ),
    primitive(
        "loggamma", SPECIAL, "logarithm of gamma(x)", "polygamma(0, x)", aliases=("lgamma", "gammaln"),
        torch="loggamma({0})", domain="x > 0", samples=ABOVE,
    ),
    Row(
        "polygamma", "derivative of order n + 1 of loggamma; n a whole number", SPECIAL, ("n", "x"),
        sympy="polygamma", torch="polygamma({0}, {1})", mpmath="polygamma", partials=("0", "polygamma(n + 1, x)"),
        domain="x > 0", samples=((0, 0), (0.2, 4.0)), accuracy=1e-12,
    ),
    Row("factorial", "gamma(x + 1), also x!", SPECIAL, aliases=("fact",), definition="gamma(x + 1)", samples=ABOVE),
    Row(
        "binomial", "binomial coefficient", SPECIAL, ("n", "k"), ("choose", "nCr"),
        sympy="binomial", torch="binomial({0}, {1})", mpmath="binomial",
        partials=(
            "binomial(n, k)*(polygamma(0, n + 1) - polygamma(0, n - k + 1))",
            "binomial(n, k)*(polygamma(0, n - k + 1) - polygamma(0, k + 1))",
        ),
        domain="n != -1, -2, …", samples=((4.1, 6.0), (0.2, 3.0)), accuracy=1e-12,
    ),
)  # fmt: skip
