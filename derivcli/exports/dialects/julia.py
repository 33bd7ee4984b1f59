"""Julia, without packages."""

from __future__ import annotations

from derivcli.exports.dialects.common import ARITHMETIC, LOGIC, names, number, trial_rows, wrapped
from derivcli.exports.program import Dialect, Program, Result, commented

_KEYWORDS = names(
    "baremodule begin break catch const continue do else elseif end export false finally for function global if "
    "import in isa let local macro module mutable outer primitive quote return struct true try type using where "
    "while abstract NaN Inf pi im println exit zip vcat vec point tolerance number wanted"
)
# Outside of their domains these raise an error, where programs need a NaN.
_GUARDED = {
    "sqrt": "{0} < 0", "log": "{0} < 0", "log2": "{0} < 0", "log10": "{0} < 0", "log1p": "{0} < -1",
    "asin": "abs({0}) > 1", "acos": "abs({0}) > 1", "acosh": "{0} < 1", "atanh": "abs({0}) > 1",
    "sin": "isinf({0})", "cos": "isinf({0})", "tan": "isinf({0})",
}  # fmt: skip
_PLAIN = ("exp", "exp2", "expm1", "atan", "sinh", "cosh", "tanh", "asinh", "floor", "abs", "sign")


def _array(result: Result) -> str:
    """Entries row by row as an array: Julia stores columns."""
    flat = f"[{', '.join(result.entries)}]"
    if len(result.shape) < 2:
        return flat if result.shape else result.entries[0]
    sizes = ", ".join(map(str, reversed(result.shape)))
    axes = ", ".join(str(k) for k in range(len(result.shape), 0, -1))
    return f"permutedims(reshape({flat}, {sizes}), ({axes}))"


def _layout(program: Program) -> str:
    main = program.function
    lines = commented("#", program.remarks)
    for helper in program.helpers:
        lines += ["", f"function {helper.name}({', '.join(helper.parameters)})"]
        lines += [*(f"    {line}" for line in helper.lines), f"    return {helper.results[0].entries[0]}", "end"]
    lines += ["", *wrapped(f"function {main.name}(", list(main.parameters), ")")]
    # Whole numbers would fail at powers below 0.
    lines += [f"    {p} = float({p})" for p in main.parameters]
    lines += [*(f"    {line}" for line in main.lines), "    return ("]
    lines += [f"        {r.name} = {_array(r)}," for r in main.results]
    return "\n".join([*lines, "    )", "end", *_trial(program)])


def _trial(program: Program) -> list[str]:
    """What runs with the file itself: a comparison with the exact results, row by row."""
    if not program.trials:
        return []
    rows = trial_rows(program.trials)
    flat = [
        f"vec(permutedims(results.{r.name}, ({', '.join(str(k) for k in range(len(r.shape), 0, -1))})))"
        if len(r.shape) > 1 else f"results.{r.name}" for r in program.function.results
    ]  # fmt: skip
    return [
        "", "# The exact results at some points: run this file.", "if abspath(PROGRAM_FILE) == @__FILE__",
        "    points = [", *rows, "    ]",
        "    for (point, expected, tolerances) in points",
        f"        results = {program.function.name}(point...)",
        *wrapped("        found = vcat(", flat, ")"),
        "        for (number, wanted, tolerance) in zip(found, expected, tolerances)",
        '            println(number, " expected ", wanted)',
        "            abs(number - wanted) <= tolerance || exit(1)",
        "        end", "    end", "end",
    ]  # fmt: skip


DIALECT = Dialect(
    title="Julia",
    operations={
        **ARITHMETIC, **LOGIC,
        **{op: f"{op}({{0}})" for op in _PLAIN},
        **{op: f"({condition} ? NaN : {op}({{0}}))" for op, condition in _GUARDED.items()},
        "ceiling": "ceil({0})", "hypot": "hypot({0}, {1})", "atan2": "atan({0}, {1})", "max": "max({0}, {1})",
        "min": "min({0}, {1})", "fmod": "rem({0}, {1})", "where": "({0} ? {1} : {2})",
        "pow": "({0} < 0 && !isinteger({1}) ? NaN : {0}^{1})",
    },
    number=number("NaN", "Inf"),
    truths=("true", "false"),
    part="{0} = {1}",
    truth="{0} = {1}",
    reserved=_KEYWORDS,
    layout=_layout,
)  # fmt: skip
