"""An answer on the streams, in any of the forms that are asked for."""

from __future__ import annotations

import sys
from collections.abc import Callable

from derivcli.model import Answer, Nested
from derivcli.render.json import answer_data, dumps
from derivcli.render.names import derivative, derivative_latex
from derivcli.render.numbers import number


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
        for warning in answer.warnings:
            print(f"deriv: warning: {warning}", file=sys.stderr)
        if form == "quiet":
            _complain(answer)


def _complain(answer: Answer) -> None:
    for point in answer.points:
        for path, check in (point.checks or {}).items():
            if check.status != "agree":
                print(f"deriv: {derivative(answer, path)}: {check.status}: {check.note}", file=sys.stderr)


def _json(answer: Answer) -> str:
    return dumps(answer_data(answer), indent=2)


def _ndjson(answer: Answer) -> str:
    return dumps(answer_data(answer))


def _latex(answer: Answer) -> str:
    lines = [f"f = {answer.expression.latex}"] if answer.expression.latex else []
    lines.extend(
        f"{derivative_latex(answer, path)} = {formula.latex}"
        for path, formula in answer.derivatives.items()
        if formula.latex
    )
    return "\n".join(lines)


def _plain(answer: Answer) -> str:
    lines = [f"f = {answer.expression.text}"]
    lines.extend(f"{derivative(answer, path)} = {formula.text}" for path, formula in answer.derivatives.items())
    for point in answer.points:
        where = ", ".join(f"{name} = {_array(value)}" for name, value in point.at.items())
        lines.append(f"at {where or 'any point'}: f = {_array(point.value)}")
        for path, found in point.result.items():
            line = f"  {derivative(answer, path)} = "
            if point.symbolic is None or point.checks is None:
                lines.append(line + f"{_array(found)} (autograd)")
                continue
            check = point.checks[path]
            lines.append(f"{line}{_array(point.symbolic[path])} (autograd: {_array(found)}; {check.status})")
            if check.note:
                lines.append(f"    {check.note}")
    return "\n".join(lines)


def _quiet(answer: Answer) -> str:
    if not answer.points:
        return "\n".join(str(formula.text) for formula in answer.derivatives.values())
    return "\n".join(_array(v) for p in answer.points for v in (p.symbolic or p.result).values())


def _csv(answer: Answer) -> str:
    import csv
    import io

    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    names = [",".join(path).replace(",", "_") for path in answer.derivatives]
    fields = [f"{prefix}_{name}" for name in names for prefix in ("d", "symbolic", "status")]
    rows.writerow([*answer.variables, "value", *fields])
    for point in answer.points:
        row = [_array(v) for v in point.at.values()] + [_array(point.value)]
        for path, found in point.result.items():
            exact = _array(point.symbolic[path]) if point.symbolic is not None else ""
            row.extend([_array(found), exact, point.checks[path].status if point.checks is not None else "unchecked"])
        rows.writerow(row)
    return out.getvalue().rstrip("\n")


def _array(value: Nested) -> str:
    return f"[{', '.join(_array(v) for v in value)}]" if isinstance(value, list) else number(value)


_FORMS: dict[str, Callable[[Answer], str]] = {
    "json": _json, "ndjson": _ndjson, "latex": _latex, "plain": _plain, "quiet": _quiet, "csv": _csv
}  # fmt: skip
