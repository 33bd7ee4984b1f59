"""Products, quotients and powers brought together: factors of one base become one power, fractions one fraction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from derivcli.graph import MAX_FOLDED_BITS, Graph, Node

_HALF = Fraction(1, 2)
# Larger whole powers of products stay as they are.
_LARGEST = 100


@dataclass
class _Monomial:
    """A number times powers of nodes."""

    number: Fraction = Fraction(1)
    powers: dict[int, Fraction] = field(default_factory=dict)

    def times(self, other: _Monomial, exponent: int = 1) -> None:
        self.number *= other.number**exponent
        for base, power in other.powers.items():
            self.powers[base] = self.powers.get(base, Fraction(0)) + power * exponent


def with_powers_brought_together(graph: Graph, root: int) -> tuple[Graph, int]:
    """x*x as x**2, (x**2)**2 as x**4, x**2*(1/x) as x, a/b/c as a/(b*c); sums stay as they are."""
    new = Graph()
    found: dict[int, _Monomial] = {}

    def replace(i: int, node: Node, args: tuple[int, ...]) -> int | None:
        product = _product(new, found, node, args)
        if product is None:
            return None
        made = _written(new, product) if _apart(new, found, node, args) else new.add(node.op, args, node.value)
        found[made] = product
        return made

    return new, graph.copy_into(new, [root], replace)[0]


def _apart(graph: Graph, found: dict[int, _Monomial], node: Node, args: Sequence[int]) -> bool:
    """Whether there is something to bring together: one base or a number twice, or a product within another one."""
    ops = [graph.nodes[a].op for a in args]
    if node.op == "pow":
        return ops[0] in ("mul", "div", "neg", "pow", "sqrt") and args[0] in found
    if node.op in ("sqrt", "neg"):
        return node.op == ops[0]
    if "div" in ops or (node.op == "mul" and {"mul", "neg"} & set(ops)) or ops[-1] == "neg":
        return True
    bases = [base for a in args for base in (found[a].powers if a in found else [a] if ops[0] != "number" else [])]
    numbers = sum(graph.nodes[a].op == "number" or (a in found and found[a].number != 1) for a in args)
    return numbers > 1 or len(set(bases)) < len(bases)


def _product(graph: Graph, found: dict[int, _Monomial], node: Node, args: Sequence[int]) -> _Monomial | None:
    """A node as a product of powers; None where it is none."""

    def of(i: int) -> _Monomial:
        number = graph.nodes[i].value
        if isinstance(number, Fraction):
            return _Monomial(number)
        return found.get(i) or _Monomial(powers={i: Fraction(1)})

    result = _Monomial()
    if node.op in ("mul", "neg"):
        for arg in args:
            result.times(of(arg))
        result.number *= -1 if node.op == "neg" else 1
    elif node.op == "div" and of(args[1]).number:
        result.times(of(args[0]))
        result.times(of(args[1]), -1)
    elif node.op == "sqrt":
        result.powers[args[0]] = _HALF
    elif node.op == "pow":
        return _power(graph, of(args[0]), args)
    else:
        return None
    return result


def _power(graph: Graph, base: _Monomial, args: Sequence[int]) -> _Monomial | None:
    """A power with a rational exponent; a whole one goes to every factor."""
    exponent = graph.nodes[args[1]]
    n = graph.nodes[exponent.args[0]].value if exponent.op == "neg" else exponent.value
    if not isinstance(n, Fraction):
        return None
    n = -n if exponent.op == "neg" else n
    if n.denominator > 1 or abs(n) > _LARGEST:
        return _Monomial(powers={args[0]: n})
    if not base.number or _bits(base.number) * abs(n) > MAX_FOLDED_BITS:
        return None
    result = _Monomial()
    result.times(base, int(n))
    return result


def _bits(number: Fraction) -> int:
    return max(number.numerator.bit_length(), number.denominator.bit_length())


def _written(graph: Graph, product: _Monomial) -> int:
    """The node of a product: the number first, what has negative exponents below."""
    number = abs(product.number)
    over = [graph.number(number.numerator)] if number.numerator != 1 else []
    below = [graph.number(number.denominator)] if number.denominator != 1 else []
    if not number:
        return graph.number(0)
    over += [_raised(graph, base, n) for base, n in product.powers.items() if n > 0]
    below += [_raised(graph, base, -n) for base, n in product.powers.items() if n < 0]
    top = over[0] if len(over) == 1 else graph.add("mul", over) if over else graph.number(1)
    if below:
        top = graph.add("div", (top, below[0] if len(below) == 1 else graph.add("mul", below)))
    return graph.add("neg", (top,)) if product.number < 0 else top


def _raised(graph: Graph, base: int, n: Fraction) -> int:
    if n == 1:
        return base
    return graph.add("sqrt", (base,)) if n == _HALF else graph.add("pow", (base, graph.number(n)))
