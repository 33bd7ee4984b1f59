"""Orthogonal polynomials of whole and real degree: DLMF sections 14.10, 18.9(iii)."""

from __future__ import annotations

from derivcli.catalog.row import Row, leaf

POLYNOMIALS = "orthogonal polynomials"
_DEGREE = (-2.5, 6.5)
_RIGHT = "x > -1; all x for whole n"

ROWS: tuple[Row, ...] = (
    leaf(
        "legendre", POLYNOMIALS, "Legendre polynomial P", "", "(n + 1)/2*jacobi(n - 1, 1, 1, x)",
        parameters=("n", "x"), aliases=("LegendreP", "eval_legendre"), domain=_RIGHT, samples=(_DEGREE, (-0.9, 5.0)),
    ),
    leaf(
        "assoc_legendre", POLYNOMIALS, "associated Legendre function P with the factor (-1)**m", "", "",
        "((m - n - 1)*assoc_legendre(n + 1, m, x) + (n + 1)*x*assoc_legendre(n, m, x))/(1 - x**2)",
        parameters=("n", "m", "x"), domain="-1 < x < 1", samples=((-1.25, 5.5), (-1.75, 2.5), (-0.9, 0.9)),
    ),
    leaf(
        "legendre_q", POLYNOMIALS, "Legendre function Q of the second kind", "",
        "(n + 1)*(x*legendre_q(n, x) - legendre_q(n + 1, x))/(1 - x**2)", parameters=("n", "x"),
        aliases=("LegendreQ",), domain="-1 < x < 1; n != -1, -2, …",
        singular="abs(x) == 1", samples=((-0.5, 6.5), (-0.9, 0.9)),
    ),
    leaf(
        "chebyshevt", POLYNOMIALS, "Chebyshev polynomial T of the first kind", "", "n*chebyshevu(n - 1, x)",
        parameters=("n", "x"), mpmath="chebyt", aliases=("ChebyshevT", "eval_chebyt"), domain=_RIGHT,
        samples=(_DEGREE, (-0.9, 5.0)),
    ),
    leaf(
        "chebyshevu", POLYNOMIALS, "Chebyshev polynomial U of the second kind", "", "2*gegenbauer(n - 1, 2, x)",
        parameters=("n", "x"), mpmath="chebyu", aliases=("ChebyshevU", "eval_chebyu"), domain=_RIGHT,
        samples=(_DEGREE, (-0.9, 5.0)),
    ),
    leaf(
        "hermite", POLYNOMIALS, "Hermite polynomial H, the physicists'", "", "2*n*hermite(n - 1, x)",
        parameters=("n", "x"), aliases=("HermiteH", "eval_hermite"), samples=(_DEGREE, (-5.0, 5.0)),
    ),
    leaf(
        "hermite_prob", POLYNOMIALS, "Hermite polynomial He, the probabilists'", "", "n*hermite_prob(n - 1, x)",
        parameters=("n", "x"), aliases=("eval_hermitenorm",), samples=(_DEGREE, (-5.0, 5.0)),
    ),
    leaf(
        "laguerre", POLYNOMIALS, "Laguerre polynomial L", "", "-assoc_laguerre(n - 1, 1, x)",
        parameters=("n", "x"), aliases=("LaguerreL", "eval_laguerre"), samples=(_DEGREE, (-9.0, 30.0)),
    ),
    leaf(
        "assoc_laguerre", POLYNOMIALS, "associated Laguerre polynomial of degree n", "", "",
        "-assoc_laguerre(n - 1, a + 1, x)", parameters=("n", "a", "x"), aliases=("eval_genlaguerre",),
        domain="n + a != -1, -2, …", samples=((0.25, 6.5), (-0.75, 3.0), (-9.0, 30.0)),
    ),
    leaf(
        "jacobi", POLYNOMIALS, "Jacobi polynomial P of degree n", "", "", "",
        "(n + a + b + 1)/2*jacobi(n - 1, a + 1, b + 1, x)", parameters=("n", "a", "b", "x"),
        aliases=("JacobiP", "eval_jacobi"), domain=f"n + a != -1, -2, …; {_RIGHT}",
        samples=((0.25, 5.5), (-0.75, 2.5), (-0.75, 2.5), (-0.9, 4.0)),
    ),
    leaf(
        "gegenbauer", POLYNOMIALS, "Gegenbauer polynomial C of degree n", "", "", "2*a*gegenbauer(n - 1, a + 1, x)",
        parameters=("n", "a", "x"), aliases=("GegenbauerC", "eval_gegenbauer"),
        domain=f"n + 2*a != 0, -1, …; {_RIGHT}", samples=((0.25, 5.5), (0.25, 2.5), (-0.9, 4.0)),
    ),
)  # fmt: skip
