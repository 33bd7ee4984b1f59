"""C, from C99 on."""

from __future__ import annotations

import re
from collections.abc import Mapping

from derivcli.exports.dialects.common import ARITHMETIC, ELEMENTARY, LOGIC, names, number, wrapped
from derivcli.exports.program import Dialect, Function, Program, commented

LIBRARY: Mapping[str, str] = {
    **ARITHMETIC, **LOGIC,
    **{op: f"{op}({{0}})" for op in (*ELEMENTARY, "exp2", "expm1", "log2", "log10", "log1p", "floor", "erf", "erfc")},
    "abs": "fabs({0})", "ceiling": "ceil({0})", "gamma": "tgamma({0})", "fmod": "fmod({0}, {1})",
    "pow": "pow({0}, {1})", "hypot": "hypot({0}, {1})", "atan2": "atan2({0}, {1})",
    "loggamma": "({0} > 0 ? lgamma({0}) : NAN)", "where": "({0} ? {1} : {2})", "sign": "(({0} > 0) - ({0} < 0))",
    "max": "({0} > {1} || isnan({0}) ? {0} : {1})", "min": "({0} < {1} || isnan({0}) ? {0} : {1})",
}  # fmt: skip

KEYWORDS = names(
    "auto break case char const continue default do double else enum extern float for goto if inline int long "
    "register restrict return short signed sizeof static struct switch typedef union unsigned void volatile while "
    "bool true false complex imaginary errno signgam y0 y1 yn j0 j1 jn gamma lgamma tgamma exp10 pow10 drem finite "
    "significand scalb logb ldexp frexp modf isinf isnan isfinite signbit stdin stdout stderr printf i M_PI "
    "DERIV_TEST NAN INFINITY fma fmin fmax fdim round trunc rint cbrt remainder nan nearbyint scalbn ilogb copysign "
    "nextafter remquo HUGE_VAL HUGE_VALF HUGE_VALL OVERFLOW UNDERFLOW DOMAIN SING unix linux wrong M_E M_LOG2E "
    "M_LOG10E M_LN2 M_LN10 M_PI_2 M_PI_4 M_1_PI M_2_PI M_2_SQRTPI M_SQRT2 M_SQRT1_2 FP_NAN FP_INFINITE FP_ZERO "
    "FP_SUBNORMAL FP_NORMAL FP_ILOGB0 FP_ILOGBNAN MATH_ERRNO MATH_ERREXCEPT MAXFLOAT SNAN NULL EOF BUFSIZ BIG_ENDIAN "
    "LITTLE_ENDIAN BYTE_ORDER"
)


def _layout(program: Program) -> str:
    main = program.function
    results = [f"double *{r.name}" if not r.shape else f"double {r.name}[{len(r.entries)}]" for r in main.results]
    lines = commented("//", program.remarks)
    if any(len(r.shape) > 1 for r in main.results):
        lines.append("// Arrays are filled row by row.")
    if any(re.search(r"\b[jy]n\(", line) for function in (main, *program.helpers) for line in written(function)):
        lines += ["// Bessel functions are of POSIX.", "#ifndef _XOPEN_SOURCE", "#define _XOPEN_SOURCE 600", "#endif"]
    lines += ["#include <math.h>", ""]
    for helper in program.helpers:
        lines += [*head(f"static double {helper.name}(", helper), *body(helper)]
        lines += [f"    return {helper.results[0].entries[0]};", "}", ""]
    lines += wrapped(f"void {main.name}(", [*(f"double {p}" for p in main.parameters), *results], ") {")
    lines += body(main)
    for r in main.results:
        for k, entry in enumerate(r.entries):
            lines.append(f"    {f'{r.name}[{k}]' if r.shape else f'*{r.name}'} = {entry};")
    return "\n".join([*lines, "}", *_trial(program)])


def head(start: str, function: Function) -> list[str]:
    """The beginning of a function of doubles."""
    return wrapped(start, [f"double {p}" for p in function.parameters], ") {")


def written(function: Function) -> list[str]:
    """All that a function computes, as text."""
    return [*function.lines, *(entry for result in function.results for entry in result.entries)]


def body(function: Function) -> list[str]:
    """Its lines."""
    return [f"    {line}" for line in function.lines]


def _trial(program: Program) -> list[str]:
    """A `main` that compares with the exact results."""
    if not program.trials:
        return []
    main = program.function
    size, inputs = len(program.trials[0].expected), len(main.parameters)
    places, taken = [], 0
    for r in main.results:
        places.append(f"found + {taken}")
        taken += len(r.entries)
    arguments = ", ".join([*(f"points[i][{k}]" for k in range(inputs)), *places])
    return [
        "", "// The exact results at some points: compile with -DDERIV_TEST and run.", "#ifdef DERIV_TEST",
        "#include <stdio.h>",
        *rows(f"static const double points[][{inputs}] =", [t.point for t in program.trials]),
        *rows(f"static const double expected[][{size}] =", [t.expected for t in program.trials]),
        *rows(f"static const double tolerances[][{size}] =", [t.tolerances for t in program.trials]),
        "int main(void) {",
        "    int wrong = 0;",
        f"    for (int i = 0; i < {len(program.trials)}; i++) {{",
        f"        double found[{size}];",
        f"        {main.name}({arguments});",
        f"        for (int k = 0; k < {size}; k++) {{",
        '            printf("%.17g expected %.17g\\n", found[k], expected[i][k]);',
        "            wrong += !(fabs(found[k] - expected[i][k]) <= tolerances[i][k]);",
        "        }",
        "    }",
        "    return wrong != 0;",
        "}", "#endif",
    ]  # fmt: skip


def rows(head: str, table: list[tuple[float, ...]]) -> list[str]:
    """A table of numbers with its declaration."""
    lines = [f"{head} {{"]
    for row in table:
        lines += wrapped("    {", list(map(DIALECT.number, row)), "},")
    return [*lines, "};"]


DIALECT = Dialect(
    title="C",
    operations={**LIBRARY, "besselj": "jn((int){0}, {1})", "bessely": "yn((int){0}, {1})"},
    number=number("NAN", "INFINITY"),
    truths=("1", "0"),
    part="const double {0} = {1};",
    truth="const int {0} = {1};",
    reserved=KEYWORDS,
    layout=_layout,
    whole=frozenset(("besselj", "bessely")),
)
