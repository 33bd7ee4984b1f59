"""JavaScript, for Node and browsers."""

from __future__ import annotations

from derivcli.exports.dialects.common import ARITHMETIC, ELEMENTARY, LOGIC, names, number, wrapped
from derivcli.exports.program import Dialect, Program, commented, nested

_KEYWORDS = names(
    "arguments await break case catch class const continue debugger default delete do else enum eval export extends "
    "false finally for function if implements import in instanceof interface let new null package private protected "
    "public return static super switch this throw true try typeof undefined var void while with yield NaN Infinity "
    "console module require URL Math process async of get set Object Array Number JSON"
)
# The ending of a module's file, and whether the file itself is run: one that is a module or not.
_MODULE = ".mjs"
_RUN = {
    False: 'typeof require !== "undefined" && require.main === module',
    True: 'typeof process !== "undefined" && import.meta.url === new URL(`file://${process.argv[1]}`).href',
}


def _layout(program: Program) -> str:
    main = program.function
    lines = commented("//", program.remarks)
    for helper in program.helpers:
        lines += ["", *wrapped(f"function {helper.name}(", list(helper.parameters), ") {")]
        lines += [*(f"  {line}" for line in helper.lines), f"  return {helper.results[0].entries[0]};", "}"]
    module = program.file.endswith(_MODULE)
    head = f"{'export ' if module else ''}function {main.name}("
    lines += ["", *wrapped(head, list(main.parameters), ") {")]
    lines += [*(f"  {line}" for line in main.lines), "  return {"]
    lines += [f"    {r.name}: {nested(r.entries, r.shape, '[', ']')}," for r in main.results]
    lines += ["  };", "}"]
    if not module:
        lines.append(f'if (typeof module !== "undefined") module.exports = {{ {main.name} }};')
    return "\n".join([*lines, *_trial(program, _RUN[module])])


def _trial(program: Program, run: str) -> list[str]:
    """What Node runs when the file itself is run, as a condition tells: a comparison with the exact results."""
    if not program.trials:
        return []
    names = [r.name for r in program.function.results]
    rows = []
    for trial in program.trials:
        rows += wrapped("    [[", list(map(repr, trial.point)), "],")
        rows += wrapped("      [", list(map(repr, trial.expected)), "],")
        rows += wrapped("      [", list(map(repr, trial.tolerances)), "]],")
    return [
        "", "// The exact results at some points: run this file with Node.",
        f"if ({run}) {{",
        "  const points = [", *rows, "  ];",
        "  for (const [point, expected, tolerances] of points) {",
        f"    const {{ {', '.join(names)} }} = {program.function.name}(...point);",
        f"    const found = [{', '.join(names)}].flat(Infinity);",
        "    found.forEach((number, k) => {",
        "      console.log(`${number} expected ${expected[k]}`);",
        "      if (!(Math.abs(number - expected[k]) <= tolerances[k])) process.exitCode = 1;",
        "    });",
        "  }", "}",
    ]  # fmt: skip


DIALECT = Dialect(
    title="JavaScript",
    operations={
        **ARITHMETIC, **LOGIC,
        **{op: f"Math.{op}({{0}})" for op in (*ELEMENTARY, "expm1", "log1p", "log2", "log10", "floor", "abs", "sign")},
        "eq": "{0} === {1}", "ne": "{0} !== {1}", "exp2": "Math.pow(2, {0})", "ceiling": "Math.ceil({0})",
        "pow": "Math.pow({0}, {1})", "hypot": "Math.hypot({0}, {1})", "atan2": "Math.atan2({0}, {1})",
        "max": "Math.max({0}, {1})", "min": "Math.min({0}, {1})", "where": "({0} ? {1} : {2})", "fmod": "({0} % {1})",
    },
    number=number("NaN", "Infinity"),
    truths=("true", "false"),
    part="const {0} = {1};",
    truth="const {0} = {1};",
    reserved=_KEYWORDS,
    layout=_layout,
)  # fmt: skip
