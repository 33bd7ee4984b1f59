"""Every row of the catalog: value, gradient and second derivative are what mathematics says, all over its domain."""

from __future__ import annotations

import functools
import itertools
import random
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import mpmath
import pytest

from derivcli.catalog import KEYS, ROWS, SPELLINGS, Row
from derivcli.engine import answer
from derivcli.graph import Graph, Node
from derivcli.language import Setting, expand, partial, read
from derivcli.model import Question
from derivcli.numeric.exact import evaluate
from derivcli.values import constant

# What every function is, in mpmath's own words: independent of the catalog's torch, SymPy and definition columns.
TRUTH: dict[str, Callable[..., Any]] = {
    "sqrt": mpmath.sqrt, "cbrt": mpmath.cbrt, "root": lambda x, n: mpmath.root(x, int(n)), "exp": mpmath.exp,
    "exp2": lambda x: mpmath.power(2, x), "exp10": lambda x: mpmath.power(10, x), "expm1": mpmath.expm1,
    "log": mpmath.log, "log/2": lambda x, b: mpmath.log(x, b), "log2": lambda x: mpmath.log(x, 2),
    "log10": mpmath.log10,
    "log1p": mpmath.log1p, "hypot": mpmath.hypot,
    "sin": mpmath.sin, "cos": mpmath.cos, "tan": mpmath.tan, "cot": mpmath.cot, "sec": mpmath.sec, "csc": mpmath.csc,
    "sinc": mpmath.sinc,
    "sind": lambda x: mpmath.sin(mpmath.radians(x)), "cosd": lambda x: mpmath.cos(mpmath.radians(x)),
    "tand": lambda x: mpmath.tan(mpmath.radians(x)),
    "asin": mpmath.asin, "acos": mpmath.acos, "atan": mpmath.atan, "acot": mpmath.acot, "asec": mpmath.asec,
    "acsc": mpmath.acsc, "atan2": mpmath.atan2,
    "sinh": mpmath.sinh, "cosh": mpmath.cosh, "tanh": mpmath.tanh, "coth": mpmath.coth, "sech": mpmath.sech,
    "log1mexp": lambda x: mpmath.log(-mpmath.expm1(x)), "logcosh": lambda x: mpmath.log(mpmath.cosh(x)),
    "csch": mpmath.csch, "asinh": mpmath.asinh, "acosh": mpmath.acosh, "atanh": mpmath.atanh, "acoth": mpmath.acoth,
    "asech": mpmath.asech, "acsch": mpmath.acsch,
    "abs": abs, "sign": mpmath.sign, "floor": mpmath.floor, "ceiling": mpmath.ceil, "frac": mpmath.frac,
    "Mod": lambda x, y: x - y * mpmath.floor(x / y), "max": max, "min": min,
    "heaviside": lambda x: (1 + mpmath.sign(x)) / 2,
    "heaviside/2": lambda x, h: mpmath.mpf(x > 0) if x else h, "relu": lambda x: max(x, 0),
    "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)), "logit": lambda x: mpmath.log(x) - mpmath.log1p(-x),
    "softplus": lambda x: mpmath.log1p(mpmath.exp(x)), "logsigmoid": lambda x: -mpmath.log1p(mpmath.exp(-x)),
    "silu": lambda x: x / (1 + mpmath.exp(-x)), "gelu": lambda x: x * mpmath.ncdf(x),
    "logaddexp": lambda x, y: mpmath.log(mpmath.exp(x) + mpmath.exp(y)),
    "gamma": mpmath.gamma, "loggamma": mpmath.loggamma, "polygamma": lambda n, x: mpmath.psi(int(n), x),
    "digamma": mpmath.digamma, "trigamma": lambda x: mpmath.psi(1, x), "factorial": mpmath.factorial,
    "factorial2": mpmath.fac2, "subfactorial": lambda x: mpmath.nint(mpmath.factorial(x) / mpmath.e),
    "binomial": mpmath.binomial, "RisingFactorial": mpmath.rf, "FallingFactorial": mpmath.ff, "beta": mpmath.beta,
    "logbeta": lambda a, b: mpmath.log(mpmath.beta(a, b)), "harmonic": mpmath.harmonic,
    "harmonic/2": lambda x, m: mpmath.zeta(m) - mpmath.zeta(m, x + 1),
    "catalan": lambda x: mpmath.binomial(2 * x, x) / (x + 1),
    "lowergamma": lambda s, x: mpmath.gammainc(s, 0, x), "uppergamma": mpmath.gammainc,
    "gammainc": lambda s, x: mpmath.gammainc(s, 0, x) / mpmath.gamma(s),
    "gammaincc": lambda s, x: mpmath.gammainc(s, x) / mpmath.gamma(s),
    "betainc": lambda a, b, x: mpmath.betainc(a, b, 0, x) / mpmath.beta(a, b),
    "incomplete_beta": lambda x, a, b: mpmath.betainc(a, b, 0, x), "betainc/4": mpmath.betainc,
    "betainc_regularized/4": lambda a, b, x, y: mpmath.betainc(a, b, x, y) / mpmath.beta(a, b),
    "BetaRegularized": lambda x, a, b: mpmath.betainc(a, b, 0, x) / mpmath.beta(a, b),
    "erf": mpmath.erf, "erfc": mpmath.erfc, "erfi": mpmath.erfi,
    "erfcx": lambda x: mpmath.exp(x * x) * mpmath.erfc(x),
    "dawsn": lambda x: mpmath.sqrt(mpmath.pi) / 2 * mpmath.exp(-x * x) * mpmath.erfi(x),
    "erf2": lambda x, y: mpmath.erf(y) - mpmath.erf(x), "erfinv": mpmath.erfinv,
    "erfcinv": lambda x: mpmath.erfinv(1 - x), "erf2inv": lambda x, z: mpmath.erfinv(mpmath.erf(x) + z),
    "fresnels": mpmath.fresnels, "fresnelc": mpmath.fresnelc,
    "Ei": mpmath.ei, "E1": mpmath.e1, "expint/2": mpmath.expint, "li": mpmath.li,
    "Li": lambda x: mpmath.li(x, offset=True), "Si": mpmath.si, "Ci": mpmath.ci, "Shi": mpmath.shi, "Chi": mpmath.chi,
    "LambertW": mpmath.lambertw, "LambertW/2": lambda x, k: mpmath.lambertw(x, int(k)),
    "zeta": mpmath.zeta, "zeta/2": mpmath.zeta, "dirichlet_eta": mpmath.altzeta,
    "polylog": lambda s, z: mpmath.fsum(z**n / n**s for n in range(1, 250)),
    "dilog": lambda x: mpmath.polylog(2, x), "spence": lambda x: mpmath.polylog(2, 1 - x),
    "lerchphi": lambda z, s, a: mpmath.fsum(z**n / (n + a) ** s for n in range(250)),
    "clausen": lambda x: mpmath.clsin(2, x),
    "normpdf": mpmath.npdf, "normpdf/3": mpmath.npdf, "normcdf": mpmath.ncdf, "normcdf/3": mpmath.ncdf,
    "norminv": lambda x: mpmath.sqrt(2) * mpmath.erfinv(2 * x - 1),
    "norminv/3": lambda x, mu, sigma: mu + sigma * mpmath.sqrt(2) * mpmath.erfinv(2 * x - 1),
    "log_ndtr": lambda x: mpmath.log(mpmath.ncdf(x)),
    "logisticpdf": lambda x: mpmath.exp(x) / (1 + mpmath.exp(x)) ** 2,
    "logisticpdf/3": lambda x, mu, s: mpmath.sech((x - mu) / s / 2) ** 2 / 4 / s,
    "logisticcdf": lambda x: (1 + mpmath.tanh(x / 2)) / 2,
    "logisticcdf/3": lambda x, mu, s: (1 + mpmath.tanh((x - mu) / s / 2)) / 2,
    "logisticinv": lambda x: 2 * mpmath.atanh(2 * x - 1),
    "logisticinv/3": lambda x, mu, s: mu + 2 * s * mpmath.atanh(2 * x - 1),
    "chi2pdf": lambda x, k: x ** (k / 2 - 1) * mpmath.exp(-x / 2) / 2 ** (k / 2) / mpmath.gamma(k / 2),
    "chi2cdf": lambda x, k: mpmath.gammainc(k / 2, 0, x / 2) / mpmath.gamma(k / 2),
    "tpdf": lambda x, nu: (1 + x * x / nu) ** (-(nu + 1) / 2) / mpmath.sqrt(nu) / mpmath.beta(nu / 2, 0.5),
    "tcdf": lambda x, nu: mpmath.betainc(nu / 2, mpmath.mpf(1) / 2, 0, nu / (nu + x * x), regularized=True) / 2,
    "besselj": mpmath.besselj, "bessely": mpmath.bessely, "besseli": mpmath.besseli, "besselk": mpmath.besselk,
    "j0": mpmath.j0, "j1": mpmath.j1, "y0": lambda x: mpmath.bessely(0, x), "y1": lambda x: mpmath.bessely(1, x),
    "i0": lambda x: mpmath.besseli(0, x), "i1": lambda x: mpmath.besseli(1, x),
    "k0": lambda x: mpmath.besselk(0, x), "k1": lambda x: mpmath.besselk(1, x),
    "hankel1": mpmath.hankel1, "hankel2": mpmath.hankel2,
    "spherical_jn": lambda n, x: mpmath.sqrt(mpmath.pi / (2 * x)) * mpmath.besselj(n + mpmath.mpf(0.5), x),
    "spherical_yn": lambda n, x: mpmath.sqrt(mpmath.pi / (2 * x)) * mpmath.bessely(n + mpmath.mpf(0.5), x),
    "struveh": mpmath.struveh, "struvel": mpmath.struvel, "airyai": mpmath.airyai, "airybi": mpmath.airybi,
    "airyaiprime": lambda x: mpmath.airyai(x, derivative=1), "airybiprime": lambda x: mpmath.airybi(x, derivative=1),
    "legendre": mpmath.legendre, "assoc_legendre": lambda n, m, x: mpmath.legenp(n, m, x, type=2),
    "legendre_q": lambda n, x: mpmath.legenq(n, 0, x, type=2), "chebyshevt": mpmath.chebyt, "chebyshevu": mpmath.chebyu,
    "hermite": mpmath.hermite,
    "hermite_prob": lambda n, x: mpmath.mpf(2) ** (-n / 2) * mpmath.hermite(n, x / mpmath.sqrt(2)),
    "laguerre": lambda n, x: mpmath.laguerre(n, 0, x), "assoc_laguerre": mpmath.laguerre, "jacobi": mpmath.jacobi,
    "gegenbauer": mpmath.gegenbauer,
    "elliptic_k": mpmath.ellipk, "elliptic_e": mpmath.ellipe, "elliptic_e/2": mpmath.ellipe,
    "elliptic_f": mpmath.ellipf, "elliptic_pi": mpmath.ellippi, "elliptic_pi/3": mpmath.ellippi,
    "hyper/2,1": mpmath.hyp2f1, "hyp0f1": mpmath.hyp0f1, "hyp1f1": mpmath.hyp1f1, "hyp2f1": mpmath.hyp2f1,
    "hyperu": mpmath.hyperu, "meijerg/1,0,2,0": lambda a, b, c, z: mpmath.meijerg([[a], []], [[b, c], []], z),
    "appellf1": lambda *args: appell(*args),
}  # fmt: skip


