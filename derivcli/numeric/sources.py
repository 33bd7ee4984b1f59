"""The sources of the kernels, read without importing torch."""

from __future__ import annotations

import ast
from pathlib import Path


def kernel_sources() -> dict[str, str]:
    """The definition of each function of `kernels.py` with its decorators, by name, in the order of the file."""
    text = Path(__file__).with_name("kernels.py").read_text(encoding="utf-8")
    lines = text.splitlines()
    functions = [node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
    starts = [min([f.lineno, *(d.lineno for d in f.decorator_list)]) for f in functions]
    return {f.name: "\n".join(lines[a - 1 : f.end_lineno]) for f, a in zip(functions, starts, strict=True)}
