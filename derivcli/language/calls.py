"""`name(arguments)`: the catalog's functions, the piecewise forms, and what to say of a name that is neither."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from derivcli import catalog
from derivcli.errors import LimitError, ParseError
from derivcli.graph import CONDITIONS, Graph, Span
from derivcli.language.limits import MAX_NESTING
from derivcli.language.tokens import Token

# One argument: its node, its place, and the members if it is a tuple.
Argument = tuple[int, Span, list[tuple[int, Span]] | None]

_RELATIONS = {
    "Eq": "eq", "Ne": "ne", "Lt": "lt", "Le": "le", "Gt": "gt", "Ge": "ge", "And": "and", "Or": "or", "Not": "not",
}  # fmt: skip
_PIECEWISE = ("Piecewise", "piecewise")
_LATER = {
    "diff": "deriv differentiates by itself: write the function alone",
    "Derivative": "deriv differentiates by itself: write the function alone",
    "degrees": "write x*180/pi", "radians": "write x*pi/180", "deg": "write x*180/pi",
    "lg": "write log10(x) or log2(x)", "pow": "write x**y", "power": "write x**y", "square": "write x**2",
    "eval": "only mathematics is read", "exec": "only mathematics is read", "open": "only mathematics is read",
}  # fmt: skip


def call(graph: Graph, text: str, name: Token, arguments: Sequence[Argument], span: Span) -> int:
    """The node of a call.

    Raises:
        ParseError: an unknown name, a wrong number of arguments, a condition where a number is needed.
    """
    if name.text in _PIECEWISE:
        return _piecewise(graph, text, arguments, span)
    if name.text in _RELATIONS:
        return _relation(graph, text, name, arguments, span)
    if name.text == "where":
        return _where(graph, text, name, arguments, span)
    rows = catalog.SPELLINGS.get(name.text)
    if rows is None:
        raise _unknown(text, name)
    for _, place, members in arguments:
        if members is not None:
            raise ParseError(f"a list is no argument of {name.text}", text=text, span=place)
    row = next((r for r in rows if len(r.parameters) == len(arguments)), rows[0])
    if len(arguments) > MAX_NESTING:
        raise LimitError(f"{len(arguments):,} arguments; the limit is {MAX_NESTING:,}", text=text, span=name.span)
    if len(arguments) != len(row.parameters) and not (row.repeats and arguments):
        counts = " or ".join(str(n) for n in sorted({len(r.parameters) for r in rows}))
        counts = "one or more" if row.repeats else counts
        plural = "" if counts == "1" else "s"
        raise ParseError(
            f"{name.text} takes {counts} argument{plural}, not {len(arguments)}", text=text, span=span,
            hint=f"{row.name}({', '.join(row.parameters)}): {row.summary}",
        )  # fmt: skip
    numbers = [_number(graph, text, argument) for argument in arguments]
    if not row.repeats:
        return graph.add(row.key, numbers, span=span)
    result = numbers[0]
    for number in numbers[1:]:
        result = graph.add(row.key, (result, number), span=span)
    return result


def _number(graph: Graph, text: str, argument: Argument) -> int:
    node, span, members = argument
    if node < 0 or members is not None or graph.nodes[node].op in CONDITIONS:
        raise ParseError("a number is needed here", text=text, span=span)
    return node


def _condition(graph: Graph, text: str, argument: Argument) -> int:
    node, span, members = argument
    if node < 0 or members is not None or graph.nodes[node].op not in CONDITIONS:
        raise ParseError("a condition is needed here", text=text, span=span, hint="write one such as x > 0")
    return node


def _piecewise(graph: Graph, text: str, arguments: Sequence[Argument], span: Span) -> int:
    args: list[int] = []
    for _, place, members in arguments:
        if members is None or len(members) != 2:
            hint = "write Piecewise((x**2, x < 1), (2*x - 1, True))"
            raise ParseError("a pair (value, condition) is needed here", text=text, span=place, hint=hint)
        (value, value_span), (condition, condition_span) = members
        args.append(_number(graph, text, (value, value_span, None)))
        args.append(_condition(graph, text, (condition, condition_span, None)))
    if not args:
        raise ParseError("Piecewise needs at least one pair (value, condition)", text=text, span=span)
    return graph.add("piecewise", args, span=span)


def _where(graph: Graph, text: str, name: Token, arguments: Sequence[Argument], span: Span) -> int:
    if len(arguments) != 3:
        hint = "where(condition, a, b) is a where the condition holds, else b"
        raise ParseError(f"where takes 3 arguments, not {len(arguments)}", text=text, span=span, hint=hint)
    condition = _condition(graph, text, arguments[0])
    a, b = (_number(graph, text, argument) for argument in arguments[1:])
    return graph.add("piecewise", (a, condition, b, graph.add("true")), span=span)


def _relation(graph: Graph, text: str, name: Token, arguments: Sequence[Argument], span: Span) -> int:
    op = _RELATIONS[name.text]
    wanted = {"not": 1}.get(op, 2)
    if len(arguments) != wanted and not (op in ("and", "or") and len(arguments) > 2):
        raise ParseError(f"{name.text} takes {wanted} arguments, not {len(arguments)}", text=text, span=span)
    read = _condition if op in ("and", "or", "not") else _number
    return graph.add(op, [read(graph, text, argument) for argument in arguments], span=span)


def _unknown(text: str, name: Token) -> ParseError:
    if name.text in _LATER:
        return ParseError(f"{name.text} is not a function here", text=text, span=name.span, hint=_LATER[name.text])
    near = [f for f in catalog.SPELLINGS if f.lower() == name.text.lower()] or difflib.get_close_matches(
        name.text, [*catalog.SPELLINGS, *_RELATIONS, *_PIECEWISE, "where"], 2, 0.6
    )
    hint = f"for a product write {name.text}*(…)"
    glued = next((f for f in sorted(catalog.SPELLINGS, key=len, reverse=True) if name.text.endswith(f)), "")
    if len(glued) > 1 and len(name.text) - len(glued) <= 2:
        hint = f"for a product write {name.text.removesuffix(glued)}*{glued}(…)"
    elif near:
        hint = f"did you mean {' or '.join(near)}? {hint[0].upper()}{hint[1:]}"
    return ParseError(f"{name.text} is not a known function", text=text, span=name.span, hint=hint)
