"""Question and Answer: frozen, plain data, so that any face, process or file can carry them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Union

# A number, or nested lists of numbers for a result with axes.
Nested = Union[float, complex, "list[Nested]"]
# Where a result belongs: ("x",) in a gradient, ("x", "y") in a Hessian, ("x,x,y",) for one mixed partial.
Path = tuple[str, ...]
# A value as constant text ("0.1", "pi/4", "ones(2,2)"), or such texts in nested lists.
Value = Union[str, "tuple[Value, ...]"]
# One point: names and exact values, in the order in which they were given.
Point = tuple[tuple[str, Value], ...]


# What computes many points: one of these engines, or the one that suits them.
ENGINES = ("auto", "autograd", "program", "native", "compile")


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
        shapes: shapes of variables as they were declared, (name, "vector(n)").
        vjp: V of a vector-Jacobian product, of the shape of the expression.
        jvp, direction, hvp: for each variable V of a Jacobian-vector product, of the derivative along V/norm(V), and of
            a Hessian-vector product; the name is empty where there is one variable.
        layout: "torch" (axes of the expression first), "numerator" or "denominator".
        entries: whether formulas of arrays are written entry by entry.
        syntax: "python", "matrixcalculus" or "latex".
        seed: of random arrays that name none.
        graph: whether autograd's graph is wanted, too.
        simplify: "none", "fast", "full", or "auto" (the shortest form found in a fraction of a second).
        dtype: "float64" or "float32".
        device: a torch device.
        timeout: seconds for reading and symbolic work together; None for the default.
        check: whether autograd is checked against the exact value.
        exact: print fractions even where decimals were typed.
        full: print formulas however long they are.
        complex: whether variables are complex.
        literal: whether torch computes exactly what was typed, by its own functions.
        digits: how many significant digits the exact values are wanted in; None for floats alone.
        engine: what computes many points: "auto", or the name of an engine.
        check_rows: how many of many points are checked; None for the default.
        steps: whether the derivation is wanted, rule by rule.
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
    shapes: tuple[tuple[str, str], ...] = ()
    vjp: Value | None = None
    jvp: Point = ()
    direction: Point = ()
    hvp: Point = ()
    layout: str = "torch"
    entries: bool = False
    syntax: str = "python"
    seed: int = 0
    graph: bool = False
    simplify: str = "auto"
    dtype: str = "float64"
    device: str = "cpu"
    timeout: float | None = None
    check: bool = True
    exact: bool = False
    full: bool = False
    literal: bool = False
    complex: bool = False
    digits: int | None = None
    engine: str = "auto"
    check_rows: int | None = None
    steps: bool = False
    strict_names: bool = True


@dataclass(frozen=True)
class Formula:
    """A formula as text in the language of the prompt and as LaTeX.

    Both are None where it is too long to print, or, if it is not `found`, where only its values are known.
    `operations` is how many operations the text would have, where that is known.
    """

    text: str | None
    latex: str | None
    shape: tuple[int | str, ...] = ()
    operations: int | None = None
    found: bool = True


@dataclass(frozen=True)
class Step:
    """One rule, applied once: the formula before it and after it, which are equal.

    `span` is the place of what it is applied to in the text of the expression; None where it is not in that text, as
    in a derivative that is differentiated once more. `depth` is how deep within the rules before it stands.
    """

    rule: str
    before: Formula
    after: Formula
    span: tuple[int, int] | None
    depth: int = 0


@dataclass(frozen=True)
class Derivation:
    """How a derivative is found; its last step ends with the derivative as it is shown.

    `along` are the variables that were differentiated by so far, the last one in these steps; `component` is which
    component of a vector-valued expression it is of.
    """

    along: tuple[str, ...]
    component: int | None
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Check:
    """The judgement on one array: autograd's number against the exact one, for its worst entry.

    `status` is one of the names of the interface (agree, disagree, overflow, outside_domain, unchecked, …); `digits`
    the decimal digits in which the two agree, `trusted_digits` those that are left when the point is rounded to floats;
    `index` the worst entry of an array with axes; `left` and `right` the one-sided derivatives where there is no other,
    `limit` the value that fills a hole; `span` the place of the cause in the text of the expression.
    """

    status: str
    abs_error: float | None = None
    digits: float | None = None
    note: str | None = None
    index: tuple[int, ...] | None = None
    left: float | None = None
    right: float | None = None
    limit: float | None = None
    trusted_digits: float | None = None
    span: tuple[int, int] | None = None


@dataclass(frozen=True)
class Digits:
    """A number in as many decimal digits as were asked for, correctly rounded.

    `text` is None where they could not be settled; `radius` is how far at most the number is from them, where that is
    proven; `note` says why there are no digits, or why they are not proven.
    """

    text: str | None
    radius: str | None = None
    note: str | None = None


# The digits of a number, or of the entries of an array in nested lists.
NestedDigits = Union[Digits, "list[NestedDigits]"]


@dataclass(frozen=True)
class Decimals:
    """The exact values at one point in `count` digits: the expression's, and those of results that are not refused.

    Where an exact value is left out of `results`, the point's check says why.
    """

    count: int
    value: NestedDigits
    results: Mapping[Path, NestedDigits]


@dataclass(frozen=True)
class PointAnswer:
    """Everything about one point. `symbolic` and `checks` have the paths of `result`, or are None without a check.

    A result whose exact value could not be had is None in `symbolic`. `decimals` holds the exact values in more digits.
    """

    at: Mapping[str, Nested]
    value: Nested
    result: Mapping[Path, Nested]
    symbolic: Mapping[Path, Nested | None] | None
    checks: Mapping[Path, Check] | None
    decimals: Decimals | None = None


@dataclass(frozen=True)
class Traced:
    """One node of autograd's graph: how deep it stands, its name, and the part of the expression that it came from."""

    depth: int
    name: str
    text: str