@functools.cache
def nodes(digits: int) -> list[tuple[Any, Any, Any, Any]]:
    """Nodes t between 0 and 1 with the logarithms of t, 1 - t and of their weights: t is 1/(1 + exp(-2*sinh(u)))."""
    step, found = mpmath.mpf(1) / 48, []
    for k in range(-360, 361):
        s = 2 * mpmath.sinh(step * k)
        log_t, log_rest = -mpmath.log1p(mpmath.exp(-s)), -mpmath.log1p(mpmath.exp(s))
        weight = mpmath.log(2 * step * mpmath.cosh(step * k)) + log_t + log_rest
        found.append((mpmath.exp(log_t), log_t, log_rest, weight))
    return found


def appell(a: Any, b1: Any, b2: Any, c: Any, x: Any, y: Any) -> Any:
    """Appell's F1 by its integral (DLMF 16.15.1), c > a > 0."""
    total = mpmath.fsum(
        mpmath.exp(w + (a - 1) * u + (c - a - 1) * v) * (1 - x * t) ** -b1 * (1 - y * t) ** -b2
        for t, u, v, w in nodes(mpmath.mp.dps)
    )
    return total / mpmath.beta(a, c - a)


# Of the truth: mpmath's differences take as many more for each order.
DIGITS = 40

