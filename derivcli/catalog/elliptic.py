"""Elliptic integrals of the parameter m, the square of the modulus k: DLMF sections 19.2 and 19.4."""

from __future__ import annotations

from derivcli.catalog.row import Row, leaf

ELLIPTIC = "elliptic integrals"
_BELOW, _ANGLE = (-9.0, 0.99), (-1.5, 9.0)

ROWS: tuple[Row, ...] = (
    leaf(
        "elliptic_k", ELLIPTIC, "complete elliptic integral of the first kind, of the parameter m = k**2",
        "(elliptic_e(m) - (1 - m)*elliptic_k(m))/(2*m*(1 - m))", parameters=("m",),
        mpmath="ellipk", aliases=("EllipticK", "ellipk"), domain="m < 1", singular="m == 1", samples=(_BELOW,),
    ),
    leaf(
        "elliptic_e", ELLIPTIC, "complete elliptic integral of the second kind, of the parameter m = k**2",
        "(elliptic_e(m) - elliptic_k(m))/(2*m)", parameters=("m",), mpmath="ellipe",
        aliases=("EllipticE", "ellipe"), domain="m <= 1", samples=(_BELOW,),
    ),
    leaf(
        "elliptic_e", ELLIPTIC, "elliptic integral of the second kind, of the angle z and the parameter m = k**2",
        "sqrt(1 - m*sin(z)**2)", "(elliptic_e(z, m) - elliptic_f(z, m))/(2*m)", parameters=("z", "m"),
        mpmath="ellipe", aliases=("EllipticE", "ellipeinc"), domain="m*sin(z)**2 <= 1", samples=(_ANGLE, _BELOW),
        overload="/2",
        torch="elliptic_e_2({0}, {1})",
    ),
    leaf(
        "elliptic_f", ELLIPTIC, "elliptic integral of the first kind, of the angle z and the parameter m = k**2",
        "1/sqrt(1 - m*sin(z)**2)",
        "elliptic_e(z, m)/(2*m*(1 - m)) - elliptic_f(z, m)/(2*m) - sin(2*z)/(4*(1 - m)*sqrt(1 - m*sin(z)**2))",
        parameters=("z", "m"), mpmath="ellipf", aliases=("EllipticF", "ellipkinc"), domain="m*sin(z)**2 < 1",
        samples=(_ANGLE, _BELOW),
    ),
    leaf(
        "elliptic_pi", ELLIPTIC, "complete elliptic integral of the third kind, of n and the parameter m = k**2",
        "(elliptic_e(m) + (m - n)*elliptic_k(m)/n + (n**2 - m)*elliptic_pi(n, m)/n)/(2*(m - n)*(n - 1))",
        "(elliptic_e(m)/(m - 1) + elliptic_pi(n, m))/(2*(n - m))", parameters=("n", "m"),
        mpmath="ellippi", aliases=("EllipticPi", "ellippi"), domain="m < 1, n < 1",
        samples=((-2.0, 0.95), (-9.0, 0.75)),
    ),
    leaf(
        "elliptic_pi", ELLIPTIC, "elliptic integral of the third kind, of n, the angle z and the parameter m = k**2",
        "(elliptic_e(z, m) + (m - n)*elliptic_f(z, m)/n + (n**2 - m)*elliptic_pi(n, z, m)/n"
        " - n*sqrt(1 - m*sin(z)**2)*sin(2*z)/(2*(1 - n*sin(z)**2)))/(2*(m - n)*(n - 1))",
        "1/((1 - n*sin(z)**2)*sqrt(1 - m*sin(z)**2))",
        "(elliptic_e(z, m)/(m - 1) + elliptic_pi(n, z, m)"
        " - m*sin(2*z)/(2*(m - 1)*sqrt(1 - m*sin(z)**2)))/(2*(n - m))",
        parameters=("n", "z", "m"), mpmath="ellippi", aliases=("EllipticPi", "ellippi"),
        domain="m*sin(z)**2 < 1, n*sin(z)**2 < 1", samples=((-2.0, 0.95), (-1.5, 4.0), (-9.0, 0.75)), overload="/3",
        torch="elliptic_pi_3({0}, {1}, {2})",
    ),
)  # fmt: skip
