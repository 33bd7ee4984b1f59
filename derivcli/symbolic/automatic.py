"""What SymPy does to an expression while it builds it, operation by operation, and what that is called."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from typing import Any

import sympy

from derivcli.catalog import KEYS
from derivcli.graph import Graph, Node
from derivcli.symbolic.algebra import COLLECTED, PYTHAGORAS
from derivcli.symbolic.notation import formula
from derivcli.symbolic.translate import to_sympy

_CANCELLED, _NUMBERS, _RATIONALISED = "cancelled", "numbers worked out", "denominator rationalised"
_OF_E, _POWERS = "product of powers, exp(a)*exp(b) = exp(a + b)", "product of powers, a**m*a**n = a**(m + n)"
_OF_PRODUCT = "power of a product, (a*b)**n = a**n*b**n"
_ROOT_OF_PRODUCT = "root of a product, sqrt(a*b) = sqrt(a)*sqrt(b)"
_OF_POWER = "power of a power, (a**m)**n = a**(m*n)"
_ROOT_OF_SQUARE = "root of a square, sqrt(a**2) = abs(a)"
_SQUARE_OF_SIZE = "square of an absolute value, abs(a)**2 = a**2"
# Functions that undo each other.
_INVERSE = {
    frozenset(pair)
    for pair in (("exp", "log"), *((name, f"a{name}") for name in ("sin", "cos", "tan", "sec", "csc", "cot")),
                 *((name, f"a{name}") for name in ("sinh", "cosh", "tanh", "sech", "csch", "coth")))
}  # fmt: skip
_PRODUCTS = ("mul", "div")


def automatic(
    graph: Graph, nodes: Sequence[int], primitive: tuple[Graph, Sequence[int]], *, decimals: bool, real: bool,
    digits: int,
) -> dict[int, tuple[str, str]]:  # fmt: skip
    """The nodes of which SymPy makes more than their operation in its own order.

    Args:
        graph, nodes: the user's form, arguments before what they are arguments of.
        primitive: the same nodes in primitives.
        decimals: whether coefficients are printed as decimals.
        real: whether variables are real.
        digits: how long a number may become.

    Returns:
        For each of them what is done, and the text of what comes of it.

    Raises:
        LimitError, ParseError, UnsupportedError: as `to_sympy`.
    """
    source, ends = primitive
    values = dict(zip(nodes, to_sympy(source, ends, "", digits, real), strict=True))
    found = {}
    for i in nodes:
        said = _said(graph.nodes[i], [values[a] for a in graph.nodes[i].args], values[i])
        if said:
            found[i] = said, str(formula([values[i]], (), decimals).text)
    return found


def _said(node: Node, args: Sequence[Any], value: Any) -> str:
    """What is done at a node; nothing where its arguments are only put in order."""
    if node.op in _RULES:
        return _RULES[node.op](args, value)
    row = KEYS.get(node.op)
    return "" if row is None or row.definition or not args else _function(row.name, args, value)


def _sum(args: Sequence[Any], value: Any) -> str:
    terms = Counter(t for a in args for t in sympy.Add.make_args(a))
    others = Counter(sympy.Add.make_args(value))
    if _without_numbers(terms) == _without_numbers(others):
        return _NUMBERS if sum(t.is_Rational for t in terms.elements()) > 1 else ""
    return COLLECTED


def _negative(args: Sequence[Any], value: Any) -> str:
    return "brackets removed" if args[0].is_Add else ""


def _product(args: Sequence[Any], value: Any) -> str:
    return _of_factors([f for a in args for f in sympy.Mul.make_args(a)], value, "number multiplied into the bracket")


def _quotient(args: Sequence[Any], value: Any) -> str:
    over, below = args
    divisors = sympy.Mul.make_args(below)
    if any(d.is_number and not d.is_Rational and (1 / d).is_Mul for d in divisors):
        return _RATIONALISED
    factors = [*sympy.Mul.make_args(over), *(1 / d for d in divisors)]
    said = _of_factors(factors, value, "divided term by term")
    numbers = [e.as_coeff_Mul()[0] for e in args]
    shared = all(n.is_Integer for n in numbers) and sympy.gcd(*numbers) > 1
    return _CANCELLED if said == _NUMBERS and shared else said


def _of_factors(factors: Sequence[Any], value: Any, spread: str) -> str:
    """What a product becomes, by its factors; `spread` where it becomes a sum."""
    single = list(chain.from_iterable(sympy.Mul.make_args(f) for f in factors))
    single = [f for f in single if f != 1]
    before, after = Counter(single), Counter(f for f in sympy.Mul.make_args(value) if f != 1)
    if before == after:
        return ""
    if value is sympy.S.Zero:
        return "zeros and ones left out"
    if value.is_Add and value not in before:
        return spread
    if _without_numbers(before) == _without_numbers(after):
        return _NUMBERS if sum(f.is_number for f in single if f is not sympy.S.NegativeOne) > 1 else ""
    bases = [f.as_base_exp()[0] for f in single if not f.is_number]
    kept = {f.as_base_exp()[0] for f in after}
    above = {f.as_base_exp()[0] for f in single if not f.as_base_exp()[1].could_extract_minus_sign()}
    below = {f.as_base_exp()[0] for f in single if f.as_base_exp()[1].could_extract_minus_sign()}
    if not set(bases) <= kept or (above & below) - {sympy.E}:
        return _CANCELLED
    return _OF_E if bases.count(sympy.E) > 1 else _POWERS


def _power(args: Sequence[Any], value: Any) -> str:
    base, exponent = args
    if base.is_number and exponent.is_number:
        return _power_of_numbers(base, exponent, value)
    if isinstance(value, sympy.Abs):
        return _ROOT_OF_SQUARE
    if isinstance(base, sympy.Abs) and not value.has(sympy.Abs):
        return _SQUARE_OF_SIZE
    if base.is_Pow or isinstance(base, sympy.exp):
        return _OF_POWER
    whole = exponent.is_Integer
    if base.is_Mul and value.as_base_exp() != (base, exponent):
        if any(isinstance(f, sympy.Abs) for f in value.args) and not base.has(sympy.Abs):
            return _ROOT_OF_SQUARE
        return _OF_PRODUCT if whole else _ROOT_OF_PRODUCT
    if value.is_Mul and not whole:
        return "number taken out of the root, sqrt(n**2*a) = n*sqrt(a)"
    negative = exponent.is_Rational and exponent.is_negative
    return "negative exponent, a**(-n) = 1/a**n" if negative else ""


def _power_of_numbers(base: Any, exponent: Any, value: Any) -> str:
    if value.is_Rational:
        return "" if exponent == -1 or (base.is_Atom and exponent is sympy.S.One) else _NUMBERS
    if value.is_Pow and value.args == (base, exponent):
        return ""
    return _RATIONALISED if exponent.is_negative else "root of a number worked out"


def _root(args: Sequence[Any], value: Any) -> str:
    return _power([args[0], sympy.S.Half], value)


def _absolute(args: Sequence[Any], value: Any) -> str:
    if isinstance(value, sympy.Abs):
        return "" if value.args[0] == args[0] else "absolute value is even"
    if args[0].is_number:
        return "value of abs"
    return "absolute value of each factor" if value.is_Mul else "absolute value of what is not negative"


def _function(name: str, args: Sequence[Any], value: Any) -> str:
    """What becomes of a function that is none of arithmetic."""
    if type(value).__name__ not in ("Add", "Mul", "Pow") and set(args) <= set(value.args):
        return ""
    if all(a.is_number for a in args):
        return f"value of {name}"
    inner = {type(part).__name__ for part in sympy.preorder_traversal(args[0])}
    undone = next((i for i in sorted(inner) if frozenset((name, i)) in _INVERSE), None)
    if undone is not None:
        return f"{name} undoes {undone}"
    if name in ("sin", "cos") and inner & {"asin", "acos"}:
        other = "asin" if name == "cos" else "acos"
        return f"{PYTHAGORAS}, {name}({other}(a)) = sqrt(1 - a**2)"
    if name == "sign":
        return "sign of each factor"
    if len(args) == 1 and any(part.args == (-args[0],) for part in (value, *value.args)):
        return f"{name} is {'even' if value.args == (-args[0],) else 'odd'}"
    return f"identity of {name}"


def _without_numbers(parts: Mapping[Any, int]) -> dict[Any, int]:
    return {part: n for part, n in parts.items() if not part.is_Rational}


_RULES: dict[str, Callable[[Sequence[Any], Any], str]] = {
    "add": _sum, "neg": _negative, "mul": _product, "div": _quotient, "pow": _power, "sqrt": _root, "abs": _absolute,
    **dict.fromkeys(
        ("piecewise", "Derivative", "Integral", "Sum", "Product", "InfiniteProduct"), lambda *_: ""
    ),
}  # fmt: skip
