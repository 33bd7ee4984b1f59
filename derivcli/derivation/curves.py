"""The derivations of derivatives along curves: of what an equation determines, and of a curve with a parameter."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial

from derivcli.deadline import Expired, deadline
from derivcli.derivation.ending import Manner, as_printed, differ, end, tidy
from derivcli.derivation.marked import Marked
from derivcli.derivation.natural import with_exponentials
from derivcli.derivation.solving import Equation, is_linear, solved
from derivcli.derivation.telling import followed, rule_steps, told
from derivcli.derivation.tidy import without_zeros_and_ones
from derivcli.derivation.walk import take
from derivcli.errors import DerivError, UnsupportedError
from derivcli.graph import Graph, Node
from derivcli.language import Setting, expand, read
from derivcli.model import Derivation, Formula, Path, Step
from derivcli.numeric.exact import evaluate

# Numbers at which formulas are compared, and the part of the time for the forms of one derivative.
_TRIALS, _FORMS_SHARE = (6180, 17291), 0.2


@dataclass(frozen=True)
class CurveForm:
    """What is differentiated.

    Args:
        graph, roots: F of F = 0, or x and y, in the user's own form.
        variables: all names that are variables.
        decimals: whether numbers that end are written as decimals.
        primitives: the graph of the derivatives.
        slopes: each derivative as a node of that, lower orders first.
        formulas: as they are shown.
    """

    graph: Graph
    roots: Sequence[int]
    variables: Sequence[str]
    decimals: bool
    primitives: Graph
    slopes: Mapping[Path, int]
    formulas: Mapping[Path, Formula]


def implicit_derivations(form: CurveForm, dependent: str, seconds: float) -> tuple[list[Derivation], list[str]]:
    """How the derivatives of what an equation determines are found: both sides are differentiated.

    Args:
        form: F, and the derivatives.
        dependent: what depends on the other variables.
        seconds: for all of it.

    Returns:
        The derivations, and what a reader should be told.
    """
    teller = _Teller(form, seconds)
    return teller.all([(path, partial(teller.implicit, path, dependent)) for path in form.slopes])


def parametric_derivations(
    form: CurveForm, parameter: str, velocity: Sequence[tuple[int, Formula]], seconds: float
) -> tuple[list[Derivation], list[str]]:
    """How the derivatives of y by x along a curve are found: dy/dx is (dy/dt)/(dx/dt).

    Args:
        form: x and y, and the derivatives of y by x.
        parameter: what they depend on.
        velocity: the derivatives of x and y by the parameter.
        seconds: for all of it.

    Returns:
        The derivations, of x and y by the parameter first, and what a reader should be told.
    """
    teller = _Teller(form, seconds)
    components = [((parameter,), partial(teller.component, k, parameter, *v)) for k, v in enumerate(velocity)]
    found, warnings = teller.all(components)
    numbered = [replace(derivation, component=k) for k, derivation in enumerate(found)]
    if len(found) < len(velocity):
        return numbered, warnings
    speeds = [formula for _, formula in velocity]
    rest, more = teller.all([(path, partial(teller.parametric, path, parameter, speeds)) for path in form.slopes])
    return [*numbered, *rest], [*warnings, *more]


class _Teller:
    def __init__(self, form: CurveForm, seconds: float) -> None:
        self.form, self.seconds = form, seconds
        self.manner = Manner(form.decimals, True, seconds * _FORMS_SHARE)

    def all(self, works: Sequence[tuple[Path, Callable[[], list[Step]]]]) -> tuple[list[Derivation], list[str]]:
        found: list[Derivation] = []
        warnings: list[str] = []
        try:
            with deadline(self.seconds):
                for path, work in works:
                    try:
                        found.append(Derivation(path, None, tuple(work())))
                    except DerivError as error:
                        warnings.append(f"the steps by {', '.join(path)} are left out: {error.message}")
        except Expired:
            seconds = f"{self.seconds:.2g} s"
            warnings.append(f"the derivation ran out of time after {seconds}: what was found by then is shown")
        return found, warnings

    def implicit(self, path: Path, dependent: str) -> list[Step]:
        """Both sides differentiated and solved; of a higher order the lower one, and the first one put in."""
        slope = f"{dependent}'"
        whole = self.form.formulas[path]
        if len(path) > 1:
            steps, graph, root = self._rules(self._read(path[1:]), path[0], {dependent: slope}, places=False)
            first = self._read(path[:1])
            graph, root = _put_in(graph, root, slope, first)
            followed(steps, f"{slope} put in", told(graph, root, self.form.decimals))
            return self._ended(steps, graph, root, whole, self.form.slopes[path])
        start = with_exponentials(self.form.graph, self.form.roots[0])
        steps, source, equation = self._rules(start, path[0], {dependent: slope}, places=True)
        self._check_zero(self._told(Equation(source, equation, source.number(0))), slope, self.form.slopes[path])
        graph, root = self._solved(steps, Equation(source, equation, source.number(0)), slope, path)
        return self._ended(steps, graph, root, whole, self.form.slopes[path], steps[-1:])

    def _solved(self, steps: list[Step], equation: Equation, slope: str, path: Path) -> tuple[Graph, int]:
        """Go on from the derivative of the left side, which is 0, to the slope."""
        zero = self._told(equation)
        steps.append(Step("equal to the derivative of 0", steps[-1].after, zero, steps[0].span))
        if not is_linear(equation.graph, equation.left, slope):
            graph, (root,) = _copied(self.form.primitives, self.form.slopes[path])
            graph, root = without_zeros_and_ones(*with_exponentials(graph, root))
            steps.append(Step(f"solved for {slope}", zero, told(graph, root, self.form.decimals), steps[0].span))
            return graph, root
        acts = list(solved(equation.graph, equation.left, slope))
        for k, (act, now) in enumerate(acts):
            after = self._told(now)
            if k == len(acts) - 1:
                after = told(now.graph, now.right, self.form.decimals)
            else:
                self._check_zero(after, slope, self.form.slopes[path])
            followed(steps, act.format(slope), after)
        return acts[-1][1].graph, acts[-1][1].right

    def _told(self, equation: Equation) -> Formula:
        left, right = (told(equation.graph, i, self.form.decimals) for i in (equation.left, equation.right))
        return Formula(f"{left.text} = {right.text}", f"{left.latex} = {right.latex}")

    def component(self, k: int, parameter: str, node: int, formula: Formula) -> list[Step]:
        """x or y by the parameter."""
        start = with_exponentials(self.form.graph, self.form.roots[k])
        steps, graph, root = self._rules(start, parameter, {}, places=True)
        return self._ended(steps, graph, root, formula, node)

    def parametric(self, path: Path, parameter: str, speeds: Sequence[Formula]) -> list[Step]:
        """The one velocity by the other; of a higher order the lower one by the parameter, by that of x."""
        speed, rise = speeds
        steps: list[Step] = []
        graph, root = self._of(rise)
        if len(path) > 1:
            steps, graph, root = self._rules(self._read(path[1:]), parameter, {}, places=False)
        before = steps[-1].after if steps else rise
        source, below = self._of(speed)
        (divisor,) = source.copy_into(graph, [below], lambda *_: None)
        root = graph.add("div", (root, divisor))
        after = told(graph, root, self.form.decimals)
        steps.append(Step(f"divided by dx/d{parameter}", before, after, None))
        return self._ended(steps, graph, root, self.form.formulas[path], self.form.slopes[path], steps[-1:])

    def _of(self, formula: Formula) -> tuple[Graph, int]:
        reading = read([str(formula.text)], setting=Setting(self.form.variables))
        return reading.graph, reading.roots[0]

    def _read(self, path: Path) -> tuple[Graph, int]:
        """A derivative as it is printed."""
        if self.form.formulas[path].text is None:
            raise UnsupportedError("the formula is too long to be printed")
        return self._of(self.form.formulas[path])

    def _rules(
        self, start: tuple[Graph, int], name: str, dependent: Mapping[str, str], places: bool
    ) -> tuple[list[Step], Graph, int]:
        taken = take(Marked(start[0], name, dependent=dependent), start[1])
        steps = rule_steps(taken, self.form.decimals, places)
        return steps, *tidy(steps, taken.graph, taken.restated, self.form.decimals)

    def _ended(
        self, steps: list[Step], graph: Graph, root: int, wanted: Formula, node: int, checked: Sequence[Step] = ()
    ) -> list[Step]:
        """The steps on to the formula that is shown, each formula from where it is known on held against the node."""
        begun = len(steps)
        end(steps, *tidy(steps, graph, root, self.form.decimals), wanted, self.manner)
        self._check([*checked, *steps[begun:]], node)
        return steps

    def _check(self, steps: Sequence[Step], node: int) -> None:
        graph, (slope,) = _copied(self.form.primitives, node)
        roots = as_printed(graph, steps, self.form.variables)
        for known, *values in self._values(graph, [slope, *roots]):
            if any(differ(known, value) for value in values):
                raise UnsupportedError("they lead to another value than the derivative has")

    def _check_zero(self, equation: Formula, slope: str, node: int) -> None:
        """Hold the sides of an equation against each other where the slope has its value."""
        left, _, right = str(equation.text).replace(slope, _SLOPE).partition(" = ")
        reading = read([f"{left} - ({right})"], setting=Setting([*self.form.variables, _SLOPE]))
        graph, (value,) = _copied(self.form.primitives, node)
        source, (root,) = expand(reading.graph, reading.roots)
        (difference,) = source.copy_into(graph, [root], lambda _, n, __: value if n.value == _SLOPE else None)
        for total, size in self._values(graph, [difference, value]):
            if abs(total) > 1e-9 * max(1.0, abs(size)):
                raise UnsupportedError("they lead to another value than the derivative has")

    def _values(self, graph: Graph, roots: Sequence[int]) -> list[list[complex]]:
        """The numbers of nodes at the points at which all of them have one."""
        found = []
        for trial in _TRIALS:
            point = {name: Fraction(trial + 1377 * k, 9973) for k, name in enumerate(self.form.variables)}
            values = evaluate(graph, roots, point, real=False, complex_too=True).roots
            if all(value.kind == "number" for value in values):
                found.append([value.plain() for value in values])
        return found


# A name for the derivative that can be read.
_SLOPE = "slope__"


def _copied(graph: Graph, root: int) -> tuple[Graph, list[int]]:
    new = Graph()
    return new, graph.copy_into(new, [root], lambda *_: None)


def _put_in(graph: Graph, root: int, name: str, value: tuple[Graph, int]) -> tuple[Graph, int]:
    """A node with another one for a variable."""
    new = Graph()
    (known,) = value[0].copy_into(new, [value[1]], lambda *_: None)

    def replaced(_: int, node: Node, __: tuple[int, ...]) -> int | None:
        return known if node.op == "variable" and node.value == name else None

    return new, graph.copy_into(new, [root], replaced)[0]
