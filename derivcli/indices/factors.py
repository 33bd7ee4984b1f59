"""What can be simplified in a list of factors that is summed over bound indices.

Each function changes the list (and the set of bound indices) in place and says whether it did.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from derivcli.indices.canonical import key
from derivcli.indices.nodes import (
    ZERO,
    Delta,
    Function,
    Index,
    Inverse,
    Node,
    Power,
    Product,
    Selection,
    Softmax,
    Sum,
    Unit,
    dimension,
    exponent_of,
    is_number,
    raised,
    split,
)


def free_of(nodes: Sequence[Node]) -> frozenset[Index]:
    """The indices that any of the nodes depends on."""
    return frozenset().union(*(n.free for n in nodes))


def hides_deltas(node: Node, bound: set[Index]) -> bool:
    """Whether a product over `bound` is simpler with this sum multiplied out, or no matrix would hold the sum."""
    return isinstance(node, Sum) and (
        len(node.free) > 2 or (not bound.isdisjoint(node.free) and any(_is_sparse(t, bound) for t in node.terms))
    )


def _is_sparse(term: Node, bound: set[Index]) -> bool:
    factors = term.factors if isinstance(term, Product) else (term,)
    return any(isinstance(f, Delta | Unit) and not bound.isdisjoint(f.free) for f in factors)


def find_delta(factors: Sequence[Node], bound: set[Index]) -> tuple[int, dict[Index, Index], bool] | None:
    """A delta that can be used up: its place, how it renames the other factors, and whether it must stay itself."""
    for place, factor in enumerate(factors):
        if not isinstance(factor, Delta):
            continue
        row, column = factor.row, factor.column
        if row is column:
            return place, {}, False
        if row in bound or column in bound:
            return place, ({row: column} if row in bound else {column: row}), False
        older, younger = sorted((row, column), key=lambda i: i.serial)
        if any(younger in f.free for n, f in enumerate(factors) if n != place):
            return place, {younger: older}, True
    return None


def cancel_inverse(factors: list[Node], bound: set[Index]) -> bool:
    """inv(B) @ B is the identity."""
    for place, inverse in enumerate(factors):
        if not isinstance(inverse, Inverse):
            continue
        for shared, outer in ((inverse.column, inverse.row), (inverse.row, inverse.column)):
            users = [n for n, f in enumerate(factors) if shared in f.free and n != place]
            if shared not in bound or shared is outer or len(users) != 1 or len(factors[users[0]].free) != 2:
                continue
            (other,) = factors[users[0]].free - {shared}
            ends = (shared, other) if shared is inverse.column else (other, shared)
            labels = {p: f"@{i.serial}" for p, i in zip((inverse.p, inverse.q), ends, strict=True)}
            if key(inverse.body, labels) == key(factors[users[0]]):
                _replace(factors, (place, users[0]), Delta(outer, other))
                bound.discard(shared)
                return True
    return False


def _replace(factors: list[Node], places: Sequence[int], *by: Node) -> None:
    factors[:] = [*(f for n, f in enumerate(factors) if n not in places), *by]


def merge_selections(factors: list[Node], bound: set[Index]) -> bool:
    """Rows of identity matrices times each other: 1, 0, a delta or another row."""
    for index in bound:
        users = [n for n, f in enumerate(factors) if index in f.free]
        nodes = [factors[n] for n in users]
        units = {n.position for n in nodes if isinstance(n, Unit) and _is_definite(n)}
        if len(units) > 1:
            factors[:] = [ZERO]
            bound.clear()
            return True
        if len(nodes) == 1 and isinstance(nodes[0], Unit):
            _replace(factors, users)
            bound.discard(index)
            return True
        merged = _merged_pair(nodes[0], nodes[1], index) if len(nodes) == 2 else None
        if merged is not None:
            _replace(factors, users, merged)
            bound.discard(index)
            return True
    return False


def _is_definite(unit: Unit) -> bool:
    return isinstance(unit.index.size, int) or unit.position >= 0


def _merged_pair(a: Node, b: Node, shared: Index) -> Node | None:
    if isinstance(a, Unit):
        a, b = b, a
    if not isinstance(a, Selection) or a.column is not shared:
        return None
    if isinstance(b, Selection):
        same = b.column is shared and a.part == b.part and a.row is not b.row
        return Delta(a.row, b.row) if same else None
    if isinstance(b, Unit) and isinstance(shared.size, int):
        places = range(shared.size)[slice(*a.part)]
        return Unit(places.index(b.position), a.row) if b.position in places else ZERO
    return None


def count_unused(factors: list[Node], bound: set[Index]) -> bool:
    """A sum over an index that nothing depends on multiplies by its size."""
    unused = bound - free_of(factors)
    factors += [dimension(i.size) for i in unused]
    bound -= unused
    return bool(unused)


def close_parts(factors: list[Node], bound: set[Index]) -> bool:
    """Parts that share no bound index and are summed on their own become one factor each."""
    parts = _connected(factors, bound)
    if len(parts) == 1:
        return False
    closed = False
    factors.clear()
    for part in parts:
        free = free_of(part)
        if free & bound and (free <= bound or (len(part) == 1 and isinstance(part[0], Sum))):
            factors.append(Product(Fraction(1), tuple(part), free & bound))
            bound -= free
            closed = True
        else:
            factors += part
    return closed


def cancel_part(factors: list[Node], bound: set[Index]) -> bool:
    """A part that is summed on its own, times a power of the same, is another power."""
    powers = {key(exponent_of(f)[0]): n for n, f in enumerate(factors) if isinstance(f, Power)}
    for part in _connected(factors, bound) if powers else []:
        inner = free_of(part) & bound
        place = powers.get(key(Product(Fraction(1), tuple(part), inner))) if inner else None
        if place is not None:
            base, exponent = exponent_of(factors[place])
            factors[:] = [f for n, f in enumerate(factors) if n != place and not any(f is p for p in part)]
            factors.append(raised(base, exponent + 1))
            bound -= inner
            return True
    return False


def _connected(factors: Sequence[Node], bound: set[Index]) -> list[list[Node]]:
    """The factors in groups that share no bound index."""
    group = list(range(len(factors)))

    def root(n: int) -> int:
        while group[n] != n:
            n = group[n]
        return n

    for index in bound:
        users = [n for n, f in enumerate(factors) if index in f.free]
        for n in users[1:]:
            group[root(n)] = root(users[0])
    parts: dict[int, list[Node]] = {}
    for n, factor in enumerate(factors):
        parts.setdefault(root(n), []).append(factor)
    return list(parts.values())


def combine_powers(factors: list[Node]) -> bool:
    """Exponents of equal bases are added."""
    collected: dict[str, list[Node]] = {}
    for factor in factors:
        collected.setdefault(key(exponent_of(factor)[0]), []).append(factor)
    if len(collected) == len(factors):
        return False
    factors[:] = [
        same[0] if len(same) == 1
        else raised(exponent_of(same[0])[0], sum((exponent_of(f)[1] for f in same), Fraction(0)))
        for same in collected.values()
    ]  # fmt: skip
    return True


def log_sum_exp(node: Node) -> tuple[Node, frozenset[Index]] | None:
    """z and the indices, where a node is the sum of exp(z) over them."""
    if isinstance(node, Product) and node.coefficient == 1 and len(node.factors) == 1 and node.bound:
        (only,) = node.factors
        if isinstance(only, Function) and only.op == "exp":
            return only.args[0], node.bound
    return None


def find_sigmoid(factors: list[Node]) -> bool:
    """sigmoid(u)*exp(-u) is sigmoid(-u)."""
    for place, exponential in enumerate(factors):
        if not (isinstance(exponential, Function) and exponential.op == "exp"):
            continue
        coefficient, rest = split(exponential.args[0])
        for n, factor in enumerate(factors):
            base, exponent = exponent_of(factor)
            if isinstance(base, Function) and base.op == "sigmoid" and exponent >= 1:
                other, same = split(base.args[0])
                if other == -coefficient and key(same) == key(rest):
                    factors[n], factors[place] = raised(base, exponent - 1), Function("sigmoid", exponential.args)
                    return True
    return False


def one_plus_exp(node: Node) -> Node | None:
    """u, where a node is 1 + exp(u)."""
    if isinstance(node, Sum) and len(node.terms) == 2 and is_number(node.terms[0], 1):
        term = node.terms[1]
        if isinstance(term, Function) and term.op == "exp":
            return term.args[0]
    return None


def find_softmax(factors: list[Node]) -> bool:
    """exp(z)/sum(exp(z)) is softmax(z)."""
    for place, factor in enumerate(factors):
        base, exponent = exponent_of(factor)
        found = log_sum_exp(base) if exponent <= -1 else None
        if found is None or len(found[1]) != 1:
            continue
        body, (over,) = found[0], found[1]
        for n, other in enumerate(factors):
            replaced = _as_softmax(other, body, over)
            if replaced is not None:
                factors[n], factors[place] = replaced, raised(base, exponent + 1)
                return True
    return False


def _as_softmax(node: Node, body: Node, over: Index) -> Node | None:
    """A node with its factor exp(body), for some place of the index `over`, replaced by the softmax."""
    base, exponent = exponent_of(node)
    if isinstance(base, Function) and base.op == "exp" and exponent >= 1:
        wanted = key(body, {over: "*softmax"})
        for at in base.free - body.free | ({over} & base.free):
            if key(base.args[0], {at: "*softmax"}) == wanted:
                softmax = Softmax(body, over, at)
                return softmax if exponent == 1 else Product(Fraction(1), (softmax, raised(base, exponent - 1)))
    if isinstance(node, Product) and not node.free:
        for n, factor in enumerate(node.factors):
            replaced = _as_softmax(factor, body, over)
            if replaced is not None:
                return Product(node.coefficient, (*node.factors[:n], replaced, *node.factors[n + 1 :]), node.bound)
    return None
