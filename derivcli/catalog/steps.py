"""Steps, corners and choices."""

from __future__ import annotations

from derivcli.catalog.row import ABOVE, XY, Row, primitive

STEPS = "steps, corners and choices"

ROWS: tuple[Row, ...] = (
    primitive(
        "abs", STEPS, "absolute value, also |x|", "sign(x)", aliases=("Abs", "fabs"), sympy="Abs", mpmath="fabs",
        special="x == 0", samples=ABOVE,
    ),
    primitive("sign", STEPS, "sign", "0", aliases=("sgn", "signum"), special="x == 0", samples=ABOVE),
    primitive("floor", STEPS, "largest whole number up to x", "0", special="x == floor(x)", samples=((0.1, 0.9),)),
    primitive(
        "ceiling", STEPS, "smallest whole number from x", "0", aliases=("ceil",), torch="torch.ceil({0})",
        mpmath="ceil", special="x == floor(x)", samples=((0.1, 0.9),),
    ),
    Row("frac", "fractional part", STEPS, definition="x - floor(x)", samples=((0.1, 0.9),)),
    Row(
        "Mod", "remainder with the sign of the divisor, also x % y", STEPS, XY, ("mod", "remainder"),
        sympy="Mod", torch="torch.remainder({0}, {1})", mpmath="remainder", partials=("1", "-floor(x/y)"),
        domain="y != 0", special="x/y == floor(x/y)", samples=((0.2, 0.9), (1.2, 2.0)),
    ),
    Row(
        "max", "the larger of its arguments", STEPS, XY, ("Max", "maximum"), sympy="Max",
        torch="torch.maximum({0}, {1})", mpmath="larger", partials=("heaviside(x - y)", "heaviside(y - x)"),
        special="x == y", samples=((-3.0, 0.0), (0.1, 3.0)), repeats=True,
    ),
    Row(
        "min", "the smaller of its arguments", STEPS, XY, ("Min", "minimum"), sympy="Min",
        torch="torch.minimum({0}, {1})", mpmath="smaller", partials=("heaviside(y - x)", "heaviside(x - y)"),
        special="x == y", samples=((-3.0, 0.0), (0.1, 3.0)), repeats=True,
    ),
    primitive(
        "heaviside", STEPS, "unit step, 1/2 at 0", "0", aliases=("Heaviside",), sympy="Heaviside", mpmath="heaviside",
        torch="torch.where({0} > 0, 1.0, torch.where({0} < 0, 0.0, torch.full_like({0}, 0.5)))", special="x == 0",
        samples=ABOVE,
    ),
    Row(
        "heaviside", "unit step with the value h at 0", STEPS, ("x", "h"), ("Heaviside",),
        definition="piecewise((1, x > 0), (0, x < 0), (h, True))", samples=((0.2, 3.0), (0.0, 1.0)), overload="/2",
    ),
)  # fmt: skip
