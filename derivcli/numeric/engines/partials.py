"""The derivatives that torch's own operations and deriv's kernels have, as texts: engines without autograd go by them.

They are autograd's formulas, not the catalog's: an engine must lose digits, and be NaN, where autograd is.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping

from derivcli import catalog
from derivcli.graph import Graph, Node, differentiated
from derivcli.language import Setting, read

# A text as a graph, its root, and the names of the parameters.
Template = tuple[Graph, int, tuple[str, ...]]

# Operations of engines alone: a power with an exponent that varies, x/hypot(x, y), 1/expm1(x), the floor of a quotient,
# and a derivative that autograd takes of a kernel.
POWER, COSINE, ODDS, WHOLE_QUOTIENT, NESTED = "power", "cosine", "odds", "floordiv", "Nested"

# The parameters of operations are called like this here.
_NAMES = ("x", "y", "z", "w")

# What programs compose of other operations.
COMPOSED: Mapping[str, str] = {
    "cot": "1/tan(x)", "sec": "1/cos(x)", "csc": "1/sin(x)", "coth": "1/tanh(x)", "csch": "1/sinh(x)",
    "acot": "atan(1/x)", "asec": "acos(1/x)", "acsc": "asin(1/x)", "acoth": "atanh(1/x)", "asech": "acosh(1/x)",
    "acsch": "asinh(1/x)", "root": "sign(x)*abs(x)**(1/y)",
    "heaviside": "Piecewise((1, x > 0), (0, x < 0), (1/2, True))",
}  # fmt: skip

_BELL = "2*exp(-x**2)/pi**(1/2)"
PARTIALS: Mapping[str, tuple[str, ...]] = {
    "exp": ("exp(x)",), "exp2": ("exp2(x)*log(2)",), "expm1": ("exp(x)",), "log": ("1/x",),
    "log2": ("1/(x*log(2))",), "log10": ("1/(x*log(10))",), "log1p": ("1/(x + 1)",), "sqrt": ("1/(2*sqrt(x))",),
    "sin": ("cos(x)",), "cos": ("-sin(x)",), "tan": ("1 + tan(x)**2",), "asin": ("1/sqrt(1 - x*x)",),
    "acos": ("-1/sqrt(1 - x*x)",), "atan": ("1/(x*x + 1)",),
    "atan2": (
        "Piecewise((0, x*x + y*y == 0), (y/(x*x + y*y), True))",
        "Piecewise((0, x*x + y*y == 0), (-x/(x*x + y*y), True))",
    ),
    "sinh": ("cosh(x)",), "cosh": ("sinh(x)",), "tanh": ("sech(x)**2",), "sech": ("-sech(x)*tanh(x)",),
    "asinh": ("1/sqrt(x*x + 1)",), "acosh": ("1/sqrt(x*x - 1)",), "atanh": ("1/(1 - x*x)",),
    "sigmoid": ("sech(x/2)**2/4",), "logsigmoid": ("sigmoid(-x)",), "logcosh": ("tanh(x)",),
    "logaddexp": ("sigmoid(x - y)", "sigmoid(y - x)"),
    "relu": ("Piecewise((0, x <= 0), (1, True))",), "abs": ("sign(x)",), "sign": ("0",), "floor": ("0",),
    "ceiling": ("0",), WHOLE_QUOTIENT: ("0", "0"),
    "max": ("Piecewise((0, x < y), (1/2, x == y), (1, True))", "Piecewise((0, y < x), (1/2, x == y), (1, True))"),
    "min": ("Piecewise((0, x > y), (1/2, x == y), (1, True))", "Piecewise((0, y > x), (1/2, x == y), (1, True))"),
    "erf": (_BELL,), "erfc": (f"-{_BELL}",), "erfinv": ("exp(erfinv(x)**2)*pi**(1/2)/2",), "Ei": ("exp(x)/x",),
}  # fmt: skip


@functools.cache
def template(text: str) -> Template:
    """A text over x, y, … as a graph."""
    reading = read([text], setting=Setting(_NAMES))
    return reading.graph, reading.roots[0], _NAMES


def instance(found: Template, target: Graph, args: tuple[int, ...]) -> int:
    """A template's copy in a graph, with nodes for its parameters."""
    graph, root, names = found
    bound = dict(zip(names, args, strict=False))
    (copied,) = graph.copy_into(target, [root], lambda _i, n, _a: bound[str(n.value)] if n.op == "variable" else None)
    return copied


