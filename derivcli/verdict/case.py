"""One number at one point: autograd against the exact derivative, and the class of the point."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from derivcli.graph import CONDITIONS
from derivcli.model import Check
from derivcli.numeric.exact import Evaluation, Exact, evaluate, number
from derivcli.verdict.beside import STEP, Function, Sides, beside, smooth
from derivcli.verdict.blame import loss, untaken
from derivcli.verdict.conditioning import Budget, condition_number, term_scale
from derivcli.verdict.jointly import Bend, bend, goes_to
from derivcli.verdict.subject import Component, Subject
from derivcli.verdict.wording import CLASSES, INSIDE, LOSSES, apart, digits_left, named

# How far autograd may be from the exact value, relative to the largest entry, and the bits of its mantissa.
TOLERANCE = {"float64": (1e-9, 53), "float32": (1e-4, 24)}
# The most decimal digits that a float has, and so few of them that the reason is told.
DIGITS = {"float64": (16.0, 10.0), "float32": (7.0, 3.0)}
# Rounding errors that may add up where a derivative is exactly 0.
_ROUNDINGS = 16
FLOAT32_MAX = 3.4028234663852886e38


@dataclass
class Here:
    """What all numbers at one point have in common.

    Args:
        subject: the expression and its derivatives.
        point: the exact value of each variable.
        function: the expression's values there, with the conditions that hold.
        values: the exact value of each root.
        dtype: in which autograd computed.
        largest: the largest of all derivatives there.
    """

    subject: Subject
    point: Mapping[str, Any]
    function: Evaluation
    values: Mapping[int, Exact]
    dtype: str
    largest: float

    def __post_init__(self) -> None:
        self.budget = Budget()
        self._below: dict[int, frozenset[str]] = {}
        self._bends: dict[int, Bend | None] = {}

    def below(self, node: int) -> frozenset[str]:
        """The variables that a node depends on."""
        if node not in self._below:
            self._below[node] = frozenset(self.subject.graph.variables([node]))
        return self._below[node]

    def bend(self, root: int) -> Bend | None:
        """A direction in which the function at `root` does not go on as its slopes along the axes say."""
        if root not in self._bends:
            names = [name for name in self.subject.moving if name in self.below(root)]
            self._bends[root] = bend(Function(self.subject.graph, root, real=True), names, self.point)
        return self._bends[root]


@dataclass(frozen=True)
class Case:
    """One number to judge: autograd's `found` for a component, `scale` the largest entry of its array."""

    here: Here
    component: Component
    found: float
    scale: float

    def judge(self, exact: Exact) -> tuple[Check, Exact]:
        """The check, and the derivative's exact value: of the formula, or of its limit where it alone misleads."""
        value = self.here.values[self.component.root]
        if value.kind == "undefined":
            return self._undefined(value), Exact("undefined")
        if value.kind == "infinite":
            return Check("overflow", note="the value is too large for any float"), exact
        special = next(iter(self._specials()), None)
        if special is not None or exact.kind == "undefined":
            found = smooth(
                Function(self.here.subject.graph, self.component.root, True), self.component.along, self.here.point
            )
            if found is not None:
                return self._compare(found, limit=True), found
            sides = self._beside()
            if sides.kind != "smooth":
                return self._singular(sides), exact
            bent = self._bent() if special is not None else None
            if bent is not None:
                return self._joint(bent, sides), exact
            if exact.kind != "number" or abs(float(exact) - float(sides.right or 0)) > 1e-12 * self._size(sides):
                # One branch, taken at one point alone, has a formula that says nothing about the derivative there.
                exact = number(sides.right or 0.0)
                return self._compare(exact, limit=True), exact
        if "unresolved" in (exact.kind, value.kind):
            note = "the exact value could not be settled in as many digits as are tried"
            return Check("unchecked", note=note), exact
        return self._compare(exact), exact

    def explained(self, check: Check, exact: Exact) -> Check:
        """A comparison with what the point's conditioning leaves of its digits, and where the others were lost."""
        if check.status not in ("agree", "disagree") or exact.kind != "number":
            return check
        c, here = self.component, self.here
        kappa = condition_number(c.graph, c.derivative, here.point, exact, self.scale, here.budget)
        most, few = DIGITS[here.dtype]
        trusted = None if kappa is None else round(max(0.0, most - math.log10(max(kappa, 1.0))), 1)
        check = replace(check, trusted_digits=trusted)
        size = max(self.scale, abs(float(exact)))
        kept = -math.log10(check.abs_error / size) if check.abs_error and size else most
        if check.status == "disagree" or kept < min(few, (trusted or 0) - 2):
            return self._blamed(check, kept)
        if trusted is not None and kappa is not None and trusted < few:
            where = f"kappa = {kappa:.1g}: the point itself is ill-conditioned"
            return replace(check, note=f"{where}; rounded to a float it leaves {digits_left(trusted)}")
        return check

    def _blamed(self, check: Check, kept: float) -> Check:
        """The check with the operation that lost the digits in its note; `kept` is how many are left."""
        subject, point, c = self.here.subject, self.here.point, self.component
        found = loss(subject.graph, c.root, point, subject.mended)
        if found is None and not math.isfinite(self.found):
            found = untaken(subject.graph, c.root, self.here.function.taken)
        if found is None:
            inside = loss(c.graph, c.derivative, point)
            notes = [check.note, INSIDE.get(inside.how) if inside is not None else None]
            return replace(check, note="; ".join(note for note in notes if note) or None)
        said = f"{self._place(found.node)} {LOSSES[found.how]}"
        if check.status == "agree":
            said += f": {digits_left(kept)} of autograd's number can be trusted"
        note = said if check.note is None else f"{check.note}; {said}"
        return replace(check, note=note, span=self._span(found.node))

    def _size(self, sides: Sides) -> float:
        return max(abs(sides.left or 0.0), abs(sides.right or 0.0), 1e-300)

    def _undefined(self, value: Exact) -> Check:
        sides = self._beside(1)
        where, said = self._place(value.node), f"autograd returned {named(self.found)}"
        span = self._span(value.node)
        whose = "" if value.node == self.component.root else " of the expression"
        if sides.kind == "removable" and sides.limit is not None and self._goes_to(sides.limit):
            note = f"{where} is not defined here; the limit{whose} is {sides.limit:.6g}; {said}"
            return Check("removable", note=note, limit=sides.limit, span=span)
        if sides.kind == "pole":
            return Check("pole", note=f"{where} is infinite here; {said}", span=span)
        ends = "" if sides.kind != "removable" else "; the expression has no limit"
        if sides.kind == "jump":
            ends = f"; the expression goes to {sides.left:.6g} and {sides.right:.6g} on its two sides"
        return Check("outside_domain", note=f"{where} is not defined here{ends}; {said}", span=span)

    def _goes_to(self, limit: float) -> bool:
        """Whether the function goes to a limit along an axis from everywhere else, too."""
        function = Function(self.here.subject.graph, self.component.root, real=True)
        return len(self.here.point) == 1 or goes_to(function, limit, self.here.point)

    def _singular(self, sides: Sides) -> Check:
        """A point without a derivative, in words."""
        special = self._cause(sides.kind)
        where = self._place(special)
        note, whole = CLASSES[sides.kind], special in (None, self.component.root)
        if sides.kind == "kink" and sides.left is not None:
            whose = "" if whole else " of the expression"
            note += f": the slopes{whose} are {sides.left:.6g} and {sides.right:.6g}"
        if sides.kind == "domain_edge":
            slope, side = (sides.left, "below") if sides.right is None else (sides.right, "above")
            note += "" if slope is None else f": the slope from {side} is {named(slope)}"
        note = f"{where} {note}; autograd returned {named(self.found)}"
        return Check(sides.kind, note=note, left=sides.left, right=sides.right, span=self._span(special))

    def _cause(self, kind: str) -> int | None:
        """The innermost special operation that is at a point of the same class itself."""
        graph, along = self.here.subject.graph, self.component.along[:1]
        for node in self._specials():
            op = graph.nodes[node].op
            function = Function(graph, node, real=True)
            if op in CONDITIONS or beside([function, function], along, self.here.point).kind == kind:
                return node
        return None

    def _bent(self) -> Bend | None:
        """How the function leaves its tangent plane, for a first derivative of several variables."""
        return self.here.bend(self.component.root) if len(self.component.along) == 1 else None

    def _joint(self, bent: Bend, sides: Sides) -> Check:
        """A point with slopes along the axes that are no gradient."""
        special = max(self._specials(), key=lambda node: len(self.here.below(node)))
        direction = ", ".join(f"{name}: {step:g}" for name, step in bent.direction)
        way = "on a curve" if bent.curved else "in the direction"
        note = (
            f"{self._place(special)} has slopes along the axes here, but no gradient: {way} ({direction})"
            f" the slope is {named(bent.slope)}, not {bent.expected:.6g}; autograd returned {named(self.found)}"
        )
        return Check("kink", note=note, left=sides.left, right=sides.right, span=self._span(special))

    def _compare(self, exact: Exact, limit: bool = False) -> Check:
        """Autograd's number against the derivative, which may be known as a limit only."""
        number, found, dtype = float(exact), self.found, self.here.dtype
        if math.isinf(number) or (dtype == "float32" and abs(number) > FLOAT32_MAX):
            return Check("overflow", note=f"the derivative is too large for a {dtype}")
        if not math.isfinite(found):
            return Check("disagree", note=f"autograd returned {named(found)}; the derivative is {number:.6g}")
        error = float(abs(exact.value - exact.value.context.mpf(found)))
        tolerance, bits = TOLERANCE[dtype]
        most, _ = DIGITS[dtype]
        relative = error / abs(number) if number else (0.0 if error == 0 else 1.0)
        digits = round(min(most, -math.log10(relative)) if relative else most, 1)
        digits = abs(max(digits, 0.0))
        if number == 0 and 0 < error <= (bound := self._rounding(bits)):
            # Relative to what was rounded: to 0 itself nothing is.
            return Check("agree", error, round(min(most, math.log10(bound / error / _ROUNDINGS) + most), 1))
        if error <= tolerance * max(self.scale, abs(number)) or (not limit and error <= self._blur(exact, bits)):
            return Check("agree", error, digits)
        return Check("disagree", error, digits, apart(found, number))

    def _rounding(self, bits: int) -> float:
        """What rounding may leave of a derivative that is exactly 0, beside the others and from the terms it has."""
        c = self.component
        plain = c.derivative if c.plain is None else c.plain
        size = max(self.here.largest, term_scale(c.graph, plain, self.here.point))
        return _ROUNDINGS * size * 2.0**-bits

    def _blur(self, exact: Exact, bits: int) -> float:
        """How far the derivative moves when each variable moves by half a unit in the last place of its float."""
        total = 0.0
        for name, value in self.here.point.items():
            _, exponent = math.frexp(float(value))
            half_unit = Fraction(2) ** (exponent - bits - 1)
            moved = {**self.here.point, name: value + half_unit * STEP}
            (there,) = evaluate(self.component.graph, [self.component.derivative], moved, real=False).roots
            if float(value) and there.kind == "number":
                difference = abs(there.value - there.value.context.convert(exact.value))
                total += float(difference * STEP.denominator)
        return total

    def _beside(self, orders: int | None = None) -> Sides:
        """What happens beside the point to the function and its derivatives, up to one of some order."""
        c = self.component
        functions = [
            Function(self.here.subject.graph, c.root, real=True),
            *(Function(c.graph, root, real=False) for root in (*c.on_the_way, c.derivative)),
        ]
        return beside(functions, c.along[:orders], self.here.point)

    def _specials(self) -> list[int]:
        """The nodes on the way to the value that are at a point where they need not have a derivative."""
        function = self.here.function
        if not any(function.conditions.values()) and not function.ties:
            return []
        held = (node for node, condition in self.here.subject.specials if function.conditions[condition])
        # What stays as it is while the variables of the derivative move has no corner along them.
        moving = [n for n in (*held, *function.ties) if not self.here.below(n).isdisjoint(self.component.along)]
        active = self._active() if moving else set()
        return [node for node in moving if node in active]

    def _active(self) -> set[int]:
        """The nodes that the value comes from: of a choice, its conditions and the branch that was taken."""
        active: set[int] = set()
        stack = [self.component.root]
        while stack:
            i = stack.pop()
            if i not in active:
                active.add(i)
                args = self.here.subject.graph.nodes[i].args
                taken = self.here.function.taken.get(i)
                stack.extend(args if taken is None else (taken, *args[1::2]))
        return active

    def _span(self, node: int | None) -> tuple[int, int] | None:
        return None if node is None else self.here.subject.graph.spans[node]

    def _place(self, node: int | None) -> str:
        return self.here.subject.words(node)
