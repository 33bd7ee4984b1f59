"""A Taylor polynomial for people and programs."""

from __future__ import annotations

from derivcli.findings import Taylor
from derivcli.render.json import formula_data, plain_number
from derivcli.render.numbers import number, optional
from derivcli.render.sheets import Line, Sheet


def taylor_sheet(found: Taylor) -> Sheet:
    """What is printed of a Taylor polynomial."""
    arguments = ", ".join(found.variables)
    above: list[Line] = [(f"f({arguments}) = ", found.expression.text or "(too long to print)")]
    at = ", ".join(f"{name} = {number(value)}" for name, value in found.at.items())
    rest = "" if found.remainder is None else f" + {found.remainder.text}"
    above.append((f"at {at}, order {found.order}: ", f"{found.polynomial.text}{rest}"))
    rows = [
        [term.product, term.coefficient.text or "", *([number(term.value)] if term.value is not None else [])]
        for term in found.terms
    ]
    several = len(found.at) > 1
    below: list[Line] = [] if found.remainder else [("", "Nothing is left: the expression is this polynomial.")]
    if several and found.remainder:
        below = [("", f"h is the distance from the point: what is left is of order {found.order + 1} in it.")]
    heads = ("term", "coefficient", "value") if rows and len(rows[0]) > 2 else ("term", "coefficient")
    return Sheet(
        data=_data(found),
        latex=f"{found.polynomial.latex}" + (f" + {found.remainder.latex}" if found.remainder else ""),
        quiet=str(found.polynomial.text),
        above=above,
        heads=heads,
        rows=rows,
        below=below,
        columns=(*found.at, "coefficient", "value"),
        records=[
            [*(str(term.powers[name]) for name in found.at), term.coefficient.text or "", optional(term.value)]
            for term in found.terms
        ],
        warnings=found.warnings,
    )


def _data(found: Taylor) -> dict[str, object]:
    read = found.expression.text
    return {
        "expression": {"text": found.text, "read_as": read},
        "variables": {name: [] for name in found.variables},
        "taylor": {
            "at": {name: plain_number(value) for name, value in found.at.items()},
            "order": found.order,
            "polynomial": formula_data(found.polynomial),
            "terms": [
                {
                    "powers": dict(term.powers),
                    "coefficient": formula_data(term.coefficient),
                    "value": None if term.value is None else plain_number(term.value),
                }
                for term in found.terms
            ],
            "remainder": None if found.remainder is None else formula_data(found.remainder),
        },
    }
