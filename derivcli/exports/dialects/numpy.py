"""Python with NumPy: a function of numbers or arrays."""

from __future__ import annotations

import keyword

from derivcli.exports.dialects.common import ARITHMETIC, number, trial_rows, wrapped
from derivcli.exports.program import Dialect, Program, Result, commented

RESERVED = frozenset((*keyword.kwlist, "np", "jnp", "jax", "jsp", "numpy", "print", "float", "zip", "abs", "bool"))
_RENAMED = {"ceiling": "ceil", "asin": "arcsin", "acos": "arccos", "atan": "arctan", "asinh": "arcsinh",
            "acosh": "arccosh", "atanh": "arctanh"}  # fmt: skip
_SAME = ("exp", "log", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh", "exp2", "expm1", "log2", "log10", "log1p",
         "abs", "floor", "sign")  # fmt: skip
_OF_TWO = {"hypot": "hypot", "atan2": "arctan2", "max": "maximum", "min": "minimum", "fmod": "fmod"}


def operations(module: str) -> dict[str, str]:
    """The operations of NumPy, and of those who took over its names."""
    return {
        **ARITHMETIC, "and": "{0} & {1}", "or": "{0} | {1}", "not": "~{0}",
        **{op: f"{module}.{op}({{0}})" for op in _SAME},
        **{op: f"{module}.{name}({{0}})" for op, name in _RENAMED.items()},
        **{op: f"{module}.{name}({{0}}, {{1}})" for op, name in _OF_TWO.items()},
        "pow": f"{module}.power({{0}}, {{1}})", "where": f"{module}.where({{0}}, {{1}}, {{2}})",
    }  # fmt: skip


def laid_out(program: Program, module: str, imports: list[str], quietly: list[str]) -> str:
    """The program.

    Args:
        program: what is printed.
        module: what NumPy, or what stands for it, is called.
        imports: the lines of the import.
        quietly: lines above each function.
    """
    main = program.function
    lines = [*commented("#", program.remarks), *imports]
    for helper in program.helpers:
        lines += ["", "", *quietly, f"def {helper.name}({', '.join(helper.parameters)}):"]
        lines += [*(f"    {line}" for line in helper.lines), f"    return {helper.results[0].entries[0]}"]
    lines += ["", "", *quietly, *wrapped(f"def {main.name}(", list(main.parameters), "):")]
    lines += ['    """Of numbers or arrays, whose axes come last in the results."""']
    targets = ", ".join(main.parameters) if len(main.parameters) > 1 else f"({main.parameters[0]},)"
    given = [f"{module}.asarray({p}, dtype=float)" for p in main.parameters]
    lines += wrapped(f"    {targets} = {module}.broadcast_arrays(", given, ")")
    lines += [f"    {line}" for line in main.lines]
    lines += [line for r in main.results for line in _result(r, module, main.parameters[0])]
    lines += [f"    return {', '.join(r.name for r in main.results)}", *_trial(program, module)]
    return "\n".join(lines)


def _result(result: Result, module: str, like: str) -> list[str]:
    if not result.shape:
        return [f"    {result.name} = {module}.broadcast_to({result.entries[0]}, {like}.shape)"]
    shape = f"({', '.join(map(str, result.shape))}, *{like}.shape)"
    return [
        *wrapped("    entries = [", list(result.entries), "]"),
        f"    {result.name} = {module}.stack([{module}.broadcast_to(e, {like}.shape) for e in entries])"
        + (f".reshape({shape})" if len(result.shape) > 1 else ""),
    ]


def _trial(program: Program, module: str) -> list[str]:
    """What runs with the file itself: a comparison with the exact results."""
    if not program.trials:
        return []
    rows = trial_rows(program.trials)
    return [
        "", "", 'if __name__ == "__main__":',
        "    # The exact results at some points.",
        "    points = [", *rows, "    ]",
        "    for point, expected, tolerances in points:",
        f"        results = {program.function.name}(*point)",
        f"        found = {module}.concatenate([{module}.ravel(result) for result in results])",
        "        for number, wanted, tolerance in zip(found, expected, tolerances):",
        "            print(float(number), 'expected', wanted)",
        "            assert abs(number - wanted) <= tolerance",
    ]  # fmt: skip


def _layout(program: Program) -> str:
    return laid_out(program, "np", ["import numpy as np"], ['@np.errstate(all="ignore")'])


DIALECT = Dialect(
    title="NumPy",
    operations=operations("np"),
    number=number("np.nan", "np.inf"),
    truths=("np.True_", "np.False_"),
    part="{0} = {1}",
    truth="{0} = {1}",
    reserved=RESERVED | {"entries", "point", "number", "wanted", "tolerance"},
    layout=_layout,
)
