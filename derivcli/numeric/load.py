"""The one place where generated code becomes callable.

What comes here was written by `symbolic/program.py` or `numeric/emit.py` from the catalog, numbers and renamed
variables, never by the user. It is checked all the same: only arithmetic, comparisons, calls of known names and
attributes of torch pass, no name with a double underscore does, and it runs without builtins.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any

_ALLOWED = (
    ast.Module, ast.FunctionDef, ast.arguments, ast.arg, ast.Assign, ast.Return, ast.Expr, ast.List, ast.Tuple,
    ast.Name, ast.Load, ast.Store, ast.Constant, ast.Attribute, ast.Call, ast.keyword, ast.BinOp, ast.UnaryOp,
    ast.Compare, ast.Subscript, ast.Slice, ast.operator, ast.unaryop, ast.cmpop,
)  # fmt: skip


def load(source: str, name: str, namespace: Mapping[str, Any]) -> Callable[..., Any]:
    """The function `name` that the generated `source` defines.

    Args:
        source: one function definition.
        name: of the function that it defines.
        namespace: the names it may use beside its own.

    Raises:
        ValueError: the source holds something that no generator of ours writes.
    """
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if not isinstance(node, _ALLOWED):
            raise ValueError(f"generated code holds a {type(node).__name__}")
        name_of = getattr(node, "id", "") + getattr(node, "attr", "")
        if "__" in name_of:
            raise ValueError(f"generated code uses the name {name_of}")
    # torch's C code imports parts of itself on first use, through the builtins of whoever calls it.
    scope: dict[str, Any] = {"__builtins__": {"__import__": __import__}, **namespace}
    exec(compile(tree, "<deriv program>", "exec"), scope)  # checked above, and never the user's text
    function: Callable[..., Any] = scope[name]
    return function
