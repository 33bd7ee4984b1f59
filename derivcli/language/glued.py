"""Names that look like products of letters: they are read as one name each, and that is said."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from derivcli.arrays import SPELLINGS as ARRAYS

# Letters that a lone name is a product of, if it has no others, and those that are coordinates.
_FACTORS, _COORDINATES = frozenset("exyz"), frozenset("xyz")
_LONGEST = 3


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
    of_one = _of_one_coordinate(told)
    if of_one:
        products = " and ".join("*".join(name) for name in of_one)
        said.append(f"{' and '.join(of_one)} are read as one variable each; for products write {products}")
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
