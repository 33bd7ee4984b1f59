"""Functions of the catalog that mpmath has under another name or not at all, in any of its contexts.

They are the second choice: where Arb encloses a function, `numeric/balls` is the first.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from derivcli.numeric.functions import gamma, hypergeometric

# By the names in the catalog's column for mpmath.
FUNCTIONS: dict[str, Callable[..., Any]] = {**gamma.FUNCTIONS, **hypergeometric.FUNCTIONS}
