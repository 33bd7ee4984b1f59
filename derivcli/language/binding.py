"""Calls that bind a name or speak of one: integrals, sums, products, derivatives, substitutions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from derivcli.arrays import OPERATIONS
from derivcli.closures import close
from derivcli.errors import LimitError
from derivcli.graph import Body, Graph, Node
from derivcli.language.limits import MAX_BOUND, MAX_DERIVED
from derivcli.reverse import gradient

if TYPE_CHECKING:
    from derivcli.language.calls import Call
    from derivcli.language.operands import Operand
    from derivcli.language.tokens import Token

# How each is written, and the operation that it is.
BINDING = {
    "Integral": "Integral", "integrate": "Integral", "integral": "Integral", "int": "Integral",
    "Sum": "Sum", "summation": "Sum", "Product": "Product",
}  # fmt: skip
_WORDS = {"Integral": "an integral", "Sum": "a sum", "Product": "a product"}


def bound_names(tokens: Sequence[Token], opening: int) -> frozenset[str]:
    """The names that a call binds: those that begin its limits, `(t, 0, x)`, or the second of four arguments.

    Args:
        tokens: of the text.
        opening: the place of the call's opening bracket.
    """
    arguments: list[list[Token]] = [[]]
    depth = 0
    for token in tokens[opening:]:
        depth += (token.text in ("(", "[")) - (token.text in (")", "]"))
        if depth == 0:
            break
        if depth == 1 and token.text == ",":
            arguments.append([])
        elif depth > 1 or token.text != "(":
            arguments[-1].append(token)
    names = [a[1] for a in arguments[1:] if len(a) > 2 and a[0].text == "(" and a[2].text == ","]
    if not names and len(arguments) == 4 and len(arguments[1]) == 1:
        names = arguments[1]
    return frozenset(token.text for token in names if token.kind == "name")


def bind(call: Call) -> int:
    """The node of an integral, a sum or a product.

    Raises:
        ParseError: limits that are missing or of another form, arrays, limits that depend on the bound name.
        LimitError: nested too deeply.
    """
    op, word = BINDING[call.name.text], _WORDS[BINDING[call.name.text]]
    form = f"write {op}(f, ({'t, a, b' if op == 'Integral' else 'k, 1, n'}))"
    if not call.arguments:
        raise call.error(f"{call.name.text} needs what it goes over, and its limits", hint=form)
    body = _number(call, call.arguments[0])
    limits = _limits(call, word, form)
    for name, lower, upper in _from_inside(call, limits):
        body = _bound(call, op, body, name, (lower, upper))
    return body


def _number(call: Call, operand: Operand) -> int:
    """A node that is a number, with no array in it."""
    node = call.number(operand)
    if any(call.graph.nodes[i].op in OPERATIONS for i in call.graph.reachable([node])):
        raise call.error(f"{call.name.text} goes with numbers alone: here is an array", operand.span)
    return node


# A bound name, and the nodes of its limits.
Limits = tuple[str, int, int]


def _limits(call: Call, word: str, form: str) -> list[Limits]:
    """The bound names with their limits, as they were written."""
    given = [a.items for a in call.arguments[1:]]
    if len(given) == 3 and all(items is None for items in given):
        given = [list(call.arguments[1:])]
    if not given:
        hint = f"{form}; the derivative of an indefinite integral is what stands in it" if "integral" in word else form
        hint += "; the integer part is floor(x), or sign(x)*floor(abs(x)) towards 0" if call.name.text == "int" else ""
        raise call.error(f"{word} needs its limits", hint=hint)
    found = []
    for operand, items in zip(call.arguments[1:], given, strict=False):
        span = operand.span
        if items is None or len(items) != 3:
            raise call.error(f"limits are a name and two numbers: {word} without them is none", span, form)
        found.append((_name(call, items[0]), _number(call, items[1]), _number(call, items[2])))
    if len({name for name, _, _ in found}) < len(found):
        raise call.error("one name is bound twice", hint="give each its own name")
    return found


def _name(call: Call, operand: Operand) -> str:
    """The name of a variable."""
    node = call.graph.nodes[operand.node] if operand.node >= 0 else Node("")
    if node.op != "variable":
        hint = "write the name of a variable; a constant or a named result is none"
        raise call.error("a name is needed here", operand.span, hint)
    return str(node.value)


def _from_inside(call: Call, limits: Sequence[Limits]) -> list[Limits]:
    """The limits from the innermost out: those that depend on another bound name lie inside of it."""
    waiting, ordered = list(limits), []
    while waiting:
        below = [set(call.graph.variables([lower, upper])) for _, lower, upper in waiting]
        # The innermost is one whose name no other limit depends on.
        free = next((k for k, (name, _, _) in enumerate(waiting) if not any(name in names for names in below)), None)
        if free is None:
            hint = "a limit may depend on a name that is bound further out"
            raise call.error("the limits depend on the names that they bind", hint=hint)
        ordered.append(waiting.pop(free))
    return ordered


def _bound(call: Call, op: str, root: int, name: str, limits: tuple[int, int]) -> int:
    graph = call.graph
    body = close(graph, root, name)
    if _depth(body) > MAX_BOUND:
        raise LimitError(f"integrals and sums are nested deeper than {MAX_BOUND}", text=call.text, span=call.span)
    call.scope.closed.append(root)
    if op == "Product" and any(_is_infinite(graph, i) for i in limits):
        op = "InfiniteProduct"
    return graph.add(op, (*limits, *map(graph.variable, body.parameters[1:])), body, call.span)


def _is_infinite(graph: Graph, i: int) -> bool:
    node = graph.nodes[graph.nodes[i].args[0]] if graph.nodes[i].op == "neg" else graph.nodes[i]
    return node.op == "constant" and node.value == "oo"


def _depth(body: Body) -> int:
    return 1 + max((_depth(node.value) for node in body.nodes if isinstance(node.value, Body)), default=0)


def derivative(call: Call) -> int:
    """A derivative, worked out at once.

    Raises:
        ParseError: no variable to differentiate by, an array.
        LimitError: an order so high, or a derivative so large, that it is not worked out.
    """
    # The rules are read by the parser that reads this.
    from derivcli.language.rules import expand, partial

    if not call.arguments:
        raise call.error(f"{call.name.text} needs what is differentiated", hint="write Derivative(f, x)")
    root = _number(call, call.arguments[0])
    graph, (node,) = expand(call.graph, [root])
    for name in _along(call, root):
        (node,) = gradient(graph, node, [name], partial)
        if len(graph.reachable([node])) > MAX_DERIVED:
            message = f"a derivative of more than {MAX_DERIVED:,} operations"
            raise LimitError(message, text=call.text, span=call.span, hint="ask for it by --order")
    call.scope.closed.append(root)
    (found,) = graph.copy_into(call.graph, [node], lambda _, n, a: call.graph.add(n.op, a, n.value, call.span))
    return found


def _along(call: Call, root: int) -> list[str]:
    """The variables that a call names, each as often as it says."""
    graph = call.graph
    along: list[str] = []
    for operand in call.arguments[1:]:
        pair = operand.items if operand.items is not None else [operand]
        if len(pair) == 2:
            along += [_name(call, pair[0])] * _order(call, pair[1])
        elif len(pair) == 1 and along and graph.nodes[pair[0].node].op == "number":
            along += [along[-1]] * (_order(call, pair[0]) - 1)
        elif len(pair) == 1:
            along.append(_name(call, pair[0]))
        else:
            raise call.error("a variable, or a pair (x, 2), is needed here", operand.span)
    names = graph.variables([root])
    if not along and len(names) != 1:
        hint = f"write {call.name.text}(f, {names[0] if names else 'x'})"
        raise call.error(f"{call.name.text} needs the variable to differentiate by", hint=hint)
    return along or names


def _order(call: Call, operand: Operand) -> int:
    value = call.graph.nodes[operand.node].value if operand.node >= 0 else None
    if not isinstance(value, Fraction) or value.denominator != 1 or not 0 <= value <= MAX_BOUND:
        raise call.error(f"an order is a whole number up to {MAX_BOUND}", operand.span)
    return int(value)


def substituted(call: Call) -> int:
    """An expression with others in place of variables, all at once.

    Raises:
        ParseError: names and values that do not match, an array.
    """
    hint = "write Subs(f, x, a) or Subs(f, (x, y), (a, b))"
    if len(call.arguments) != 3:
        raise call.error(f"{call.name.text} takes 3 arguments, not {len(call.arguments)}", hint=hint)
    root = _number(call, call.arguments[0])
    names, values = (a.items if a.items is not None else [a] for a in call.arguments[1:])
    if len(names) != len(values):
        raise call.error(f"{len(names)} names and {len(values)} values", hint=hint)
    given = {_name(call, n): _number(call, v) for n, v in zip(names, values, strict=True)}
    graph = call.graph
    call.scope.closed += [root, *given.values()]

    def replace(i: int, node: Node, args: tuple[int, ...]) -> int | None:
        return given.get(str(node.value)) if node.op == "variable" else None

    return graph.copy_into(graph, [root], replace)[0]


# What else speaks of names, beside what binds them.
SPEAKING: dict[str, Callable[[Call], int]] = {
    "Derivative": derivative, "diff": derivative, "Subs": substituted, "subs": substituted,
}  # fmt: skip
