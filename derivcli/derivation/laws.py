"""Laws of signs, fractions and powers, one at a time: each makes of a node another one, or nothing of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from derivcli.derivation.parts import number, product, quotient
from derivcli.graph import Graph, Node

# What a node of this operation with these arguments becomes; None where the law says nothing of it.
Law = Callable[[Graph, Node, tuple[int, ...]], int | None]
_HALF = Fraction(1, 2)
# Larger whole powers of products stay as they are.
_LARGEST = 100


def _unsigned(graph: Graph, args: Sequence[int]) -> tuple[list[int], int]:
    """The arguments without their signs, and how many these were."""
    signs = [graph.nodes[a].op == "neg" for a in args]
    return [graph.nodes[a].args[0] if s else a for a, s in zip(args, signs, strict=True)], sum(signs)


def _rebuilt(graph: Graph, node: Node, args: Sequence[int]) -> int:
    return product(graph, args) if node.op == "mul" else graph.add(node.op, args, node.value)


def _signs_cancel(graph: Graph, node: Node, args: tuple[int, ...]) -> int | None:
    if node.op == "neg":
        inner = graph.nodes[args[0]]
        if inner.op == "neg":
            return inner.args[0]
        rest, signs = _unsigned(graph, inner.args)
        return _rebuilt(graph, inner, rest) if inner.op in ("mul", "div") and signs % 2 else None
    rest, signs = _unsigned(graph, args)
    if node.op not in ("mul", "div") or signs < 2:
        return None
    made = _rebuilt(graph, node, rest)
    return graph.add("neg", (made,)) if signs % 2 else made


def _sign_before(graph: Graph, node: Node, args: tuple[int, ...]) -> int | None:
    rest, signs = _unsigned(graph, args)
    return graph.add("neg", (_rebuilt(graph, node, rest),)) if node.op in ("mul", "div") and signs == 1 else None


def _power_of_sign(graph: Graph, node: Node, args: tuple[int, ...]) -> int | None:
    n = _whole(graph, node, args)
    if n is None or graph.nodes[args[0]].op != "neg":
        return None
    power = graph.add("pow", (graph.nodes[args[0]].args[0], args[1]))
    return graph.add("neg", (power,)) if n % 2 else power


def _whole(graph: Graph, node: Node, args: tuple[int, ...]) -> int | None:
    """The exponent of a power, if it is a whole number that is not too large."""
    n = number(graph, args[1]) if node.op == "pow" else None
    return int(n) if n is not None and n.denominator == 1 and abs(n) <= _LARGEST else None


def _negative_exponent(graph: Graph, node: Node, args: tuple[int, ...]) -> int | None:
    n = number(graph, args[1]) if node.op == "pow" else None
    if n is None or n >= 0 or number(graph, args[0]) == 0:
        return None
    return graph.add("div", (graph.number(1), _raised(graph, args[0], -n)))


def _raised(graph: Graph, base: int, n: Fraction) -> int:
    if n == 1:
        return base
    if n == 0:
        return graph.number(1)
    exponent = graph.number(abs(n))
    if n < 0:
        return graph.add("pow", (base, graph.add("neg", (exponent,))))
    return graph.add("sqrt", (base,)) if n == _HALF else graph.add("pow", (base, exponent))


def _power_of_product(graph: Graph, node: Node, args: tuple[int, ...]) -> int | None:
    base = graph.nodes[args[0]]
    if _whole(graph, node, args) is None or base.op != "mul":
        return None
    return product(graph, [graph.add("pow", (f, args[1])) for f in base.args])


def _power_of_quotient(graph: Graph, node: Node, args: tuple[int, ...]) -> int | None:
    base = graph.nodes[args[0]]
    if _whole(graph, node, args) is None or base.op != "div":
        return None
    over, below = (a if graph.nodes[a].value == 1 else graph.add("pow", (a, args[1])) for a in base.args)
    return graph.add("div", (over, below))


def _power_of_power(graph: Graph, node: Node, args: tuple[int, ...]) -> int | None:
    n, base = _whole(graph, node, args), graph.nodes[args[0]]
    m = number(graph, base.args[1]) if base.op == "pow" else None
    return None if n is None or m is None else _raised(graph, base.args[0], m * n)


def _power_of_root(graph: Graph, node: Node, args: tuple[int, ...]) -> int | None:
    n, base = _whole(graph, node, args), graph.nodes[args[0]]
    return None if n is None or base.op != "sqrt" else _raised(graph, base.args[0], n * _HALF)


def _root_written(graph: Graph, node: Node, args: tuple[int, ...]) -> int | None:
    return graph.add("sqrt", args[:1]) if node.op == "pow" and number(graph, args[1]) == _HALF else None


def _root_product(graph: Graph, node: Node, args: tuple[int, ...]) -> int | None:
    """A root twice as what is under it."""
    twice = next((a for k, a in enumerate(args) if graph.nodes[a].op == "sqrt" and a in args[:k]), None)
    if node.op != "mul" or twice is None:
        return None
    rest = [a for a in args if a != twice] + [twice] * (args.count(twice) - 2)
    return product(graph, [graph.nodes[twice].args[0], *rest])


def _divided_by_fraction(graph: Graph, node: Node, args: tuple[int, ...]) -> int | None:
    if node.op != "div" or graph.nodes[args[1]].op != "div":
        return None
    over, below = graph.nodes[args[1]].args
    return quotient(graph, [args[0], below], [over])


def _fraction_divided(graph: Graph, node: Node, args: tuple[int, ...]) -> int | None:
    if node.op != "div" or graph.nodes[args[0]].op != "div":
        return None
    over, below = graph.nodes[args[0]].args
    return graph.add("div", (over, product(graph, [below, args[1]])))


def _fractions_multiplied(graph: Graph, node: Node, args: tuple[int, ...]) -> int | None:
    if node.op != "mul" or all(graph.nodes[a].op != "div" for a in args):
        return None
    parts = [graph.nodes[a].args if graph.nodes[a].op == "div" else (a,) for a in args]
    return quotient(graph, [part[0] for part in parts], [part[1] for part in parts if len(part) > 1])


def _number_divided(graph: Graph, node: Node, args: tuple[int, ...]) -> int | None:
    """A number with a bar that is divided."""
    value = graph.nodes[args[0]].value
    if node.op != "div" or not isinstance(value, Fraction) or value.denominator == 1:
        return None
    below = product(graph, [graph.number(value.denominator), args[1]])
    return graph.add("div", (graph.number(value.numerator), below))


def _number_multiplied(graph: Graph, node: Node, args: tuple[int, ...]) -> int | None:
    """A number with a bar as the first factor."""
    value = graph.nodes[args[0]].value
    if node.op != "mul" or not isinstance(value, Fraction) or value.denominator == 1:
        return None
    return graph.add(
        "div", (product(graph, [graph.number(value.numerator), *args[1:]]), graph.number(value.denominator))
    )  # fmt: skip


def _as_power(graph: Graph, i: int) -> tuple[int, Fraction]:
    """A factor as a power of its base."""
    node = graph.nodes[i]
    n = number(graph, node.args[1]) if node.op == "pow" else _HALF if node.op == "sqrt" else None
    return (i, Fraction(1)) if n is None else (node.args[0], n)


def _factors(graph: Graph, i: int) -> Sequence[int]:
    return graph.nodes[i].args if graph.nodes[i].op == "mul" else (i,)


def _powers_multiplied(graph: Graph, node: Node, args: tuple[int, ...]) -> int | None:
    fixed = [a for a in args if number(graph, _as_power(graph, a)[0]) is not None]
    moving = [a for a in args if a not in fixed]
    powers: dict[int, Fraction] = {}
    for base, n in (_as_power(graph, a) for a in moving):
        powers[base] = powers.get(base, Fraction(0)) + n
    if node.op != "mul" or len(powers) == len(moving):
        return None
    return product(graph, [*fixed, *(_raised(graph, base, n) for base, n in powers.items())])


def _shared(graph: Graph, node: Node, args: tuple[int, ...], whole: bool) -> int | None:
    """A fraction without what stands above and below; `whole`: of whole powers, else of roots, too."""
    if node.op != "div":
        return None
    over, below = ([_as_power(graph, f) for f in _factors(graph, a)] for a in args)
    common = next(
        (
            (j, k) for j, (base, n) in enumerate(over) for k, (other, m) in enumerate(below)
            if base == other and min(n, m) > 0 and number(graph, base) is None
            and (not whole or n.denominator == m.denominator == 1)
        ), None,
    )  # fmt: skip
    if common is None:
        return None
    j, k = common
    base, n = over[j]
    m = below[k][1]
    tops, bottoms = ([_raised(graph, b, e) for b, e in powers] for powers in (over, below))
    tops[j], bottoms[k] = _raised(graph, base, max(n - m, Fraction(0))), _raised(graph, base, max(m - n, Fraction(0)))
    made = quotient(graph, tops, bottoms)
    again = graph.nodes[made]
    return (_shared(graph, again, again.args, whole) if again.op == "div" else None) or made


def _cancelled(graph: Graph, node: Node, args: tuple[int, ...]) -> int | None:
    return _numbers_cancelled(graph, node, args) or _shared(graph, node, args, whole=True)


def _numbers_cancelled(graph: Graph, node: Node, args: tuple[int, ...]) -> int | None:
    """The numbers above and below a bar without what they share."""
    if node.op != "div":
        return None
    over, below = ([*_factors(graph, a)] for a in args)
    places = [next((k for k, f in enumerate(fs) if graph.nodes[f].op == "number"), None) for fs in (over, below)]
    if places[0] is None or places[1] is None:
        return None
    top, bottom = (graph.nodes[fs[k]].value for fs, k in ((over, places[0]), (below, places[1])))
    if not isinstance(top, Fraction) or not isinstance(bottom, Fraction) or not bottom or not top:
        return None
    lowest = top / bottom
    if lowest.denominator == bottom or bottom.denominator != 1 or top.denominator != 1:
        return None
    over[places[0]], below[places[1]] = graph.number(lowest.numerator), graph.number(lowest.denominator)
    return quotient(graph, over, below)


def _powers_divided(graph: Graph, node: Node, args: tuple[int, ...]) -> int | None:
    return _shared(graph, node, args, whole=False)


# In the order in which they are used.
LAWS: tuple[tuple[str, Law], ...] = (
    ("minus sign put in front", _sign_before),
    ("minus signs cancel", _signs_cancel),
    ("power of a minus sign", _power_of_sign),
    ("power of a power, (a**m)**n = a**(m*n)", _power_of_power),
    ("power of a product, (a*b)**n = a**n*b**n", _power_of_product),
    ("power of a quotient, (a/b)**n = a**n/b**n", _power_of_quotient),
    ("power of a root, sqrt(a)**n = a**(n/2)", _power_of_root),
    ("root as a power, a**(1/2) = sqrt(a)", _root_written),
    ("negative exponent, a**(-n) = 1/a**n", _negative_exponent),
    ("divided by a fraction: multiplied by its reciprocal", _divided_by_fraction),
    ("fraction of a fraction, (a/b)/c = a/(b*c)", _fraction_divided),
    ("fraction of a fraction, (a/b)/c = a/(b*c)", _number_divided),
    ("fractions multiplied", _fractions_multiplied),
    ("fractions multiplied", _number_multiplied),
    ("product of roots, sqrt(a)*sqrt(a) = a", _root_product),
    ("product of powers, a**m*a**n = a**(m + n)", _powers_multiplied),
    ("cancelled", _cancelled),
    ("quotient of powers, a**m/a**n = a**(m - n)", _powers_divided),
)

# Those that take numbers for fractions, which decimals are not.
OF_NUMBERS = frozenset((_number_divided, _number_multiplied))


def by(law: Law) -> Callable[[Graph, int], tuple[Graph, int]]:
    """The pass that uses a law wherever it can be used."""

    def work(graph: Graph, root: int) -> tuple[Graph, int]:
        new = Graph()

        def replace(_: int, node: Node, args: tuple[int, ...]) -> int | None:
            if not args or node.op in ("piecewise", "d"):
                return None
            made = law(new, node, args)
            while made is not None and new.nodes[made].args:
                again = law(new, new.nodes[made], new.nodes[made].args)
                if again is None or again == made:
                    break
                made = again
            return made

        return new, graph.copy_into(new, [root], replace)[0]

    return work
