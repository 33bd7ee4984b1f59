"""Graph to SymPy with SymPy's own constructors, and SymPy back to graph: no text in between."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import sympy
from sympy import S

from derivcli import catalog
from derivcli.errors import LimitError, ParseError, UnsupportedError
from derivcli.graph import Body, Graph, Node, Span, differentiated
from derivcli.symbolic.bound import BoundBase, bound
from derivcli.symbolic.functions import named

_RELATIONS = {"lt": sympy.Lt, "le": sympy.Le, "gt": sympy.Gt, "ge": sympy.Ge, "eq": sympy.Eq, "ne": sympy.Ne}
_LOGIC = {"and": sympy.And, "or": sympy.Or, "not": sympy.Not}
_CONSTANTS = {
    "pi": S.Pi, "E": S.Exp1, "oo": S.Infinity, "I": S.ImaginaryUnit, "tau": 2 * S.Pi,
    "EulerGamma": S.EulerGamma, "GoldenRatio": S.GoldenRatio,
}  # fmt: skip


def symbol(name: str, real: bool = True) -> Any:
    """The SymPy symbol of a variable: real, as variables are unless they are asked for as complex ones."""
    return sympy.Symbol(name, real=True) if real else sympy.Symbol(name)


def to_sympy(graph: Graph, roots: Sequence[int], text: str, max_digits: int, real: bool = True) -> list[Any]:
    """SymPy expressions of the roots of a graph of primitives.

    Args:
        graph: the nodes: primitives, and what programs keep.
        roots: which expressions.
        text: the user's text, for errors.
        max_digits: how long a number may become; measured before a power or factorial is built.
        real: whether variables are real.

    Raises:
        LimitError: a number would be longer.
        ParseError: a division by zero, a value that is no number.
    """
    built: dict[int, Any] = {}
    for i in graph.reachable(roots):
        node = graph.nodes[i]
        args = [built[a] for a in node.args]
        _measure(node.op, args, text, graph.spans[i], max_digits)
        if node.op == "div" and args[1] is S.Zero:
            raise ParseError("this divides by zero, whatever the point", text=text, span=graph.spans[i])
        built[i] = symbol(str(node.value), real) if node.op == "variable" else applied(node, args)
        if built[i] in (S.ComplexInfinity, S.NaN):
            raise ParseError("this is not defined, whatever the point", text=text, span=graph.spans[i])
    if any(built[r].has(S.ComplexInfinity, S.NaN) for r in roots):
        raise UnsupportedError("a part of the expression is not defined, whatever the point")
    return [built[r] for r in roots]


def applied(node: Node, args: list[Any]) -> Any:
    """One operation of SymPy expressions."""
    simple = _ARITHMETIC.get(node.op)
    if simple is not None:
        return simple(args)
    if node.op == "number":
        assert isinstance(node.value, Fraction)
        return sympy.Rational(node.value.numerator, node.value.denominator)
    if node.op == "constant":
        return _CONSTANTS[str(node.value)]
    if node.op in _RELATIONS:
        return _RELATIONS[node.op](*args)
    if node.op in _LOGIC:
        return _LOGIC[node.op](*args)
    if node.op == "piecewise":
        pairs = [p for p in zip(args[::2], args[1::2], strict=True) if p[1] is not S.false]
        return plain_logic(sympy.Piecewise(*pairs)) if pairs else S.NaN
    if node.op == "Derivative":
        return _derivative(node, args)
    if isinstance(node.value, Body):
        return bound(node.op, node.value)(*args)
    row = catalog.KEYS.get(node.op)
    return named(row.sympy if row is not None and row.sympy else node.op)(*args)


def _derivative(node: Node, args: list[Any]) -> Any:
    """A derivative of a catalog function that SymPy has no formula for, at these arguments."""
    key, orders = differentiated(node)
    row = catalog.KEYS[key]
    dummies = [sympy.Symbol(f"_{p}", real=True) for p in row.parameters]
    by = [(d, n) for d, n in zip(dummies, orders, strict=True) if n]
    fixed = {d: a for d, a, n in zip(dummies, args, orders, strict=True) if not n}
    derivative = named(row.sympy)(*dummies).xreplace(fixed).diff(*by)
    moved = {d: a for d, a, n in zip(dummies, args, orders, strict=True) if n}
    return derivative.subs(moved)


def open_derivative(e: Any) -> tuple[str, tuple[int, ...], tuple[Any, ...]] | None:
    """The key, orders and arguments of a derivative of a catalog function that SymPy leaves open."""
    places: dict[Any, Any] = {}
    while isinstance(e, sympy.Subs):
        places.update(zip(e.variables, e.point, strict=True))
        e = e.expr
    row = row_of(e.expr) if isinstance(e, sympy.Derivative) else None
    if row is None:
        return None
    counts = dict(e.variable_count)
    arguments = e.expr.args
    if any(sum(a.has(s) for a in arguments) != 1 or s not in arguments for s in counts):
        return None
    return row.key, tuple(int(counts.get(a, 0)) for a in arguments), tuple(a.xreplace(places) for a in arguments)


def plain_logic(e: Any) -> Any:
    """The expression with conditions on conditions, as SymPy folds them, in terms of and, or, not."""
    return (
        e.replace(sympy.ITE, lambda a, b, c: sympy.Or(sympy.And(a, b), sympy.And(sympy.Not(a), c)))
        if e.has(sympy.ITE)
        else e
    )


def _power(args: list[Any]) -> Any:
    base, exponent = args
    if base is S.Zero and exponent.free_symbols:
        # SymPy would differentiate 0**u to 0**u*log(0).
        return plain_logic(sympy.Piecewise((S.Zero, exponent > 0), (S.One, sympy.Eq(exponent, 0))))
    return base**exponent


_ARITHMETIC: dict[str, Callable[[list[Any]], Any]] = {
    "add": lambda a: sympy.Add(*a),
    "mul": lambda a: sympy.Mul(*a),
    "neg": lambda a: -a[0],
    "div": lambda a: a[0] / a[1],
    "pow": _power,
    "true": lambda a: S.true,
    "false": lambda a: S.false,
}


def _measure(op: str, args: list[Any], text: str, span: Span | None, max_digits: int) -> None:
    """Refuse a number before it is built, if it would be too long."""
    digits = 0.0
    if op == "pow" and args[1].is_Rational and args[0].is_number:
        # An irrational base counts as its numbers do: (2*sqrt(2))**n is expanded, too.
        sizes = [abs(n) for r in args[0].atoms(sympy.Rational) for n in (int(r.p), int(r.q)) if n]
        digits = math.log10(max(sizes, default=1)) * float(min(abs(args[1]), 10**15))
    elif op in ("gamma", "polygamma") and args[-1].is_Rational:
        n = abs(args[-1])
        digits = float(n * max(1, int(n).bit_length()) * math.log10(2)) if n < 10**12 else math.inf
    if digits > max_digits:
        size = f"about {digits:,.0f}" if digits < 1e15 else "far too many"
        raise LimitError(f"a number of {size} digits; the limit is {max_digits:,}", text=text, span=span)


_BACK_RELATIONS = {
    "StrictLessThan": "lt", "LessThan": "le", "StrictGreaterThan": "gt", "GreaterThan": "ge", "Equality": "eq",
    "Unequality": "ne", "And": "and", "Or": "or", "Not": "not",
}  # fmt: skip
_BACK_CONSTANTS = {
    S.Pi: "pi", S.Exp1: "E", S.Infinity: "oo", S.ImaginaryUnit: "I", S.EulerGamma: "EulerGamma",
    S.GoldenRatio: "GoldenRatio", S.NegativeInfinity: "-oo", S.NaN: "nan", S.ComplexInfinity: "nan",
}  # fmt: skip
_BACK_FUNCTIONS: dict[str, list[catalog.Row]] = {}
for _row in (row for row in catalog.ROWS if row.sympy):
    _BACK_FUNCTIONS.setdefault(_row.sympy, []).append(_row)


def row_of(e: Any) -> catalog.Row | None:
    """The row of a function in SymPy; where several have its name, the one with as many arguments."""
    name = type(e).__name__
    rows = _BACK_FUNCTIONS.get(name, ())
    fitting = [row for row in rows if len(row.parameters) == len(e.args)]
    return next(iter((*fitting, *rows)), None) or (catalog.KEYS.get(name) if "/" in name else None)


def to_graph(expressions: Sequence[Any]) -> tuple[Graph, dict[Any, int]]:
    """The graph of SymPy expressions, every shared part once, and the node of each expression and part.

    Raises:
        UnsupportedError: the expression holds something that has no row in the catalog (an open `Derivative`, say).
    """
    graph = Graph()
    done: dict[Any, int] = {}
    for expression in expressions:
        stack = [expression]
        while stack:
            e = stack[-1]
            missing = [a for a in _parts(e) if a not in done]
            if e in done or not missing:
                stack.pop()
                if e not in done:
                    done[e] = _node(graph, e, [done[a] for a in _parts(e)])
            else:
                stack.extend(missing)
    return graph, done


def _parts(e: Any) -> tuple[Any, ...]:
    if isinstance(e, (sympy.Derivative, sympy.Subs)):
        found = open_derivative(e)
        return () if found is None else found[2]
    if e.is_Piecewise:
        return tuple(x for pair in e.args for x in pair.args)
    if isinstance(e, sympy.Heaviside):
        return (e.args[0],)
    if e is S.GoldenRatio or e.is_Rational or e.is_Symbol:
        return ()
    return tuple(e.args)


def _node(graph: Graph, e: Any, args: list[int]) -> int:
    name = type(e).__name__
    if e.is_Rational:
        return graph.number(Fraction(int(e.p), int(e.q)))
    if e.is_Symbol:
        return graph.variable(e.name)
    if e in _BACK_CONSTANTS:
        return graph.add("constant", value=_BACK_CONSTANTS[e])
    if e in (S.true, S.false):
        return graph.add("true" if e is S.true else "false")
    op = {"Add": "add", "Mul": "mul", "Pow": "pow"}.get(name) or _BACK_RELATIONS.get(name)
    if e.is_Piecewise:
        op = "piecewise"
    if op is not None:
        return graph.add(op, args)
    if isinstance(e, (sympy.Derivative, sympy.Subs)) and (found := open_derivative(e)) is not None:
        return graph.add("Derivative", args, found[:2])
    if isinstance(e, BoundBase):
        return graph.add(e.op, args, e.body)
    row = row_of(e)
    if row is None:
        raise UnsupportedError(f"{name} has no row in the catalog")
    op = row.key
    if op in ("max", "min"):
        result = args[0]
        for argument in args[1:]:
            result = graph.add(op, (result, argument))
        return result
    return graph.add(op, args)
