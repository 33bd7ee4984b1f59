"""The sources of the kernels, read without importing torch."""

from __future__ import annotations

import ast
from pathlib import Path


def kernel_sources() -> dict[str, str]:
    """The definition of each function of `kernels.py`, by name."""
    text = Path(__file__).with_name("kernels.py").read_text(encoding="utf-8")
    functions = [node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
    return {f.name: ast.get_source_segment(text, f) or "" for f in functions}