def has_formula(op: str) -> bool:
    """Whether the derivatives of an operation are written out here."""
    return op in PARTIALS or op in _BY_HAND


def partial(node: Node, argument: int) -> Template:
    """The derivative of an operation by one of its arguments.

    What is not in the table is a leaf, whose derivative is a leaf, or a kernel, which autograd differentiates.
    """
    return _partial(Node(node.op, tuple(range(len(node.args))), node.value), argument)


@functools.cache
def _partial(node: Node, argument: int) -> Template:
    if node.op in PARTIALS:
        graph, root, names = template(PARTIALS[node.op][argument])
        return graph, root, names[: len(node.args)]
    if node.op in _BY_HAND:
        return _BY_HAND[node.op][argument]
    open_already = node.op in ("Derivative", NESTED)
    key, orders = differentiated(node) if open_already else (node.op, (0,) * len(node.args))
    grown = tuple(n + (k == argument) for k, n in enumerate(orders))
    row = catalog.KEYS.get(key)
    graph, names = Graph(), _NAMES[: len(node.args)]
    op = "Derivative" if row is not None and row.leaf else NESTED
    return graph, graph.add(op, map(graph.variable, names), (key, grown)), names


class _Hand:
    """Templates written node by node, with the operations that no text has."""

    def __init__(self) -> None:
        self.graph = Graph()
        self.x, self.y = self.graph.variable("x"), self.graph.variable("y")

    def __call__(self, op: str, *args: int) -> int:
        return self.graph.add(op, args)

    def template(self, root: int, names: tuple[str, ...] = ("x", "y")) -> Template:
        return self.graph, root, names


def _lengths() -> tuple[Template, ...]:
    """The derivatives of hypot: cosines, which do not cancel when they are differentiated."""
    do = _Hand()
    return do.template(do(COSINE, do.x, do.y)), do.template(do(COSINE, do.y, do.x))


def _cosines() -> tuple[Template, ...]:
    """The derivatives of x/hypot(x, y)."""
    do = _Hand()
    length, along, across = do("hypot", do.x, do.y), do(COSINE, do.x, do.y), do(COSINE, do.y, do.x)
    first = do("div", do("mul", across, across), length)
    return do.template(first), do.template(do("neg", do("div", do("mul", along, across), length)))


def _log1mexps() -> tuple[Template, ...]:
    do = _Hand()
    return (do.template(do("neg", do(ODDS, do("neg", do.x))), ("x",)),)


def _odds() -> tuple[Template, ...]:
    do = _Hand()
    odds = do(ODDS, do.x)
    return (do.template(do("neg", do("mul", odds, do("add", do.graph.number(1), odds))), ("x",)),)


def _remainders() -> tuple[Template, ...]:
    do = _Hand()
    return do.template(do.graph.number(1)), do.template(do("neg", do(WHOLE_QUOTIENT, do.x, do.y)))


def _powers() -> tuple[Template, ...]:
    """The derivatives of x**y; where x or y is 0 they are 0 as torch's are, not NaN."""
    do = _Hand()
    zero, true = do.graph.number(0), do("true")
    lowered = do("mul", do.y, do(POWER, do.x, do("add", do.y, do.graph.number(-1))))
    at_zero = do("and", do("eq", do.x, zero), do("ge", do.y, zero))
    grown = do("mul", do(POWER, do.x, do.y), do("log", do.x))
    by_base = do("piecewise", zero, do("eq", do.y, zero), lowered, true)
    return do.template(by_base), do.template(do("piecewise", zero, at_zero, grown, true))


_BY_HAND: Mapping[str, tuple[Template, ...]] = {
    "hypot": _lengths(), COSINE: _cosines(), "log1mexp": _log1mexps(), ODDS: _odds(), "Mod": _remainders(),
    POWER: _powers(),
}  # fmt: skip
