"""Common factors of terms drawn out, where that makes the text shorter: A @ x + A.T @ x is (A + A.T) @ x."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from derivcli.indices import matrices
from derivcli.indices.matrices import Matrix, factors, matmul, outer, plus, times
from derivcli.indices.text import text

Term = tuple[Fraction, Matrix]
# How a common part is joined to the sum of what remains of the terms.
Join = Callable[[Matrix, Matrix], Matrix]

# Longer sums are left as they are: no one reads them for their form.
_MAX_TERMS = 12
_ONCE = Fraction(1)


@dataclass(frozen=True, slots=True)
class _Joined:
    """Some terms of a sum, at these places, as one: coefficient * join(common, rests)."""

    coefficient: Fraction
    join: Join
    common: Matrix
    rests: list[Term]
    places: frozenset[int]

    def within(self, terms: Sequence[Term], rest: Matrix) -> list[Term]:
        """The sum with these terms joined, where the rests are written as `rest`."""
        first = min(self.places)
        joined = (self.coefficient, self.join(self.common, rest))
        return [joined if n == first else term for n, term in enumerate(terms) if n == first or n not in self.places]


def factored(terms: Sequence[Term]) -> Matrix:
    """The sum of terms with coefficients, in the shortest form that drawing out one factor after another gives."""
    best = list(terms)
    if len(best) == 2 and best[0][0] == best[1][0] and best[0][1] == matrices.transpose(best[1][1]):
        best.sort(key=lambda term: term[1].op == "transpose")
    while 1 < len(best) <= _MAX_TERMS:
        # The rests are drawn apart only once it is clear which factor goes first: trying all orders takes too long.
        lengths = [(_length(joined.within(best, plus(joined.rests))), joined) for joined in _joined(best)]
        length, shortest = min(lengths, key=lambda pair: pair[0], default=(_length(best) + 1, None))
        if shortest is None:
            break
        whole = shortest.common == matrices.ONE and shortest.join is _JOINS["factor"]
        # Of two forms of one length the one with a number drawn out is easier to read.
        if length >= _length(best) + whole:
            break
        best = shortest.within(best, plus(shortest.rests) if whole else factored(shortest.rests))
    return plus(best)


def _length(terms: Sequence[Term]) -> int:
    return len(text(plus(terms)))


def _joined(terms: Sequence[Term]) -> Iterator[_Joined]:
    """The ways to join terms, one for each common part."""
    groups: dict[object, list[tuple[int, Matrix]]] = {}
    joins: dict[object, tuple[Join, Matrix]] = {}
    for place, (_, term) in enumerate(terms):
        for kind, common, rest in _parts(term):
            name: object = (kind, text(common), rest.shape if kind != "factor" else ())
            groups.setdefault(name, []).append((place, rest))
            joins[name] = (_JOINS[kind], common)
    for group, members in groups.items():
        places = frozenset(place for place, _ in members)
        if 1 < len(places) == len(members):
            coefficient, rests = _without_common_number([(terms[place][0], rest) for place, rest in members])
            yield _Joined(coefficient, *joins[group], rests, places)
    for size in sorted({abs(c) for c, _ in terms} - {_ONCE}, reverse=True):
        rests = [(c / size, m) for c, m in terms]
        yield _Joined(size, _JOINS["factor"], matrices.ONE, rests, frozenset(range(len(terms))))


def _without_common_number(terms: Sequence[Term]) -> tuple[Fraction, list[Term]]:
    """The number that all coefficients are, up to signs, and the terms without it."""
    sizes = {abs(c) for c, _ in terms}
    common = sizes.pop() if len(sizes) == 1 else _ONCE
    if all(c < 0 for c, _ in terms):
        common = -common
    return common, [(c / common, m) for c, m in terms]


def _parts(term: Matrix) -> Iterator[tuple[str, Matrix, Matrix]]:
    """The ways in which a term is a common part joined to a rest: how, the part, and the rest."""
    pairs = factors(term)
    if len(pairs) > 1:
        for n, pair in enumerate(pairs):
            rest = times([*pairs[:n], *pairs[n + 1 :]])
            if pair[0].rank == 0 or rest.shape == term.shape:
                yield "factor", matrices.power(*pair), rest
    else:
        yield "factor", term, matrices.ONE
    core, exponent = pairs[-1]
    if exponent != 1 or core.rank == 0:
        return
    scalars = pairs[:-1]
    if any(m.rank for m, _ in scalars):
        return
    for kind, common, rest in _core_parts(core):
        yield kind, common, times([*scalars, *factors(rest)])


def _core_parts(core: Matrix) -> Iterator[tuple[str, Matrix, Matrix]]:
    if core.op == "chain":
        first, *inner, last = core.args
        yield "left", first, _chain((*inner, last))
        yield "right", last, _chain((first, *inner))
    elif matrices.is_call(core, "outer"):
        yield "column", core.args[0], core.args[1]
        yield "row", core.args[1], core.args[0]
    elif matrices.is_call(core, "diag") and core.rank == 2:
        yield "diagonal", matrices.ONE, core.args[0]


def _chain(operands: Sequence[Matrix]) -> Matrix:
    result = operands[0]
    for operand in operands[1:]:
        result = matmul(result, operand)
    return result


_JOINS: dict[str, Join] = {
    "factor": lambda common, rest: times([*factors(common), *factors(rest)]),
    "left": matmul,
    "right": lambda common, rest: matmul(rest, common),
    "column": outer,
    "row": lambda common, rest: outer(rest, common),
    "diagonal": lambda _, rest: matrices.diag(rest),
}
