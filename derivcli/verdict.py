"""Autograd against the exact derivative: which number to trust at this point, and why."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from derivcli.errors import visible
from derivcli.graph import Graph
from derivcli.model import Array, Check, Path
from derivcli.numeric.exact import Evaluation, Exact, evaluate

# How far autograd may be from the exact value, relative to the largest entry, and the bits of its mantissa.
TOLERANCE = {"float64": (1e-9, 53), "float32": (1e-4, 24)}
# How far the one-sided derivatives are taken from a point where the formula alone does not decide.
STEP = Fraction(1, 10**25)
# Relative differences below this are no differences, where one side is compared with the other at that step.
_SAME = 1e-9


@dataclass(frozen=True)
class Subject:
    """What is judged: the expression as it was written, and its derivatives, as graphs of primitives.

    Args:
        text: the user's text, which the places of the graph's nodes are in.
        graph, roots: the expression's components.
        specials: nodes where no derivative need exist, with the condition for being there.
        derivatives: the graph of the derivatives.
        results: for each result the roots of its components in `derivatives`.
        plan: for each result the variables differentiated by.
    """

    text: str
    graph: Graph
    roots: Sequence[int]
    specials: Sequence[tuple[int, int]]
    derivatives: Graph
    results: Mapping[Path, Sequence[int]]
    plan: Mapping[Path, tuple[str, ...]]


def judge(
    subject: Subject, point: Mapping[str, Any], found: Mapping[Path, list[float]], dtype: str, vector: bool
) -> tuple[dict[Path, Array], dict[Path, Check]]:
    """The exact values of all results at a point, and the judgement on what autograd found.

    Args:
        subject: the expression and its derivatives.
        point: the exact value of each variable.
        found: what autograd found, a number for each component.
        dtype: in which autograd computed.
        vector: whether results have an axis.
    """
    conditions = [c for _, c in subject.specials]
    function = evaluate(subject.graph, subject.roots, point, real=True, conditions=conditions)
    wanted = [root for roots in subject.results.values() for root in roots]
    derivative = dict(zip(wanted, evaluate(subject.derivatives, wanted, point, real=False).roots, strict=True))
    symbolic: dict[Path, Array] = {}
    checks: dict[Path, Check] = {}
    for path, roots in subject.results.items():
        # Where the expression itself is not defined, its formula's derivative may be, and means nothing.
        exact = [f if f.kind == "undefined" else derivative[r] for f, r in zip(function.roots, roots, strict=True)]
        numbers = [float(e) for e in exact]
        symbolic[path] = list(numbers) if vector else numbers[0]
        scale = max((abs(n) for n in numbers if math.isfinite(n)), default=0.0)
        judged = []
        for k in range(len(roots)):
            case = _Case(subject, point, function, k, path, exact[k], found[path][k], scale, dtype)
            judged.append(case.check())
        checks[path] = _worst(judged, vector)
    return symbolic, checks


# From harmless to grave: of an array, the gravest entry is reported.
_GRAVITY = (
    "agree", "unchecked", "overflow", "removable", "kink", "domain_edge", "vertical_tangent", "jump", "pole",
    "outside_domain", "disagree",
)  # fmt: skip


def _worst(judged: Sequence[Check], vector: bool) -> Check:
    def gravity(k: int) -> tuple[int, float]:
        digits = judged[k].digits
        return _GRAVITY.index(judged[k].status), -math.inf if digits is None else -digits

    worst = max(range(len(judged)), key=gravity)
    c = judged[worst]
    return Check(c.status, c.abs_error, c.digits, c.note, (worst,) if vector else None)


@dataclass(frozen=True)
class _Case:
    """One number to judge."""

    subject: Subject
    point: Mapping[str, Any]
    function: Evaluation
    component: int
    path: Path
    exact: Exact
    found: float
    scale: float
    dtype: str

    def check(self) -> Check:
        value = self.function.roots[self.component]
        if value.kind == "undefined":
            return Check("outside_domain", note=f"{self._place(value.node)} is not defined here")
        if value.kind == "infinite":
            return Check("overflow", note="the value is too large for any float")
        special = self._special()
        if special is not None or self.exact.kind == "undefined":
            sides = self._sides(special)
            if sides is not None:
                return sides
        if self.exact.kind == "unresolved" or value.kind == "unresolved":
            return Check("unchecked", note="the exact value could not be settled in as many digits as are tried")
        if self.exact.kind == "undefined":
            return Check("unchecked", note="the formula of the derivative is not defined here")
        return self._compare()

    def _compare(self) -> Check:
        exact, found = float(self.exact), self.found
        if math.isinf(exact):
            return Check("overflow", note=f"the derivative is too large for a {self.dtype}")
        if not math.isfinite(found):
            return Check("disagree", note=f"autograd returned {_named(found)}; the derivative is {exact:.6g}")
        error = float(abs(self.exact.value - self.exact.value.context.mpf(found)))
        tolerance, bits = TOLERANCE[self.dtype]
        most = 16.0 if bits == 53 else 7.0
        relative = error / abs(exact) if exact else (0.0 if error == 0 else 1.0)
        digits = round(min(most, -math.log10(relative)) if relative else most, 1)
        digits = abs(max(digits, 0.0))
        if error <= tolerance * self.scale or error <= self._blur(bits):
            return Check("agree", error, digits)
        return Check("disagree", error, digits, _apart(found, exact))

    def _blur(self, bits: int) -> float:
        """How far the derivative moves when each variable moves by half a unit in the last place of its float."""
        root = self.subject.results[self.path][self.component]
        total = 0.0
        for name, value in self.point.items():
            _, exponent = math.frexp(float(value))
            half_unit = Fraction(2) ** (exponent - bits - 1)
            (there,) = evaluate(
                self.subject.derivatives, [root], {**self.point, name: value + half_unit * STEP}, real=False
            ).roots
            if float(value) and there.kind == "number":
                context = there.value.context
                moved = abs(there.value - context.convert(self.exact.value)) * STEP.denominator
                total += float(moved)
        return total

    def _special(self) -> int | None:
        """A node on the way to the value, at a point where it need not have a derivative."""
        if not any(self.function.conditions.values()) and not self.function.ties:
            return None
        active = self._active()
        held = (node for node, condition in self.subject.specials if self.function.conditions[condition])
        return next((node for node in (*held, *self.function.ties) if node in active), None)

    def _active(self) -> set[int]:
        """The nodes that the value comes from: of a choice, its conditions and the branch that was taken."""
        active: set[int] = set()
        stack = [self.subject.roots[self.component]]
        while stack:
            i = stack.pop()
            if i not in active:
                active.add(i)
                args = self.subject.graph.nodes[i].args
                taken = self.function.taken.get(i)
                stack.extend(args if taken is None else (taken, *args[1::2]))
        return active

    def _sides(self, special: int | None) -> Check | None:
        """What the derivatives and values just beside the point say; None where nothing is wrong."""
        root = self.subject.results[self.path][self.component]
        points = [self._beside(sign * STEP) for sign in (-1, 1)]
        values = [self._value(p) for p in points]
        slopes = [evaluate(self.subject.derivatives, [root], p, real=False).roots[0] for p in points]
        where = self._place(special) if special is not None else "the expression"
        said = f"autograd returned {_named(self.found)}"
        if all(v.kind != "number" for v in values):
            return Check(
                "outside_domain", note=f"{where} is defined at this point alone: there is no derivative; {said}"
            )
        if any(v.kind != "number" for v in values):
            return Check("domain_edge", note=f"{where} ends here: there is no derivative from both sides; {said}")
        if any(self._jumps(v, sign) for v, sign in zip(values, (-1, 1), strict=True)):
            return Check("jump", note=f"{where} jumps here: there is no derivative; {said}")
        left, right = (float(s) for s in slopes)
        if not (math.isfinite(left) and math.isfinite(right)):
            return Check("unchecked", note=f"{where} has no settled derivative beside this point; {said}")
        if max(abs(left), abs(right)) > 1e9 * max(1.0, self.scale):
            return Check("vertical_tangent", note=f"{where} is vertical here: there is no finite derivative; {said}")
        if abs(left - right) > _SAME * max(1.0, abs(left), abs(right)):
            return Check("kink", note=f"{where} has a corner here: the slopes are {left:.6g} and {right:.6g}; {said}")
        if self.exact.kind != "number":
            return Check(
                "unchecked",
                note=f"the formula is not defined here; beside it the slope is {right:.6g}; {said}",
            )
        return None

    def _beside(self, step: Fraction) -> dict[str, Any]:
        along = self.subject.plan[self.path][-1]
        return {**self.point, along: self.point[along] + step}

    def _value(self, point: Mapping[str, Any]) -> Exact:
        return evaluate(self.subject.graph, [self.subject.roots[self.component]], point, real=True).roots[0]

    def _jumps(self, beside: Exact, sign: int) -> bool:
        """Whether the value beside the point stays away from the value here, however near it is taken."""
        here = self.function.roots[self.component]
        if here.kind != "number":
            return False
        gap = abs(float(beside.value - beside.value.context.convert(here.value)))
        if gap <= 1e-12 * max(1.0, abs(float(here))):
            return False
        nearer = self._value(self._beside(sign * STEP * STEP))
        return nearer.kind == "number" and abs(float(nearer.value - nearer.value.context.convert(here.value))) > gap / 2

    def _place(self, node: int | None) -> str:
        """The user's own words for a node."""
        span = self.subject.graph.spans[node] if node is not None else None
        if span is None:
            return "the expression"
        words = visible(self.subject.text[slice(*span)])
        return words if len(words) <= 40 else words[:39] + "…"


def _apart(found: float, exact: float) -> str:
    """Both numbers, with as many digits as it takes to tell them apart."""
    digits = next((k for k in range(6, 17) if f"{found:.{k}g}" != f"{exact:.{k}g}"), 17)
    return f"autograd returned {found:.{digits}g}; the derivative is {exact:.{digits}g}"


def _named(value: float) -> str:
    return "NaN" if math.isnan(value) else f"{value:.6g}"
