"""`name(arguments)`: the tables' functions, the piecewise forms, and what to say of a name that is neither."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from derivcli import arrays, catalog
from derivcli.errors import LimitError, ParseError
from derivcli.graph import CONDITIONS, Graph, Span
from derivcli.language.array_calls import array_call
from derivcli.language.binding import BINDING, SPEAKING, bind
from derivcli.language.limits import MAX_NESTING
from derivcli.language.scope import Scope
from derivcli.language.tokens import Token

if TYPE_CHECKING:
    from derivcli.language.operands import Operand

_RELATIONS = {
    "Eq": "eq", "Ne": "ne", "Lt": "lt", "Le": "le", "Gt": "gt", "Ge": "ge", "And": "and", "Or": "or", "Not": "not",
}  # fmt: skip
_PIECEWISE = ("Piecewise", "piecewise")
# Spellings of arrays: what is in the brackets is the array.
_LITERALS = ("Matrix", "array", "tensor", "matrix", "asarray", "Vector")
# With one argument the largest and smallest entry.
_EXTREMES = {"max": "amax", "min": "amin", "Max": "amax", "Min": "amin"}
_LATER = {
    "fmax": "write max(x, y)", "fmin": "write min(x, y)", "tgamma": "write gamma(x)", "powf": "write x**y",
    "fmod": "write mod(x, y), which has the sign of y; C's has that of x",
    "trunc": "write sign(x)*floor(abs(x))",
    "degrees": "write x*180/pi", "radians": "write x*pi/180", "deg": "write x*180/pi",
    "lg": "write log10(x) or log2(x)", "LOG": "write log10(x) for a spreadsheet's LOG; log(x) is the natural logarithm",
    "ATAN2": "of a spreadsheet's ATAN2(x, y) write atan2(y, x), of Fortran's atan2(x, y)",
    "INT": "write floor(x), or sign(x)*floor(abs(x)) towards 0",
    "MOD": "write Mod(a, b), which has the sign of b as in a spreadsheet; Fortran's has that of a",
    **dict.fromkeys(("round", "rint", "nint"), "write floor(x + 1/2), which takes halves up"),
    **dict.fromkeys(("clamp", "clip"), "write min(max(x, a), b)"),
    **dict.fromkeys(("concatenate", "cat", "hstack", "vstack", "concat"), "joining is not there; [x, y] stacks"),
    **dict.fromkeys(("unsqueeze", "squeeze", "expand_dims"), "write reshape(x, -1, 1)"),
    **dict.fromkeys(("matrix_power", "expm", "eig", "eigh", "svd", "cholesky", "qr"), "it is not there yet"),
    "slogdet": "write logdet(A)", "vector_norm": "write norm(x)", "matrix_norm": "write norm(A)",
    "len": "a size is a name or number", "shape": "a size is a name or number",
    "eval": "only mathematics is read", "exec": "only mathematics is read", "open": "only mathematics is read",
}  # fmt: skip
# How much less like a name than the nearest another may be.
_ALIKE = 0.05
# Functions for operators: mostly met as methods, x.pow(2).
_OPERATORS = {
    "pow": "pow", "power": "pow", "multiply": "mul", "mul": "mul", "add": "add", "divide": "div", "div": "div",
    "square": "square",
}  # fmt: skip


@dataclass(frozen=True)
class Call:
    """A call as it was written: its name, arguments, named arguments, and place."""

    scope: Scope
    text: str
    name: Token
    arguments: Sequence[Operand]
    keywords: Mapping[str, Operand]
    span: Span

    @property
    def graph(self) -> Graph:
        return self.scope.graph

    def error(self, message: str, span: Span | None = None, hint: str | None = None) -> ParseError:
        return ParseError(message, text=self.text, span=span or self.span, hint=hint)

    def number(self, argument: Operand) -> int:
        """The node of an argument that must be a number or an array."""
        if argument.items is not None:
            raise self.error(f"a list is no argument of {self.name.text}", argument.span)
        if argument.text is not None or self.graph.nodes[argument.node].op in CONDITIONS:
            raise self.error("a number is needed here", argument.span)
        return argument.node

    def is_number(self, argument: Operand) -> bool:
        """Whether an argument is a number as it stands, as an axis is."""
        if argument.node < 0:
            return False
        node = self.graph.nodes[argument.node]
        return node.op == "number" or (node.op == "neg" and self.graph.nodes[node.args[0]].op == "number")

    def condition(self, argument: Operand) -> int:
        """The node of an argument that must be a condition."""
        if argument.items is not None or argument.node < 0 or self.graph.nodes[argument.node].op not in CONDITIONS:
            raise self.error("a condition is needed here", argument.span, "write one such as x > 0")
        return argument.node


def is_method(name: str) -> bool:
    """Whether `x.name()` is read as `name(x)`."""
    return name in arrays.SPELLINGS or name in catalog.SPELLINGS or name in _OPERATORS


def call(call: Call) -> int:
    """The node of a call.

    Raises:
        ParseError: an unknown name, a wrong number of arguments, a condition where a number is needed.
    """
    name, count = call.name.text, len(call.arguments)
    if name in BINDING:
        call.scope.bound.pop()
    if name in BINDING or name in SPEAKING:
        if call.keywords:
            raise call.error(f"{name} takes no named arguments", next(iter(call.keywords.values())).span)
        return bind(call) if name in BINDING else SPEAKING[name](call)
    if name in _EXTREMES and (count == 1 or call.keywords):
        return array_call(call, arrays.SPELLINGS[_EXTREMES[name]])
    if name in _EXTREMES.values() and count == 2 and not call.is_number(call.arguments[1]):
        # torch.max(a, b) of two arrays, where torch.max(a, 0) is along an axis.
        return call.graph.add(name[1:], [call.number(argument) for argument in call.arguments], span=call.span)
    if name in arrays.SPELLINGS:
        return array_call(call, arrays.SPELLINGS[name])
    if call.keywords:
        raise call.error(f"{name} takes no named arguments", next(iter(call.keywords.values())).span)
    if name in _LITERALS and count == 1 and not (call.scope.matlab and name == "matrix"):
        return call.number(call.arguments[0])
    if name in ("vector", "matrix") and call.scope.matlab and count == 1:
        # There vector(1) is an array of ones of whatever size fits: a number that is broadcast.
        return call.graph.add("full", (call.number(call.arguments[0]),), (), span=call.span)
    if name in _PIECEWISE:
        return _piecewise(call)
    if name in _RELATIONS:
        return _relation(call)
    if name == "where":
        return _where(call)
    if name in _OPERATORS:
        return _operator(call)
    return _function(call)


def _function(call: Call) -> int:
    """A function of the catalog."""
    name, arguments = call.name, call.arguments
    rows = catalog.SPELLINGS.get(name.text)
    if rows is None:
        raise _unknown(call.text, name)
    if rows[0].lists:
        return _of_lists(call, rows[0])
    row = next((r for r in rows if len(r.parameters) == len(arguments)), rows[0])
    if len(arguments) > MAX_NESTING:
        raise LimitError(f"{len(arguments):,} arguments; the limit is {MAX_NESTING:,}", text=call.text, span=name.span)
    if len(arguments) != len(row.parameters) and not (row.repeats and arguments):
        counts = " or ".join(str(n) for n in sorted({len(r.parameters) for r in rows}))
        counts = "one or more" if row.repeats else counts
        plural = "" if counts == "1" else "s"
        hint = f"{row.signature}: {row.summary}"
        raise call.error(f"{name.text} takes {counts} argument{plural}, not {len(arguments)}", hint=hint)
    numbers = [call.number(argument) for argument in arguments]
    if not row.repeats:
        return call.graph.add(row.key, numbers, span=call.span)
    result = numbers[0]
    for number in numbers[1:]:
        result = call.graph.add(row.key, (result, number), span=call.span)
    return result


def takes_lists(name: str) -> bool:
    """Whether a function's first arguments are lists, and no arrays."""
    return name in catalog.SPELLINGS and bool(catalog.SPELLINGS[name][0].lists)


