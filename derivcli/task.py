"""What is to be differentiated by what, and its derivatives, as the rooms pass them to each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from derivcli.graph import Graph
from derivcli.model import Formula, Path


@dataclass(frozen=True)
class Computed:
    """What torch computes for an expression.

    Args:
        graph, roots: the expression, rewritten where it would cancel or overflow; as it was typed if `literal`.
        changed: whether anything was rewritten.
        rewritten: what was rewritten, in sentences.
        literal: whether functions are torch's own, whatever their derivatives.
        mended: the places in the text that are computed in another form.
    """

    graph: Graph
    roots: Sequence[int]
    changed: bool = False
    rewritten: tuple[str, ...] = ()
    literal: bool = False
    mended: frozenset[tuple[int, int]] = frozenset()


@dataclass(frozen=True)
class Task:
    """One task for the symbolic and the numeric side.

    Args:
        text: the user's text, which the places of the graph's nodes are in.
        graph, roots: the expression's components, in primitives of the catalog.
        shape: of the expression's value; its components are the roots, row by row.
        variables: the arguments of the function, in order.
        kind: the key of the answer: gradient, jacobian, hessian or derivative.
        plan: for each result the variables to differentiate by, in order.
        decimals: whether coefficients are printed as decimals.
        computed: what torch computes; None where nothing is to be computed.
        numbers: "real"; "mixed", where the imaginary unit stands among real variables; "complex" variables.
    """

    text: str
    graph: Graph
    roots: Sequence[int]
    shape: tuple[int, ...]
    variables: Sequence[str]
    kind: str
    plan: Mapping[Path, tuple[str, ...]]
    decimals: bool
    computed: Computed | None = None
    numbers: str = "real"


@dataclass
class Symbolic:
    """Plain data about the derivatives.

    Args:
        read_as: the expression as it was understood.
        formulas: for each result its formula.
        graph: the derivatives as they are shown, and as SymPy first gave them.
        shown, raw: for each result the roots of its components in `graph`.
        on_the_way: for each result and component the roots of the derivatives of lower order that led to it.
        source: the torch program of the expression itself.
        warnings: what a reader should be told.
    """

    read_as: Formula
    formulas: dict[Path, Formula]
    graph: Graph
    shown: dict[Path, list[int]]
    raw: dict[Path, list[int]]
    on_the_way: dict[Path, list[list[int]]]
    source: str
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Limits:
    """What SymPy may spend.

    Args:
        digits: how long a number may become.
        seconds: for the search for the shortest form, if it is asked for in full.
        operations: how long a derivative may become; None for as long as it takes.
    """

    digits: int
    seconds: float
    operations: int | None = None
