"""Rust, without crates."""

from __future__ import annotations

from derivcli.exports.dialects.common import ARITHMETIC, names, number, trial_rows, wrapped
from derivcli.exports.program import Dialect, Function, Program, Result, commented, nested

_KEYWORDS = names(
    "as async await break const continue crate dyn else enum extern false fn for if impl in let loop match mod move "
    "mut pub ref return self Self static struct super trait true type unsafe use where while abstract become box do "
    "final macro override priv typeof unsized virtual yield try union f64 f32 bool usize std "
    "Some None Ok Err"
)
# Methods by the operations that have other names.
_METHODS = {
    "log": "ln", "log1p": "ln_1p", "expm1": "exp_m1", "ceiling": "ceil",
    **{op: op for op in (
        "exp", "exp2", "log2", "log10", "sqrt", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh",
        "asinh", "acosh", "atanh", "floor", "abs",
    )},
}  # fmt: skip


def _type(result: Result) -> str:
    text = "f64"
    for size in reversed(result.shape):
        text = f"[{text}; {size}]"
    return text


def _head(start: str, function: Function, returned: str) -> list[str]:
    return wrapped(start, [f"{p}: f64" for p in function.parameters], f") -> {returned} {{")


def _layout(program: Program) -> str:
    main = program.function
    lines = [*commented("//", program.remarks), "#![allow(dead_code, non_snake_case, unused_parens, unused_variables)]"]
    for helper in program.helpers:
        lines += ["", *_head(f"fn {helper.name}(", helper, "f64"), *(f"    {line}" for line in helper.lines)]
        lines += [f"    {helper.results[0].entries[0]}", "}"]
    lines += ["", *_head(f"pub fn {main.name}(", main, f"({', '.join(map(_type, main.results))})")]
    lines += [f"    {line}" for line in main.lines]
    lines += [f"    let {r.name} = {nested(r.entries, r.shape, '[', ']')};" for r in main.results]
    return "\n".join([*lines, f"    ({', '.join(r.name for r in main.results)})", "}", *_trial(program)])


def _trial(program: Program) -> list[str]:
    """A test that compares with the exact results."""
    if not program.trials:
        return []
    main = program.function
    size, inputs, write = len(program.trials[0].expected), len(main.parameters), DIALECT.number
    kind = f"([f64; {inputs}], [f64; {size}], [f64; {size}])"
    rows = trial_rows(program.trials, write)
    flat = [
        "let mut found: Vec<f64> = Vec::new();",
        *(f"found.push({r.name});" if not r.shape else
          f"found.extend({r.name}.iter(){'.flatten()' * (len(r.shape) - 1)});" for r in main.results),
    ]  # fmt: skip
    return [
        "", "// The exact results at some points: rustc --test, and run.", "#[test]", "fn agrees() {",
        f"    let points: [{kind}; {len(program.trials)}] = [", *rows, "    ];",
        "    for (point, expected, tolerances) in points {",
        f"        let ({', '.join(r.name for r in main.results)}) = "
        f"{main.name}({', '.join(f'point[{k}]' for k in range(inputs))});",
        *(f"        {line}" for line in flat),
        f"        for k in 0..{size} {{",
        '            println!("{} expected {}", found[k], expected[k]);',
        "            assert!((found[k] - expected[k]).abs() <= tolerances[k]);",
        "        }",
        "    }",
        "}",
    ]  # fmt: skip


DIALECT = Dialect(
    title="Rust",
    operations={
        **ARITHMETIC,
        "and": "{0} && {1}", "or": "{0} || {1}", "not": "!{0}",
        **{op: f"{{0}}.{method}()" for op, method in _METHODS.items()},
        "pow": "{0}.powf({1})", "hypot": "{0}.hypot({1})", "atan2": "{0}.atan2({1})", "fmod": "({0} % {1})",
        "where": "(if {0} {{ {1} }} else {{ {2} }})", "sign": "(f64::from({0} > 0.0) - f64::from({0} < 0.0))",
        "max": "(if {0} > {1} || {0}.is_nan() {{ {0} }} else {{ {1} }})",
        "min": "(if {0} < {1} || {0}.is_nan() {{ {0} }} else {{ {1} }})",
    },
    number=number("f64::NAN", "f64::INFINITY", "_f64"),
    truths=("true", "false"),
    part="let {0} = {1};",
    truth="let {0} = {1};",
    reserved=_KEYWORDS,
    layout=_layout,
)  # fmt: skip