def _of_lists(call: Call, row: catalog.Row) -> int:
    """A function such as hyper([a1, a2], [b1], z), whose row depends on how long its lists are."""
    *lists, last = call.arguments or (None,)
    if all(item.items is not None and any(m.items is not None for m in item.items) for item in lists):
        # meijerg([[a1], [a2]], [[b1], [b2]], z) is meijerg([a1], [a2], [b1], [b2], z).
        lists = [member for item in lists for member in item.items or ()]
    if last is None or last.items is not None or len(lists) != len(row.lists) or any(a.items is None for a in lists):
        raise call.error(f"{row.name} takes {len(row.lists)} lists and a number", hint=f"write {row.signature}")
    members = [[call.number(member) for member in a.items or ()] for a in lists]
    key = f"{row.name}/{','.join(str(len(m)) for m in members)}"
    if key not in catalog.KEYS:
        raise call.error(f"{row.name} of such lists is not there", hint="they are too long, or what matters is empty")
    return call.graph.add(key, [*(m for group in members for m in group), call.number(last)], span=call.span)


def _operator(call: Call) -> int:
    op = _OPERATORS[call.name.text]
    wanted = 1 if op == "square" else 2
    if len(call.arguments) != wanted:
        raise call.error(f"{call.name.text} takes {wanted} arguments, not {len(call.arguments)}")
    numbers = [call.number(argument) for argument in call.arguments]
    if op == "square":
        return call.graph.add("pow", (*numbers, call.graph.number(2)), span=call.span)
    return call.graph.add(op, numbers, span=call.span)


