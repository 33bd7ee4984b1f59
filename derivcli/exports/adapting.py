"""A list of operations as a language can have it: orders as it takes them, and nothing that it lacks."""

from __future__ import annotations

from dataclasses import replace

from derivcli import catalog
from derivcli.errors import UnsupportedError
from derivcli.exports.functions import POLYGAMMA, function
from derivcli.exports.program import Dialect
from derivcli.graph import Graph, Node, differentiated
from derivcli.numeric.engines.lowered import Lowered

_ORDERS = {"digamma": 0, "trigamma": 1}
_LEAVES = ("variable", "number", "constant")
_OTHERS = "--lang torch has all functions"


def adapted(found: Lowered, dialect: Dialect) -> Lowered:
    """The operations for a language.

    Raises:
        UnsupportedError: a function that it lacks.
    """
    new = Graph()
    # Orders that are new, and known.
    orders: dict[int, float] = {}

    def replaced(i: int, node: Node, args: tuple[int, ...]) -> int | None:
        if node.op not in (*_ORDERS, POLYGAMMA, *dialect.whole):
            return None
        order = _ORDERS.get(node.op, found.constants.get(node.args[0]))
        if order is None or order != int(order):
            return None
        if node.op in dialect.whole:
            number = new.number(abs(int(order)))
            orders[number] = float(abs(order))
            mirrored = new.add(node.op, (number, args[-1]))
            return new.add("neg", (mirrored,)) if order < 0 and order % 2 else mirrored
        if POLYGAMMA in dialect.operations:
            return new.add(POLYGAMMA, (new.number(int(order)), args[-1]))
        return new.add(f"{POLYGAMMA}{int(order)}", args[-1:])

    kept = list(dict.fromkeys([*found.order, *found.roots, *found.constants]))
    places = dict(zip(kept, found.graph.copy_into(new, kept, replaced), strict=True))
    constants = {} if dialect.exact else {**orders, **{places[i]: v for i, v in found.constants.items()}}
    roots = [places[r] for r in found.roots]
    needed = new.reachable(roots, leaves=constants)
    order = [i for i in needed if i not in constants and new.nodes[i].op not in _LEAVES]
    _check(new, order, constants, dialect)
    return replace(found, graph=new, order=order, roots=roots, constants=constants)


def _check(graph: Graph, order: list[int], constants: dict[int, float | bool], dialect: Dialect) -> None:
    """Refuse what has no name in the language, and orders that are not whole where they must be."""
    for node in (graph.nodes[i] for i in order):
        if node.op in dialect.whole and not float(constants.get(node.args[0], 0.5)).is_integer():
            raise UnsupportedError(f"{dialect.title} has {node.op} of known whole orders alone", hint=_OTHERS)
        if node.op not in dialect.operations and function(node.op) is None:
            raise UnsupportedError(f"{dialect.title} has no {_name(node)}, and it is not written out", hint=_OTHERS)


def _name(node: Node) -> str:
    if node.op == "Derivative":
        key, orders = differentiated(node)
        row = catalog.KEYS[key]
        by = next(name for name, order in zip(row.parameters, orders, strict=True) if order)
        return f"derivative of {row.signature} by {by}"
    known = catalog.KEYS.get(node.op)
    return node.op if known is None else known.name
