"""The derivatives of a curve for people and programs."""

from __future__ import annotations

from collections.abc import Iterator

from derivcli.findings import Curve, CurvePoint, Slope
from derivcli.model import Derivation, Formula, Step
from derivcli.render.json import derivation_data, formula_data, plain_number
from derivcli.render.names import latex_name
from derivcli.render.numbers import number, optional, unprinted
from derivcli.render.sheets import Line, Sheet
from derivcli.render.steps import Told, aligned, with_partials
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
    results = [(f"{names[path]} = ", f.text or unprinted(f)) for path, f in found.derivatives.items()]
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
        derivations=[_told(found, d, told) for told in found.derivations],
        results=results,
        heads=("at", "", "exact", "autograd", "check"),
        rows=rows,
        below=notes,
        columns=_columns(found),
        records=_records(found),
        warnings=found.warnings,
    )


def _told(found: Curve, d: str, told: Derivation) -> Told:
    """A derivation for people: rules are equations, and so is what becomes of the whole."""
    name = _name(d, found.dependent, told.along)
    if told.component is not None:
        name = f"d{'xy'[told.component]}/d{told.along[0]}"
    # Until an equation is solved, or a slope divided by dx/dt, what is told of is what was differentiated.
    solved = next((k for k, step in enumerate(told.steps) if is_solving(step)), 0)
    rows = []
    for k, step in enumerate(told.steps):
        is_rule = step.depth > 0 or (k == 0 and not is_solving(step))
        left = step.before if is_rule else told.steps[0].before if k < solved else None
        equation = f"{left.text if left else name} = {step.after.text}"
        rows.append((step.depth, step.rule, str(step.after.text) if is_equation(step.after) else equation))
    return Told(name, [(depth, rule, with_partials(text) if d == "∂" else text) for depth, rule, text in rows])


def is_equation(formula: Formula) -> bool:
    """Whether it has two sides."""
    return " = " in str(formula.text)


def is_solving(step: Step) -> bool:
    """Whether a step leads from an equation to what it determines, or divides one derivative by another."""
    return step.rule.startswith("divided by dx/d") or (is_equation(step.before) and not is_equation(step.after))


def _rows(told: Derivation) -> Iterator[tuple[str, str, str]]:
    for step in told.steps:
        turned = is_solving(step) or is_equation(step.after)
        link = r"\to" if turned else "="
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
