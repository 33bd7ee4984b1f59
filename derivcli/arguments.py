"""Python names for the arguments of generated programs."""

from __future__ import annotations

import keyword
import re
from collections.abc import Sequence

from derivcli import catalog

# Functions of generated programs that are no rows of the catalog.
_KERNELS = ("ei", "reciprocal_gamma", "lift")


def argument_names(variables: Sequence[str]) -> list[str]:
    """Python names for the program's arguments: the user's own wherever that is safe."""
    safe = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
    taken = {
        "torch",
        "warnings",
        "f",
        "gradient",
        "value",
        "print",
        "isinstance",
        *_KERNELS,
        *(row.name for row in catalog.ROWS),
        *(row.torch.partition("(")[0] for row in catalog.ROWS if row.leaf),
    }
    return [
        v if safe.fullmatch(v) and not keyword.iskeyword(v) and v not in taken and "__" not in v
        and not re.fullmatch(r"[tv]\d+_?", v) else f"v{i}_"
        for i, v in enumerate(variables)
    ]  # fmt: skip
