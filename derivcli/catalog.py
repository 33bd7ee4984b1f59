"""THE table of functions: reading, code, derivatives, help and tests all walk it. A new function is one new row.

A row is either a primitive, with its SymPy class, torch expression, mpmath function and partial derivatives, or it has
a `definition` in deriv's own language and is rewritten to it wherever numbers or formulas are needed; formulas of
arrays keep its name, and go by its own partial derivative where the row gives one. Partial
derivatives are written by hand (DLMF sections 4.20, 4.24, 4.34, 4.38, 5.2, 7.2), not taken from SymPy: so the check
of the one against the other stays a check. Nothing is imported here: `deriv functions` must start at once.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One function.

    Args:
        name: how it is written, and how it is printed.
        summary: one line for `deriv functions`.
        group: the heading it is listed under.
        parameters: names of the arguments, as used in `definition` and `partials`.
        aliases: other spellings.
        definition: the function in deriv's own language; empty for a primitive.
        sympy: name of the SymPy class, or of one in `symbolic/functions.py`.
        torch: the torch expression; {0}, {1} are the arguments as tensors.
        mpmath: name of the mpmath function, or of one in `numeric/operations.py`.
        partials: the partial derivatives in deriv's own language, one for each parameter.
        domain: where it is defined, for people.
        special: where no two-sided derivative need exist, as a condition in deriv's own language.
        samples: intervals of the arguments in which the tests try the row, away from special points.
        repeats: whether any number of arguments is folded pairwise (max, min).
        names_variables: whether the bare name, without a call, is a variable (Greek letters).
        overload: what tells the row from another one of the same name with another number of arguments.
    """

    name: str
    summary: str
    group: str
    parameters: tuple[str, ...] = ("x",)
    aliases: tuple[str, ...] = ()
    definition: str = ""
    sympy: str = ""
    torch: str = ""
    mpmath: str = ""
    partials: tuple[str, ...] = ()
    domain: str = "all x"
    special: str = ""
    samples: tuple[tuple[float, float], ...] = ((-3.0, 3.0),)
    repeats: bool = False
    names_variables: bool = False
    overload: str = ""

    @property
    def key(self) -> str:
        """The operation's name in a graph: `log` and `log/2` are two rows of one name."""
        return self.name + self.overload


XY = ("x", "y")
ABOVE, UNIT, OUTSIDE = ((0.2, 4.0),), ((-0.9, 0.9),), ((1.2, 4.0),)


def _primitive(name: str, group: str, summary: str, *partials: str, **more: object) -> Row:
    """A primitive whose SymPy class, torch operation and mpmath function share its name unless told otherwise."""
    fields = {"sympy": name, "torch": f"torch.{name}({{0}})", "mpmath": name, **more}
    return Row(name, summary, group, partials=partials, **fields)  # type: ignore[arg-type]


POWERS = "powers and logarithms"
TRIG, INVERSE_TRIG = "trigonometric", "inverse trigonometric"
HYPERBOLIC, INVERSE_HYPERBOLIC = "hyperbolic", "inverse hyperbolic"
STEPS, NETWORKS, SPECIAL = "steps, corners and choices", "from neural networks", "gamma, error and integral functions"

