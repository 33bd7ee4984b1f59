"""Densities, distribution functions and quantiles, by the names that they have in more than one program."""

from __future__ import annotations

from derivcli.catalog.row import Row, leaf

DISTRIBUTIONS = "distributions"
_MOVED = ("x", "mu", "sigma")
_X, _MU, _SIGMA, _P = (-3.0, 3.0), (-1.0, 1.0), (0.5, 2.0), (0.03125, 0.96875)


def _distribution(name: str, summary: str, definition: str, **more: object) -> Row:
    fields = {"definition": definition, "names_variables": True, **more}
    return Row(name, summary, DISTRIBUTIONS, **fields)  # type: ignore[arg-type]


ROWS: tuple[Row, ...] = (
    _distribution(
        "normpdf", "density of the standard normal distribution", "exp(-x**2/2)/sqrt(2*pi)", aliases=("norm_pdf",),
    ),
    _distribution(
        "normpdf", "density of the normal distribution; sigma the standard deviation",
        "exp(-((x - mu)/sigma)**2/2)/(sigma*sqrt(2*pi))", parameters=_MOVED, aliases=("norm_pdf",),
        domain="sigma > 0", samples=(_X, _MU, _SIGMA), overload="/3",
    ),
    _distribution(
        "normcdf", "standard normal distribution function", "erfc(-x/sqrt(2))/2", aliases=("ndtr", "norm_cdf"),
        samples=((-30.0, 8.0),),
    ),
    _distribution(
        "normcdf", "normal distribution function; sigma the standard deviation",
        "erfc(-(x - mu)/(sigma*sqrt(2)))/2", parameters=_MOVED, aliases=("norm_cdf",), domain="sigma > 0",
        samples=(_X, _MU, _SIGMA), overload="/3",
    ),
    _distribution(
        "norminv", "quantile of the standard normal distribution, inverse of normcdf", "-sqrt(2)*erfcinv(2*x)",
        aliases=("ndtri", "probit", "norm_ppf", "normppf"), domain="0 < x < 1", samples=((2.0**-40, 0.9990234375),),
    ),
    _distribution(
        "norminv", "quantile of the normal distribution; sigma the standard deviation",
        "mu - sigma*sqrt(2)*erfcinv(2*x)", parameters=_MOVED, aliases=("norm_ppf", "normppf"), domain="0 < x < 1",
        samples=(_P, _MU, _SIGMA), overload="/3",
    ),
    leaf(
        "log_ndtr", DISTRIBUTIONS, "logarithm of normcdf", "sqrt(2/pi)/erfcx(-x/sqrt(2))",
        aliases=("lognormcdf", "norm_logcdf"), samples=((-1000.0, 8.0),),
    ),
    _distribution(
        "logisticpdf", "density of the logistic distribution", "1/(4*cosh(x/2)**2)", aliases=("logistic_pdf",),
    ),
    _distribution(
        "logisticpdf", "density of the logistic distribution; s its scale", "1/(4*s*cosh((x - mu)/(2*s))**2)",
        parameters=("x", "mu", "s"), aliases=("logistic_pdf",), domain="s > 0", samples=(_X, _MU, _SIGMA),
        overload="/3",
    ),
    _distribution(
        "logisticcdf", "logistic distribution function", "1/(1 + exp(-x))", aliases=("logistic_cdf",),
    ),
    _distribution(
        "logisticcdf", "logistic distribution function; s its scale", "1/(1 + exp(-(x - mu)/s))",
        parameters=("x", "mu", "s"), aliases=("logistic_cdf",), domain="s > 0", samples=(_X, _MU, _SIGMA),
        overload="/3",
    ),
    _distribution(
        "logisticinv", "quantile of the logistic distribution", "log(x/(1 - x))",
        aliases=("logistic_ppf", "logisticppf"), domain="0 < x < 1", samples=(_P,),
    ),
    _distribution(
        "logisticinv", "quantile of the logistic distribution; s its scale", "mu + s*log(x/(1 - x))",
        parameters=("x", "mu", "s"), aliases=("logistic_ppf", "logisticppf"), domain="0 < x < 1",
        samples=(_P, _MU, _SIGMA), overload="/3",
    ),
    _distribution(
        "chi2pdf", "density of the chi-squared distribution of k degrees of freedom",
        "exp((k/2 - 1)*log(x/2) - x/2 - loggamma(k/2))/2", parameters=("x", "k"), aliases=("chi2_pdf",),
        domain="x > 0, k > 0", samples=((0.0625, 60.0), (0.5, 40.0)),
    ),
    _distribution(
        "chi2cdf", "chi-squared distribution function of k degrees of freedom", "gammainc(k/2, x/2)",
        parameters=("x", "k"), aliases=("chi2_cdf",), domain="x > 0, k > 0", samples=((0.0625, 60.0), (0.5, 40.0)),
    ),
    _distribution(
        "tpdf", "density of Student's distribution of nu degrees of freedom",
        "exp(-logbeta(1/2, nu/2) - (nu + 1)/2*log(1 + x**2/nu))/sqrt(nu)", parameters=("x", "nu"), aliases=("t_pdf",),
        domain="nu > 0", samples=((-8.0, 12.0), (0.5, 40.0)),
    ),
    _distribution(
        "tcdf", "Student's distribution function of nu degrees of freedom",
        "piecewise((betainc(nu/2, 1/2, nu/(nu + x**2))/2, x < 0), (1 - betainc(nu/2, 1/2, nu/(nu + x**2))/2, x > 0), "
        "(1/2, True))",
        parameters=("x", "nu"), aliases=("t_cdf",), domain="nu > 0", samples=((-8.0, -0.25), (0.5, 40.0)),
        accuracy=1e-11,
    ),
)  # fmt: skip
