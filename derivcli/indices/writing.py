"""Index notation back to matrix notation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from derivcli import catalog
from derivcli.graph import CONDITIONS
from derivcli.indices import matrices
from derivcli.indices.algebra import add, product, substitute
from derivcli.indices.canonical import is_symmetric
from derivcli.indices.contraction import Contraction
from derivcli.indices.factoring import factored
from derivcli.indices.factors import log_sum_exp
from derivcli.indices.matrices import Matrix
from derivcli.indices.naming import with_names
from derivcli.indices.nodes import (
    ONE,
    Constant,
    Delta,
    Determinant,
    Dimension,
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
    exponent_of,
    is_number,
    split,
)
from derivcli.indices.order import natural
from derivcli.indices.tensors import Tensor
from derivcli.indices.text import text

Axes = tuple[Index, ...]
_LONGEST_LITERAL = 12
_SIGNS = {"lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==", "ne": "!=", "and": "and", "or": "or", "not": "not"}


def write(tensor: Tensor, axes: Sequence[int] | None = None, *, decimals: bool = False) -> str:
    """An array in matrix notation, in deriv's own language.

    Args:
        tensor: of any shape; beyond two axes it is written as an `einsum` of matrices.
        axes: the order in which the tensor's axes are wanted.
        decimals: whether 1/2 is written 0.5.
    """
    out = tensor.out if axes is None else tuple(tensor.out[a] for a in axes)
    return with_names(_whole(tensor.node, out), tensor.setting.names, decimals)


def _whole(node: Node, out: Axes) -> Matrix:
    """An array that stands alone: as a list where that is shorter."""
    return _shorter(_literal((node,), out), matrix(node, out))


def _zeros(out: Axes) -> Matrix:
    shape = _shape(out[:2])
    zeros = matrices.name(f"zeros({', '.join(str(size) for size in shape)})", shape)
    return _entries(zeros, out[:2], out)


def matrix(node: Node, out: Axes) -> Matrix:
    """An expression with the given axes, each in full length."""
    if isinstance(node, Product):
        return _product(node, out)
    if is_number(node, 0) and out:
        return _zeros(out)
    if len(node.free) != len(out):
        return _product(Product(Fraction(1), (node,)), out)
    return _WRITERS[type(node)](node, out)


def _shape(out: Axes) -> tuple[int | str, ...]:
    return tuple(i.size for i in out)


def _entries(whole: Matrix, indices: Axes, out: Axes) -> Matrix:
    """An array whose axes have the given indices, with the axes `out` instead."""
    if indices == out:
        return whole
    return Contraction(Fraction(1), frozenset(), out, [(whole, indices)]).result()


def _variable(node: Variable, out: Axes) -> Matrix:
    return _entries(matrices.name(node.name, _shape(node.indices), bool(node.structure)), node.indices, out)


def _constant(node: Constant, out: Axes) -> Matrix:
    return _entries(matrices.name(node.text, _shape(node.indices)), node.indices, out)


def _unit(node: Unit, out: Axes) -> Matrix:
    return Matrix("unit", (), _shape(out), str(node.position))


def _selection(node: Selection, out: Axes) -> Matrix:
    start, stop, step = ("" if p is None else str(p) for p in node.part)
    part = f"{start}:{stop}" + (f":{step}" if step else "")
    return _entries(Matrix("selection", (), _shape((node.row, node.column)), part), (node.row, node.column), out)


def _lower(node: Lower, out: Axes) -> Matrix:
    shape = _shape((node.row, node.column))
    return _entries(matrices.call("tril", matrices.ones(*shape), shape=shape), (node.row, node.column), out)


def _sum(node: Sum, out: Axes) -> Matrix:
    return _shorter(_literal(node.terms, out), _plain_sum(node, out))


def _shorter(first: Matrix | None, second: Matrix) -> Matrix:
    return second if first is None or len(text(first)) > len(text(second)) else first


def _plain_sum(node: Sum, out: Axes) -> Matrix:
    split_terms = [split(t) for t in node.terms]
    terms = [(coefficient, spread(rest, out)) for coefficient, rest in split_terms]
    if all(m.shape != _shape(out) for _, m in terms):
        terms[0] = (terms[0][0], matrix(split_terms[0][1], out))
    return factored(terms)


def _literal(terms: Sequence[Node], out: Axes) -> Matrix | None:
    """A sum of rows of the identity times something, as a list of these."""
    if len(out) not in (1, 2) or not isinstance(out[0].size, int) or out[0].size > _LONGEST_LITERAL:
        return None
    entries: list[list[Node]] = [[] for _ in range(out[0].size)]
    for term in terms if not is_number(terms[0], 0) else ():
        coefficient, factors, bound = _as_product(term)
        unit = next((f for f in factors if isinstance(f, Unit) and f.index is out[0]), None)
        if unit is None:
            return None
        entries[unit.position].append(product(coefficient, factors, bound | {out[0]}))
    return Matrix("literal", tuple(_row(add(*entry), out[1:]) for entry in entries), _shape(out))


def _row(node: Node, out: Axes) -> Matrix:
    """An entry of a list; lists of zeros are not abbreviated there."""
    zeros = _literal((node,), out) if is_number(node, 0) else None
    return _whole(node, out) if zeros is None else zeros


def _as_product(node: Node) -> tuple[Fraction, tuple[Node, ...], frozenset[Index]]:
    if isinstance(node, Product):
        return node.coefficient, node.factors, node.bound
    return Fraction(1), (node,), frozenset()


def spread(node: Node, out: Axes) -> Matrix:
    """An expression that NumPy broadcasts to the given axes: a scalar, or a vector along the last axis, stays one."""
    if len(out) < 2 or len(node.free) == len(out):
        return matrix(node, out if node.free else ())
    if not node.free:
        return matrix(node, ())
    if node.free == {out[-1]}:
        return matrix(node, out[-1:])
    if len(out) == 2:
        upright = matrices.column(matrix(node, out[:1]))
        if upright is not None:
            return upright
    return matrix(node, out)


def _function(node: Function, out: Axes) -> Matrix:
    (first, *_) = node.args or (ONE,)
    if node.op == "log":
        found = log_sum_exp(first)
        if found is not None:
            return _reduced("logsumexp", *found, out)
        if isinstance(first, Determinant):
            return matrices.call("logdet", matrix(first.body, (first.p, first.q)), shape=())
    args = tuple(spread(a, out) for a in node.args)
    if out and all(a.shape != _shape(out) for a in args):
        widest = max(range(len(args)), key=lambda n: len(node.args[n].free))
        args = (*args[:widest], matrix(node.args[widest], out), *args[widest + 1 :])
    if node.op == "piecewise":
        return Matrix("piecewise", args, _shape(out))
    if node.op in CONDITIONS:
        if not args:
            return matrices.name(node.op.capitalize())
        return Matrix("condition", args, _shape(out), _SIGNS[node.op])
    return matrices.call(catalog.KEYS[node.op].name, *args, shape=_shape(out))


def _reduced(reduction: str, node: Node, over: frozenset[Index], out: Axes) -> Matrix:
    """A function that sums over the given indices."""
    order = natural(node)
    rest = tuple(i for i in order if i not in over)
    after = f", axis={next(n for n, i in enumerate(order) if i in over)}" if rest else ""
    return _entries(matrices.call(reduction, matrix(node, order), shape=_shape(rest), after=after), rest, out)


def _power(node: Power, out: Axes) -> Matrix:
    if not isinstance(node.exponent, Number):
        base, raised = spread(node.base, out), spread(node.exponent, out)
        if _shape(out) not in (base.shape, raised.shape):
            base = matrix(node.base, out)
        return Matrix("power", (base, raised), _shape(out))
    exponent = node.exponent.value
    norm = _norm(node.base, out)
    return matrices.power(matrix(node.base, out), exponent) if norm is None else matrices.power(norm, 2 * exponent)


def _norm(node: Node, out: Axes) -> Matrix | None:
    """The norm whose square a node is."""
    if not (isinstance(node, Product) and node.coefficient == 1 and len(node.factors) == 1 and node.bound):
        return None
    base, exponent = exponent_of(node.factors[0])
    if exponent != 2 or len(base.free) > 2:
        return None
    return _reduced("norm", base, node.bound, out)


def _inverse(node: Inverse, out: Axes) -> Matrix:
    symmetric = is_symmetric(node.body, node.p, node.q)
    body = matrix(node.body, (node.p, node.q))
    whole = matrices.call("inv", body, shape=_shape((node.p, node.q)), symmetric=symmetric)
    return _entries(whole, (node.row, node.column), out)


def _determinant(node: Determinant, _: Axes) -> Matrix:
    return matrices.call("det", matrix(node.body, (node.p, node.q)), shape=())


def _softmax(node: Softmax, out: Axes) -> Matrix:
    order = natural(node.body)
    after = "" if len(order) == 1 else f", axis={order.index(node.over)}"
    whole = matrices.call("softmax", matrix(node.body, order), shape=_shape(order), after=after)
    return _entries(whole, tuple(node.at if i is node.over else i for i in order), out)


def _product(node: Product, out: Axes) -> Matrix:
    clashing = node.bound.intersection(out)
    if clashing:
        inner = {b: Index(b.size) for b in clashing}
        factors = tuple(substitute(f, inner) for f in node.factors)
        node = Product(node.coefficient, factors, node.bound - clashing | set(inner.values()))
    contraction = Contraction(node.coefficient, node.bound, out)
    norm = None if out else _norm(Product(Fraction(1), node.factors, node.bound), ())
    if norm is not None:
        contraction.scalars.append((norm, Fraction(2)))
        return contraction.result()
    for factor in node.factors:
        if factor.free:
            order = natural(factor)
            contraction.items.append((matrix(factor, order), order))
        else:
            contraction.scalars += matrices.factors(matrix(factor, ()))
    return contraction.result()


_WRITERS: dict[type[Node], Callable[..., Matrix]] = {
    Number: lambda n, _: matrices.number(n.value),
    Dimension: lambda n, _: matrices.size(n.size),
    Variable: _variable,
    Constant: _constant,
    Delta: lambda n, _: matrices.eye(n.row.size),
    Unit: _unit,
    Selection: _selection,
    Lower: _lower,
    Sum: _sum,
    Function: _function,
    Power: _power,
    Inverse: _inverse,
    Determinant: _determinant,
    Softmax: _softmax,
}
