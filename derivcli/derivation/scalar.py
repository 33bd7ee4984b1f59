"""The derivation of derivatives of numbers: rule by rule from the user's own form to the formula that is shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from derivcli.brackets import entries_of
from derivcli.closures import stepped
from derivcli.deadline import Expired, deadline
from derivcli.derivation.ending import Manner, as_printed, differ, end, tidy
from derivcli.derivation.marked import Marked
from derivcli.derivation.natural import with_exponentials
from derivcli.derivation.telling import rule_steps, told
from derivcli.derivation.textbook import is_kept
from derivcli.derivation.walk import take
from derivcli.errors import DerivError, UnsupportedError
from derivcli.graph import Graph
from derivcli.language import Setting, expand, read
from derivcli.language.latex import latex
from derivcli.model import Derivation, Formula, Path, Step
from derivcli.numeric.exact import evaluate
from derivcli.task import Symbolic, Task

# So many derivations are told of one question, and at so many points each is held against the derivative.
MAX_DERIVATIONS, MAX_POINTS = 60, 2
# The part of the time that one check, or one search for the names of forms may take.
_ONE_SHARE = 0.4
_PLACES = (Fraction(6180, 9973), Fraction(17291, 9973), Fraction(-4001, 9973), Fraction(31337, 9973))
_OTHER = "the steps to {} are left out: {}"


def derivations(
    task: Task, form: tuple[Graph, Sequence[int]], symbolic: Symbolic, seconds: float
) -> tuple[list[Derivation], list[str]]:
    """How the derivatives are found.

    Args:
        task: what was differentiated.
        form: the user's own form, with one root for each component.
        symbolic: the derivatives.
        seconds: for all of it.

    Returns:
        The derivations, each that another one starts from before it, and what a reader should be told.
    """
    teller = _Teller(task, form, symbolic, seconds * _ONE_SHARE)
    try:
        with deadline(seconds):
            teller.tell()
    except Expired:
        teller.warnings.append(f"the derivation ran out of time after {seconds:.2g} s: what was found by then is shown")
    return teller.found, teller.warnings


@dataclass(frozen=True)
class _Result:
    """One result on the way: its path in the answer, the component, and how far along the variables it is."""

    path: Path
    component: int
    along: tuple[str, ...]


class _Teller:
    def __init__(self, task: Task, form: tuple[Graph, Sequence[int]], symbolic: Symbolic, seconds: float) -> None:
        self.task, self.form, self.symbolic, self.seconds = task, form, symbolic, seconds
        self.found: list[Derivation] = []
        self.warnings: list[str] = []
        # The last formula of each derivation, by component and variables; None where there is no derivation.
        self._last: dict[tuple[int, tuple[str, ...]], str | None] = {}

    def tell(self) -> None:
        for result in self._results():
            key = (result.component, result.along)
            if key in self._last:
                continue
            if len(self.found) == MAX_DERIVATIONS:
                self.warnings.append(
                    f"more than {MAX_DERIVATIONS} derivations are not told: ask with --wrt or --partial"
                )
                return
            self._last[key] = None
            if self._last.get((result.component, result.along[:-1]), "") is None:
                continue  # what it would start from has no derivation
            try:
                steps = self._steps(result)
            except DerivError as error:
                self._leave_out(result, error.message)
                continue
            self._last[key] = steps[-1].after.text
            component = result.component if self.task.shape else None
            self.found.append(Derivation(result.along, component, tuple(steps)))

    def _leave_out(self, result: _Result, reason: str) -> None:
        name = f"the derivative by {', '.join(result.along)}"
        self.warnings.append(_OTHER.format(name, reason))

    def _results(self) -> Iterator[_Result]:
        for path, along in self.task.plan.items():
            for component in range(len(self.task.roots)):
                yield from (_Result(path, component, along[:n]) for n in range(1, len(along) + 1))

    def _steps(self, result: _Result) -> list[Step]:
        """The steps to one result.

        Raises:
            DerivError: it is too long, or another one than the derivative.
        """
        first = len(result.along) == 1
        graph, root = self._start(result)
        taken, wanted = take(Marked(graph, result.along[-1]), root), self._wanted(result)
        own = told(taken.graph, root, self.task.decimals)
        if wanted is not None and is_kept(str(wanted.text), str(own.text)):
            taken = replace(taken, restatements=())
        steps = rule_steps(taken, self.task.decimals, places=first)
        manner = Manner(self.task.decimals, self.task.numbers != "complex", self.seconds)
        end(steps, *tidy(steps, taken.graph, taken.restated, self.task.decimals), wanted, manner)
        graph, roots = expand(taken.graph, [taken.result, taken.restated])
        roots += as_printed(graph, steps[len(taken.rules) :], self.task.variables)
        try:
            with deadline(self.seconds):
                checked = self._check(result, graph, roots)
        except (Expired, SystemError):  # the latter where Arb was interrupted
            checked = False
        if not checked:
            self.warnings.append(f"the steps by {', '.join(result.along)} could not be checked in numbers")
        return steps

    def _start(self, result: _Result) -> tuple[Graph, int]:
        """What is differentiated: the user's form, or the derivative before, as it is printed."""
        if len(result.along) == 1:
            graph, roots = self.form
            return with_exponentials(graph, roots[result.component])
        text = str(self._last[result.component, result.along[:-1]])
        reading = read([text], setting=Setting(self.task.variables))
        return reading.graph, reading.roots[0]

    def _wanted(self, result: _Result) -> Formula | None:
        """The formula that is shown; None of what is only on the way.

        Raises:
            UnsupportedError: it is not shown.
        """
        if result.along != self.task.plan[result.path]:
            return None
        formula = self.symbolic.formulas[result.path]
        if formula.text is None:
            raise UnsupportedError("the formula is too long to be printed, or not known")
        if not self.task.shape:
            return formula
        text = entries_of(formula.text, self.task.shape)[result.component]
        return Formula(text, latex(text, dict.fromkeys(self.task.variables, ())))

    def _check(self, result: _Result, graph: Graph, roots: Sequence[int]) -> bool:
        """Hold formulas against the derivative, which was found in another way; whether there was a point.

        Raises:
            UnsupportedError: the two have other values.
        """
        source = self.symbolic.graph
        whole = result.along == self.task.plan[result.path]
        lower = self.symbolic.on_the_way[result.path][result.component]
        derivative = self.symbolic.raw[result.path][result.component] if whole else lower[len(result.along) - 1]
        (other,) = source.copy_into(graph, [derivative], lambda *_: None)
        roots = [root for root in dict.fromkeys(roots) if root != other]
        if not roots:
            return True
        compared = 0
        whole_numbers = stepped(graph, [other])
        for k in range(len(_PLACES)):
            point = {n: _PLACES[(k + j) % len(_PLACES)] + Fraction(j, 97) for j, n in enumerate(self.task.variables)}
            point |= {name: Fraction(k + 2) for name in whole_numbers}
            known, *values = evaluate(graph, [other, *roots], point, real=False, complex_too=True).roots
            if not all(value.kind == "number" for value in (known, *values)):
                continue
            if any(differ(known.plain(), value.plain()) for value in values):
                raise UnsupportedError("they lead to another value than the derivative has")
            compared += 1
            if compared == MAX_POINTS:
                break
        return compared > 0