# Arguments that are whole numbers and are never differentiated by.
WHOLE = {("root", "n"), ("polygamma", "n"), ("LambertW", "k"), ("subfactorial", "x")}


# Rows that mpmath takes seconds for: they are tried at fewer points.
SLOW = {
    "appellf1", "legendre_q", "jacobi", "meijerg/1,0,2,0", "hyper/2,1", "gegenbauer", "legendre", "assoc_legendre",
    "chebyshevt", "chebyshevu", "k0", "k1", "y0", "y1", "elliptic_pi", "elliptic_pi/3", "betainc/4", "zeta/2",
    "betainc_regularized/4", "harmonic/2", "polylog", "lerchphi",
}  # fmt: skip


def points(row: Row, count: int = 2) -> Iterator[dict[str, Fraction]]:
    """The ends of the row's samples, and binary fractions inside that a float holds exactly, always the same."""
    for end in (0,) if row.key in SLOW else (0, 1):
        yield {name: Fraction(ends[end]) for name, ends in zip(row.parameters, row.samples, strict=True)}
    chosen = random.Random(row.key)
    for _ in range(1 if row.key in SLOW else count):
        yield {
            name: Fraction(low) if low == high else Fraction(int(chosen.uniform(low, high) * 4096), 4096)
            for name, (low, high) in zip(row.parameters, row.samples, strict=True)
        }


