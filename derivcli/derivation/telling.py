"""Nodes and rules as they are told: texts, LaTeX, and the places in the user's text."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from derivcli.arrays import Shape
from derivcli.derivation.parts import without_brackets
from derivcli.derivation.walk import Taken
from derivcli.derivation.within import bound
from derivcli.errors import LimitError
from derivcli.graph import Graph, Node
from derivcli.language import write
from derivcli.language.latex import written_latex
from derivcli.model import Formula, Step

# A longer formula is no step that anybody follows.
MAX_CHARACTERS = 5_000
# A decimal with more digits stays a fraction.
_MAX_DIGITS = 15
IN_ORDER = "put in order"


def told(graph: Graph, root: int, decimals: bool, shapes: Mapping[str, Shape] | None = None) -> Formula:
    """A node as text and as LaTeX, in the form that it has.

    Args:
        graph, root: the node.
        decimals: whether numbers that end are written as decimals.
        shapes: of variables; numbers have none.

    Raises:
        LimitError: it is too long.
    """
    graph, root = without_brackets(*bound(graph, root))
    if decimals:
        graph, root = _with_decimals(graph, root)
    text = write(*_in_cases(graph, root), MAX_CHARACTERS)
    if text is None:
        raise LimitError(f"a step has more than {MAX_CHARACTERS:,} characters")
    return Formula(text, written_latex(graph, root, shapes or {}))


def _in_cases(graph: Graph, root: int) -> tuple[Graph, int]:
    """Choices in the words that answers have for them."""
    new = Graph()

    def replace(_: int, node: Node, args: tuple[int, ...]) -> int | None:
        return new.add("Piecewise", args) if node.op == "piecewise" else None

    return new, graph.copy_into(new, [root], replace)[0]


def _with_decimals(graph: Graph, root: int) -> tuple[Graph, int]:
    new = Graph()

    def replace(_: int, node: Node, args: tuple[int, ...]) -> int | None:
        digits = _decimal(node.value) if isinstance(node.value, Fraction) else None
        return None if digits is None else new.add("decimal", value=digits)

    return new, graph.copy_into(new, [root], replace)[0]


def _decimal(value: Fraction) -> str | None:
    """A fraction that ends after a few digits as a decimal."""
    if value.denominator == 1 or value < 0:
        return None
    decimal = Decimal(value.numerator) / Decimal(value.denominator)
    short = len(decimal.as_tuple().digits) <= _MAX_DIGITS
    return f"{decimal:f}" if short and Fraction(decimal) == value else None


def rule_steps(taken: Taken, decimals: bool, places: bool, shapes: Mapping[str, Shape] | None = None) -> list[Step]:
    """The rules, and then the parts put together.

    Args:
        taken: what the rules did.
        decimals: whether numbers that end are written as decimals.
        places: whether the places of the nodes are in the user's text.
        shapes: of variables; numbers have none.

    Raises:
        LimitError: a step is too long.
    """
    steps: list[Step] = []
    for rule in taken.rules:
        before, after = (told(taken.graph, i, decimals, shapes) for i in (rule.before, rule.after))
        steps.append(Step(rule.name, before, after, rule.span if places else None, rule.depth))
    if len(steps) > 1:
        result = told(taken.graph, taken.result, decimals, shapes)
        steps.append(Step("parts put together", steps[0].after, result, steps[0].span))
    for identity, restated in taken.restatements:
        followed(steps, identity, told(taken.graph, restated, decimals, shapes))
    return steps


def followed(steps: list[Step], name: str, after: Formula) -> None:
    """Add a step that goes on from the last one, unless nothing is seen to change."""
    before = steps[-1].after
    if before.text == after.text:
        return
    if name == steps[-1].rule == IN_ORDER:
        before = steps.pop().before
    steps.append(Step(name, before, after, steps[0].span))
