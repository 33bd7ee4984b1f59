"""Formulas of arrays as LaTeX: from their text, through the graph that it reads as."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from fractions import Fraction

from derivcli import catalog
from derivcli.arrays import OPERATIONS, Shape
from derivcli.errors import DerivError
from derivcli.graph import CONDITIONS, Body, Graph, Node, differentiated
from derivcli.language.operands import COMPARE, POWER, PRODUCT, SUM, TERM, Operand
from derivcli.language.parser import Parser
from derivcli.language.scope import Scope
from derivcli.language.shapes import Shaped, shaped
from derivcli.language.statements import Run, arrange
from derivcli.language.tokens import Token, tokenize
from derivcli.language.writing import fresh, options

_ATOM = POWER + 2
# A piece of LaTeX, and how tightly it binds.
Piece = tuple[str, int]

_GREEK = frozenset(
    [
        "alpha",
        "beta",
        "gamma",
        "delta",
        "epsilon",
        "zeta",
        "eta",
        "theta",
        "iota",
        "kappa",
        "lambda",
        "mu",
        "nu",
        "xi",
        "pi",
        "rho",
        "sigma",
        "tau",
        "upsilon",
        "phi",
        "chi",
        "psi",
        "omega",
        "Gamma",
        "Delta",
        "Theta",
        "Lambda",
        "Xi",
        "Pi",
        "Sigma",
        "Upsilon",
        "Phi",
        "Psi",
        "Omega",
    ]
)
_OWN_COMMANDS = frozenset(
    ["sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh", "coth", "exp", "log", "det", "max", "min"]
)
_RELATIONS = {"lt": "<", "le": r"\le", "gt": ">", "ge": r"\ge", "eq": "=", "ne": r"\ne"}
_CONSTANTS = {"pi": r"\pi", "E": "e", "oo": r"\infty", "I": "i", "tau": r"\tau"}


def latex(text: str, shapes: Mapping[str, Shape], sizes: Collection[str] = ()) -> str | None:
    """The LaTeX of an expression in deriv's language, or None where it cannot be read; repeated parts follow "where".

    Args:
        text: an expression, with named results before it.
        shapes: of its variables; numbers have none.
        sizes: names of sizes.
    """
    known = dict(shapes)
    scope = Scope(Graph(), declared=frozenset(shapes), sizes=dict.fromkeys(sizes))
    parser = Parser(text, scope)
    parts: list[str] = []

    def keep(name: Token, operand: Operand) -> None:
        parser.stacks.need_number(operand)
        arrays = shaped(scope.graph, [operand.node], known, text)
        known[name.text] = arrays.shapes[arrays.roots[0]]
        parts.append(f"{_name(name.text)} = {_written(arrays)}")
        scope.known[name.text] = scope.graph.variable(name.text)

    try:
        statements, question = arrange(text, tokenize(text))
        Run(parser, None, keep).follow(statements)
        operand = parser.parse(question)
        parser.stacks.need_number(operand)
        written = _written(shaped(scope.graph, [operand.node], known, text))
    except DerivError:
        return None
    return rf"{written} \quad\text{{where}}\quad {_COMMA.join(parts)}" if parts else written


_COMMA = r",\ "


def written_latex(graph: Graph, root: int, shapes: Mapping[str, Shape]) -> str:
    """The LaTeX of a node, in the form that it has.

    Args:
        graph, root: the expression.
        shapes: of its variables; numbers have none.

    Raises:
        ShapeError: shapes that do not fit.
    """
    return _written(shaped(graph, [root], shapes, ""))


def _written(arrays: Shaped) -> str:
    graph, pieces = arrays.graph, dict[int, Piece]()
    for i in graph.reachable(arrays.roots):
        node = graph.nodes[i]
        args = [pieces[a] for a in node.args]
        ranks = [len(arrays.shapes[a]) for a in node.args]
        if node.op in _ENTRYWISE and ranks[-1 if node.op == "div" else 0]:
            pieces[i] = _ENTRYWISE[node.op](args)
        elif node.op == "mul":
            pieces[i] = _product(args, [arrays.shapes[a] for a in node.args])
        elif node.op == "stack" and all(graph.nodes[a].op == "stack" for a in node.args):
            rows = (" & ".join(pieces[b][0] for b in graph.nodes[a].args) for a in node.args)
            pieces[i] = rf"\begin{{pmatrix}}{_ROWS.join(rows)}\end{{pmatrix}}", _ATOM
        elif node.op == "matmul" and len(arrays.shapes[node.args[0]]) == 1 and node.args[0] not in arrays.rows:
            # A vector that stands is laid down: x @ A is printed with its transpose.
            pieces[i] = rf"{_in(args[0], _ATOM)}^{{\top}} {_in(args[1], PRODUCT + 1)}", PRODUCT
        else:
            pieces[i] = _piece(node, args)
    return pieces[arrays.roots[0]][0]


def _in(piece: Piece, level: int) -> str:
    return piece[0] if piece[1] >= level else rf"\left({piece[0]}\right)"


def _name(name: str) -> str:
    """`x_1` for x1, `\\alpha` for alpha; longer names stand upright."""
    match = re.fullmatch(r"([^\W\d_]+)_?(\w*)", name)
    if match is None:
        return rf"\mathrm{{{name}}}".replace("_", r"\_")
    head, index = match.groups()
    head = rf"\{head}" if head in _GREEK else head if len(head) == 1 else rf"\mathrm{{{head}}}"
    return f"{head}_{{{index}}}".replace("__", "_") if index else head


def _number(value: Fraction) -> Piece:
    if value.denominator == 1:
        return str(value), _ATOM if value >= 0 else TERM
    return rf"\frac{{{value.numerator}}}{{{value.denominator}}}", _ATOM


def _call(name: str, args: Sequence[Piece]) -> Piece:
    head = rf"\{name}" if name in _OWN_COMMANDS else rf"\operatorname{{{name}}}".replace("_", r"\_")
    return rf"{head}\left({', '.join(a[0] for a in args)}\right)", _ATOM


def _sum(args: Sequence[Piece]) -> Piece:
    text = ""
    for piece in args:
        term = _in(piece, TERM)
        text += term if not text else f" - {term[1:]}" if term.startswith("-") else f" + {term}"
    return text, SUM


def _piece(node: Node, args: Sequence[Piece]) -> Piece:
    if node.op in _PIECES:
        return _PIECES[node.op](node, args)
    if node.op in _RELATIONS:
        return f"{args[0][0]} {_RELATIONS[node.op]} {args[1][0]}", COMPARE
    if node.op in CONDITIONS:
        return (rf" \{'land' if node.op == 'and' else 'lor'} ".join(a[0] for a in args) or r"\text{otherwise}"), COMPARE
    if isinstance(node.value, Body):
        return _bound(node.op, node.value, args)
    if node.op == "Derivative":
        key, orders = differentiated(node)
        return rf"{catalog.KEYS[key].name}^{{\left({', '.join(map(str, orders))}\right)}}".replace("_", r"\_") + (
            rf"\left({', '.join(a[0] for a in args)}\right)"
        ), _ATOM
    if node.op in OPERATIONS:
        return _call(node.op, [*args, *((rf"\text{{{option}}}", _ATOM) for option in options(node))])
    return _call(catalog.KEYS[node.op].name, args)


def _bound(op: str, body: Body, args: Sequence[Piece]) -> Piece:
    """An integral, a sum or a product; its bound name gives way to names in what stands in it and in its limits."""
    (lower, _), (upper, _), *given = args
    name = _name(fresh(body.parameters[0], [a[0] for a in args]))
    known = dict(zip(body.parameters, [(name, _ATOM), *given], strict=True))
    pieces: list[Piece] = []
    for node in body.nodes:
        below = [pieces[a] for a in node.args]
        if node.op == "variable":
            pieces.append(known[str(node.value)])
        else:
            pieces.append(_product(below, [()] * len(below)) if node.op == "mul" else _piece(node, below))
    inner = _in(pieces[body.root], PRODUCT)
    if op == "Integral":
        return rf"\int_{{{lower}}}^{{{upper}}} {inner}\, d{name}", PRODUCT
    sign = r"\sum" if op == "Sum" else r"\prod"
    return rf"{sign}_{{{name}={lower}}}^{{{upper}}} {inner}", PRODUCT


def _product(args: Sequence[Piece], shapes: Sequence[Shape]) -> Piece:
    """Numbers before arrays, without a sign; arrays are multiplied entry by entry, which a circle says."""
    numbers = [_in(a, PRODUCT + 1) for a, shape in zip(args, shapes, strict=True) if not shape]
    arrays = [_in(a, PRODUCT + 1) for a, shape in zip(args, shapes, strict=True) if shape]
    # Two numerals side by side would be read as one.
    text = ""
    for number in numbers:
        text += (r" \cdot " if text and number[0].isdigit() else " " if text else "") + number
    return f"{text} {_CIRCLE.join(arrays)}".strip(), PRODUCT


_CIRCLE = r" \odot "


# What goes entry by entry and would look like an operation on matrices.
_ENTRYWISE: dict[str, Callable[[Sequence[Piece]], Piece]] = {
    "pow": lambda a: (rf"{_in(a[0], _ATOM)}^{{\odot {a[1][0]}}}", POWER),
    "div": lambda a: (rf"{_in(a[0], PRODUCT)} \oslash {_in(a[1], PRODUCT + 1)}", PRODUCT),
    "exp": lambda a: _call("exp", a),
}


def _norm(node: Node, args: Sequence[Piece]) -> Piece:
    order = node.value[-1] if isinstance(node.value, tuple) else 2
    suffix = {"inf": r"_\infty", 2: ""}.get(order, f"_{order}")
    return rf"\left\lVert {args[0][0]} \right\rVert{suffix}", _ATOM


def _index(node: Node, args: Sequence[Piece]) -> Piece:
    items = node.value if isinstance(node.value, tuple) else ()
    shown = [str(i) if isinstance(i, int) else ":".join("" if p is None else str(p) for p in i[1:3]) for i in items]
    return f"{{{_in(args[0], _ATOM)}}}_{{{', '.join(shown)}}}", _ATOM


def _sizes(node: Node) -> str:
    return r" \times ".join(map(str, node.value)) if isinstance(node.value, tuple) else ""


def _identity(node: Node, args: Sequence[Piece]) -> Piece:
    assert isinstance(node.value, tuple)
    return f"I_{{{node.value[0]}}}", _ATOM


def _piecewise(node: Node, args: Sequence[Piece]) -> Piece:
    cases = (rf"{v[0]} & \text{{for}}\: {c[0]}" for v, c in zip(args[::2], args[1::2], strict=True))
    return rf"\begin{{cases}} {_ROWS.join(cases)} \end{{cases}}", _ATOM


_PIECES: dict[str, Callable[[Node, Sequence[Piece]], Piece]] = {
    "number": lambda n, a: _number(n.value),  # type: ignore[arg-type]
    "variable": lambda n, a: (_name(str(n.value)), _ATOM),
    "decimal": lambda n, a: (str(n.value), _ATOM),
    "dim": lambda n, a: (_name(str(n.value)), _ATOM),
    "constant": lambda n, a: (_CONSTANTS.get(str(n.value), rf"\mathrm{{{n.value}}}"), _ATOM),
    "add": lambda n, a: _sum(a),
    "neg": lambda n, a: (f"-{_in(a[0], PRODUCT)}", TERM),
    "div": lambda n, a: (rf"\frac{{{a[0][0]}}}{{{a[1][0]}}}", _ATOM),
    "pow": lambda n, a: (f"{_in(a[0], _ATOM)}^{{{a[1][0]}}}", POWER),
    "sqrt": lambda n, a: (rf"\sqrt{{{a[0][0]}}}", _ATOM),
    "abs": lambda n, a: (rf"\left|{a[0][0]}\right|", _ATOM),
    "exp": lambda n, a: (f"e^{{{a[0][0]}}}", POWER),
    "piecewise": _piecewise,
    "not": lambda n, a: (rf"\lnot \left({a[0][0]}\right)", COMPARE),
    "d": lambda n, a: (_open(n.value) + rf"\left({a[0][0]}\right)", _ATOM),
    "matmul": lambda n, a: (rf"{_in(a[0], PRODUCT)} {_in(a[1], PRODUCT + 1)}", PRODUCT),
    "transpose": lambda n, a: (rf"{_in(a[0], _ATOM)}^{{\top}}", POWER),
    "inv": lambda n, a: (f"{_in(a[0], _ATOM)}^{{-1}}", POWER),
    "pinv": lambda n, a: (f"{_in(a[0], _ATOM)}^{{+}}", POWER),
    "dot": lambda n, a: (rf"{_in(a[0], _ATOM)}^{{\top}} {_in(a[1], PRODUCT + 1)}", PRODUCT),
    "outer": lambda n, a: (rf"{_in(a[0], PRODUCT + 1)} {_in(a[1], _ATOM)}^{{\top}}", PRODUCT),
    "norm": _norm,
    "index": _index,
    "eye": _identity,
    "full": lambda n, a: a[0] if not n.value else _call("full", [(_sizes(n), _ATOM), *a]),
    "ones": lambda n, a: (rf"\mathbf{{1}}_{{{_sizes(n)}}}", _ATOM),
    "zeros": lambda n, a: (rf"\mathbf{{0}}_{{{_sizes(n)}}}", _ATOM),
    "array": lambda n, a: (rf"\mathtt{{{n.value[2]}}}", _ATOM),  # type: ignore[index]
    "stack": lambda n, a: (rf"\begin{{pmatrix}}{_ROWS.join(p[0] for p in a)}\end{{pmatrix}}", _ATOM),
    "einsum": lambda n, a: _call("einsum", [(_indices(str(n.value)), _ATOM), *a]),
}  # fmt: skip
_ROWS = r" \\ "


def _open(name: object) -> str:
    """What stands before an expression whose derivative is still to be taken, or before one that changes."""
    return rf"\frac{{d}}{{d {_name(str(name))}}}" if name else r"\mathrm{d}"


def _indices(spec: str) -> str:
    inputs, _, output = spec.partition("->")
    return rf"\text{{{inputs}}} \to \text{{{output}}}"