def truth(row: Row, point: dict[str, Fraction], orders: tuple[int, ...]) -> float:
    """A derivative of the row by mpmath's differences."""
    assert row.key in TRUTH, f"{row.key} needs its truth, in mpmath's words, in TRUTH"
    return _truth(row.key, tuple(point.values()), orders)


@functools.cache
def _truth(key: str, point: tuple[Fraction, ...], orders: tuple[int, ...]) -> float:
    with mpmath.workdps(DIGITS):
        x = tuple(mpmath.mpf(v.numerator) / v.denominator for v in point)
        return float(mpmath.diff(TRUTH[key], x, orders) if any(orders) else TRUTH[key](*x))


def noise(wanted: float) -> float:
    """What may stand in the place of a derivative that is 0, or that mpmath cannot tell from 0."""
    return 1e-30 if abs(wanted) > 10.0**-DIGITS else 1e-16


def differentiable(row: Row) -> list[str]:
    return [name for name in row.parameters if (row.name, name) not in WHOLE]


def question(row: Row, **more: Any) -> Question:
    """The row's own function, with its whole-number arguments filled in; a slow machine is no fault of mathematics."""
    arguments = [
        name if name in differentiable(row) else str(int(row.samples[k][0])) for k, name in enumerate(row.parameters)
    ]
    asked = tuple(
        tuple((name, str(value)) for name, value in point.items() if name in differentiable(row))
        for point in points(row)
    )
    return Question((row.call(arguments),), asked, declared=tuple(differentiable(row)), timeout=60.0, **more)


# Rows with derivatives whose values are real.
SMOOTH = [row for row in ROWS if differentiable(row) and "I*" not in row.definition]


@pytest.mark.parametrize("row", SMOOTH, ids=lambda r: r.key)
def test_value_and_gradient(row: Row) -> None:
    for point, found in zip(points(row), answer(question(row)).points, strict=True):
        wanted = truth(row, point, (0,) * len(row.parameters))
        assert found.value == pytest.approx(wanted, rel=row.accuracy, abs=noise(wanted))
        for name in differentiable(row):
            wanted = truth(row, point, tuple(int(name == p) for p in row.parameters))
            assert found.symbolic is not None and found.checks is not None
            assert found.symbolic[name,] == pytest.approx(wanted, rel=1e-14, abs=1e-30)
            assert found.result[name,] == pytest.approx(wanted, rel=row.accuracy, abs=noise(wanted))
            assert found.checks[name,].status == "agree"


def _whole(row: Row, names: list[str]) -> bool:
    """Whether the Hessian is asked for at once."""
    return names == differentiable(row) and len(names) < 4


@pytest.mark.parametrize("row", SMOOTH, ids=lambda r: r.key)
def test_second_derivatives(row: Row) -> None:
    # Of the slow ones the last arguments are enough.
    names = differentiable(row)[-2 if row.key in SLOW else 0 :]
    pairs = list(itertools.combinations_with_replacement(names, 2))
    # A Hessian of many parameters takes longer than one question may.
    kinds: list[dict[str, Any]] = [{"hessian": True}] if _whole(row, names) else [{"partial": pair} for pair in pairs]
    asked = [question(row, simplify="none", **kind) for kind in kinds]
    for point, *found in zip(points(row), *(answer(q).points for q in asked), strict=True):
        symbolic = {key: value for f in found for key, value in (f.symbolic or {}).items()}
        result = {key: value for f in found for key, value in f.result.items()}
        for a, b in pairs:
            wanted = truth(row, point, tuple(int(a == p) + int(b == p) for p in row.parameters))
            for key in {(a, b), (b, a)} if _whole(row, names) else {(f"{a},{b}",)}:
                assert symbolic[key] == pytest.approx(wanted, rel=1e-12, abs=1e-25)
                assert result[key] == pytest.approx(wanted, rel=row.accuracy, abs=noise(wanted))


