"""Functions that some languages lack, in deriv's own language: written out once, they are printed in any of them.

Accuracies are relative, in floats, away from zeros of the function; the tests hold them.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping
from fractions import Fraction

from derivcli.graph import Graph
from derivcli.language import Setting, partial, read, write
from derivcli.large import derivative_along
from derivcli.numeric.engines.partials import COSINE, WHOLE_QUOTIENT, Template

# The remainder with the sign of the first argument, which all languages have; no text calls it by a name of its own.
TRUNCATED = "fmod"
# Derivatives of the logarithm of gamma up to this order are written out.
MAX_POLYGAMMA = 8
# A derivative of loggamma is called like this, with its order.
POLYGAMMA = "polygamma"

# (1 + 2 x) exp(x^2) erfc(x) in powers of (x - 4)/(x + 4), from its Chebyshev series (Shepherd and Laframboise 1981).
_ERFC = (
    1.2329951186255526, -0.1396211168405625, 0.015379652102620043, 0.0680970542546915, -0.10103906603632531,
    0.09373283499839856, -0.06633036581163801, 0.03716751553659459, -0.016197734066131217, 0.005031969986384833,
    -0.000757773217833116, -0.00019925673873841222, 0.00015062129738671902, -2.4399088847660157e-05,
    -1.1220714057028525e-05, 5.70959085941704e-06, 2.9080103880439256e-07, -8.256328662721886e-07,
    7.912967211230534e-08, 1.110147131556594e-07, -2.216855318558915e-08, -1.5513315617886106e-08,
    4.200305215266063e-09, 2.2478113664913687e-09, -6.732709696571896e-10, -2.899582157475778e-10,
    8.518664541403873e-11, 2.2591543236660944e-11, -6.196918288183327e-12,
)  # fmt: skip
# Lanczos' series for gamma, with his constant 7 and nine terms.
_LANCZOS = (
    0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
    12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
)  # fmt: skip
_BERNOULLI = tuple(map(Fraction, (
    "1/6", "-1/30", "1/42", "-1/30", "5/66", "-691/2730", "7/6", "-3617/510", "43867/798", "-174611/330",
)))  # fmt: skip
# The argument of polygamma is raised by so many steps before its asymptotic series is used.
_STEPS = 12
# Steps to the roots that inverses are, each of which triples the digits.
_ROOT_STEPS = 3


def _horner(coefficients: tuple[float, ...], variable: str) -> str:
    text = repr(coefficients[-1])
    for c in reversed(coefficients[:-1]):
        text = f"({c!r} + {variable}*{text})"
    return text


def _series_of_erf(terms: int) -> str:
    """The first terms of erf(x)/x in powers of x^2, times sqrt(pi)/2."""
    text = "0"
    for n in reversed(range(terms)):
        text = f"({(-1) ** n}/{math.factorial(n) * (2 * n + 1)} + (x*x)*{text})"
    return text


def _lanczos(x: str) -> str:
    return f"({_LANCZOS[0]!r} + " + " + ".join(f"{c!r}/({x} + {k})" for k, c in enumerate(_LANCZOS[1:])) + ")"


def _gamma(x: str) -> str:
    """gamma(x) for x >= 1/2; the power is halved, so that it does not overflow before the result does."""
    t = f"({x} + 6.5)"
    return f"sqrt(2*pi)*{t}**({x}/2 - 1/4)*exp(-{t})*{t}**({x}/2 - 1/4)*{_lanczos(x)}"


def _loggamma(x: str) -> str:
    return f"(log(2*pi)/2 + ({x} - 1/2)*(log({x} + 6.5) - 1) - 7 + log({_lanczos(x)}))"


def _refined(name: str, start: str, error: str) -> str:
    """Statements that give a name to a root near `start`, by Halley's steps for erf and erfc.

    Their second derivative is -2*y times the first; `error` is the distance at y from what is wanted.
    """
    statements = [f"{name}0 = {start}; "]
    for k in range(_ROOT_STEPS):
        y = f"{name}{k}"
        statements.append(f"{name}s{k} = ({error.format(y)})*exp({y}*{y})*sqrt(pi)/2; ")
        statements.append(f"{name}{k + 1} = {y} - {name}s{k}/(1 + {y}*{name}s{k}); ")
    return "".join(statements)


def _from_tail(name: str, q: str) -> str:
    """Statements that give a name to y > 0 with erfc(y) = q, from Winitzki's approximation."""
    before = f"{name}l = log({q}*(2 - {q})); {name}h = 2/(pi*0.147) + {name}l/2; "
    start = f"sqrt(sqrt({name}h*{name}h - {name}l/0.147) - {name}h)"
    return before + _refined(name, start, f"{q} - erfc({{0}})")


_TAIL = f"exp(-abs(x)*abs(x))*{_horner(_ERFC, '(1 - 8/(abs(x) + 4))')}/(1 + 2*abs(x))"

# No number, and where gamma has none.
_NAN, _POLE = "1/0*0", "x <= 0 and x == floor(x)"

