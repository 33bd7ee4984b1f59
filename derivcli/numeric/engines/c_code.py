"""A list of operations as C: one loop over the points, which compilers turn into vector instructions.

Vector functions and those for one number differ in last digits. So that a number does not depend on where in a column
its point stands, the loop is over whole tiles, which vectors divide, and points that are left over are put into one.

The user's text never gets here: variables are numbered, numbers are printed as hexadecimal floats.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping, Sequence

from derivcli.graph import CONDITIONS, Node
from derivcli.numeric.engines.lowered import Lowered
from derivcli.numeric.engines.partials import WHOLE_QUOTIENT
from derivcli.numeric.engines.wanted import LANES, Unfit

# Functions of the C library, and what they are called there; {f} is the suffix of the type.
_LIBRARY: Mapping[str, str] = {
    "pow": "pow", "hypot": "hypot", "atan2": "atan2",
    **{name: name for name in (
        "exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sin", "cos", "tan", "asin", "acos", "atan", "sinh",
        "cosh", "tanh", "asinh", "acosh", "atanh", "erf", "erfc",
    )},
}  # fmt: skip
# What the library's functions are called with, beside those of the table.
_NEEDS: Mapping[str, tuple[str, ...]] = {"sigmoid": ("exp",), "logaddexp": ("exp", "log1p")}

_EXPRESSIONS: Mapping[str, str] = {
    "add": "{0} + {1}", "sub": "{0} - {1}", "mul": "{0}*{1}", "div": "{0}/{1}", "neg": "-{0}",
    "where": "{0} ? {1} : {2}", "lt": "{0} < {1}", "le": "{0} <= {1}", "gt": "{0} > {1}", "ge": "{0} >= {1}",
    "eq": "{0} == {1}", "ne": "{0} != {1}", "and": "{0} & {1}", "or": "{0} | {1}", "not": "!{0}",
    "abs": "__builtin_fabs{f}({0})", "sqrt": "__builtin_sqrt{f}({0})", "floor": "__builtin_floor{f}({0})",
    "ceiling": "__builtin_ceil{f}({0})", "sign": "(real)({0} > 0) - (real)({0} < 0)",
    # As torch's: NaN where one of the two is.
    "max": "({0} > {1}) | ({0} != {0}) ? {0} : {1}", "min": "({0} < {1}) | ({0} != {0}) ? {0} : {1}",
    "relu": "{0} <= 0 ? 0 : {0}", "sigmoid": "1/(1 + exp{f}(-{0}))",
    "logaddexp": "{0} == {1} ? {0} + (real)0x1.62e42fefa39efp-1 : "
                 "(({0} > {1}) | ({0} != {0}) ? {0} : {1}) + log1p{f}(exp{f}(-__builtin_fabs{f}({0} - {1})))",
    "Mod": "remainder_of({0}, {1})", WHOLE_QUOTIENT: "quotient_of({0}, {1})",
}  # fmt: skip

# The remainder and the whole quotient as torch has them, with the divisor's sign.
_REMAINDERS = """\
static inline real remainder_of(real x, real y) {
    real r = __builtin_fmod%(f)s(x, y);
    return r != 0 && (r < 0) != (y < 0) ? r + y : r;
}
static inline real quotient_of(real x, real y) {
    if (y == 0) return x/y;
    real r = __builtin_fmod%(f)s(x, y);
    real q = (x - r)/y;
    if (r != 0 && (r < 0) != (y < 0)) q -= 1;
    if (q == 0) return __builtin_copysign%(f)s(0, x/y);
    real whole = __builtin_floor%(f)s(q);
    return q - whole > (real)0.5 ? whole + 1 : whole;
}
"""

# Points that are left over after whole tiles fill one with the last of them.
_TILED = """\
void run(long count, const real *const *inputs, real *const *outputs) {
    long whole = count/LANES*LANES;
    real given[INPUTS + 1][LANES], found[OUTPUTS][LANES];
    const real *a[INPUTS + 1];
    real *b[OUTPUTS];
    tiles(whole, inputs, outputs);
    if (whole == count) return;
    for (int k = 0; k < INPUTS; k++) for (long i = 0; i < LANES; i++)
        given[k][i] = inputs[k][whole + i < count ? whole + i : count - 1];
    for (int k = 0; k < INPUTS; k++) a[k] = given[k];
    for (int k = 0; k < OUTPUTS; k++) b[k] = found[k];
    tiles(LANES, a, b);
    for (int k = 0; k < OUTPUTS; k++) for (long i = whole; i < count; i++) outputs[k][i] = found[k][i - whole];
}
"""

# 0*x is 0 where x is finite, else NaN. Blocks stay in the cache.
_ROWS = """\
enum { BLOCK = 1024 };
static long block(long count, const real *const *inputs, real *const *outputs, char *marks) {
    real point[BLOCK] = {0}, results[BLOCK] = {0};
    long found = 0;
    run(count, inputs, outputs);
    for (int k = WIDTH; k < OUTPUTS; k++) for (long i = 0; i < count; i++)
        outputs[k][i] = outputs[k % WIDTH][i] == outputs[k % WIDTH][i] ? outputs[k][i] : outputs[k % WIDTH][i];
    for (int k = 0; k < INPUTS; k++) for (long i = 0; i < count; i++) point[i] += 0*inputs[k][i];
    for (int k = 0; k < OUTPUTS; k++) for (long i = 0; i < count; i++) results[i] += 0*outputs[k][i];
    for (long i = 0; i < count; i++) marks[i] = point[i] != 0 ? 1 : results[i] != 0 ? 2 : 0;
    for (long i = 0; i < count; i++) found += marks[i] != 0;
    if (found) for (long i = 0; i < count; i++) for (int k = 0; k < INPUTS; k++) if (inputs[k][i] != inputs[k][i])
        for (int m = 0; m < OUTPUTS; m++) outputs[m][i] = inputs[k][i];
    return found;
}
long rows(long count, const real *const *inputs, real *const *outputs, char *const *marks) {
    const real *a[INPUTS + 1];
    real *b[OUTPUTS];
    long found = 0;
    for (long start = 0; start < count; start += BLOCK) {
        for (int k = 0; k < INPUTS; k++) a[k] = inputs[k] + start;
        for (int k = 0; k < OUTPUTS; k++) b[k] = outputs[k] + start;
        found += block(count - start < BLOCK ? count - start : BLOCK, a, b, marks[0] + start);
    }
    return found;
}
"""


def c_code(found: Lowered, variables: Sequence[str], dtype: str, width: int) -> str:
    """The C functions `run(count, inputs, outputs)` and `rows(count, inputs, outputs, marks)` for a list of operations.

    `rows` does what `run` does, sets results to NaN where a variable or the value is NaN, marks the points that are not
    finite with 1, the other ones with a result that is not finite with 2, and returns how many were marked.
    `VECTOR` stands before the declarations of library functions: the compiler's line says what it is.

    Args:
        found: the operations.
        variables: the names of the inputs, in order.
        dtype: of all numbers.
        width: how many of the results are values; the derivatives follow in groups of as many.

    Raises:
        Unfit: an operation that C's library has not.
    """
    suffix = {"float64": "", "float32": "f"}[dtype]
    nodes = found.graph.nodes
    names = {i: f"a{variables.index(str(n.value))}[i]" for i, n in enumerate(nodes) if n.op == "variable"}
    names.update({i: _number(value, suffix) for i, value in found.constants.items()})
    body = []
    for i in found.order:
        kind = "_Bool" if nodes[i].op in CONDITIONS else "real"
        body.append(f"const {kind} t{i} = {_expression(nodes[i], names, suffix)};")
        names[i] = f"t{i}"
    body += [f"b{k}[i] = {names[root]};" for k, root in enumerate(found.roots)]
    return "\n".join([
        f"typedef {'double' if not suffix else 'float'} real;",
        *_declarations({nodes[i].op for i in found.order}, suffix),
        f"enum {{ LANES = {LANES}, INPUTS = {len(variables)}, OUTPUTS = {len(found.roots)}, WIDTH = {width} }};",
        # One function, not one for each use of it: compilers make other vectors of each.
        "__attribute__((noinline, noclone))",
        "static void tiles(long count, const real *const *inputs, real *const *outputs) {",
        *(f"    const real *restrict a{k} = inputs[{k}];" for k in range(len(variables))),
        *(f"    real *restrict b{k} = outputs[{k}];" for k in range(len(found.roots))),
        "    for (long start = 0; start < count; start += LANES) {",
        "        #pragma omp simd",
        "        for (long i = start; i < start + LANES; i++) {",
        *(f"            {line}" for line in body),
        "        }", "    }", "}", "",
        _TILED, _ROWS,
    ])  # fmt: skip


def _declarations(ops: set[str], suffix: str) -> list[str]:
    """The library's functions that are called, and the remainders."""
    called = {_LIBRARY[op] for op in ops if op in _LIBRARY} | {name for op in ops for name in _NEEDS.get(op, ())}
    two = ("pow", "hypot", "atan2")
    lines = [f"VECTOR real {name}{suffix}(real{', real' * (name in two)});" for name in sorted(called)]
    return lines + [_REMAINDERS % {"f": suffix}] * bool(ops & {"Mod", WHOLE_QUOTIENT})


def _expression(node: Node, names: Mapping[int, str], suffix: str) -> str:
    args = [names[a] for a in node.args]
    if node.op in _LIBRARY:
        return f"{_LIBRARY[node.op]}{suffix}({', '.join(args)})"
    if node.op not in _EXPRESSIONS:
        raise Unfit(f"C's library has no {node.op}")
    return _EXPRESSIONS[node.op].format(*args, f=suffix)


def _number(value: float | bool, suffix: str) -> str:
    """A number that C reads as exactly this one, rounded to the type; a truth as 0 or 1."""
    if isinstance(value, bool):
        return str(int(value))
    if math.isfinite(value) and suffix:
        try:
            value = struct.unpack("f", struct.pack("f", value))[0]
        except OverflowError:
            value = math.copysign(math.inf, value)
    if math.isfinite(value):
        return f"((real){float(value).hex()})"
    return {math.inf: "((real)__builtin_inf())", -math.inf: "(-(real)__builtin_inf())"}.get(
        value, '((real)__builtin_nan(""))'
    )
