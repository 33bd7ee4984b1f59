"""Error functions and Fresnel integrals (DLMF chapter 7)."""

from __future__ import annotations

from derivcli.catalog.row import Row, leaf, primitive

ERROR = "error functions and Fresnel integrals"

ROWS: tuple[Row, ...] = (
    primitive("erf", ERROR, "error function", "2*exp(-x**2)/sqrt(pi)", aliases=("Erf",), samples=((-6.0, 6.0),)),
    primitive(
        "erfc", ERROR, "1 - erf(x), without cancellation", "-2*exp(-x**2)/sqrt(pi)", aliases=("Erfc",),
        samples=((-6.0, 26.0),),
    ),
    leaf("erfi", ERROR, "-I*erf(I*x)", "2*exp(x**2)/sqrt(pi)", aliases=("Erfi",), samples=((-20.0, 25.0),)),
    leaf(
        "erfcx", ERROR, "exp(x**2)*erfc(x), which does not overflow", "2*x*erfcx(x) - 2/sqrt(pi)",
        samples=((-20.0, 1000.0),),
    ),
    leaf(
        "dawsn", ERROR, "Dawson's integral, exp(-x**2)*erfi(x)*sqrt(pi)/2", "1 - 2*x*dawsn(x)",
        aliases=("dawson", "DawsonF", "dawsonF"), samples=((-50.0, 1000.0),),
    ),
    Row("erf2", "erf(y) - erf(x)", ERROR, ("x", "y"), definition="erf(y) - erf(x)", samples=((-3.0, -0.5), (0.2, 3.0))),
    primitive(
        "erfinv", ERROR, "inverse of erf", "sqrt(pi)*exp(erfinv(x)**2)/2", torch="erfinv({0})", aliases=("InverseErf",),
        domain="-1 < x < 1", singular="abs(x) == 1", samples=((-0.9990234375, 0.9990234375),),
    ),
    leaf(
        "erfcinv", ERROR, "inverse of erfc", "-sqrt(pi)*exp(erfcinv(x)**2)/2", aliases=("InverseErfc",),
        domain="0 < x < 2", singular="x == 0 or x == 2", samples=((2.0**-40, 1.9990234375),),
    ),
    Row(
        "erf2inv", "y with erf(y) - erf(x) = z", ERROR, ("x", "z"), definition="erfinv(erf(x) + z)",
        domain="-1 < erf(x) + z < 1", samples=((-1.0, 0.0), (0.1, 0.9)),
    ),
    leaf(
        "fresnels", ERROR, "Fresnel integral, of sin(pi*t**2/2) from 0 to x", "sin(pi*x**2/2)", aliases=("FresnelS",),
        samples=((-8.0, 30.0),),
    ),
    leaf(
        "fresnelc", ERROR, "Fresnel integral, of cos(pi*t**2/2) from 0 to x", "cos(pi*x**2/2)", aliases=("FresnelC",),
        samples=((-8.0, 30.0),),
    ),
)  # fmt: skip
