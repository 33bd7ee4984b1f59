"""The sources of the functions that programs call beside torch's, read without importing torch."""

from __future__ import annotations

import ast
from pathlib import Path

from derivcli import catalog


def kernel_sources() -> dict[str, str]:
    """The definition of each function of the kernels' files with its decorators, by name, in the order of the files.

    What has no short source, as Bessel functions have none, is taken from deriv itself.
    """
    kernels = {**_functions("kernels.py"), **_functions("complex_kernels.py")}
    leaves = {row.torch.partition("(")[0] for row in catalog.ROWS if row.leaf and not row.lists}
    return {**kernels, **{name: f'{name} = NAMES["{name}"]' for name in ("derivative", *sorted(leaves))}}


def _functions(file: str) -> dict[str, str]:
    """The functions of one file beside this one."""
    text = Path(__file__).with_name(file).read_text(encoding="utf-8")
    lines = text.splitlines()
    functions = [node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
    starts = [min([f.lineno, *(d.lineno for d in f.decorator_list)]) for f in functions]
    return {f.name: "\n".join(lines[a - 1 : f.end_lineno]) for f, a in zip(functions, starts, strict=True)}
