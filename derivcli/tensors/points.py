"""Numbers at one point: autograd's, the exact ones, and the verdict on them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from derivcli.deadline import Expired, deadline
from derivcli.decimals import Limits
from derivcli.entries import TooLarge, entries
from derivcli.errors import DerivError, LimitError
from derivcli.language import Setting, Shaped, expand, read, shaped, specials
from derivcli.model import Check, Decimals, Nested, Path, PointAnswer
from derivcli.numeric.arrays import Found, Wanted, differentiate, evaluate
from derivcli.programs import computed_arrays, source
from derivcli.sparsity import colour, hessian_pattern
from derivcli.task import Computed
from derivcli.tensors.comparing import compared, norm_corners
from derivcli.tensors.digits import array_decimals
from derivcli.tensors.scalars import MAX_NODES, STEP, Scalars, entry_names, positions, primitives, structured
from derivcli.tensors.task import ArrayTask, laid_out_numbers
from derivcli.values import Exacts, nest
from derivcli.verdict import Component, Subject, judge

# Seconds for the exact values at one point.
EXACT_SECONDS = 6.0
# Numbers of all results together that are judged one by one.
MAX_JUDGED = 20_000
# From so many variables on the structure of a Hessian is looked at.
MIN_SPARSE = 40


@dataclass
class Numbers:
    """What is ready for all points of a question.

    Args:
        task: the question.
        sources: the texts of the formulas in matrix notation.
        scalars: the question entry by entry, or None where it is too large.
        vectors: the V of products.
        dtype, device, seconds: for torch.
        check: whether autograd is checked.
        literal: whether torch computes exactly what was typed.
        digits: in how many digits exact values are wanted, too.
    """

    task: ArrayTask
    sources: Mapping[Path, str]
    scalars: Scalars | None
    vectors: Mapping[str, Exacts]
    dtype: str
    device: str
    seconds: float
    check: bool
    literal: bool
    digits: Limits | None = None

    def __post_init__(self) -> None:
        self.shapes = self.task.declarations.in_numbers()
        self.refuted: set[Path] = set()
        self.program, computed = self._program()
        self.rewritten, self.mended = computed.rewritten, computed.mended

    def _program(self) -> tuple[str, Computed]:
        """The torch program, and the expression that it computes."""
        sized = self.task.sized
        assert sized is not None
        structures = self.task.declarations.structures
        graph, roots = sized.graph, sized.roots
        if structures or not self.literal:
            graph, roots = structured(graph, roots, structures, self.shapes)
        arrays = Shaped(graph, list(roots), {})
        program, sizes = computed_arrays(arrays, self.shapes, self.task.reading.text, self.literal)
        return source(program, self.task.variables, sizes), program

    def at(self, point: Mapping[str, Exacts]) -> PointAnswer:
        """Everything about one point."""
        floats = {name: (e.floats, e.shape) for name, e in point.items()}
        found = differentiate(self.program, floats, self._wanted(), self.dtype, self.device, self.seconds)
        found = self._filled(found)
        moved = {path: self._moved(path, found.results[path]) for path in self.task.plan}
        symbolic, checks, decimals = self._checked(point, floats, moved) if self.check else (None, None, None)
        return PointAnswer(
            at={name: point[name].nested() for name in self.task.variables},
            value=nest(found.value, self.task.output_numbers()),
            result={path: self._nested(path, numbers) for path, numbers in moved.items()},
            symbolic=None if symbolic is None else self._known(symbolic),
            checks=checks,
            decimals=decimals,
        )

    def _known(self, symbolic: Mapping[Path, list[float] | None]) -> dict[Path, Nested | None] | None:
        """The exact values in their shapes; None where there are none at all."""
        if all(numbers is None for numbers in symbolic.values()):
            return None
        return {path: None if n is None else self._nested(path, n) for path, n in symbolic.items()}

    def _filled(self, found: Found) -> Found:
        """Where torch refuses, as for the inverse of a singular matrix, every number is NaN."""
        if found.refused:
            value = [math.nan] * math.prod(self.task.output_numbers())
            results = {p: [math.nan] * math.prod(self.task.result_numbers(p)) for p in self.task.plan}
            return Found(value, results)
        return found

    def _wanted(self) -> Wanted:
        task = self.task
        tangents = {name: self.vectors[name].floats for name in task.tangents}
        cotangent = self.vectors[task.cotangent].floats if task.cotangent else []
        return Wanted(task.kind, task.plan, cotangent, tangents, self._patterns())

    def _patterns(self) -> dict[tuple[str, str], tuple[Sequence[int], Sequence[int]]]:
        """Which parts of a large Hessian are sparse enough to be found by fewer products than rows."""
        large = [n for n, s in self.shapes.items() if math.prod(s) >= MIN_SPARSE]
        if self.task.kind != "hessian" or self.scalars is None or not large:
            return {}
        (root,) = self.scalars.roots
        rows = hessian_pattern(self.scalars.graph, root, self.scalars.names)
        found: dict[tuple[str, str], tuple[Sequence[int], Sequence[int]]] = {}
        for pair in self.task.plan:
            a, b = (self._places(name) for name in pair)
            part = [(rows[k] >> b[0]) & ((1 << len(b)) - 1) for k in a]
            # Rows of one colour must share no column: the columns of the transposed part.
            columns = [sum(1 << r for r, row in enumerate(part) if row >> c & 1) for c in range(len(b))]
            colours = colour(columns, len(a))
            if len(a) >= MIN_SPARSE and max(colours, default=0) + 1 <= len(a) // 2:
                found[pair[0], pair[1]] = (part, colours)
        return found

    def _places(self, name: str) -> range:
        """Where the entries of a variable stand among all scalar variables."""
        assert self.scalars is not None
        names = entry_names(name, self.shapes.get(name, ()))
        first = self.scalars.names.index(names[0])
        return range(first, first + len(names))

    def _moved(self, path: Path, numbers: list[float]) -> list[float]:
        """A result's numbers in the task's layout."""
        if self.task.layout == "torch":
            return numbers
        return [numbers[k] for k in positions(self.task, path)]

    def _nested(self, path: Path, numbers: list[float]) -> Nested:
        return nest(numbers, laid_out_numbers(self.task, path))

    def _checked(
        self, point: Mapping[str, Exacts], floats: Mapping[str, tuple[Sequence[float], Sequence[int]]],
        found: Mapping[Path, list[float]],
    ) -> tuple[Mapping[Path, list[float] | None], Mapping[Path, Check], Decimals | None]:  # fmt: skip
        count = sum(map(len, found.values()))
        if self.scalars is not None and count <= MAX_JUDGED:
            try:
                with deadline(min(EXACT_SECONDS, self.seconds)):
                    judgement = judge(self._subject(self.scalars), self._scalar_point(point), found, self.dtype)
                self.refuted |= judgement.refuted & set(self.sources)
                if self.digits is None:
                    return judgement.symbolic, judgement.checks, None
                exact = self._scalar_point(point)
                decimals = array_decimals(self.task, self.scalars, judgement, exact, self.digits)
                return judgement.symbolic, judgement.checks, decimals
            except (Expired, TooLarge):
                pass
        if self.digits is not None:
            raise LimitError("--digits: these arrays are too large for exact values", hint="leave --digits out")
        return (*self._in_floats(floats, found), None)

    def _scalar_point(self, point: Mapping[str, Exacts]) -> dict[str, Any]:
        """The exact value of every scalar variable, and of those below `detach`, which are others."""
        values: dict[str, Any] = {}
        for name, exacts in {**point, **self._named_vectors()}.items():
            for entry, value in zip(entry_names(name, exacts.shape), exacts.entries, strict=True):
                values[entry] = values[f"detach({entry})"] = value
        if self.task.tangents:
            values[STEP] = values[f"detach({STEP})"] = Fraction(0)
        return values

    def _named_vectors(self) -> dict[str, Exacts]:
        """The V of products under the names that they have in formulas."""
        names = {**self.task.tangents, **({self.task.cotangent: self.task.cotangent} if self.task.cotangent else {})}
        return {formula_name: self.vectors[key] for key, formula_name in names.items()}

    def _subject(self, scalars: Scalars) -> Subject:
        components = {path: self._components(scalars, path) for path in self.task.plan}
        graph = scalars.graph
        return Subject(
            self.task.reading.text, graph, specials(graph, scalars.roots), components,
            {path: laid_out_numbers(self.task, path) for path in self.task.plan},
            scalars.referee, self.mended,
        )  # fmt: skip

    def _components(self, scalars: Scalars, path: Path) -> list[Component]:
        """The numbers of a result as the printed formula gives them, or without one as the referee does."""
        formula = self._formula(path)
        if formula is None:
            return scalars.referee(path)
        graph = primitives(formula, self._formula_shapes(), self.sources[path])
        written, (roots,) = entries(graph.graph, graph.roots, graph.shapes, MAX_NODES)
        components = scalars.components(path)
        if graph.shapes[graph.roots[0]] == ():
            roots = roots * len(components)  # zeros of any shape are written as one
        return [Component(c.root, c.along, written, root) for c, root in zip(components, roots, strict=True)]

    def _formula_shapes(self) -> dict[str, tuple[int, ...]]:
        return {**self.shapes, **{name: e.shape for name, e in self._named_vectors().items()}}

    def _formula(self, path: Path) -> Shaped | None:
        """The printed text of a formula, read again; one that cannot be read, or has another shape, is not shown."""
        if path not in self.sources:
            return None
        shapes = self._formula_shapes()
        names = [*self.task.variables, *shapes]
        try:
            reading = read([self.sources[path]], setting=Setting(names, self.task.declarations.sizes))
            root = reading.graph.add("stack", reading.roots) if reading.vector else reading.roots[0]
            formula = shaped(reading.graph, [root], shapes, self.sources[path])
        except LimitError:
            return None  # too large for a check, and no less true
        except DerivError:
            self.refuted.add(path)
            return None
        count = math.prod(self.task.result_numbers(path))
        shape = formula.shapes[formula.roots[0]]
        if shape and math.prod(int(size) for size in shape) != count:
            self.refuted.add(path)
            return None
        return formula

    def _in_floats(
        self, floats: Mapping[str, tuple[Sequence[float], Sequence[int]]], found: Mapping[Path, list[float]]
    ) -> tuple[Mapping[Path, list[float] | None], Mapping[Path, Check]]:
        """The check of what is too large for exact values: the printed formula by torch in float64."""
        vectors = {n: (e.floats, e.shape) for n, e in self._named_vectors().items()}
        everything = {**floats, **vectors}
        symbolic: dict[Path, list[float] | None] = {}
        checks: dict[Path, Check] = {}
        special = self._at_special(floats)
        for path in self.task.plan:
            formula = self._formula(path)
            code = (
                None
                if formula is None
                else _program(formula, self._formula_shapes(), list(everything), self.sources[path])
            )
            numbers = evaluate(code, everything)[:1] if code is not None else []
            count = len(found[path])
            if not numbers:
                checks[path] = Check(
                    "unchecked",
                    note="too large for exact values, and there is no formula that could be held against it",
                )
                symbolic[path] = None
                continue
            values = numbers[0] * count if len(numbers[0]) == 1 else numbers[0]
            checks[path] = special or compared(values, found[path], self.dtype)
            known = checks[path].status == "agree" or special is not None
            symbolic[path] = values if known else None
        return symbolic, checks

    def _at_special(self, floats: Mapping[str, tuple[Sequence[float], Sequence[int]]]) -> Check | None:
        """Whether some entry stands where a function on the way need have no derivative."""
        assert self.task.sized is not None
        graph, roots = expand(self.task.sized.graph, self.task.sized.roots)
        conditions = [condition for _, condition in specials(graph, roots)] + norm_corners(graph, roots)
        if not conditions:
            return None
        code = _program(Shaped(graph, conditions, {}), self.shapes, self.task.variables, self.task.reading.text)
        if any(any(values) for values in evaluate(code, floats)):
            note = "an entry stands where a function has a corner or an end, and there are too many to look beside each"
            return Check("unchecked", note=note)
        return None


def _program(graph: Shaped, shapes: Mapping[str, tuple[int, ...]], variables: Sequence[str], text: str) -> str:
    """The torch program of an expression in arrays."""
    program, sizes = computed_arrays(graph, shapes, text, literal=False)
    return source(program, variables, sizes)
