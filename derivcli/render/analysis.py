"""What there is to see of a function, for people and programs."""

from __future__ import annotations

from collections.abc import Sequence

from derivcli.findings import Analysis, Feature
from derivcli.render.json import plain_number
from derivcli.render.names import PLACES
from derivcli.render.numbers import number, optional, unprinted
from derivcli.render.sheets import Line, Sheet

_DIGITS = 12
# So many intervals are told; more are counted.
_MAX_TOLD = 5


def analysis_sheet(found: Analysis) -> Sheet:
    """What is printed of an analysis."""
    x = found.variable
    above: list[Line] = [
        (f"f({x}) = ", found.expression.text or unprinted(found.expression)),
        ("over ", f"{x} = {number(found.low)} to {number(found.high)}"),
    ]
    rows = [[PLACES.get(f.kind, f.kind), _place(f), "" if f.y is None else number(f.y, _DIGITS), f.how]
            for f in found.features]  # fmt: skip
    below: list[Line] = [
        (f"{s.direction}: ", f"{number(s.low, _DIGITS)} to {number(s.high, _DIGITS)}") for s in found.stretches
    ]
    below += [("zero all along: ", f"{number(a, _DIGITS)} to {number(b, _DIGITS)}") for a, b in found.vanishing]
    below += [(f"{a.kind} asymptote: ", a.text if a.kind == "vertical" else f"{a.text}, {a.where}")
              for a in found.asymptotes]  # fmt: skip
    return Sheet(
        data=_data(found),
        latex="\n".join(f"{f.kind}: {x} = {f.exact or number(f.x)}" for f in found.features),
        quiet="\n".join(f"{f.kind} {f.exact or number(f.x)}" for f in found.features),
        above=above,
        heads=("", x, "f", "known"),
        rows=rows,
        below=[*below, ("", _complete(found))],
        columns=("kind", x, "exact", "f", "known"),
        records=[[f.kind, number(f.x), f.exact or "", optional(f.y), f.how] for f in found.features],
        warnings=found.warnings,
    )


def _place(feature: Feature) -> str:
    about = number(feature.x, _DIGITS)
    return about if feature.exact is None or feature.exact == about else f"{feature.exact} = {about}"


def _complete(found: Analysis) -> str:
    """Whether there may be more than is listed."""
    apart = f", except perhaps within {number(found.apart, 2)} of where it is not smooth" if found.apart else ""
    if not found.open:
        return f"There are no other zeros, extrema and inflections{apart}."
    if found.unsettled == ((found.low, found.high),):
        return "There may be others: no part of the range is decided."
    told = [_intervals(found.unsettled)] if found.unsettled else []
    told += [f"inflections {_intervals(found.unbent)}"] if found.unbent else []
    return f"Not decided: {'; '.join(told)}. Elsewhere there are no other zeros, extrema and inflections{apart}."


def _intervals(parts: Sequence[tuple[float, float]]) -> str:
    told = ", ".join(f"{number(a, 10)} to {number(b, 10)}" for a, b in parts[:_MAX_TOLD])
    return f"{told} and {len(parts) - _MAX_TOLD} more intervals" if len(parts) > _MAX_TOLD else told


def _data(found: Analysis) -> dict[str, object]:
    return {
        "expression": {"text": found.text, "read_as": found.expression.text},
        "variables": {found.variable: []},
        "analysis": {
            "range": [plain_number(found.low), plain_number(found.high)],
            "features": [
                {"kind": f.kind, "x": plain_number(f.x), "exact": f.exact, "y": plain_number(f.y), "how": f.how}
                for f in found.features
            ],
            "stretches": [
                {"low": plain_number(s.low), "high": plain_number(s.high), "direction": s.direction}
                for s in found.stretches
            ],
            "vanishing": [[plain_number(a), plain_number(b)] for a, b in found.vanishing],
            "asymptotes": [{"kind": a.kind, "text": a.text, "where": a.where} for a in found.asymptotes],
            "open": [list(part) for part in found.open],
            "unbent": [list(part) for part in found.unbent],
            "apart": plain_number(found.apart),
        },
    }
