"""C++, from C++17 on."""

from __future__ import annotations

import re

from derivcli.exports.dialects import c
from derivcli.exports.dialects.common import names, number, wrapped
from derivcli.exports.program import Dialect, Program, Result, commented, indices

_KEYWORDS = names(
    "alignas alignof and and_eq asm bitand bitor catch class compl concept const_cast constexpr consteval constinit "
    "co_await co_return co_yield decltype delete dynamic_cast explicit export friend mutable namespace new noexcept "
    "not not_eq nullptr operator or or_eq private protected public reinterpret_cast requires static_assert "
    "static_cast template this thread_local throw try typeid typename using virtual wchar_t xor xor_eq std Result"
)


def _type(result: Result) -> str:
    text = "double"
    for size in reversed(result.shape):
        text = f"std::array<{text}, {size}>"
    return text


def _places(result: Result) -> list[str]:
    return [f"{result.name}{''.join(f'[{k}]' for k in place)}" for place in indices(result.shape)]


def _layout(program: Program) -> str:
    main = program.function
    lines = [*commented("//", program.remarks), "#include <array>", "#include <cmath>", "#include <limits>", ""]
    for helper in program.helpers:
        lines += c.head(f"static double {helper.name}(", helper)
        lines += [*c.body(helper), f"    return {helper.results[0].entries[0]};", "}", ""]
    lines += ["struct Result {", *(f"    {_type(r)} {r.name};" for r in main.results), "};", ""]
    lines += [*c.head(f"inline Result {main.name}(", main), *c.body(main), "    Result result;"]
    for r in main.results:
        lines += [f"    result.{place} = {entry};" for place, entry in zip(_places(r), r.entries, strict=True)]
    return "\n".join([*lines, "    return result;", "}", *_trial(program)])


def _trial(program: Program) -> list[str]:
    """A `main` that compares with the exact results."""
    if not program.trials:
        return []
    main = program.function
    size, inputs = len(program.trials[0].expected), len(main.parameters)
    entries = [f"result.{place}" for r in main.results for place in _places(r)]
    return [
        "", "// The exact results at some points: compile with -DDERIV_TEST and run.", "#ifdef DERIV_TEST",
        "#include <cstdio>",
        *c.rows(f"static const double points[][{inputs}] =", [t.point for t in program.trials]),
        *c.rows(f"static const double expected[][{size}] =", [t.expected for t in program.trials]),
        *c.rows(f"static const double tolerances[][{size}] =", [t.tolerances for t in program.trials]),
        "int main() {",
        "    int wrong = 0;",
        f"    for (int i = 0; i < {len(program.trials)}; i++) {{",
        f"        const Result result = {main.name}({', '.join(f'points[i][{k}]' for k in range(inputs))});",
        *wrapped("        const double found[] = {", entries, "};"),
        f"        for (int k = 0; k < {size}; k++) {{",
        '            std::printf("%.17g expected %.17g\\n", found[k], expected[i][k]);',
        "            wrong += !(std::fabs(found[k] - expected[i][k]) <= tolerances[i][k]);",
        "        }",
        "    }",
        "    return wrong != 0;",
        "}", "#endif",
    ]  # fmt: skip


_STANDARD = {
    op: re.sub(r"\b([a-z]\w*)\(", r"std::\1(", text) for op, text in c.LIBRARY.items()
}  # fmt: skip
_LIMITS = "std::numeric_limits<double>::{}()"

DIALECT = Dialect(
    title="C++",
    operations={op: text.replace("NAN", _LIMITS.format("quiet_NaN")) for op, text in _STANDARD.items()}
    | {
        # The standard's own end the program at negative arguments.
        "besselj": "jn(int({0}), {1})", "bessely": "yn(int({0}), {1})", "Ei": "std::expint({0})",
        "sign": "double(({0} > 0) - ({0} < 0))",
    },
    number=number(_LIMITS.format("quiet_NaN"), _LIMITS.format("infinity")),
    truths=("true", "false"),
    part="const double {0} = {1};",
    truth="const bool {0} = {1};",
    reserved=c.KEYWORDS | _KEYWORDS,
    layout=_layout,
    whole=frozenset(("besselj", "bessely")),
)  # fmt: skip