def _piecewise(call: Call) -> int:
    args: list[int] = []
    for argument in call.arguments:
        if argument.items is None or len(argument.items) != 2:
            hint = "write Piecewise((x**2, x < 1), (2*x - 1, True))"
            raise call.error("a pair (value, condition) is needed here", argument.span, hint)
        args += [call.number(argument.items[0]), call.condition(argument.items[1])]
    if not args:
        raise call.error("Piecewise needs at least one pair (value, condition)")
    return call.graph.add("piecewise", args, span=call.span)


def _where(call: Call) -> int:
    if len(call.arguments) != 3:
        hint = "where(condition, a, b) is a where the condition holds, else b"
        raise call.error(f"where takes 3 arguments, not {len(call.arguments)}", hint=hint)
    condition = call.condition(call.arguments[0])
    a, b = (call.number(argument) for argument in call.arguments[1:])
    return call.graph.add("piecewise", (a, condition, b, call.graph.add("true")), span=call.span)


def _relation(call: Call) -> int:
    op = _RELATIONS[call.name.text]
    wanted = {"not": 1}.get(op, 2)
    if len(call.arguments) != wanted and not (op in ("and", "or") and len(call.arguments) > 2):
        raise call.error(f"{call.name.text} takes {wanted} arguments, not {len(call.arguments)}")
    read = call.condition if op in ("and", "or", "not") else call.number
    return call.graph.add(op, [read(argument) for argument in call.arguments], span=call.span)


def _unknown(text: str, name: Token) -> ParseError:
    if name.text in _LATER:
        return ParseError(f"{name.text} is not a function here", text=text, span=name.span, hint=_LATER[name.text])
    hint = f"for a product write {name.text}*(…)"
    if name.text in catalog.CONSTANTS:
        hint = f"{name.text} is a number and is written without brackets; {hint}"
    # Of a letter or a constant a function's name is no likelier than a product.
    near = [] if len(name.text) == 1 or name.text in catalog.CONSTANTS else _near(name.text)
    glued = next((f for f in sorted(catalog.SPELLINGS, key=len, reverse=True) if name.text.endswith(f)), "")
    if len(glued) > 1 and len(name.text) - len(glued) <= 2:
        hint = f"for a product write {name.text.removesuffix(glued)}*{glued}(…)"
    elif near:
        hint = f"did you mean {' or '.join(near)}? {hint[0].upper()}{hint[1:]}"
    return ParseError(f"{name.text} is not a known function", text=text, span=name.span, hint=hint)


def _near(name: str) -> list[str]:
    """The functions whose spellings are nearest to a name, each by its nearest."""
    names = [
        *(row.name for row in catalog.ROWS),
        *catalog.SPELLINGS,
        *BINDING,
        *SPEAKING,
        *_RELATIONS,
        *_PIECEWISE,
        "where",
    ]
    names += [f for f in arrays.SPELLINGS if len(f) > 1]
    alike = [f for f in dict.fromkeys(names) if f.lower() == name.lower()]
    if alike:
        return alike[:1]
    found: dict[str, tuple[float, str]] = {}
    for near in difflib.get_close_matches(name, list(dict.fromkeys(names)), 12, 0.6):
        meant = catalog.SPELLINGS[near][0].key if near in catalog.SPELLINGS else near
        found.setdefault(meant, (difflib.SequenceMatcher(None, near, name).ratio(), near))
    best = max((ratio for ratio, _ in found.values()), default=0.0)
    return [near for ratio, near in found.values() if ratio > best - _ALIKE][:2]
