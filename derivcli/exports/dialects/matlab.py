"""MATLAB and Octave: a function of numbers, in a file of its own."""

from __future__ import annotations

from derivcli.exports.dialects.common import ARITHMETIC, names, number
from derivcli.exports.program import Dialect, Program, Result, commented

_KEYWORDS = names(
    "break case catch classdef continue else elseif end for function global if otherwise parfor persistent return "
    "spmd switch try while i j pi eps NaN Inf true false ans nargin nargout "
    "permute reshape arguments do until endif endfor endfunction endwhile endswitch endparfor endclassdef endspmd "
    "endarguments endenumeration endevents endmethods endproperties end_try_catch unwind_protect "
    "unwind_protect_cleanup end_unwind_protect"
)
# Outside of their domains these are complex, where programs need a NaN.
_GUARDED = {
    "sqrt": "{0} < 0", "log": "{0} < 0", "log2": "{0} < 0", "log10": "{0} < 0", "log1p": "{0} < -1",
    "asin": "abs({0}) > 1", "acos": "abs({0}) > 1", "acosh": "{0} < 1", "atanh": "abs({0}) > 1",
}  # fmt: skip
_PLAIN = ("exp", "expm1", "sin", "cos", "tan", "atan", "sinh", "cosh", "tanh", "asinh", "floor", "abs", "sign", "erf",
          "erfc", "erfinv", "erfcinv", "gamma")  # fmt: skip
_CHOOSE = """\
function r = choose_(c, a, b)
    if c
        r = a;
    else
        r = b;
    end
end"""


def _array(result: Result) -> str:
    """Entries row by row as an array: MATLAB stores columns."""
    if not result.shape:
        return result.entries[0]
    if len(result.shape) == 1:
        return f"[{'; '.join(result.entries)}]"
    if len(result.shape) == 2:
        width = result.shape[1]
        rows = [", ".join(result.entries[k : k + width]) for k in range(0, len(result.entries), width)]
        return f"[{'; '.join(rows)}]"
    sizes = ", ".join(map(str, reversed(result.shape)))
    axes = ", ".join(str(k) for k in range(len(result.shape), 0, -1))
    return f"permute(reshape([{', '.join(result.entries)}], [{sizes}]), [{axes}])"


def _layout(program: Program) -> str:
    main = program.function
    lines = [f"function [{', '.join(r.name for r in main.results)}] = {main.name}({', '.join(main.parameters)})"]
    lines += commented("%", program.remarks)
    for trial in program.trials:
        point = ", ".join(map(repr, trial.point))
        lines.append(f"% The exact results of {main.name}({point}), row by row: {', '.join(map(repr, trial.expected))}")
    lines += [f"    {line}" for line in main.lines]
    lines += [*(f"    {r.name} = {_array(r)};" for r in main.results), "end"]
    for helper in program.helpers:
        lines += ["", f"function value = {helper.name}({', '.join(helper.parameters)})"]
        lines += [*(f"    {line}" for line in helper.lines), f"    value = {helper.results[0].entries[0]};", "end"]
    if any("choose_(" in line for line in lines):
        lines += ["", _CHOOSE]
    return "\n".join(lines)


DIALECT = Dialect(
    title="MATLAB",
    operations={
        **ARITHMETIC, "ne": "{0} ~= {1}", "and": "{0} && {1}", "or": "{0} || {1}", "not": "~{0}",
        **{op: f"{op}({{0}})" for op in _PLAIN},
        **{op: f"choose_({condition}, NaN, real({op}({{0}})))" for op, condition in _GUARDED.items()},
        "ceiling": "ceil({0})", "exp2": "2^{0}", "hypot": "hypot({0}, {1})", "atan2": "atan2({0}, {1})",
        "max": "choose_({0} > {1} || isnan({0}), {0}, {1})", "min": "choose_({0} < {1} || isnan({0}), {0}, {1})",
        "fmod": "rem({0}, {1})", "where": "choose_({0}, {1}, {2})",
        "pow": "choose_({0} < 0 && {1} ~= floor({1}), NaN, real({0}^{1}))",
        "loggamma": "choose_({0} > 0, gammaln(max({0}, 0)), NaN)",
        "besselj": "besselj({0}, {1})", "bessely": "bessely({0}, {1})", "besseli": "besseli({0}, {1})",
        "besselk": "besselk({0}, {1})",
    },
    number=number("NaN", "Inf"),
    truths=("true", "false"),
    part="{0} = {1};",
    truth="{0} = {1};",
    reserved=_KEYWORDS,
    layout=_layout,
    called_by_file=".m",
)  # fmt: skip
