"""Names that look like products of letters: they are read as one name each, and that is said."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from functools import cache

from derivcli.arrays import SPELLINGS as ARRAYS
from derivcli.catalog import SPELLINGS

# Letters that a lone name is a product of, if it has no others, and those that are coordinates.
_FACTORS, _COORDINATES = frozenset("exyz"), frozenset("xyz")
_LONGEST = 3
# Letters that textbooks name coefficients by: in a row, and of a line.
_COEFFICIENTS, _LINES = "abcd", frozenset(("ab", "mb", "mc", "kd", "αβ"))
# Functions that are written without brackets, before which one letter is a factor: xsin, xlnx.
_BARE = frozenset(
    ("sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh", "arcsin", "arccos", "arctan", "ln", "log",
     "sqrt", "exp")
)  # fmt: skip
# What functions are applied to without brackets: 2x and 2t, x and xy, θ and ωt.
_ARGUMENT = "[0-9]+[A-Za-zα-ω][xyzt]?|[xyz]+|[α-ω][xyzt]?"


def applied(name: str, is_function: Callable[[str], bool]) -> list[str]:
    """The functions of letters that a name looks like: sin(x) and cos(x) of sinxcosx, x and ln(x) of xlnx.

    Args:
        name: of a variable.
        is_function: whether a name is a function that wants its argument.
    """
    if name[1:] in _BARE - {"exp"} and name[0] in _COORDINATES and is_function(name[1:]):
        return [name[0], f"{name[1:]}(…)"]
    forms, call = _forms()
    found = forms.fullmatch(name) if len(name) > 2 else None
    calls = call.findall(name, found.start("calls")) if found else []
    if found is None or not all(is_function(f) for f, _ in calls) or (found["factor"] and calls[0][0] not in _BARE):
        return []
    return [*(found["factor"] or ""), *(f"{f}({_product(argument)})" for f, argument in calls)]


def _product(letters: str) -> str:
    """What letters side by side are: x*y of xy, 2x of 2x."""
    return "*".join(re.findall("[0-9]*.", letters))


@cache
def _forms() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Names that are functions with their arguments, perhaps behind one factor; one such call, with calls behind it."""
    functions = "|".join(sorted((name for name in SPELLINGS if len(name) > 1), key=len, reverse=True))
    calls = f"(?:(?:{functions})(?:{_ARGUMENT}))"
    whole = re.compile(rf"(?P<factor>[A-Za-zα-ω])??(?P<calls>{calls}+)")
    return whole, re.compile(rf"({functions})({_ARGUMENT})(?={calls}*$)")


def glued(variables: Sequence[str], declared: Collection[str]) -> list[str]:
    """What to say of an expression's variables, but for those that are declared or have values."""
    said = []
    names = {*variables, *(n for n in ("π", "e") if n not in variables)}
    told = [name for name in variables if name not in declared]
    for name in variables:
        if len(name) > 1 and name[0] == "d" and name[1:] in variables:
            said.append(f"{name} is read as one variable; deriv differentiates without it")
        elif is_glued(name, names) or (told == [*variables] == [name] and _is_lone_product(name)):
            said.append(f"{name} is read as one variable; for a product write {'*'.join(name)}")
        elif _is_power_of_e(name, told):
            said.append(f"{name} is read as one variable; for a power write e^({name[1:]})")
    of_one = _of_one_coordinate(told) or _of_line(told) or ([] if said else _of_letters(told))
    if of_one:
        products = " and ".join("*".join(name) for name in of_one)
        each = (
            "are read as one variable each; for products"
            if len(of_one) > 1
            else "is read as one variable; for a product"
        )
        said.append(f"{' and '.join(of_one)} {each} write {products}")
    return said


def is_glued(name: str, names: Collection[str]) -> bool:
    """Whether a name looks like a product of other names, as xy does beside x and y."""
    return len(name) > 1 and all(letter in names for letter in name)


def _is_lone_product(name: str) -> bool:
    """Whether a name that has no other beside it looks like a product: xy, xx, ex."""
    letters = set(name)
    return 1 < len(name) <= _LONGEST and letters <= _FACTORS and bool(letters & _COORDINATES) and name not in ARRAYS


def _of_one_coordinate(names: Collection[str]) -> list[str]:
    """Coefficients with their coordinate, as in ax^2 + bx + c; a vector has other components beside that one."""
    pairs = [name for name in names if len(name) == 2 and name[0].isalpha() and name[1] in _COORDINATES]
    alike = [name for name in pairs if not set(name) <= _FACTORS and name[0] != "d"]
    one = len({name[1] for name in pairs}) == 1 and all(name == name.lower() for name in alike)
    return alike if one and len(alike) > 1 else []


def _is_power_of_e(name: str, names: Collection[str]) -> bool:
    """Whether a name looks like e^(2x), and is no component such as e1x beside e1y."""
    alike = [other for other in names if re.fullmatch("e[0-9]+[xyzt]", other)]
    return alike == [name]


def _of_line(names: Collection[str]) -> list[str]:
    """The coefficient with its coordinate in ax + b."""
    pairs = [name for name in names if len(name) == 2 and name[1] in _COORDINATES]
    return [name for name in pairs if len(pairs) == 1 and any(name[0] + other in _LINES for other in names)]


def _of_letters(names: Collection[str]) -> list[str]:
    """Products of coordinates alone, xy + yz, or of coefficients beside others, a/bc."""
    longer = [name for name in names if len(name) > 1]
    if all(set(name) <= _COORDINATES and len(set(name)) == len(name) <= _LONGEST for name in names):
        return longer
    row = all(name in _COEFFICIENTS for name in names)
    return longer if row and len(longer) < len(names) else []
