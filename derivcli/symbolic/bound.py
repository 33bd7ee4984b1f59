"""Integrals, sums and products as SymPy functions of their limits and of what else they depend on.

SymPy's own would be taken apart by its simplifications, evaluated by its own numerics (wrongly, of sums at floats) and
differentiated with traps. Here SymPy sees strangers, and finds the derivatives of their bodies.
"""

from __future__ import annotations

import functools
import itertools
from typing import Any

import sympy
from sympy import DiracDelta
from sympy.core.function import Function

from derivcli.closures import opened, partial
from derivcli.errors import UnsupportedError
from derivcli.graph import Body, Graph, Node

# Digits of numbers in a body: they were measured when it was read.
_MAX_DIGITS = 20_000
_numbers = itertools.count(1)


class BoundBase(Function):  # type: ignore[misc]
    """An integral, a sum or a product: of the lower limit, the upper one, and the other arguments of its body.

    SymPy's printers look at classes between a function's own and `Function` only if their names end in Base.
    """

    is_real = True
    op: str
    body: Body

    def fdiff(self, argindex: int = 1) -> Any:
        """By a limit or by what the body depends on.

        Raises:
            UnsupportedError: SymPy leaves the derivative of the body open, or a jump in it moves.
        """
        from derivcli.symbolic.translate import symbol, to_sympy

        node = Node(self.op, tuple(range(len(self.args))), self.body)
        rule, root, parameters = partial(node, argindex - 1, _derivative)
        (expression,) = to_sympy(rule, [root], "", _MAX_DIGITS)
        derivative = expression.xreplace({symbol(p): a for p, a in zip(parameters, self.args, strict=True)})
        if derivative.has(sympy.zoo, sympy.nan):
            raise UnsupportedError("the body is infinite at a limit that moves")
        return derivative

    def opened(self) -> tuple[Any, Any, Any, Any]:
        """What it goes over, the bound name, and the limits; the name gives way to those in the arguments."""
        from derivcli.symbolic.translate import symbol, to_sympy

        graph, root = opened(self.body)
        (expression,) = to_sympy(graph, [root], "", _MAX_DIGITS)
        taken = {s.name for a in self.args for s in a.free_symbols}
        first = self.body.parameters[0]
        name = next(n for n in itertools.chain([first], (f"{first}{k}" for k in itertools.count(1))) if n not in taken)
        places = dict(zip(self.body.parameters, (symbol(name), *self.args[2:]), strict=True))
        return (
            expression.xreplace({symbol(p): a for p, a in places.items()}),
            symbol(name),
            self.args[0],
            self.args[1],
        )


@functools.cache
def bound(op: str, body: Body) -> Any:
    """The function that an operation on a body is."""
    fields = {"op": op, "body": body, "nargs": len(body.parameters) + 1}
    return type(f"{op}{next(_numbers)}", (BoundBase,), fields)


def _derivative(graph: Graph, root: int, name: str) -> int:
    """The derivative of a node by a variable as SymPy finds it, in the same graph."""
    from derivcli.symbolic.joined import powers_joined
    from derivcli.symbolic.translate import plain_logic, symbol, to_graph, to_sympy

    (expression,) = to_sympy(graph, [root], "", _MAX_DIGITS)
    derivative = expression.diff(symbol(name))
    if derivative.has(DiracDelta):
        derivative = derivative.replace(DiracDelta, lambda *_: sympy.Integer(0))
    derivative = powers_joined(plain_logic(derivative))
    found, number = to_graph([derivative])
    return found.copy_into(graph, [number[derivative]], lambda *_: None)[0]