@dataclass(frozen=True)
class Summary:
    """What is told of points whose rows went to a file or a stream.

    Args:
        points: how many there were.
        engine: what computed them.
        seconds: how long it took, without the start.
        checked: at how many of them autograd and the exact value were asked.
        digits: how many digits are right at the worst of those that agree; None where there is none.
        statuses: of the checks: how many rows, and the first one, counted from 1.
        infinite: how many rows have a result that is not finite though the point is, and the first one.
        missing: how many rows have a point that is not finite, and the first one.
    """

    points: int
    engine: str
    seconds: float
    checked: int
    digits: float | None
    statuses: Mapping[str, tuple[int, int]]
    infinite: tuple[int, int] | None = None
    missing: tuple[int, int] | None = None


@dataclass(frozen=True)
class Answer:
    """The whole answer; `kind` is the key under which results stand in the JSON.

    `program` is the torch program, `rewritten` what it computes in another way than it was typed, `loops` says how
    often the body of each loop and choice ran, `vectors` what V of a product is called in the formulas, `directions`
    which of them belongs to which variable, `in_arrays` whether the program takes one point at a time, not columns of
    numbers, `in_complex` whether it computes in complex numbers, `trace` is autograd's graph at the first point, and
    `summary` tells of points that went to a file, and `derivations` how the derivatives are found, if it is asked for.
    """

    kind: str
    text: str
    expression: Formula
    variables: Mapping[str, tuple[int | str, ...]]
    wrt: tuple[str, ...]
    order: int
    derivatives: Mapping[Path, Formula]
    points: tuple[PointAnswer, ...] = ()
    warnings: tuple[str, ...] = ()
    program: str | None = field(default=None, compare=False)
    rewritten: tuple[str, ...] = field(default=(), compare=False)
    loops: Mapping[str, int] = field(default_factory=dict)
    vectors: Mapping[str, Nested] = field(default_factory=dict)
    directions: Mapping[str, str] = field(default_factory=dict)
    in_arrays: bool = field(default=False, compare=False)
    in_complex: bool = field(default=False, compare=False)
    trace: tuple[Traced, ...] = ()
    summary: Summary | None = None
    derivations: tuple[Derivation, ...] = ()
