"""The gamma family (DLMF chapter 5) and the incomplete gamma and beta functions (DLMF sections 8.2 and 8.17)."""

from __future__ import annotations

from derivcli.catalog.row import Row, leaf, primitive

GAMMA, INCOMPLETE = "gamma functions and factorials", "incomplete gamma and beta functions"
_POLES = "x <= 0 and x == floor(x)"
_SX = {"parameters": ("s", "x"), "special": "x == 0", "samples": ((0.25, 30.0), (0.0625, 40.0))}
_ABX = {"parameters": ("a", "b", "x"), "special": "x == 0 or x == 1", "domain": "a > 0, b > 0, 0 <= x <= 1"}

ROWS: tuple[Row, ...] = (
    primitive(
        "gamma", GAMMA, "gamma function", "gamma(x)*polygamma(0, x)", aliases=("Gamma",), torch="gamma({0})",
        domain="x != 0, -1, -2, …", singular=_POLES, samples=((-4.75, 30.5),), names_variables=True,
    ),
    primitive(
        "loggamma", GAMMA, "logarithm of gamma(x)", "polygamma(0, x)", aliases=("lgamma", "gammaln", "LogGamma"),
        torch="loggamma({0})", domain="x > 0", singular="x == 0", samples=((0.0625, 40.0),),
    ),
    leaf(
        "polygamma", GAMMA, "derivative of order n + 1 of loggamma; n a whole number", "", "polygamma(n + 1, x)",
        parameters=("n", "x"), aliases=("psi", "PolyGamma"), domain="n = 0, 1, 2, …; x != 0, -1, -2, …",
        singular=_POLES, samples=((0, 0), (-7.3, 60.0)),
    ),
    Row(
        "digamma", "derivative of loggamma", GAMMA, aliases=("psi", "PolyGamma"), definition="polygamma(0, x)",
        partials=("trigamma(x)",), domain="x != 0, -1, -2, …", samples=((-7.3, 60.0),), names_variables=True,
    ),
    Row(
        "trigamma", "second derivative of loggamma", GAMMA, definition="polygamma(1, x)",
        domain="x != 0, -1, -2, …", samples=((-7.3, 60.0),),
    ),
    Row(
        "factorial", "gamma(x + 1), also x!", GAMMA, aliases=("fact", "Factorial"), definition="gamma(x + 1)",
        samples=((-0.9, 30.0),),
    ),
    Row(
        "factorial2", "double factorial, also x!!, which in between goes on as 2**(x/2)*gamma(x/2 + 1) times a wave",
        GAMMA, aliases=("doublefactorial", "Factorial2"),
        definition="2**(x/2 + (1 - cos(pi*x))/4)*pi**((cos(pi*x) - 1)/4)*gamma(x/2 + 1)", samples=((-1.9, 30.0),),
    ),
    Row(
        "subfactorial", "number of permutations without a fixed point; real for whole x", GAMMA,
        definition="uppergamma(x + 1, -1)*exp(-1)", domain="x = 0, 1, 2, …", samples=((7, 7),),
        aliases=("Subfactorial",),
    ),
    Row(
        "binomial", "binomial coefficient", GAMMA, ("n", "k"), ("choose", "nCr", "Binomial", "comb"),
        sympy="binomial", torch="binomial({0}, {1})", mpmath="binomial",
        partials=(
            "binomial(n, k)*(polygamma(0, n + 1) - polygamma(0, n - k + 1))",
            "binomial(n, k)*(polygamma(0, n - k + 1) - polygamma(0, k + 1))",
        ),
        domain="n != -1, -2, …", samples=((4.1, 6.0), (0.2, 3.0)), accuracy=1e-12,
    ),
    leaf(
        "RisingFactorial", GAMMA, "x*(x + 1)*…*(x + n - 1), gamma(x + n)/gamma(x)",
        "RisingFactorial(x, n)*(polygamma(0, x + n) - polygamma(0, x))",
        "RisingFactorial(x, n)*polygamma(0, x + n)",
        parameters=("x", "n"), aliases=("rf", "pochhammer", "Pochhammer", "poch", "rising_factorial"),
        domain="x + n != 0, -1, -2, …", samples=((0.25, 20.0), (-0.2, 6.5)),
    ),
    leaf(
        "FallingFactorial", GAMMA, "x*(x - 1)*…*(x - n + 1), gamma(x + 1)/gamma(x - n + 1)",
        "FallingFactorial(x, n)*(polygamma(0, x + 1) - polygamma(0, x - n + 1))",
        "FallingFactorial(x, n)*polygamma(0, x - n + 1)",
        parameters=("x", "n"), aliases=("ff", "falling_factorial", "FactorialPower"), domain="x != -1, -2, …",
        samples=((7.25, 20.0), (-2.5, 6.5)),
    ),
    leaf(
        "beta", GAMMA, "beta function, gamma(a)*gamma(b)/gamma(a + b)",
        "beta(a, b)*(polygamma(0, a) - polygamma(0, a + b))", "beta(a, b)*(polygamma(0, b) - polygamma(0, a + b))",
        parameters=("a", "b"), aliases=("Beta",), domain="a and b != 0, -1, -2, …",
        singular="(a <= 0 and a == floor(a)) or (b <= 0 and b == floor(b))",
        samples=((-0.75, 40.0), (0.0625, 50.0)),
    ),
    leaf(
        "logbeta", GAMMA, "logarithm of beta(a, b)", "polygamma(0, a) - polygamma(0, a + b)",
        "polygamma(0, b) - polygamma(0, a + b)", parameters=("a", "b"), aliases=("betaln", "lbeta", "LogBeta"),
        domain="a > 0, b > 0", singular="a == 0 or b == 0", samples=((0.0625, 1000.0), (0.0625, 1000.0)),
    ),
    leaf(
        "harmonic", GAMMA, "harmonic number, digamma(x + 1) + EulerGamma", "polygamma(1, x + 1)",
        aliases=("HarmonicNumber",), domain="x != -1, -2, …", singular="x <= -1 and x == floor(x)",
        samples=((-0.9375, 1000.0),),
    ),
    leaf(
        "harmonic", GAMMA, "harmonic number of order m, zeta(m) - zeta(m, x + 1)",
        "m*(zeta(m + 1) - harmonic(x, m + 1))", "", parameters=("x", "m"), aliases=("HarmonicNumber",),
        sympy="generalized_harmonic", mpmath="generalized_harmonic", torch="generalized_harmonic({0}, {1})",
        domain="x > -1; m != 1, write harmonic(x)",
        samples=((-0.5, 20.0), (1.25, 6.0)), overload="/2",
    ),
    Row(
        "catalan", "Catalan number, binomial(2*x, x)/(x + 1)", GAMMA, aliases=("CatalanNumber",),
        definition="binomial(2*x, x)/(x + 1)", domain="x > -1/2", samples=((0.0625, 30.0),), names_variables=True,
    ),
    leaf(
        "lowergamma", INCOMPLETE, "incomplete gamma function, of t**(s - 1)*exp(-t) from 0 to x", "",
        "x**(s - 1)*exp(-x)", aliases=("lower_gamma",), **{**_SX, "domain": "s != 0, -1, …; x >= 0"},
    ),
    leaf(
        "uppergamma", INCOMPLETE, "incomplete gamma function, of t**(s - 1)*exp(-t) from x to oo", "",
        "-x**(s - 1)*exp(-x)", aliases=("Gamma", "upper_gamma"),
        **{**_SX, "domain": "x > 0", "samples": ((-3.25, 30.0), (0.0625, 40.0))},
    ),
    leaf(
        "gammainc", INCOMPLETE, "regularized: P(s, x) = lowergamma(s, x)/gamma(s), as SciPy has it", "",
        "x**(s - 1)*exp(-x)/gamma(s)", aliases=("igamma", "gamma_p"), **{**_SX, "domain": "s > 0, x >= 0"},
    ),
    leaf(
        "gammaincc", INCOMPLETE, "regularized: Q(s, x) = uppergamma(s, x)/gamma(s), as SciPy has it", "",
        "-x**(s - 1)*exp(-x)/gamma(s)", aliases=("igammac", "gamma_q", "GammaRegularized"),
        **{**_SX, "domain": "x > 0"},
    ),
    leaf(
        "betainc", INCOMPLETE, "regularized: I_x(a, b), as SciPy has it; incomplete_beta(x, a, b) is not", "", "",
        "x**(a - 1)*(1 - x)**(b - 1)/beta(a, b)", aliases=("betainc_regularized", "ibeta", "betareg"),
        sympy="regularized_beta",
        samples=((0.25, 30.0), (0.25, 30.0), (0.03125, 0.96875)), **_ABX,
    ),
    leaf(
        "incomplete_beta", INCOMPLETE, "incomplete beta function, of t**(a - 1)*(1 - t)**(b - 1) from 0 to x",
        "x**(a - 1)*(1 - x)**(b - 1)", "", "", aliases=("Beta", "lower_beta"),
        samples=((0.03125, 0.96875), (0.25, 30.0), (-2.5, 30.0)),
        **{**_ABX, "parameters": ("x", "a", "b"), "domain": "0 <= x < 1, a > 0"},
    ),
    Row(
        "betainc", "not regularized: incomplete_beta(y, a, b) - incomplete_beta(x, a, b), as SymPy has it", INCOMPLETE,
        ("a", "b", "x", "y"), definition="incomplete_beta(y, a, b) - incomplete_beta(x, a, b)",
        domain="a > 0, 0 <= x < 1, 0 <= y < 1",
        samples=((0.25, 20.0), (0.25, 20.0), (0.0625, 0.4), (0.6, 0.9375)), overload="/4",
    ),
    Row(
        "betainc_regularized", "betainc(a, b, y) - betainc(a, b, x), as SymPy has it", INCOMPLETE,
        ("a", "b", "x", "y"), definition="betainc(a, b, y) - betainc(a, b, x)",
        domain="a > 0, b > 0, 0 <= x <= 1, 0 <= y <= 1",
        samples=((0.25, 20.0), (0.25, 20.0), (0.0625, 0.4), (0.6, 0.9375)), overload="/4",
    ),
    Row(
        "BetaRegularized", "betainc(a, b, x), its arguments as Mathematica has them", INCOMPLETE, ("x", "a", "b"),
        definition="betainc(a, b, x)", domain="a > 0, b > 0, 0 <= x <= 1",
        samples=((0.03125, 0.96875), (0.25, 30.0), (0.25, 30.0)),
    ),
)  # fmt: skip
