"""Powers, exponentials and logarithms (DLMF sections 4.2 to 4.10)."""

from __future__ import annotations

from derivcli.catalog.row import ABOVE, UNIT, XY, Row, primitive

POWERS = "powers and logarithms"

ROWS: tuple[Row, ...] = (
    Row(
        "sqrt", "square root", POWERS, definition="x**(1/2)", partials=("1/(2*sqrt(x))",), domain="x >= 0",
        samples=ABOVE,
    ),
    Row(
        "cbrt", "real cube root, also of negative x", POWERS, definition="root(x, 3)", samples=ABOVE,
    ),
    Row(
        "root", "real n-th root; n a whole number, odd for negative x", POWERS, ("x", "n"),
        aliases=("nthroot", "surd", "real_root"),
        sympy="root", torch="(torch.sign({0})*torch.abs({0})**(1/{1}))", mpmath="real_root",
        partials=("root(x, n)/(n*x)", "-root(x, n)*log(abs(x))/n**2"),
        domain="x >= 0 for even n", special="x == 0", samples=((0.2, 4.0), (3, 3)),
    ),
    primitive("exp", POWERS, "exponential function", "exp(x)"),
    Row("exp2", "power of two", POWERS, definition="2**x"),
    Row("exp10", "power of ten", POWERS, definition="10**x", samples=UNIT),
    Row("expm1", "exp(x) - 1", POWERS, definition="exp(x) - 1", partials=("exp(x)",)),
    primitive("log", POWERS, "natural logarithm", "1/x", aliases=("ln",), domain="x > 0", samples=ABOVE),
    Row(
        "log", "logarithm to the base b", POWERS, ("x", "b"), definition="log(x)/log(b)",
        domain="x > 0, b > 0, b != 1", samples=((0.2, 4.0), (1.5, 4.0)), overload="/2",
    ),
    Row("log2", "logarithm to the base 2", POWERS, definition="log(x)/log(2)", domain="x > 0", samples=ABOVE),
    Row("log10", "logarithm to the base 10", POWERS, definition="log(x)/log(10)", domain="x > 0", samples=ABOVE),
    Row("log1p", "log(1 + x)", POWERS, definition="log(1 + x)", domain="x > -1", samples=UNIT),
    Row("log1mexp", "log(1 - exp(x))", POWERS, definition="log(1 - exp(x))", domain="x < 0", samples=((-4.0, -0.2),)),
    Row("hypot", "length of (x, y)", POWERS, XY, definition="sqrt(x**2 + y**2)", samples=((0.2, 3.0),) * 2),
)  # fmt: skip
