"""Hyperbolic functions and their inverses (DLMF sections 4.34 and 4.38)."""

from __future__ import annotations

from derivcli.catalog.row import ABOVE, OUTSIDE, UNIT, Row, primitive

HYPERBOLIC, INVERSE_HYPERBOLIC = "hyperbolic", "inverse hyperbolic"

ROWS: tuple[Row, ...] = (
    primitive("sinh", HYPERBOLIC, "hyperbolic sine", "cosh(x)"),
    primitive("cosh", HYPERBOLIC, "hyperbolic cosine", "sinh(x)"),
    primitive("tanh", HYPERBOLIC, "hyperbolic tangent", "1/cosh(x)**2", torch="tanh({0})"),
    primitive(
        "coth", HYPERBOLIC, "hyperbolic cotangent", "-1/sinh(x)**2", torch="(1/tanh({0}))", domain="x != 0",
        singular="x == 0", samples=ABOVE,
    ),
    primitive("sech", HYPERBOLIC, "hyperbolic secant", "-sech(x)*tanh(x)", torch="sech({0})"),
    Row("logcosh", "log(cosh(x))", HYPERBOLIC, definition="log(cosh(x))", partials=("tanh(x)",)),
    primitive(
        "csch", HYPERBOLIC, "hyperbolic cosecant", "-csch(x)*coth(x)", torch="(1/torch.sinh({0}))", domain="x != 0",
        singular="x == 0", samples=ABOVE,
    ),
    primitive(
        "asinh", INVERSE_HYPERBOLIC, "inverse hyperbolic sine", "1/sqrt(1 + x**2)", aliases=("arcsinh", "arsinh"),
    ),
    primitive(
        "acosh", INVERSE_HYPERBOLIC, "inverse hyperbolic cosine", "1/(sqrt(x - 1)*sqrt(x + 1))",
        aliases=("arccosh", "arcosh"), domain="x >= 1", special="x == 1", samples=OUTSIDE,
    ),
    primitive(
        "atanh", INVERSE_HYPERBOLIC, "inverse hyperbolic tangent", "1/(1 - x**2)", aliases=("arctanh", "artanh"),
        domain="-1 < x < 1", singular="abs(x) == 1", samples=UNIT,
    ),
    primitive(
        "acoth", INVERSE_HYPERBOLIC, "inverse hyperbolic cotangent", "1/(1 - x**2)", aliases=("arccoth", "arcoth"),
        torch="torch.atanh(1/{0})", domain="abs(x) > 1", singular="abs(x) == 1", samples=OUTSIDE,
    ),
    primitive(
        "asech", INVERSE_HYPERBOLIC, "inverse hyperbolic secant", "-1/(x*sqrt(1 - x**2))",
        aliases=("arcsech", "arsech"), torch="torch.acosh(1/{0})", domain="0 < x <= 1", special="x == 1",
        singular="x == 0", samples=((0.1, 0.9),),
    ),
    primitive(
        "acsch", INVERSE_HYPERBOLIC, "inverse hyperbolic cosecant", "-1/(x**2*sqrt(1 + 1/x**2))",
        aliases=("arccsch", "arcsch"), torch="torch.asinh(1/{0})", domain="x != 0", samples=ABOVE,
    ),
)  # fmt: skip
