"""Fortran, from 2008 on."""

from __future__ import annotations

from derivcli.exports.dialects.common import ARITHMETIC, ELEMENTARY, names, number
from derivcli.exports.program import Dialect, Function, Program, Result, commented, indices

_KEYWORDS = names(
    "allocatable allocate assign associate asynchronous backspace bind block call case character class close common "
    "complex contains continue critical cycle data deallocate default deferred dimension do double else elseif "
    "elsewhere end endif enddo entry enum equivalence error exit extends external final forall format function "
    "generic go goto if implicit import in inout inquire integer intent interface intrinsic kind len lock logical "
    "module namelist none nullify only open operator optional out parameter pass pause pointer print private "
    "procedure program protected public pure read real recursive result return rewind save select sequence stop "
    "submodule subroutine target then this_image type unlock use value volatile wait where while write dp "
    "ieee_value deriv_function deriv_trial k"
)
# What the results are tried by.
_TRIAL = "deriv_trial"


def _statement(start: str, items: list[str], tail: str) -> list[str]:
    """A statement with a list, which goes on behind an ampersand."""
    lines = [start]
    for k, item in enumerate(items):
        piece = item + (", " if k + 1 < len(items) else tail)
        if len(lines[-1]) + len(piece) > 110:
            lines[-1] += "&"
            lines.append("      ")
        lines[-1] += piece
    return lines


def _declared(function: Function, kept: str) -> list[str]:
    lines = _statement("    real(dp), intent(in) :: ", list(function.parameters), "")
    lines += [f"    real(dp){kept} :: {_with_shape(r)}" for r in function.results]
    for kind, wanted in (("real(dp)", False), ("logical", True)):
        names = [name for name, truth in function.parts if truth is wanted]
        lines += _statement(f"    {kind} :: ", names, "") if names else []
    return lines


def _with_shape(result: Result) -> str:
    return f"{result.name}({', '.join(map(str, result.shape))})" if result.shape else result.name


def _places(result: Result) -> list[str]:
    """The entries as Fortran counts them, from 1."""
    return [
        f"{result.name}({', '.join(str(k + 1) for k in place)})" if place else result.name
        for place in indices(result.shape)
    ]


def _broken(line: str) -> list[str]:
    """A long line in pieces."""
    pieces = []
    while len(line) > 120:
        place = line.rfind(" ", 8, 118)
        if place < 0:
            break
        pieces.append(f"{line[:place]} &")
        line = f"      {line[place + 1 :]}"
    return [*pieces, line]


def _layout(program: Program) -> str:
    main = program.function
    lines = [
        *commented("!", program.remarks),
        "module deriv_function", "  use, intrinsic :: ieee_arithmetic", "  implicit none", "  private",
        f"  public :: {', '.join([main.name, *([_TRIAL] if program.trials else [])])}",
        "  integer, parameter, public :: dp = kind(1.0d0)", "contains", "",
    ]  # fmt: skip
    lines += _statement(f"  pure subroutine {main.name}(", [*main.parameters, *(r.name for r in main.results)], ")")
    lines += [*_declared(main, ", intent(out)"), *(f"    {line}" for line in main.lines)]
    for r in main.results:
        lines += [f"    {place} = {entry}" for place, entry in zip(_places(r), r.entries, strict=True)]
    lines += [f"  end subroutine {main.name}", ""]
    for helper in program.helpers:
        lines += [f"  pure function {helper.name}({', '.join(helper.parameters)}) result(value)"]
        lines += [*_declared(helper, ""), *(f"    {line}" for line in helper.lines)]
        lines += [f"    value = {helper.results[0].entries[0]}", f"  end function {helper.name}", ""]
    lines += [*_trial(program), "end module deriv_function"]
    return "\n".join(piece for line in lines for piece in ([line] if line.startswith("!") else _broken(line)))


def _array(name: str, values: tuple[float, ...]) -> list[str]:
    return _statement(f"    {name} = [real(dp) :: ", list(map(DIALECT.number, values)), "]")


def _trial(program: Program) -> list[str]:
    """A subroutine that compares with the exact results."""
    if not program.trials:
        return []
    main = program.function
    size, inputs = len(program.trials[0].expected), len(main.parameters)
    lines = [
        "! The exact results at some points: a program tries them that is `use deriv_function; call deriv_trial; end`.",
        f"  subroutine {_TRIAL}",
        f"    real(dp) :: point({inputs}), expected({size}), tolerances({size}), found({size})",
        *(f"    real(dp) :: {_with_shape(r)}" for r in main.results), "    integer :: k",
    ]  # fmt: skip
    for trial in program.trials:
        lines += [*_array("point", trial.point), *_array("expected", trial.expected)]
        lines += _array("tolerances", trial.tolerances)
        given = [f"point({k + 1})" for k in range(inputs)]
        lines += _statement(f"    call {main.name}(", [*given, *(r.name for r in main.results)], ")")
        lines += _statement("    found = [", [place for r in main.results for place in _places(r)], "]")
        lines += [
            f"    do k = 1, {size}",
            '      print "(es25.16e3, a, es25.16e3)", found(k), " expected ", expected(k)',
        ]
        lines += ["      if (.not. abs(found(k) - expected(k)) <= tolerances(k)) error stop 1", "    end do"]
    return [*lines, f"  end subroutine {_TRIAL}", ""]


DIALECT = Dialect(
    title="Fortran",
    operations={
        **ARITHMETIC, "ne": "{0} /= {1}", "and": "{0} .and. {1}", "or": "{0} .or. {1}", "not": ".not. {0}",
        **{op: f"{op}({{0}})" for op in (*ELEMENTARY, "log10", "abs", "erf", "erfc", "gamma")},
        "exp2": "2.0_dp**{0}", "log2": "(log({0})/0.6931471805599453_dp)",
        "floor": "(anint({0}) - merge(1.0_dp, 0.0_dp, anint({0}) > {0}))",
        "ceiling": "(anint({0}) + merge(1.0_dp, 0.0_dp, anint({0}) < {0}))",
        "pow": "{0}**{1}", "hypot": "hypot({0}, {1})", "atan2": "atan2({0}, {1})", "fmod": "mod({0}, {1})",
        "loggamma": "merge(log_gamma({0}), ieee_value(0.0_dp, ieee_quiet_nan), {0} > 0.0_dp)",
        "where": "merge({1}, {2}, {0})",
        "sign": "(merge(1.0_dp, 0.0_dp, {0} > 0.0_dp) - merge(1.0_dp, 0.0_dp, {0} < 0.0_dp))",
        "max": "merge({0}, {1}, {0} > {1} .or. {0} /= {0})", "min": "merge({0}, {1}, {0} < {1} .or. {0} /= {0})",
        "besselj": "bessel_jn(int({0}), {1})", "bessely": "bessel_yn(int({0}), {1})",
    },
    number=number("ieee_value(0.0_dp, ieee_quiet_nan)", "ieee_value(0.0_dp, ieee_positive_inf)", "_dp"),
    truths=(".true.", ".false."),
    part="{0} = {1}",
    truth="{0} = {1}",
    reserved=_KEYWORDS,
    layout=_layout,
    whole=frozenset(("besselj", "bessely")),
    one_case=True,
)  # fmt: skip
