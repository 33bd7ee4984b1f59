"""The constructors of nodes: arithmetic that keeps every expression in one simple form.

Sums collect like terms, products are flat, add up the exponents of equal bases, and are rid of deltas; that is all
the simplification that derivatives need. No order of multiplication is ever chosen: that is left to the writing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction

from derivcli.indices.canonical import key
from derivcli.indices.factors import (
    cancel_inverse,
    cancel_part,
    close_parts,
    combine_powers,
    count_unused,
    find_delta,
    find_sigmoid,
    find_softmax,
    free_of,
    hides_deltas,
    merge_selections,
    one_plus_exp,
)
from derivcli.indices.nodes import (
    ONE,
    ZERO,
    Constant,
    Delta,
    Function,
    Index,
    Inverse,
    Lower,
    Node,
    Number,
    Power,
    Product,
    Selection,
    Softmax,
    Sum,
    Unit,
    Variable,
    delta,
    is_number,
    lower,
    raised,
    split,
)
from derivcli.indices.numerals import common_part, power_of_number
from derivcli.indices.signs import is_positive

Renaming = Mapping[Index, Index]


def add(*terms: Node) -> Node:
    """The sum, with like terms collected."""
    constant = Fraction(0)
    collected: dict[str, tuple[Fraction, Node]] = {}
    waiting = list(reversed(terms))
    while waiting:
        term = waiting.pop()
        coefficient, rest = split(term)
        if isinstance(rest, Sum):
            waiting += [scale(coefficient, t) for t in reversed(rest.terms)]
        elif isinstance(term, Number):
            constant += term.value
        else:
            name = key(rest)
            before = collected[name][0] if name in collected else Fraction(0)
            collected[name] = (before + coefficient, rest)
    result = [scale(c, rest) for c, rest in collected.values() if c]
    if constant:
        result.insert(0, Number(constant))
    if not result:
        return ZERO
    return result[0] if len(result) == 1 else _complement(result) or Sum(tuple(result))


def _complement(terms: Sequence[Node]) -> Node | None:
    """1 - sigmoid(u) is sigmoid(-u)."""
    if len(terms) == 2 and is_number(terms[0], 1):
        coefficient, rest = split(terms[1])
        if coefficient == -1 and isinstance(rest, Function) and rest.op == "sigmoid":
            return Function("sigmoid", (negative(rest.args[0]),))
    return None


def scale(coefficient: Fraction | int, node: Node) -> Node:
    """A number times a node."""
    if coefficient == 1:
        return node
    if isinstance(node, Product):
        both = coefficient * node.coefficient
        plain = both == 1 and len(node.factors) == 1 and not node.bound
        return node.factors[0] if plain else Product(both, node.factors, node.bound) if both else ZERO
    return product(coefficient, [node])


def negative(node: Node) -> Node:
    return scale(-1, node)


def times(*factors: Node) -> Node:
    """The product of nodes, entry by entry."""
    return product(1, factors)


def total(node: Node, bound: Iterable[Index]) -> Node:
    """The sum of a node over indices."""
    return product(1, [node], bound)


def product(coefficient: Fraction | int, factors: Iterable[Node], bound: Iterable[Index] = ()) -> Node:
    """coefficient * factors, summed over the bound indices."""
    coefficient, todo, summed = Fraction(coefficient), list(factors), set(bound)
    while True:
        coefficient, todo = _flattened(coefficient, todo, summed)
        if not coefficient:
            return ZERO
        for n, factor in enumerate(todo):
            if isinstance(factor, Sum) and hides_deltas(factor, summed):
                spread = ([*todo[:n], term, *todo[n + 1 :]] for term in factor.terms)
                return add(*(product(coefficient, each, summed) for each in spread))
        if _use_delta(todo, summed) or any(rule(todo, summed) for rule in (cancel_inverse, merge_selections)):
            continue
        if count_unused(todo, summed):
            continue
        if any(rule(todo) for rule in (combine_powers, find_sigmoid, find_softmax)):
            continue
        if cancel_part(todo, summed) or close_parts(todo, summed):
            continue
        return _finished(coefficient, todo, summed)


def _flattened(coefficient: Fraction, factors: Sequence[Node], bound: set[Index]) -> tuple[Fraction, list[Node]]:
    """Products inside the product opened, numbers and common coefficients of sums drawn out; `bound` grows."""
    flat: list[Node] = []
    waiting = list(reversed(factors))
    while waiting:
        factor = waiting.pop()
        if isinstance(factor, Power):
            factor = power(factor.base, factor.exponent)
        if isinstance(factor, Number):
            coefficient *= factor.value
        elif isinstance(factor, Product) and factor.bound and _is_sum(factor.factors):
            coefficient *= factor.coefficient
            waiting.append(total(factor.factors[0], factor.bound))
        elif isinstance(factor, Product) and not (factor.bound and not factor.free):
            coefficient *= factor.coefficient
            taken = bound | free_of(flat) | free_of(waiting)
            renaming = {b: Index(b.size) for b in factor.bound if b in taken}
            bound |= {renaming.get(b, b) for b in factor.bound}
            waiting += [substitute(f, renaming) for f in reversed(factor.factors)]
        elif isinstance(factor, Product) and factor.coefficient != 1:
            coefficient *= factor.coefficient
            flat.append(split(factor)[1])
        elif isinstance(factor, Sum) and (content := common_part([split(t)[0] for t in factor.terms])) != 1:
            coefficient *= content
            flat.append(Sum(tuple(scale(1 / content, t) for t in factor.terms)))
        else:
            flat.append(factor)
    return coefficient, flat


def _is_sum(factors: Sequence[Node]) -> bool:
    return len(factors) == 1 and isinstance(factors[0], Sum)


def _use_delta(factors: list[Node], bound: set[Index]) -> bool:
    found = find_delta(factors, bound)
    if found is None:
        return False
    place, renaming, stays = found
    factors[:] = [f if n == place else substitute(f, renaming) for n, f in enumerate(factors) if stays or n != place]
    bound -= set(renaming)
    return True


def _finished(coefficient: Fraction, factors: Sequence[Node], bound: set[Index]) -> Node:
    if not factors:
        return Number(coefficient)
    if len(factors) == 1:
        (only,) = factors
        if isinstance(only, Sum) and bound:
            return add(*(product(coefficient, [t], bound) for t in only.terms))
        if not bound and coefficient == 1:
            return only
        if isinstance(only, Product) and not bound:
            return Product(coefficient * only.coefficient, only.factors, only.bound)
    return Product(coefficient, tuple(factors), frozenset(bound))


def power(base: Node, exponent: Node) -> Node:
    """base ** exponent, entry by entry."""
    if isinstance(exponent, Number):
        return _numeric_power(base, exponent.value)
    if is_number(base, 1):
        return ONE
    return Power(base, exponent)


def _numeric_power(base: Node, exponent: Fraction) -> Node:
    if exponent == 0 or is_number(base, 1):
        return ONE
    if exponent == 1 or (isinstance(base, Delta | Unit | Selection | Lower) and exponent > 0):
        return base
    if isinstance(base, Number):
        return _power_of_number(base, exponent)
    whole = exponent.denominator == 1
    if isinstance(base, Product):
        return _power_of_product(base, exponent, whole)
    if isinstance(base, Power) and isinstance(base.exponent, Number) and (whole or is_positive(base.base)):
        return _numeric_power(base.base, base.exponent.value * exponent)
    if isinstance(base, Function) and base.op == "abs" and whole and exponent.numerator % 2 == 0:
        return _numeric_power(base.args[0], exponent)
    opened = one_plus_exp(base) if whole and exponent < 0 else None
    if opened is not None:
        return raised(Function("sigmoid", (negative(opened),)), -exponent)
    return Power(base, Number(exponent))


def _power_of_number(base: Number, exponent: Fraction) -> Node:
    value = power_of_number(base.value, exponent)
    if value is not None:
        return Number(value)
    if base.value.numerator == 1 != base.value.denominator:
        return Power(Number(1 / base.value), Number(-exponent))
    return Power(base, Number(exponent))


def _power_of_product(base: Product, exponent: Fraction, whole: bool) -> Node:
    """What is positive is drawn out of a root; a whole power of a product is one of its factors."""
    coefficient, rest = split(base)
    if not base.bound and (whole or len(base.factors) > 1):
        drawn = [f for f in base.factors if whole or is_positive(f)]
        kept = [f for f in base.factors if f not in drawn]
    else:
        drawn, kept = [], [rest]
    if whole or (coefficient > 0 and (base.bound or power_of_number(coefficient, exponent) is not None)):
        drawn.append(Number(coefficient))
        coefficient = Fraction(1)
    if not kept:
        return product(1, [_numeric_power(f, exponent) for f in drawn])
    left = Product(coefficient, tuple(kept)) if len(kept) > 1 or coefficient != 1 else kept[0]
    if all(is_number(f, 1) for f in drawn):
        return Power(left, Number(exponent))
    powers = [_numeric_power(f, exponent) for f in drawn]
    return product(1, [*powers, Power(left, Number(exponent))])


def substitute(node: Node, renaming: Renaming) -> Node:
    """The node with free indices renamed, all at once; several may become one."""
    renaming = {a: b for a, b in renaming.items() if a is not b and a in node.free}
    return _RENAMED[type(node)](node, renaming) if renaming else node


def _in_indices(indices: Sequence[Index], renaming: Renaming) -> tuple[Index, ...]:
    return tuple(renaming.get(i, i) for i in indices)


def _in_product(node: Product, renaming: Renaming) -> Node:
    taken = set(renaming.values())
    inner = {b: Index(b.size) if b in taken else b for b in node.bound}
    return product(node.coefficient, [substitute(f, {**renaming, **inner}) for f in node.factors], inner.values())


def _in_inverse(node: Inverse, renaming: Renaming) -> Node:
    row, column = _in_indices((node.row, node.column), renaming)
    return Inverse(node.body, node.p, node.q, row, column)


def _in_softmax(node: Softmax, renaming: Renaming) -> Node:
    over = Index(node.over.size) if node.over in renaming.values() else node.over
    inside = {**renaming, node.over: over}
    return Softmax(substitute(node.body, inside), over, renaming.get(node.at, node.at))


_RENAMED: dict[type[Node], Callable[..., Node]] = {
    Variable: lambda n, new: Variable(n.name, _in_indices(n.indices, new), n.structure),
    Constant: lambda n, new: Constant(n.text, _in_indices(n.indices, new), n.below, n.operation),
    Delta: lambda n, new: delta(*_in_indices((n.row, n.column), new)),
    Unit: lambda n, new: Unit(n.position, new[n.index]),
    Selection: lambda n, new: Selection(n.part, *_in_indices((n.row, n.column), new)),
    Lower: lambda n, new: lower(*_in_indices((n.row, n.column), new)),
    Sum: lambda n, new: add(*(substitute(t, new) for t in n.terms)),
    Product: _in_product,
    Function: lambda n, new: Function(n.op, tuple(substitute(a, new) for a in n.args)),
    Power: lambda n, new: power(substitute(n.base, new), substitute(n.exponent, new)),
    Inverse: _in_inverse,
    Softmax: _in_softmax,
}
