"""THE table of functions: reading, code, derivatives, help and tests all walk it. A new function is one new row.

A row is either a primitive, with its SymPy class, torch expression, mpmath function and partial derivatives, or it has
a `definition` in deriv's own language and is rewritten to it wherever numbers or formulas are needed; formulas of
arrays keep its name, and go by its own partial derivative where the row gives one. Partial
derivatives are written by hand, not taken from SymPy: so the check
of the one against the other stays a check. Nothing is imported here: `deriv functions` must start at once.
"""

from __future__ import annotations

from typing import Any

from derivcli.catalog import (
    bessel,
    distributions,
    elliptic,
    errors,
    gamma,
    hyperbolic,
    hypergeometric,
    integrals,
    networks,
    polynomials,
    powers,
    steps,
    trigonometric,
    zeta,
)
from derivcli.catalog.row import Row

ROWS: tuple[Row, ...] = (
    *powers.ROWS,
    *trigonometric.ROWS,
    *hyperbolic.ROWS,
    *steps.ROWS,
    *networks.ROWS,
    *gamma.ROWS,
    *errors.ROWS,
    *integrals.ROWS,
    *zeta.ROWS,
    *distributions.ROWS,
    *bessel.ROWS,
    *polynomials.ROWS,
    *elliptic.ROWS,
    *hypergeometric.ROWS,
)

# Names that are numbers unless a value is given for them; the second column is what mpmath and SymPy call them.
CONSTANTS: dict[str, str] = {
    "pi": "pi", "π": "pi", "e": "E", "E": "E", "oo": "oo", "∞": "oo", "I": "I", "tau": "tau",
    "EulerGamma": "EulerGamma", "GoldenRatio": "GoldenRatio",
}  # fmt: skip
# These surprise nobody; any other constant is said in a warning.
EXPECTED_CONSTANTS = frozenset(("pi", "π", "e", "E", "oo", "∞"))


class _Keys(dict[str, Row]):
    """The rows by their keys; of functions that take lists, rows for lists of other lengths are made when asked for."""

    def __contains__(self, key: object) -> bool:
        return self.get(str(key)) is not None

    def __missing__(self, key: str) -> Row:
        if key not in self:
            raise KeyError(key)
        return self[key]

    def get(self, key: str, default: Any = None) -> Any:
        if not super().__contains__(key):
            made = hypergeometric.of_lists(key)
            if made is None:
                return default
            self[key] = made
        return super().__getitem__(key)


KEYS: dict[str, Row] = _Keys({row.key: row for row in ROWS})
SPELLINGS: dict[str, list[Row]] = {}
for _row in ROWS:
    for _spelling in (_row.name, *_row.aliases):
        SPELLINGS.setdefault(_spelling, []).append(_row)

__all__ = ["CONSTANTS", "EXPECTED_CONSTANTS", "KEYS", "ROWS", "SPELLINGS", "Row"]
