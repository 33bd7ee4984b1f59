"""The derivatives of a curve for people and programs."""

from __future__ import annotations

from collections.abc import Iterator

from derivcli.findings import Curve, CurvePoint, Slope
from derivcli.model import Derivation, Formula, Step
from derivcli.render.json import derivation_data, formula_data, plain_number
from derivcli.render.names import latex_name
from derivcli.render.numbers import number, optional, unprinted
from derivcli.render.sheets import Line, Sheet
from derivcli.render.steps import aligned
from derivcli.render.unicode import raised

# Significant digits in a table that also holds torch's numbers.
_DIGITS = 14


def curve_sheet(found: Curve) -> Sheet:
    """What is printed of a curve."""
    d = "∂" if found.kind == "implicit" and len(found.variables) > 2 else "d"
    names = {path: _name(d, found.dependent, path) for path in found.derivatives}
    above: list[Line] = [(f"{name} = ", f.text or unprinted(f)) for name, f in found.expressions.items()]
    if found.kind == "implicit":
        above = [("", f"{found.expressions['F'].text or 'F'} = 0")]
    above += list(_steps(found, d))
    above += [(f"{names[path]} = ", f.text or unprinted(f)) for path, f in found.derivatives.items()]
    rows, notes = [], []
    for point in found.points:
        where = _where(point)
        for path, slope in point.slopes.items():
            rows.append([where, names[path], *_cells(slope)])
            where = ""
        said = dict.fromkeys(slope.note for slope in point.slopes.values() if slope.note)
        notes += [("", note) for note in said]
    return Sheet(
        data=_data(found),
        latex="\n".join(
            [
                *(aligned(_rows(told)) for told in found.derivations),
                *(f"{_latex(d, found.dependent, path)} = {f.latex or f.text}" for path, f in found.derivatives.items()),
            ]
        ),
        quiet=_quiet(found),
        above=above,
        heads=("at", "", "exact", "autograd", "check"),
        rows=rows,
        below=notes,
        columns=_columns(found),
        records=_records(found),
        warnings=found.warnings,
    )


def _steps(found: Curve, d: str) -> Iterator[Line]:
    """The derivations, as lines."""
    for told in found.derivations:
        whole = _name(d, found.dependent, told.along)
        if told.component is not None:
            whole = f"d{'xy'[told.component]}/d{told.along[0]}"
        yield f"{whole}:", ""
        for step in told.steps:
            yield f"{'  ' * (step.depth + 1)}{step.rule}: ", f"{step.before.text} {_link(step)} {step.after.text}"


def _link(step: Step) -> str:
    """A formula is equal to the next one; an equation is solved, a derivative divided by another one."""
    return "->" if step.rule.startswith(("solved", "divided by", "terms with")) else "="


def _rows(told: Derivation) -> Iterator[tuple[str, str, str]]:
    for step in told.steps:
        link = r"\to" if _link(step) == "->" else "="
        yield f"{step.before.latex or step.before.text}", f"{link} {step.after.latex or step.after.text}", step.rule


def _name(d: str, dependent: str, path: tuple[str, ...]) -> str:
    n = raised(len(path))
    return f"{d}{n}{dependent}/{d}{path[0]}{n}"


def _latex(d: str, dependent: str, path: tuple[str, ...]) -> str:
    sign = r"\partial" if d == "∂" else r"\mathrm{d}"
    power = "" if len(path) == 1 else f"^{{{len(path)}}}"
    return rf"\frac{{{sign}{power} {latex_name(dependent)}}}{{{sign} {latex_name(path[0])}{power}}}"


def _columns(found: Curve) -> list[str]:
    if not found.points:
        return ["derivative", "formula"]
    first = found.points[0]
    return [*first.at, *first.position, "derivative", "exact", "autograd", "status"]


def _records(found: Curve) -> list[list[str]]:
    """A row for each derivative at each point; without points its formula."""
    if not found.points:
        return [[",".join(path), formula.text or unprinted(formula)] for path, formula in found.derivatives.items()]
    return [
        [
            *map(number, {**point.at, **point.position}.values()), ",".join(path),
            *map(optional, (slope.value, slope.autograd)), slope.status,
        ]
        for point in found.points
        for path, slope in point.slopes.items()
    ]  # fmt: skip


def _where(point: CurvePoint) -> str:
    return ", ".join(f"{name} = {number(value, _DIGITS)}" for name, value in {**point.at, **point.position}.items())


def _cells(slope: Slope) -> list[str]:
    numbers = ["" if v is None else number(v, _DIGITS) for v in (slope.value, slope.autograd)]
    return [*numbers, slope.status.replace("_", " ")]


def _quiet(found: Curve) -> str:
    """The highest order of each: its numbers where there are points, else its formula."""
    highest = max(map(len, found.derivatives))
    paths = [path for path in found.derivatives if len(path) == highest]
    if not found.points:
        return "\n".join(found.derivatives[p].text or unprinted(found.derivatives[p]) for p in paths)
    slopes = [point.slopes[path] for point in found.points for path in paths]
    return "\n".join(s.status if s.value is None else number(s.value) for s in slopes)


def _data(found: Curve) -> dict[str, object]:
    steps = [step for told in found.derivations for step in derivation_data(told)]
    return {
        "expression": {"text": found.text, "read_as": ", ".join(f.text or "" for f in _read(found))},
        "variables": {name: [] for name in found.variables},
        found.kind: {
            "dependent": found.dependent,
            "expressions": {name: formula_data(f) for name, f in found.expressions.items()},
            "derivatives": {",".join(path): formula_data(f) for path, f in found.derivatives.items()},
            "points": [_point(point) for point in found.points],
            **({"steps": steps} if steps else {}),
        },
    }


def _read(found: Curve) -> list[Formula]:
    return [f for name, f in found.expressions.items() if "/" not in name]


def _point(point: CurvePoint) -> dict[str, object]:
    return {
        "at": {name: plain_number(value) for name, value in point.at.items()},
        **({"position": {n: plain_number(v) for n, v in point.position.items()}} if point.position else {}),
        "slopes": {
            ",".join(path): {
                "status": slope.status,
                "value": plain_number(slope.value),
                "autograd": plain_number(slope.autograd),
                "note": slope.note,
            }
            for path, slope in point.slopes.items()
        },
    }