ROWS: tuple[Row, ...] = (
    Row(
        "sqrt", "square root", POWERS, definition="x**(1/2)", partials=("1/(2*sqrt(x))",), domain="x >= 0",
        samples=ABOVE,
    ),
    Row(
        "cbrt", "real cube root, also of negative x", POWERS, definition="root(x, 3)", samples=ABOVE,
    ),
    Row(
        "root", "real n-th root; n a whole number, odd for negative x", POWERS, ("x", "n"), ("nthroot", "surd"),
        sympy="root", torch="(torch.sign({0})*torch.abs({0})**(1/{1}))", mpmath="real_root",
        partials=("root(x, n)/(n*x)", "-root(x, n)*log(abs(x))/n**2"),
        domain="x >= 0 for even n", special="x == 0", samples=((0.2, 4.0), (3, 3)),
    ),
    _primitive("exp", POWERS, "exponential function", "exp(x)"),
    Row("exp2", "power of two", POWERS, definition="2**x"),
    Row("exp10", "power of ten", POWERS, definition="10**x", samples=UNIT),
    Row("expm1", "exp(x) - 1", POWERS, definition="exp(x) - 1", partials=("exp(x)",)),
    _primitive("log", POWERS, "natural logarithm", "1/x", aliases=("ln",), domain="x > 0", samples=ABOVE),
    Row(
        "log", "logarithm to the base b", POWERS, ("x", "b"), definition="log(x)/log(b)",
        domain="x > 0, b > 0, b != 1", samples=((0.2, 4.0), (1.5, 4.0)), overload="/2",
    ),
    Row("log2", "logarithm to the base 2", POWERS, definition="log(x)/log(2)", domain="x > 0", samples=ABOVE),
    Row("log10", "logarithm to the base 10", POWERS, definition="log(x)/log(10)", domain="x > 0", samples=ABOVE),
    Row("log1p", "log(1 + x)", POWERS, definition="log(1 + x)", domain="x > -1", samples=UNIT),
    Row("log1mexp", "log(1 - exp(x))", POWERS, definition="log(1 - exp(x))", domain="x < 0", samples=((-4.0, -0.2),)),
    Row("hypot", "length of (x, y)", POWERS, XY, definition="sqrt(x**2 + y**2)", samples=((0.2, 3.0),) * 2),
    _primitive("sin", TRIG, "sine", "cos(x)", aliases=("sen",)),
    _primitive("cos", TRIG, "cosine", "-sin(x)"),
    _primitive("tan", TRIG, "tangent", "1 + tan(x)**2", aliases=("tg",), domain="x != pi/2 + k*pi", samples=UNIT),
    _primitive(
        "cot", TRIG, "cotangent", "-1 - cot(x)**2", aliases=("ctg", "cotan"), torch="(1/torch.tan({0}))",
        domain="x != k*pi", samples=((0.2, 2.9),),
    ),
    _primitive(
        "sec", TRIG, "secant", "sec(x)*tan(x)", torch="(1/torch.cos({0}))", domain="x != pi/2 + k*pi", samples=UNIT,
    ),
    _primitive(
        "csc", TRIG, "cosecant", "-csc(x)*cot(x)", aliases=("cosec",), torch="(1/torch.sin({0}))",
        domain="x != k*pi", samples=((0.2, 2.9),),
    ),
    _primitive(
        "sinc", TRIG, "sin(x)/x, with 1 at 0", "piecewise((cos(x)/x - sin(x)/x**2, x != 0), (0, True))",
        torch="sinc({0})", special="x == 0",
    ),
    Row("sind", "sine of x degrees", TRIG, definition="sin(pi*x/180)"),
    Row("cosd", "cosine of x degrees", TRIG, definition="cos(pi*x/180)"),
    Row("tand", "tangent of x degrees", TRIG, definition="tan(pi*x/180)"),
    _primitive(
        "asin", INVERSE_TRIG, "inverse sine", "1/sqrt(1 - x**2)", aliases=("arcsin",), domain="-1 <= x <= 1",
        special="abs(x) == 1", samples=UNIT,
    ),
    _primitive(
        "acos", INVERSE_TRIG, "inverse cosine", "-1/sqrt(1 - x**2)", aliases=("arccos",), domain="-1 <= x <= 1",
        special="abs(x) == 1", samples=UNIT,
    ),
    _primitive("atan", INVERSE_TRIG, "inverse tangent", "1/(1 + x**2)", aliases=("arctan", "arctg")),
    _primitive(
        "acot", INVERSE_TRIG, "inverse cotangent, atan(1/x), with pi/2 at 0", "-1/(1 + x**2)",
        aliases=("arccot", "arcctg"), torch="torch.atan(1/{0})", special="x == 0", samples=ABOVE,
    ),
    _primitive(
        "asec", INVERSE_TRIG, "inverse secant", "1/(x**2*sqrt(1 - 1/x**2))", aliases=("arcsec",),
        torch="torch.acos(1/{0})", domain="abs(x) >= 1", special="abs(x) == 1", samples=OUTSIDE,
    ),
    _primitive(
        "acsc", INVERSE_TRIG, "inverse cosecant", "-1/(x**2*sqrt(1 - 1/x**2))", aliases=("arccsc",),
        torch="torch.asin(1/{0})", domain="abs(x) >= 1", special="abs(x) == 1", samples=OUTSIDE,
    ),
    Row(
        "atan2", "angle of the point (x, y), written atan2(y, x)", INVERSE_TRIG, ("y", "x"), ("arctan2",),
        sympy="atan2", torch="torch.atan2({0}, {1})", mpmath="atan2",
        partials=("x/(x**2 + y**2)", "-y/(x**2 + y**2)"), domain="x or y not 0",
        special="y == 0 and x <= 0", samples=((0.2, 3.0), (-3.0, 3.0)),
    ),
    _primitive("sinh", HYPERBOLIC, "hyperbolic sine", "cosh(x)"),
    _primitive("cosh", HYPERBOLIC, "hyperbolic cosine", "sinh(x)"),
    _primitive("tanh", HYPERBOLIC, "hyperbolic tangent", "1/cosh(x)**2", torch="tanh({0})"),
    _primitive(
        "coth", HYPERBOLIC, "hyperbolic cotangent", "-1/sinh(x)**2", torch="(1/tanh({0}))", domain="x != 0",
        samples=ABOVE,
    ),
    _primitive("sech", HYPERBOLIC, "hyperbolic secant", "-sech(x)*tanh(x)", torch="sech({0})"),
    Row("logcosh", "log(cosh(x))", HYPERBOLIC, definition="log(cosh(x))", partials=("tanh(x)",)),
    _primitive(
        "csch", HYPERBOLIC, "hyperbolic cosecant", "-csch(x)*coth(x)", torch="(1/torch.sinh({0}))", domain="x != 0",
        samples=ABOVE,
    ),
    _primitive(
        "asinh", INVERSE_HYPERBOLIC, "inverse hyperbolic sine", "1/sqrt(1 + x**2)", aliases=("arcsinh", "arsinh"),
    ),
    _primitive(
        "acosh", INVERSE_HYPERBOLIC, "inverse hyperbolic cosine", "1/(sqrt(x - 1)*sqrt(x + 1))",
        aliases=("arccosh", "arcosh"), domain="x >= 1", special="x == 1", samples=OUTSIDE,
    ),
    _primitive(
        "atanh", INVERSE_HYPERBOLIC, "inverse hyperbolic tangent", "1/(1 - x**2)", aliases=("arctanh", "artanh"),
        domain="-1 < x < 1", samples=UNIT,
    ),
    _primitive(
        "acoth", INVERSE_HYPERBOLIC, "inverse hyperbolic cotangent", "1/(1 - x**2)", aliases=("arccoth", "arcoth"),
        torch="torch.atanh(1/{0})", domain="abs(x) > 1", samples=OUTSIDE,
    ),
    _primitive(
        "asech", INVERSE_HYPERBOLIC, "inverse hyperbolic secant", "-1/(x*sqrt(1 - x**2))",
        aliases=("arcsech", "arsech"), torch="torch.acosh(1/{0})", domain="0 < x <= 1", special="x == 1",
        samples=((0.1, 0.9),),
    ),
    _primitive(
        "acsch", INVERSE_HYPERBOLIC, "inverse hyperbolic cosecant", "-1/(x**2*sqrt(1 + 1/x**2))",
        aliases=("arccsch", "arcsch"), torch="torch.asinh(1/{0})", domain="x != 0", samples=ABOVE,
    ),
    _primitive(
        "abs", STEPS, "absolute value, also |x|", "sign(x)", aliases=("Abs", "fabs"), sympy="Abs", mpmath="fabs",
        special="x == 0", samples=ABOVE,
    ),
    _primitive("sign", STEPS, "sign", "0", aliases=("sgn", "signum"), special="x == 0", samples=ABOVE),
    _primitive("floor", STEPS, "largest whole number up to x", "0", special="x == floor(x)", samples=((0.1, 0.9),)),
    _primitive(
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
    _primitive(
        "heaviside", STEPS, "unit step, 1/2 at 0", "0", aliases=("Heaviside",), sympy="Heaviside", mpmath="heaviside",
        torch="torch.where({0} > 0, 1.0, torch.where({0} < 0, 0.0, torch.full_like({0}, 0.5)))", special="x == 0",
        samples=ABOVE,
    ),
    Row(
        "heaviside", "unit step with the value h at 0", STEPS, ("x", "h"), ("Heaviside",),
        definition="piecewise((1, x > 0), (0, x < 0), (h, True))", samples=((0.2, 3.0), (0.0, 1.0)), overload="/2",
    ),
    Row(
        "relu", "max(x, 0)", NETWORKS, aliases=("ReLU",), definition="max(x, 0)", partials=("heaviside(x)",),
        samples=ABOVE,
    ),
    Row(
        "sigmoid", "logistic function", NETWORKS, aliases=("expit", "logistic"), definition="1/(1 + exp(-x))",
        partials=("sigmoid(x)*sigmoid(-x)",),
    ),
    Row(
        "logit", "inverse of sigmoid", NETWORKS, definition="log(x/(1 - x))", domain="0 < x < 1", samples=((0.1, 0.9),)
    ),
    Row("softplus", "log(1 + exp(x))", NETWORKS, definition="log(1 + exp(x))", partials=("sigmoid(x)",)),
    Row("logsigmoid", "log(sigmoid(x))", NETWORKS, definition="-log(1 + exp(-x))", partials=("sigmoid(-x)",)),
    Row("silu", "x*sigmoid(x)", NETWORKS, aliases=("swish",), definition="x/(1 + exp(-x))"),
    Row("gelu", "x times the normal distribution function", NETWORKS, definition="x*(1 + erf(x/sqrt(2)))/2"),
    Row(
        "logaddexp", "log(exp(x) + exp(y))", NETWORKS, XY, definition="log(exp(x) + exp(y))",
        samples=((-3.0, 3.0), (-3.0, 3.0)),
    ),
    _primitive("erf", SPECIAL, "error function", "2*exp(-x**2)/sqrt(pi)"),
    _primitive("erfc", SPECIAL, "1 - erf(x), without cancellation", "-2*exp(-x**2)/sqrt(pi)"),
    _primitive(
        "erfinv", SPECIAL, "inverse of erf", "sqrt(pi)*exp(erfinv(x)**2)/2", torch="erfinv({0})", domain="-1 < x < 1",
        samples=UNIT,
    ),
    _primitive(
        "Ei", SPECIAL, "exponential integral, of exp(t)/t from -oo to x", "exp(x)/x", torch="ei({0})", mpmath="ei",
        domain="x != 0", samples=ABOVE,
    ),
    _primitive(
        "gamma", SPECIAL, "gamma function", "gamma(x)*polygamma(0, x)", aliases=("Gamma",), torch="gamma({0})",
        domain="x != 0, -1, -2, …", samples=ABOVE, names_variables=True,
    ),
    _primitive(
        "loggamma", SPECIAL, "logarithm of gamma(x)", "polygamma(0, x)", aliases=("lgamma", "gammaln"),
        torch="loggamma({0})", domain="x > 0", samples=ABOVE,
    ),
    Row(
        "polygamma", "derivative of order n + 1 of loggamma; n a whole number", SPECIAL, ("n", "x"),
        sympy="polygamma", torch="polygamma({0}, {1})", mpmath="polygamma", partials=("0", "polygamma(n + 1, x)"),
        domain="x > 0", samples=((0, 0), (0.2, 4.0)),
    ),
    Row("factorial", "gamma(x + 1), also x!", SPECIAL, aliases=("fact",), definition="gamma(x + 1)", samples=ABOVE),
    Row(
        "binomial", "binomial coefficient", SPECIAL, ("n", "k"), ("choose", "nCr"),
        sympy="binomial", torch="binomial({0}, {1})", mpmath="binomial",
        partials=(
            "binomial(n, k)*(polygamma(0, n + 1) - polygamma(0, n - k + 1))",
            "binomial(n, k)*(polygamma(0, n - k + 1) - polygamma(0, k + 1))",
        ),
        domain="n != -1, -2, …", samples=((4.1, 6.0), (0.2, 3.0)),
    ),
)  # fmt: skip

# Names that are numbers unless a value is given for them; the second column is what mpmath and SymPy call them.
CONSTANTS: dict[str, str] = {
    "pi": "pi", "π": "pi", "e": "E", "E": "E", "oo": "oo", "∞": "oo", "I": "I", "tau": "tau",
    "EulerGamma": "EulerGamma", "GoldenRatio": "GoldenRatio",
}  # fmt: skip
# These surprise nobody; any other constant is said in a warning.
EXPECTED_CONSTANTS = frozenset(("pi", "π", "e", "E", "oo", "∞"))

KEYS: dict[str, Row] = {row.key: row for row in ROWS}
SPELLINGS: dict[str, list[Row]] = {}
for _row in ROWS:
    for _spelling in (_row.name, *_row.aliases):
        SPELLINGS.setdefault(_spelling, []).append(_row)