_TEXTS: Mapping[str, tuple[tuple[str, ...], str]] = {
    "relu": (("x",), "Piecewise((0, x <= 0), (x, True))"),
    "sigmoid": (("x",), "1/(1 + exp(-x))"),
    "logaddexp": (
        ("x", "y"), "Piecewise((x + log(2), x == y), (max(x, y) + log1p(exp(-abs(x - y))), True))",
    ),
    "expm1": (
        ("x",), "Piecewise((exp(x) - 1, abs(x) > 1), (x, exp(x) == 1), ((exp(x) - 1)*x/log(exp(x)), True))",
    ),
    "log1p": (("x",), "Piecewise((log(x), x > 10**17), (x, 1 + x == 1), (log(1 + x)*x/((1 + x) - 1), True))"),
    "erfc": (("x",), f"Piecewise((2 - {_TAIL}, x < 0), ({_TAIL}, True))"),
    "erf": (
        ("x",),
        f"Piecewise((2/sqrt(pi)*x*{_series_of_erf(18)}, abs(x) < 1), (erfc(-x) - 1, x < 0), (1 - erfc(x), True))",
    ),
    "erfinv": (
        ("x",),
        _refined("a", "x*sqrt(pi)/2*(1 + pi*x*x/12)", "erf({0}) - x")
        + _from_tail("b", "(1 - abs(x))")
        + "Piecewise((oo, x == 1), (-oo, x == -1), (a3, abs(x) < 1/2), (sign(x)*b3, True))",
    ),
    "erfcinv": (
        ("x",),
        _from_tail("a", "(1 - abs(x - 1))")
        + _from_tail("b", "x")
        + "Piecewise((oo, x == 0), (-oo, x == 2), (erfinv(1 - x), abs(1 - x) < 1/2), (b3, x < 1), (-a3, True))",
    ),
    "gamma": (
        ("x",),
        f"Piecewise(({_NAN}, {_POLE}), (exp(x*x), x > 172), (pi/(sin(pi*x)*{_gamma('(1 - x)')}), x < 1/2), "
        f"({_gamma('x')}, True))",
    ),
    "loggamma": (
        ("x",),
        f"Piecewise(({_loggamma('x')}, x >= 1/2), (log(pi/sin(pi*x)) - {_loggamma('(1 - x)')}, x > 0), ({_NAN}, True))",
    ),
}  # fmt: skip

# In programs, before they are differentiated: a quotient's derivatives cancel beside a hole, and are 0/0 in it.
_APART = "Piecewise((1, abs(x) < 1), (x, True))"
SMOOTH: Mapping[str, str] = {
    "sinc": "Piecewise(("
    + " + ".join(f"(x*x)**{n}*{(-1) ** n}/{math.factorial(2 * n + 1)}" for n in range(10))
    + f", abs(x) < 1), (sin({_APART})/{_APART}, True))"
}


@functools.cache
def angle(argument: int) -> Template:
    """A derivative of atan2(y, x), without the squares that are 0 or infinite long before it is."""
    graph = Graph()
    y, x = graph.variable("y"), graph.variable("x")
    along, across = ((x, y), (y, x))[argument]
    found = graph.add("div", (graph.add(COSINE, (along, across)), graph.add("hypot", (x, y))))
    return graph, graph.add("neg", (found,)) if argument else found, ("y", "x")


def _cotangents(order: int) -> str:
    """A derivative of pi*cot(pi*x)."""
    reading = read(["pi/tan(pi*x)"], setting=Setting(("x",)))
    graph, root = reading.graph, reading.roots[0]
    along = ("x",) * order
    node = derivative_along(graph, {(root, ()): root}, root, along, ("x",), partial) if order else root
    return str(write(graph, node, 100_000))


def _polygamma(order: int) -> str:
    """The recurrence, then the asymptotic series (DLMF 5.15.5 and 5.15.8); left of 0 the reflection (5.15.6)."""

    def right(x: str) -> str:
        y, sign, whole = f"({x} + {_STEPS})", (-1) ** (order + 1), math.factorial(order)
        steps = " + ".join(f"1/({x} + {k})**{order + 1}" for k in range(_STEPS))
        first = f"log({y})" if not order else f"{sign * math.factorial(order - 1)}/{y}**{order}"
        terms = [f"{first} + {sign * whole}/(2*{y}**{order + 1})"]
        for k, b in enumerate(_BERNOULLI, 1):
            factor = sign * b * math.factorial(2 * k + order - 1) / math.factorial(2 * k)
            terms.append(f"({factor})/{y}**{2 * k + order}")
        return f"({' + '.join(terms)} + ({sign * whole})*({steps}))"

    left = f"({(-1) ** order})*{right('(1 - x)')} - ({_cotangents(order)})"
    return f"Piecewise(({_NAN}, {_POLE}), ({left}, x < 0), ({right('x')}, True))"


def function(op: str) -> tuple[Graph, int, tuple[str, ...]] | None:
    """A function as a graph over its parameters, its root, and the parameters; None where it is not written out."""
    if op in ("Mod", WHOLE_QUOTIENT):
        return _remainder(op)
    order = op.removeprefix(POLYGAMMA)
    entry: tuple[tuple[str, ...], str]
    if op.startswith(POLYGAMMA) and order.isdigit() and int(order) <= MAX_POLYGAMMA:
        entry = ("x",), _polygamma(int(order))
    elif op in _TEXTS:
        entry = _TEXTS[op]
    else:
        return None
    names, text = entry
    reading = read([text], setting=Setting(names))
    return reading.graph, reading.roots[0], names


def _remainder(op: str) -> tuple[Graph, int, tuple[str, ...]]:
    """The remainder with the divisor's sign, and the whole quotient that goes with it."""
    graph = Graph()
    x, y = graph.variable("x"), graph.variable("y")
    text = "Piecewise((z + y, z < 0 and y > 0 or z > 0 and y < 0), (z, True))"
    if op == WHOLE_QUOTIENT:
        text = f"floor((x - {text})/y + 1/2)"
    reading = read([text], setting=Setting(("x", "y", "z")))
    bound = {"x": x, "y": y, "z": graph.add(TRUNCATED, (x, y))}
    copied = reading.graph.copy_into(
        graph, reading.roots, lambda _i, n, _a: bound[str(n.value)] if n.op == "variable" else None
    )
    return graph, copied[0], ("x", "y")