@pytest.mark.parametrize("row", SMOOTH, ids=lambda r: r.key)
def test_third_derivatives(row: Row) -> None:
    for name in differentiable(row)[-2 if row.key in SLOW else 0 :]:
        asked = question(row, partial=(name,) * 3, simplify="none")
        for point, found in zip(points(row), answer(asked).points, strict=True):
            wanted = truth(row, point, tuple(3 * (name == p) for p in row.parameters))
            ((key, symbolic),) = found.symbolic.items() if found.symbolic else ()
            assert symbolic == pytest.approx(wanted, rel=1e-12, abs=1e-25)
            assert found.result[key] == pytest.approx(wanted, rel=row.accuracy, abs=noise(wanted))


@pytest.mark.parametrize("row", [r for r in ROWS if r.partials], ids=lambda r: r.key)
def test_partials_by_hand_are_the_derivatives(row: Row) -> None:
    for point, k in itertools.product(points(row), range(len(row.parameters))):
        if (row.name, row.parameters[k]) in WHOLE:
            continue
        graph, root, _ = partial(Node(row.key), k)
        (found,) = evaluate(graph, [root], point, real=True).roots
        wanted = truth(row, point, tuple(int(k == j) for j in range(len(row.parameters))))
        assert float(found) == pytest.approx(wanted, rel=1e-14, abs=1e-30)


@pytest.mark.parametrize("row", ROWS, ids=lambda r: r.key)
def test_a_row_is_a_primitive_or_has_a_definition(row: Row) -> None:
    primitive = [bool(row.sympy), bool(row.torch), bool(row.mpmath), len(row.partials) == len(row.parameters)]
    assert all(primitive) != bool(row.definition)
    assert row.definition == "" or not any(primitive[:3])
    assert row.summary and row.domain and len(row.samples) == len(row.parameters)


def test_every_row_has_its_truth_and_every_key_is_unique() -> None:
    assert {row.key for row in ROWS} - set(TRUTH) == set(), "these rows need their truth, in mpmath's words, in TRUTH"
    assert set(TRUTH) == {row.key for row in ROWS}
    assert len(TRUTH) == len(ROWS)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_spelling_is_read(spelling: str) -> None:
    for row in SPELLINGS[spelling]:
        reading = read([spelling + row.signature.removeprefix(row.name)], setting=Setting(row.parameters))
        assert reading.graph.nodes[reading.roots[0]].op == row.key


@pytest.mark.parametrize("row", [r for r in ROWS if r.special], ids=lambda r: r.key)
def test_specials_are_conditions_on_the_parameters(row: Row) -> None:
    reading = read([f"1 if {row.special} else 0"], setting=Setting(row.parameters))
    assert set(reading.variables) <= set(row.parameters)


@pytest.mark.parametrize("row", [r for r in ROWS if r.singular and len(r.parameters) == 1], ids=lambda r: r.key)
def test_a_row_has_no_finite_value_where_it_is_singular(row: Row) -> None:
    name = row.parameters[0]
    reading = read([f"1 if {row.singular} else 0", row.signature], setting=Setting(row.parameters))
    graph, (condition, value) = expand(reading.graph, reading.roots)
    found = 0
    for text in ("-2", "-1", "0", "1", "2", "pi/2"):
        at = {name: constant(text, name)}
        (holds,) = evaluate(graph, [condition], at, real=True).roots
        if holds.value == 1:
            found += 1
            assert evaluate(graph, [value], at, real=True).roots[0].kind != "number", text
    assert found


def test_definitions_expand_to_primitives_only() -> None:
    for row in ROWS:
        graph = Graph()
        root = graph.add(row.key, [graph.variable(p) for p in row.parameters])
        expanded, _ = expand(graph, [root])
        assert not any(KEYS[n.op].definition for n in expanded.nodes if n.op in KEYS)
