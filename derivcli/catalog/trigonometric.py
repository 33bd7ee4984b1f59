"""Trigonometric functions and their inverses (DLMF sections 4.20 and 4.24)."""

from __future__ import annotations

from derivcli.catalog.row import ABOVE, OUTSIDE, UNIT, Row, primitive

TRIG, INVERSE_TRIG = "trigonometric", "inverse trigonometric"

ROWS: tuple[Row, ...] = (
    primitive("sin", TRIG, "sine", "cos(x)", aliases=("sen",)),
    primitive("cos", TRIG, "cosine", "-sin(x)"),
    primitive(
        "tan", TRIG, "tangent", "1 + tan(x)**2", aliases=("tg",), domain="x != pi/2 + k*pi",
        singular="cos(x) == 0", samples=UNIT,
    ),
    primitive(
        "cot", TRIG, "cotangent", "-1 - cot(x)**2", aliases=("ctg", "cotan"), torch="(1/torch.tan({0}))",
        domain="x != k*pi", singular="sin(x) == 0", samples=((0.2, 2.9),),
    ),
    primitive(
        "sec", TRIG, "secant", "sec(x)*tan(x)", torch="(1/torch.cos({0}))", domain="x != pi/2 + k*pi",
        singular="cos(x) == 0", samples=UNIT,
    ),
    primitive(
        "csc", TRIG, "cosecant", "-csc(x)*cot(x)", aliases=("cosec",), torch="(1/torch.sin({0}))",
        domain="x != k*pi", singular="sin(x) == 0", samples=((0.2, 2.9),),
    ),
    primitive(
        "sinc", TRIG, "sin(x)/x, with 1 at 0", "piecewise((cos(x)/x - sin(x)/x**2, x != 0), (0, True))",
        torch="sinc({0})", special="x == 0",
    ),
    Row("sind", "sine of x degrees", TRIG, definition="sin(pi*x/180)"),
    Row("cosd", "cosine of x degrees", TRIG, definition="cos(pi*x/180)"),
    Row("tand", "tangent of x degrees", TRIG, definition="tan(pi*x/180)"),
    primitive(
        "asin", INVERSE_TRIG, "inverse sine", "1/sqrt(1 - x**2)", aliases=("arcsin",), domain="-1 <= x <= 1",
        special="abs(x) == 1", samples=UNIT,
    ),
    primitive(
        "acos", INVERSE_TRIG, "inverse cosine", "-1/sqrt(1 - x**2)", aliases=("arccos",), domain="-1 <= x <= 1",
        special="abs(x) == 1", samples=UNIT,
    ),
    primitive("atan", INVERSE_TRIG, "inverse tangent", "1/(1 + x**2)", aliases=("arctan", "arctg")),
    primitive(
        "acot", INVERSE_TRIG, "inverse cotangent, atan(1/x), with pi/2 at 0", "-1/(1 + x**2)",
        aliases=("arccot", "arcctg"), torch="torch.atan(1/{0})", special="x == 0", samples=ABOVE,
    ),
    primitive(
        "asec", INVERSE_TRIG, "inverse secant", "1/(x**2*sqrt(1 - 1/x**2))", aliases=("arcsec",),
        torch="torch.acos(1/{0})", domain="abs(x) >= 1", special="abs(x) == 1", samples=OUTSIDE,
    ),
    primitive(
        "acsc", INVERSE_TRIG, "inverse cosecant", "-1/(x**2*sqrt(1 - 1/x**2))", aliases=("arccsc",),
        torch="torch.asin(1/{0})", domain="abs(x) >= 1", special="abs(x) == 1", samples=OUTSIDE,
    ),
    Row(
        "atan2", "angle of the point (x, y), written atan2(y, x)", INVERSE_TRIG, ("y", "x"), ("arctan2",),
        sympy="atan2", torch="torch.atan2({0}, {1})", mpmath="atan2",
        partials=("x/(x**2 + y**2)", "-y/(x**2 + y**2)"), domain="x or y not 0",
        special="y == 0 and x <= 0", samples=((0.2, 3.0), (-3.0, 3.0)),
    ),
)  # fmt: skip
