"""Autograd against the exact derivative: which number to trust at this point, and why."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from derivcli.beside import STEP, Function, Sides, beside
from derivcli.errors import visible
from derivcli.graph import CONDITIONS
from derivcli.model import Check, Path
from derivcli.numeric.exact import Evaluation, Exact, evaluate, number
from derivcli.subject import Component, Subject
from derivcli.wording import CLASSES, apart, named

# How far autograd may be from the exact value, relative to the largest entry, and the bits of its mantissa.
TOLERANCE = {"float64": (1e-9, 53), "float32": (1e-4, 24)}
FLOAT32_MAX = 3.4028234663852886e38


@dataclass
class Judgement:
    """What is known of all results at a point.

    Args:
        symbolic: the exact values.
        checks: autograd's numbers against them.
        refuted: the results whose formula has other values than the derivative worked out without it.
    """

    symbolic: dict[Path, list[float]] = field(default_factory=dict)
    checks: dict[Path, Check] = field(default_factory=dict)
    refuted: set[Path] = field(default_factory=set)


def judge(subject: Subject, point: Mapping[str, Any], found: Mapping[Path, list[float]], dtype: str) -> Judgement:
    """The exact values of all results at a point, and the judgement on what autograd found.

    Args:
        subject: the expression and its derivatives.
        point: the exact value of each variable.
        found: what autograd found, a number for each component.
        dtype: in which autograd computed.
    """
    conditions = [c for _, c in subject.specials]
    roots = sorted({c.root for components in subject.components.values() for c in components})
    function = evaluate(subject.graph, roots, point, real=True, conditions=conditions)
    values = dict(zip(roots, function.roots, strict=True))
    known = _exacts([c for components in subject.components.values() for c in components], point)
    judgement = Judgement()
    below: dict[int, frozenset[str]] = {}
    for path, components in subject.components.items():
        exacts = [known[id(c.graph), c.derivative] for c in components]
        # Where a function on the way is at a corner, what led to a higher derivative is looked at, too.
        corner = any(len(c.along) > 1 for c in components) and (any(function.conditions.values()) or function.ties)
        if subject.referee is not None and (corner or _in_doubt(exacts, found[path], dtype)):
            components = subject.referee(path)
            second = _exacts(components, point)
            first, exacts = exacts, [second[id(c.graph), c.derivative] for c in components]
            # At a corner either may have its own convention.
            if not corner and not any(function.conditions.values()) and _contradict(first, exacts):
                judgement.refuted.add(path)
        scale = _scale(exacts)
        cases = [
            _Case(subject, point, function, values[c.root], c, f, scale, dtype, below)
            for c, f in zip(components, found[path], strict=True)
        ]
        judged = [case.judge(exact) for case, exact in zip(cases, exacts, strict=True)]
        judgement.symbolic[path] = [value for _, value in judged]
        judgement.checks[path] = _worst([check for check, _ in judged], subject.shapes[path])
    return judgement


def _contradict(first: Sequence[Exact], second: Sequence[Exact]) -> bool:
    """Whether two ways to the same numbers lead to others."""
    bound = 1e-12 * _scale(second)
    pairs = ((a, b) for a, b in zip(first, second, strict=True) if a.kind == b.kind == "number")
    return any(abs(float(a) - float(b)) > bound for a, b in pairs)


def _exacts(components: Sequence[Component], point: Mapping[str, Any]) -> dict[tuple[int, int], Exact]:
    """The exact value of each derivative, by its graph and node."""
    graphs = {id(c.graph): c.graph for c in components}
    found: dict[tuple[int, int], Exact] = {}
    for key, graph in graphs.items():
        wanted = sorted({c.derivative for c in components if id(c.graph) == key})
        values = evaluate(graph, wanted, point, real=False).roots
        found.update({(key, node): value for node, value in zip(wanted, values, strict=True)})
    return found


def _scale(exacts: Sequence[Exact]) -> float:
    return max((abs(n) for n in map(float, exacts) if math.isfinite(n)), default=0.0)


def _in_doubt(exacts: Sequence[Exact], found: Sequence[float], dtype: str) -> bool:
    """Whether a formula has no value somewhere, or another one than autograd."""
    bound = TOLERANCE[dtype][0] * _scale(exacts)
    return any(e.kind != "number" or not abs(float(e) - f) <= bound for e, f in zip(exacts, found, strict=True))


# From harmless to grave: of an array, the gravest entry is reported; a point's class comes first.
_GRAVITY = (
    "agree", "unchecked", "overflow", "disagree", "removable", "kink", "domain_edge", "vertical_tangent", "jump",
    "pole", "outside_domain",
)  # fmt: skip


def _worst(judged: Sequence[Check], shape: Sequence[int]) -> Check:
    """The gravest check, with the place of its entry in an array of a shape.

    Where the value is undefined, the entry to point at is one by which the point can be left.
    """
    leaves = any(check.status in ("removable", "pole") for check in judged)

    def gravity(k: int) -> tuple[int, float]:
        status, digits = judged[k].status, judged[k].digits
        rank = -1 if leaves and status == "outside_domain" else _GRAVITY.index(status)
        return rank, -math.inf if digits is None else -digits

    worst = max(range(len(judged)), key=gravity)
    c = judged[worst]
    index: list[int] = []
    for size in reversed(shape):
        worst, last = divmod(worst, size)
        index.insert(0, last)
    return replace(c, index=tuple(index) if shape else None)


@dataclass(frozen=True)
class _Case:
    """One number to judge."""

    subject: Subject
    point: Mapping[str, Any]
    function: Evaluation
    value: Exact
    component: Component
    found: float
    scale: float
    dtype: str
    below: dict[int, frozenset[str]]

    def judge(self, exact: Exact) -> tuple[Check, float]:
        """The check, and the derivative's exact value: of the formula, or of its limit where it alone misleads."""
        value = self.value
        if value.kind == "undefined":
            return self._undefined(value), math.nan
        if value.kind == "infinite":
            return Check("overflow", note="the value is too large for any float"), float(exact)
        special = self._special()
        if special is not None or exact.kind == "undefined":
            sides = self._beside()
            if sides.kind != "smooth":
                return self._singular(sides, special), float(exact)
            if exact.kind != "number" or abs(float(exact) - float(sides.right or 0)) > 1e-12 * self._size(sides):
                # One branch, taken at one point alone, has a formula that says nothing about the derivative there.
                exact = number(sides.right or 0.0)
        if "unresolved" in (exact.kind, value.kind):
            note = "the exact value could not be settled in as many digits as are tried"
            return Check("unchecked", note=note), float(exact)
        return self._compare(exact), float(exact)

    def _size(self, sides: Sides) -> float:
        return max(abs(sides.left or 0.0), abs(sides.right or 0.0), 1e-300)

    def _undefined(self, value: Exact) -> Check:
        sides = self._beside()
        where, said = self._place(value.node), f"autograd returned {named(self.found)}"
        if sides.kind == "removable" and sides.limit is not None and self._from_everywhere(sides.limit):
            return Check("removable", note=f"{where} is not defined here; the limit is {sides.limit:.6g}; {said}")
        if sides.kind == "pole":
            return Check("pole", note=f"{where} is infinite here; {said}")
        if sides.kind == "removable":
            return Check("outside_domain", note=f"{where} is not defined here and has no limit; {said}")
        return Check("outside_domain", note=f"{where} is not defined here; {said}")

    def _from_everywhere(self, limit: float) -> bool:
        """Whether the function goes to the same limit when all variables move at once."""
        f = Function(self.subject.graph, self.component.root, real=True)
        for side in (1, -1):
            moved = {
                name: value + side * STEP * (1 + (7 * k) % 11) * (1 + abs(int(float(value))))
                for k, (name, value) in enumerate(self.point.items())
            }
            there = f.at(moved)
            if there.kind != "number" or abs(float(there) - limit) > 1e-9 * max(abs(limit), 1e-9):
                return False
        return True

    def _singular(self, sides: Sides, special: int | None) -> Check:
        """A point without a derivative, in words."""
        where = self._place(special)
        note = CLASSES[sides.kind]
        if sides.kind == "kink":
            note += f": the slopes are {sides.left:.6g} and {sides.right:.6g}"
        note = f"{where} {note}; autograd returned {named(self.found)}"
        return Check(sides.kind, note=note, left=sides.left, right=sides.right)

    def _compare(self, exact: Exact) -> Check:
        number, found = float(exact), self.found
        if math.isinf(number) or (self.dtype == "float32" and abs(number) > FLOAT32_MAX):
            return Check("overflow", note=f"the derivative is too large for a {self.dtype}")
        if not math.isfinite(found):
            return Check("disagree", note=f"autograd returned {named(found)}; the derivative is {number:.6g}")
        error = float(abs(exact.value - exact.value.context.mpf(found)))
        tolerance, bits = TOLERANCE[self.dtype]
        most = 16.0 if bits == 53 else 7.0
        relative = error / abs(number) if number else (0.0 if error == 0 else 1.0)
        digits = round(min(most, -math.log10(relative)) if relative else most, 1)
        digits = abs(max(digits, 0.0))
        if error <= tolerance * max(self.scale, abs(number)) or error <= self._blur(exact, bits):
            return Check("agree", error, digits)
        return Check("disagree", error, digits, apart(found, number))

    def _blur(self, exact: Exact, bits: int) -> float:
        """How far the derivative moves when each variable moves by half a unit in the last place of its float."""
        total = 0.0
        for name, value in self.point.items():
            _, exponent = math.frexp(float(value))
            half_unit = Fraction(2) ** (exponent - bits - 1)
            moved = {**self.point, name: value + half_unit * STEP}
            (there,) = evaluate(self.component.graph, [self.component.derivative], moved, real=False).roots
            if float(value) and there.kind == "number":
                difference = abs(there.value - there.value.context.convert(exact.value))
                total += float(difference * STEP.denominator)
        return total

    def _beside(self) -> Sides:
        c = self.component
        functions = [
            Function(self.subject.graph, c.root, real=True),
            *(Function(c.graph, root, real=False) for root in (*c.on_the_way, c.derivative)),
        ]
        return beside(functions, c.along, self.point)

    def _special(self) -> int | None:
        """A node on the way to the value, at a point where it need not have a derivative."""
        if not any(self.function.conditions.values()) and not self.function.ties:
            return None
        held = (node for node, condition in self.subject.specials if self.function.conditions[condition])
        # What stays as it is while the variables of the derivative move has no corner along them.
        moving = [node for node in (*held, *self.function.ties) if self._moves(node)]
        active = self._active() if moving else set()
        return next((node for node in moving if node in active), None)

    def _moves(self, node: int) -> bool:
        """Whether a node depends on a variable of the derivative."""
        if node not in self.below:
            self.below[node] = frozenset(self.subject.graph.variables([node]))
        return not self.below[node].isdisjoint(self.component.along)

    def _active(self) -> set[int]:
        """The nodes that the value comes from: of a choice, its conditions and the branch that was taken."""
        active: set[int] = set()
        stack = [self.component.root]
        while stack:
            i = stack.pop()
            if i not in active:
                active.add(i)
                args = self.subject.graph.nodes[i].args
                taken = self.function.taken.get(i)
                stack.extend(args if taken is None else (taken, *args[1::2]))
        return active

    def _place(self, node: int | None) -> str:
        """The user's own words for a node."""
        span = self.subject.graph.spans[node] if node is not None else None
        if span is None:
            return "the expression"
        words = visible(self.subject.text[slice(*span)])
        words = words if len(words) <= 40 else words[:39] + "…"
        choice = node is not None and self.subject.graph.nodes[node].op in CONDITIONS
        return f"the choice by {words}" if choice else words
