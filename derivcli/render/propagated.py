"""A value with its uncertainty for people and programs."""

from __future__ import annotations

import math
from decimal import Decimal

from derivcli.findings import Propagated
from derivcli.render.json import formula_data, plain_number
from derivcli.render.names import latex_name
from derivcli.render.numbers import number, optional, unprinted
from derivcli.render.sheets import Line, Sheet

# Digits of an uncertainty that are worth printing, and of what it is made of.
_WORTH, _DIGITS = 2, 6
# Beyond so many powers of ten numbers are not written out.
_LONG = 12


def propagated_sheet(found: Propagated) -> Sheet:
    """What is printed of a propagated uncertainty."""
    arguments = ", ".join(found.at)
    d = "d" if len(found.at) == 1 else "∂"
    above: list[Line] = [(f"f({arguments}) = ", found.expression.text or unprinted(found.expression))]
    exact = {name: value for name, value in found.at.items() if name not in found.parts}
    if exact:
        above.append(("exactly: ", ", ".join(f"{name} = {number(value)}" for name, value in exact.items())))
    rows = [
        [
            name, f"{number(part.value)} ± {number(part.deviation, _DIGITS)}", part.formula.text or "",
            number(part.slope, _DIGITS), number(abs(part.slope * part.deviation), _DIGITS),
            "" if part.share is None else f"{100 * part.share:.1f} %",
        ]
        for name, part in found.parts.items()
    ]  # fmt: skip
    correlated = ", ".join(f"{a}, {b}: {number(c)}" for (a, b), c in found.correlations.items())
    below: list[Line] = [("correlations: ", correlated)] if correlated else []
    below.append(("f = ", _rounded(found.value, found.deviation)))
    return Sheet(
        data=_data(found),
        latex=_latex(found, d),
        quiet=_rounded(found.value, found.deviation),
        above=above,
        heads=("", "value", "derivative", "there", "adds", "share"),
        rows=rows,
        below=below,
        columns=("variable", "value", "deviation", "derivative", "share"),
        records=[
            *(
                [name, *map(number, (part.value, part.deviation, part.slope)), optional(part.share)]
                for name, part in found.parts.items()
            ),
            ["f", number(found.value), number(found.deviation), "", ""],
        ],
        warnings=found.warnings,
    )


def _rounded(value: float, deviation: float) -> str:
    """The value to as many places as the uncertainty's two leading digits have."""
    if not deviation or not math.isfinite(deviation):
        return f"{number(value)} ± {number(deviation)}"
    places = math.floor(math.log10(deviation)) - _WORTH + 1
    if abs(places) > _LONG:
        return f"{number(value, 15)} ± {number(deviation, _WORTH)}"
    unit = Decimal(1).scaleb(places)
    return " ± ".join(format(round(Decimal(v) / unit) * unit, "f") for v in (value, deviation))


def _latex(found: Propagated, d: str) -> str:
    sign = r"\partial" if d == "∂" else r"\mathrm{d}"
    names = {name: latex_name(name) for name in found.parts}
    by = {name: rf"\frac{{{sign} f}}{{{sign} {x}}}" for name, x in names.items()}
    squares = " + ".join(rf"\left({by[n]}\right)^{{2}} \sigma_{{{x}}}^{{2}}" for n, x in names.items())
    mixed = "".join(
        rf" + 2 {by[a]} {by[b]} \rho_{{{names[a]} {names[b]}}} \sigma_{{{names[a]}}} \sigma_{{{names[b]}}}"
        for a, b in found.correlations
    )
    lines = [f"{by[name]} = {part.formula.latex or part.formula.text}" for name, part in found.parts.items()]
    result = _rounded(found.value, found.deviation).replace("±", r"\pm")
    return "\n".join([*lines, rf"\sigma_f^{{2}} = {squares}{mixed}", f"f = {result}"])


def _data(found: Propagated) -> dict[str, object]:
    return {
        "expression": {"text": found.text, "read_as": found.expression.text},
        "variables": {name: [] for name in found.at},
        "propagated": {
            "at": {name: plain_number(value) for name, value in found.at.items()},
            "value": plain_number(found.value),
            "deviation": plain_number(found.deviation),
            "text": _rounded(found.value, found.deviation),
            "parts": {
                name: {
                    "value": plain_number(part.value),
                    "deviation": plain_number(part.deviation),
                    "derivative": formula_data(part.formula),
                    "slope": plain_number(part.slope),
                    "share": plain_number(part.share),
                }
                for name, part in found.parts.items()
            },
            "correlations": {",".join(pair): c for pair, c in found.correlations.items()},
            "second_order": {"shift": plain_number(found.shift), "deviation": plain_number(found.bend)},
            "linear": found.linear,
        },
    }
