"""The Rich table: the formula, the exact value, autograd's value, and whether they agree."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterable

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from derivcli.errors import visible
from derivcli.model import Answer, Formula, Path, PointAnswer
from derivcli.render.arrays import entry, grids, shape_of
from derivcli.render.cells import check_mark, components_of, shown
from derivcli.render.console import UNBOUNDED, console_of
from derivcli.render.digits import Printed, digit_notes, exact_of, heading, value_of
from derivcli.render.names import derivative, loop
from derivcli.render.notes import notes
from derivcli.render.numbers import unprinted
from derivcli.render.steps import trees
from derivcli.render.unicode import mathematical

# Significant digits, most first: as many are shown as the terminal has room for.
_DIGITS = (17, 14, 12, 10, 8, 6)


def write_table(answer: Answer, color: str) -> None:
    """Write the answer for people to standard output; warnings go to standard error."""
    console = console_of(color)
    AnswerTable(answer, console).write()
    for warning in (*answer.warnings, *digit_notes(answer)):
        print(f"deriv: warning: {visible(warning)}", file=sys.stderr)


class AnswerTable:
    """One answer on one console."""

    def __init__(self, answer: Answer, console: Console) -> None:
        self.answer, self.console = answer, console
        self.unicode = (console.encoding or "").lower().replace("-", "").startswith("utf")
        names = answer.variables
        self.constants = frozenset(c for c in ("pi", "oo", "tau", "EulerGamma", "GoldenRatio") if c not in names)

    def write(self) -> None:
        arguments = ", ".join(self.answer.variables)
        self._line(f"f({arguments}) = " if arguments else "f = ", self._short_of(self.answer.expression))
        for ran in self.answer.loops.items():
            self._line("", visible(loop(ran)))
        for tree in trees(self.answer, self._formula, self.unicode):
            self.console.print(tree)
        if self._is_array():
            self._arrays()
            self._trace()
            return
        if not self.answer.derivatives:
            self.console.print("There are no variables: every derivative is 0.")
        elif self.answer.kind in ("hessian", "jacobian") and self._fits(self._formula_grid()):
            self.console.print(self._formula_grid())
        elif len(self.answer.points) != 1 or not self._fits(self._one_point(_DIGITS[-1])):
            for path, formula in self.answer.derivatives.items():
                self._line(f"{derivative(self.answer, path)} = ", self._short_of(formula))
        if self.answer.points:
            self._points()
        self._trace()

    def _is_array(self) -> bool:
        """Whether there are more axes than the tables of numbers have."""
        arrays = any(self.answer.variables.values()) or len(self.answer.expression.shape) > 1
        return arrays or self.answer.kind in ("vjp", "jvp", "hvp")

    def _arrays(self) -> None:
        """Formulas, then for each point a grid for each result."""
        for name, vector in self.answer.vectors.items():
            self._line(f"{name} = ", self._short(vector))
        for path, formula in self.answer.derivatives.items():
            size = f"   ({', '.join(map(str, formula.shape))})" if formula.shape else ""
            text = "no formula" if formula.text is None else self._formula(formula.text)
            self._line(f"{derivative(self.answer, path)} = ", f"{text}{size}")
        for point in self.answer.points:
            at = ", ".join(f"{name} = {self._short(value)}" for name, value in point.at.items())
            self._line("at ", f"{at}:  f = {self._short(value_of(point, radius=True))}")
            for path in self.answer.derivatives:
                self._array(point, path)
            self._notes([point])

    def _short(self, value: Printed) -> str:
        """An array on one line, or its shape where it would take more."""
        text = shown(value, 17)
        room = self.console.width - 20
        return text if len(text) <= room else f"({' x '.join(map(str, shape_of(value)))} numbers)"

    def _array(self, point: PointAnswer, path: Path) -> None:
        """One result: its name and check, then its grid."""
        found, exact = point.result[path], exact_of(point, path, radius=True)
        check = None if point.checks is None else point.checks[path]
        agrees = check is not None and check.status == "agree"
        label = Text(derivative(self.answer, path), style="bold")
        shape = shape_of(found)
        mark = Text("  ") + check_mark(check, self.unicode) if check is not None else Text("")
        if not shape:
            both = shown(found, 17) if exact is None else f"{shown(exact, 17)} (autograd: {shown(found, 17)})"
            self.console.print(label + Text(f" = {both}", style="") + mark)
            return
        if exact is not None and not agrees:
            mark += Text("; autograd's numbers below the symbolic ones")
        elif agrees:
            mark += Text(" as autograd")
        self.console.print(label + mark)
        digits = 17 if not self.console.is_terminal else 6 if len(shape) > 1 else 8

        def cell(index: tuple[int, ...]) -> list[str]:
            autograd = shown(entry(found, index), digits)
            if exact is None or agrees:
                return [autograd if exact is None else shown(entry(exact, index), digits)]
            return [shown(entry(exact, index), digits), autograd]

        terminal = self.console.is_terminal
        for line, dim in grids(self.console.width, terminal, shape, cell, self.unicode):
            if terminal:
                self.console.print(Text(line, style="dim" if dim else ""))
            else:
                print(line, file=self.console.file)

    def _trace(self) -> None:
        """Autograd's graph as a tree, beside the expressions that its nodes come from."""
        if not self.answer.trace:
            return
        names = [f"{'  ' * node.depth}{node.name}" for node in self.answer.trace]
        width = max(map(len, names))
        self.console.print("autograd's graph:")
        for name, node in zip(names, self.answer.trace, strict=True):
            text = "" if node.text == node.name else f"  {self._formula(node.text)}"
            self._line("", f"{name.ljust(width)}{text}".rstrip())

    def _line(self, name: str, formula: str) -> None:
        self.console.print(Text(name, style="bold") + Text(formula), overflow="fold")

    def _short_of(self, formula: Formula) -> str:
        """A formula, or what stands for one that is not printed."""
        return unprinted(formula) if formula.text is None else self._formula(formula.text)

    def _formula(self, text: str) -> str:
        *named, text = text.split("; ")
        text = f"{text}  where {', '.join(named)}" if named else text
        return mathematical(text, self.constants) if self.unicode else text

    def _points(self) -> None:
        if self.answer.kind in ("hessian", "jacobian"):
            grids = [self._widest(functools.partial(self._value_grid, point)) for point in self.answer.points]
            if all(grid is not None for grid in grids):
                if self._checked():
                    self.console.print(
                        f"In each cell: the {heading(self.answer.points)} value, and autograd's below it."
                    )
                for point, grid in zip(self.answer.points, grids, strict=True):
                    self._where(point)
                    self.console.print(grid)
                    self._notes([point])
                return
        table = None
        if len(self.answer.points) == 1:
            table = self._widest(self._one_point) or self._widest(functools.partial(self._one_point, formulas=False))
            self._where(self.answer.points[0])
        table = table or self._widest(self._rows)
        if table is None and any(point.decimals for point in self.answer.points):
            self._lines()
        elif self.answer.derivatives:
            self.console.print(table or self._rows(_DIGITS[-1]))
        self._notes(self.answer.points)

    def _lines(self) -> None:
        """Digits that no table has room for: a line for each result, folded and never cut."""
        for point in self.answer.points:
            if len(self.answer.points) > 1:
                self._where(point)
            for path, found in point.result.items():
                exact, check = exact_of(point, path, radius=True), (point.checks or {}).get(path)
                both = shown(found, 17) if exact is None else f"{shown(exact, 17)} (autograd: {shown(found, 17)})"
                mark = Text("  ") + check_mark(check, self.unicode) if check is not None else Text("")
                self.console.print(Text(f"{derivative(self.answer, path)} = {both}") + mark, overflow="fold")

    def _where(self, point: PointAnswer) -> None:
        at = ", ".join(f"{name} = {shown(value, 17)}" for name, value in point.at.items())
        value = shown(value_of(point, radius=True), 17)
        self._line("at " if at else "", f"{at}:  f = {value}" if at else f"f = {value}")

    def _fits(self, table: Table) -> bool:
        return self.console.measure(table).minimum <= self.console.width and self._natural(table) <= self.console.width

    def _natural(self, table: Table) -> int:
        wide = Console(width=UNBOUNDED, file=sys.stdout)
        return wide.measure(table).maximum

    def _widest(self, build: Callable[[int], Table]) -> Table | None:
        """The table with the most digits that fits, if one does."""
        return next((t for t in map(build, _DIGITS) if self._fits(t)), None)

    def _new(self, *columns: tuple[str, str]) -> Table:
        table = Table(box=box.ROUNDED if self.unicode else box.ASCII, header_style="bold")
        for name, side in columns:
            table.add_column(Text(name), justify=side, no_wrap=True)  # type: ignore[arg-type]
        return table

    def _checked(self) -> bool:
        return any(point.checks is not None for point in self.answer.points)

    def _number_columns(self) -> list[tuple[str, str]]:
        autograd = ("autograd", "right")
        return [(heading(self.answer.points), "right"), autograd, ("check", "left")] if self._checked() else [autograd]

    def _numbers(self, point: PointAnswer, path: Path, digits: int) -> Iterable[Text]:
        autograd = Text(shown(point.result[path], digits))
        exact = exact_of(point, path, radius=True)
        if not self._checked():
            return [autograd]
        mark = Text() if point.checks is None else check_mark(point.checks[path], self.unicode)
        return [Text() if exact is None else Text(shown(exact, digits)), autograd, mark]

    def _one_point(self, digits: int, formulas: bool = True) -> Table:
        """A row for each derivative, its formula beside its values."""
        table = self._new(("", "left"), *([("formula", "left")] if formulas else []), *self._number_columns())
        for path, formula in self.answer.derivatives.items():
            beside = [Text(self._short_of(formula))] if formulas else []
            cells = self._numbers(self.answer.points[0], path, digits)
            table.add_row(Text(derivative(self.answer, path)), *beside, *cells)
        return table

    def _rows(self, digits: int) -> Table:
        """A row for each point and derivative."""
        several = len(self.answer.derivatives) > 1
        names = [(name, "right") for name in self.answer.variables]
        table = self._new(*names, ("f", "right"), *([("", "left")] if several else []), *self._number_columns())
        for point in self.answer.points:
            where = [Text(shown(v, min(digits, 10))) for v in point.at.values()] + [
                Text(shown(value_of(point, radius=True), digits))
            ]
            for path in self.answer.derivatives:
                label = [Text(derivative(self.answer, path))] if several else []
                table.add_row(*where, *label, *self._numbers(point, path, digits))
                where = [Text("")] * len(where)
        return table

    def _grid(self, cell: Callable[[str, int], Text]) -> Table:
        """Rows for components or first variables, columns for variables."""
        table = self._new(("", "left"), *((_by(name), "right") for name in self.answer.wrt))
        rows = self.answer.wrt if self.answer.kind == "hessian" else [f"f{k + 1}" for k in range(self._components())]
        for k, name in enumerate(rows):
            label = _by(name) if self.answer.kind == "hessian" else name
            table.add_row(Text(label, style="bold"), *(cell(column, k) for column in self.answer.wrt))
        return table

    def _components(self) -> int:
        return int(self.answer.expression.shape[0]) if self.answer.expression.shape else 1

    def _formula_grid(self) -> Table:
        def cell(column: str, k: int) -> Text:
            if self.answer.kind == "hessian":
                return Text(self._short_of(self.answer.derivatives[self.answer.wrt[k], column]))
            formula = self.answer.derivatives[column,]
            if formula.text is None or not self.answer.expression.shape:
                return Text(self._short_of(formula))
            return Text(self._formula(components_of(formula.text)[k]))

        return self._grid(cell)

    def _value_grid(self, point: PointAnswer, digits: int) -> Table:
        """Each cell: the exact value above, autograd's below."""

        def cell(column: str, k: int) -> Text:
            path = (self.answer.wrt[k], column) if self.answer.kind == "hessian" else (column,)
            found = _entry(point.result[path], k)
            symbolic = exact_of(point, path, radius=True)
            if symbolic is None or point.checks is None:
                return Text(shown(found, digits))
            check = point.checks[path]
            marked = check.status == "agree" or check.index in (None, (k,))
            mark = check_mark(check, self.unicode, short=True) if marked else Text(" ")
            exact = Text(f"{shown(_entry(symbolic, k), digits)} ")
            return exact + mark + Text(f"\n{shown(found, digits)}  ", style="dim")

        return self._grid(cell)

    def _notes(self, points: Iterable[PointAnswer]) -> None:
        for whose, note in notes(self.answer, points, min(72, self.console.width - 8)):
            self._line(whose, note)


def _by(name: str) -> str:
    return f"∂/∂{name}"


def _entry(value: Printed, k: int) -> Printed:
    return value[k] if isinstance(value, list) else value
