"""Mathematica: numbers stay exact."""

from __future__ import annotations

from derivcli.exports.dialects.common import names, number
from derivcli.exports.program import Dialect, Program, nested

# Operations that are called as they are here, with a capital.
_NAMED = {
    "abs": "Abs", "sign": "Sign", "floor": "Floor", "ceiling": "Ceiling", "exp": "Exp", "log": "Log", "log2": "Log2",
    "log10": "Log10", "sqrt": "Sqrt", "sin": "Sin", "cos": "Cos", "tan": "Tan", "asin": "ArcSin", "acos": "ArcCos",
    "atan": "ArcTan", "sinh": "Sinh", "cosh": "Cosh", "tanh": "Tanh", "asinh": "ArcSinh", "acosh": "ArcCosh",
    "atanh": "ArcTanh", "erf": "Erf", "erfc": "Erfc", "erfi": "Erfi", "erfinv": "InverseErf",
    "erfcinv": "InverseErfc", "gamma": "Gamma",
    "loggamma": "LogGamma", "Ei": "ExpIntegralEi", "Si": "SinIntegral", "Ci": "CosIntegral", "Shi": "SinhIntegral",
    "Chi": "CoshIntegral", "li": "LogIntegral", "dawsn": "DawsonF", "fresnels": "FresnelS", "fresnelc": "FresnelC",
    "not": "Not", "relu": "Ramp", "sigmoid": "LogisticSigmoid",
}  # fmt: skip
_OF_TWO = {
    "polygamma": "PolyGamma", "besselj": "BesselJ", "bessely": "BesselY", "besseli": "BesselI", "besselk": "BesselK",
    "beta": "Beta", "binomial": "Binomial", "Mod": "Mod", "floordiv": "Quotient", "max": "Max", "min": "Min",
    "pow": "Power",
}  # fmt: skip


def _number(value: float) -> str:
    return number("Indeterminate", "Infinity")(value).replace("e", "*^")


def _layout(program: Program) -> str:
    main = program.function
    lines = [f"(* {remark} *)" for remark in program.remarks]
    results = ", ".join(nested(r.entries, r.shape, "{", "}") for r in main.results)
    lines.append(f"{main.name}[{', '.join(f'{p}_' for p in main.parameters)}] := Module[")
    lines.append(f"  {{{', '.join(name for name, _ in main.parts)}}},")
    lines += [*(f"  {line}" for line in main.lines), f"  {{{results}}}", "]"]
    for trial in program.trials:
        point, expected = (", ".join(map(_number, numbers)) for numbers in (trial.point, trial.expected))
        lines += [f"(* The exact results, row by row: Flatten[{main.name}[{point}]] is", f"   {{{expected}}} *)"]
    return "\n".join(lines)


DIALECT = Dialect(
    title="Mathematica",
    operations={
        "add": "{0} + {1}", "sub": "{0} - {1}", "mul": "{0}*{1}", "div": "{0}/{1}", "neg": "-{0}",
        "lt": "{0} < {1}", "le": "{0} <= {1}", "gt": "{0} > {1}", "ge": "{0} >= {1}", "eq": "{0} == {1}",
        "ne": "{0} != {1}", "and": "{0} && {1}", "or": "{0} || {1}", "true": "True", "false": "False",
        **{op: f"{name}[{{0}}]" for op, name in _NAMED.items()},
        **{op: f"{name}[{{0}}, {{1}}]" for op, name in _OF_TWO.items()},
        "exp2": "Power[2, {0}]", "expm1": "(Exp[{0}] - 1)", "log1p": "Log[1 + {0}]",
        "hypot": "Norm[{{{0}, {1}}}]", "atan2": "ArcTan[{1}, {0}]", "where": "If[{0}, {1}, {2}]",
        "logaddexp": "Log[Exp[{0}] + Exp[{1}]]",
        "pi": "Pi", "E": "E", "oo": "Infinity", "tau": "(2*Pi)", "EulerGamma": "EulerGamma",
        "GoldenRatio": "GoldenRatio",
    },
    number=_number,
    truths=("True", "False"),
    part="{0} = {1};",
    truth="{0} = {1};",
    reserved=names("C D E I K N O"),
    layout=_layout,
    exact=True,
    named="[A-Za-z][A-Za-z0-9]*",
    suffix="v",
)  # fmt: skip
