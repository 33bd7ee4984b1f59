"""An answer on the streams, in any of the forms that are asked for."""

from __future__ import annotations

import sys
from collections.abc import Callable

from derivcli.brackets import in_matrix
from derivcli.model import Answer, Formula, Path, PointAnswer
from derivcli.render.digits import Printed, digit_notes, exact_of, value_of
from derivcli.render.json import answer_data, dumps
from derivcli.render.names import derivative, derivative_latex, loop
from derivcli.render.numbers import number, unprinted
from derivcli.render.steps import latex_steps, plain_steps


def write(answer: Answer, form: str, color: str) -> None:
    """Write the answer to standard output, and what else should be known to standard error."""
    if form == "table":
        from derivcli.render.table import write_table

        write_table(answer, color)
        return
    text = _FORMS[form](answer)
    if text:
        print(text)
    if form not in ("json", "ndjson"):
        for warning in (*answer.warnings, *digit_notes(answer)):
            print(f"deriv: warning: {warning}", file=sys.stderr)
        if form == "quiet":
            _complain(answer)


def _complain(answer: Answer) -> None:
    for point in answer.points:
        for path, check in (point.checks or {}).items():
            told = check.status == "overflow" and point.decimals is not None and path in point.decimals.results
            if check.status != "agree" and not told:
                print(f"deriv: {derivative(answer, path)}: {check.status}: {check.note}", file=sys.stderr)


def _json(answer: Answer) -> str:
    return dumps(answer_data(answer), indent=2)


def _ndjson(answer: Answer) -> str:
    return dumps(answer_data(answer))


def _latex(answer: Answer) -> str:
    """The formulas, and of vectors and matrices their values."""
    lines = [f"f = {answer.expression.latex}"] if answer.expression.latex else []
    lines += latex_steps(answer)
    for path, formula in answer.derivatives.items():
        name = derivative_latex(answer, path)
        if formula.latex:
            lines.append(f"{name} = {formula.latex}")
        for point in answer.points:
            values = _latex_value(_best(point, path))
            if values:
                at = ", ".join(f"{variable} = {_array(value)}" for variable, value in point.at.items())
                lines.append(f"% at {at}\n{name} = {values}")
    return "\n".join(lines)


def _latex_value(value: Printed) -> str | None:
    """A vector or matrix of numbers in LaTeX, or one number in digits."""
    if isinstance(value, str):
        return _latex_number(value)
    rows = [row if isinstance(row, list) else [row] for row in value] if isinstance(value, list) else []
    if not rows or any(isinstance(v, list) for row in rows for v in row):
        return None
    texts = [_latex_number(v) for row in rows for v in row if not isinstance(v, list)]
    return in_matrix(texts, (len(rows), len(rows[0])))


def _latex_number(value: complex | str) -> str:
    if isinstance(value, complex):
        imaginary = _latex_number(value.imag)
        return f"{_latex_number(value.real)} {'' if imaginary.startswith('-') else '+ '}{imaginary} i"
    text = number(value)
    mantissa, e, exponent = text.partition("e")
    named = {"NaN": r"\mathrm{NaN}", "Infinity": r"\infty", "-Infinity": r"-\infty"}
    return rf"{mantissa} \cdot 10^{{{int(exponent)}}}" if e and exponent else named.get(text, text)


def _text(formula: Formula) -> str:
    return formula.text or unprinted(formula)


def _plain(answer: Answer) -> str:
    lines = [f"f = {_text(answer.expression)}", *map(loop, answer.loops.items())]
    lines.extend(plain_steps(answer))
    lines.extend(f"{derivative(answer, path)} = {_text(formula)}" for path, formula in answer.derivatives.items())
    for point in answer.points:
        where = ", ".join(f"{name} = {_array(value)}" for name, value in point.at.items())
        lines.append(f"at {where or 'any point'}: f = {_array(value_of(point, radius=True))}")
        for path, found in point.result.items():
            line = f"  {derivative(answer, path)} = "
            exact = exact_of(point, path, radius=True)
            if point.checks is None:
                lines.append(line + f"{_array(found)} (autograd)")
                continue
            check = point.checks[path]
            both = f"{_array(found)} (autograd" if exact is None else f"{_array(exact)} (autograd: {_array(found)}"
            lines.append(f"{line}{both}; {check.status})")
            if check.note:
                lines.append(f"    {check.note}")
    if answer.trace:
        lines += ["autograd's graph:", *(f"{'  ' * n.depth}{n.name}  {n.text}".rstrip() for n in answer.trace)]
    return "\n".join(lines)


def _quiet(answer: Answer) -> str:
    if not answer.points:
        return "\n".join(map(_text, answer.derivatives.values()))
    # Of a constant there is only the value to tell.
    return "\n".join(
        _array(value)
        for p in answer.points
        for value in ([_best(p, path) for path in p.result] if p.result else [value_of(p)])
    )


def _best(point: PointAnswer, path: Path) -> Printed:
    """The exact value where it is known, else autograd's."""
    exact = exact_of(point, path)
    return point.result[path] if exact is None else exact


def _csv(answer: Answer) -> str:
    """A column for each entry: x, value, d_x, symbolic_x; of an array x[0], value[0], d_x[0], and so on."""
    import csv
    import io

    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    for k, point in enumerate(answer.points):
        columns = columns_of(answer, point)
        if k == 0:
            rows.writerow([name for name, _ in columns])
        rows.writerow(["" if value is None else number(value) for _, value in columns])
    if not answer.points:
        names = [",".join(path).replace(",", "_") for path in answer.derivatives]
        fields = [f"{prefix}_{name}" for name in names for prefix in ("d", "symbolic", "status")]
        rows.writerow([*answer.variables, "value", *fields])
    return out.getvalue().rstrip("\n")


Column = tuple[str, float | complex | str | None]


def columns_of(answer: Answer, point: PointAnswer) -> list[Column]:
    """The names and cells of one row: the point, then `result_columns`."""
    return [
        *(entry for name, value in point.at.items() for entry in _entries(name, value)),
        *result_columns(answer, point),
    ]


def result_columns(answer: Answer, point: PointAnswer) -> list[Column]:
    """The names and cells of what is answered at one point: the value, then for each result its number and check."""
    columns: list[Column] = [*_entries("value", value_of(point))]
    for path, found in point.result.items():
        name = "_".join(path).replace(",", "_") or answer.kind
        columns += _entries(f"d_{name}", found)
        exact = exact_of(point, path)
        columns += _entries(f"symbolic_{name}", exact) if exact is not None else [(f"symbolic_{name}", None)]
        columns.append((f"status_{name}", point.checks[path].status if point.checks is not None else "unchecked"))
    return columns


def _entries(name: str, value: Printed, index: tuple[int, ...] = ()) -> list[Column]:
    """The entries of nested lists, each with its name."""
    if isinstance(value, list):
        return [entry for k, part in enumerate(value) for entry in _entries(name, part, (*index, k))]
    return [(f"{name}[{','.join(map(str, index))}]" if index else name, value)]


def _array(value: Printed) -> str:
    return f"[{', '.join(_array(v) for v in value)}]" if isinstance(value, list) else number(value)


_FORMS: dict[str, Callable[[Answer], str]] = {
    "json": _json, "ndjson": _ndjson, "latex": _latex, "plain": _plain, "quiet": _quiet, "csv": _csv
}  # fmt: skip
