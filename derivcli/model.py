"""Question and Answer: frozen, plain data, so that any face, process or file can carry them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Union

# A number, or nested lists of numbers for a result with axes.
Array = Union[float, "list[Array]"]
# Where a result belongs: ("x",) in a gradient, ("x", "y") in a Hessian, ("x,x,y",) for one mixed partial.
Path = tuple[str, ...]
# One point: a name and the exact value as constant text ("0.1", "pi/4"), in the order in which they were given.
Point = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Question:
    """One question, as any face asks it.

    Args:
        expressions: the texts of the expression; several of them are a vector-valued function.
        points: where to evaluate; empty for a symbolic answer alone.
        wrt: the variables to differentiate by; empty for every variable.
        order: the order of the derivative along each variable.
        partial: one mixed partial, the variables in order; empty for none.
        hessian: whether the matrix of second derivatives is asked for.
        jacobian: whether a single expression is to be answered as a vector-valued one, too.
        let: named intermediate results, as (name, expression).
        declared: names that are variables although the expression may lack them or use them as constants.
        simplify: "none", "fast", "full", or "auto" (the shortest form found in a fraction of a second).
        dtype: "float64" or "float32".
        device: a torch device.
        timeout: seconds for reading and symbolic work together; None for the default.
        check: whether autograd is checked against the exact value.
        exact: print fractions even where decimals were typed.
        full: print formulas however long they are.
        strict_names: whether a value for a name that the expression lacks is an error (at a prompt) or a warning.
    """

    expressions: tuple[str, ...]
    points: tuple[Point, ...] = ()
    wrt: tuple[str, ...] = ()
    order: int = 1
    partial: tuple[str, ...] = ()
    hessian: bool = False
    jacobian: bool = False
    let: tuple[tuple[str, str], ...] = ()
    declared: tuple[str, ...] = ()
    simplify: str = "auto"
    dtype: str = "float64"
    device: str = "cpu"
    timeout: float | None = None
    check: bool = True
    exact: bool = False
    full: bool = False
    strict_names: bool = True


@dataclass(frozen=True)
class Formula:
    """A formula as text in the language of the prompt and as LaTeX; both None where it is too long to print."""

    text: str | None
    latex: str | None
    shape: tuple[int, ...] = ()


@dataclass(frozen=True)
class Check:
    """The judgement on one array: autograd's number against the exact one, for its worst entry.

    `status` is one of the names of the interface (agree, disagree, overflow, outside_domain, unchecked, …); `digits`
    the decimal digits in which the two agree; `index` the worst entry of an array with axes; `left` and `right` the
    one-sided derivatives where there is no other.
    """

    status: str
    abs_error: float | None = None
    digits: float | None = None
    note: str | None = None
    index: tuple[int, ...] | None = None
    left: float | None = None
    right: float | None = None


@dataclass(frozen=True)
class PointAnswer:
    """Everything about one point. `symbolic` and `checks` have the paths of `result`, or are None without a check."""

    at: Mapping[str, Array]
    value: Array
    result: Mapping[Path, Array]
    symbolic: Mapping[Path, Array] | None
    checks: Mapping[Path, Check] | None


@dataclass(frozen=True)
class Answer:
    """The whole answer; `kind` is the key under which results stand in the JSON."""

    kind: str
    text: str
    expression: Formula
    variables: Mapping[str, tuple[int, ...]]
    wrt: tuple[str, ...]
    order: int
    derivatives: Mapping[Path, Formula]
    points: tuple[PointAnswer, ...] = ()
    warnings: tuple[str, ...] = ()
    program: str | None = field(default=None, compare=False)
