"""THE table of functions of arrays, beside the catalog's elementwise ones: how they are called, and by what they go.

A row tells the reader how a call becomes one node of the graph. What the operation means is a line in each of the
rooms' tables: its shape (`language/shapes.py`), its torch program (`numeric/emit.py`), its entries (`entries.py`), its
index form (`indices/reading.py`). Nothing is imported here: `deriv functions` must start at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

# A size is a number or a name, such as n; a shape has one for each axis.
Size = int | str
Shape = tuple[Size, ...]

Default = Mapping[str, Any]
# Spellings of the same keyword in NumPy and torch.
KEYWORDS = {"dim": "axis", "keepdim": "keepdims", "p": "ord", "ddof": "correction", "order": "ord"}


@dataclass(frozen=True, slots=True)
class ArrayRow:
    """One function of arrays.

    Args:
        name: how it is written.
        summary: one line for `deriv functions`.
        group: the heading it is listed under.
        parameters: names of the arrays it takes.
        options: names of the further arguments with their defaults, as they are kept in the node's value.
        aliases: other spellings.
        op: the operation's name in a graph, where it is not the row's.
        builds: whether it makes an array from sizes alone.
    """

    name: str
    summary: str
    group: str
    parameters: tuple[str, ...] = ("A",)
    options: Default = field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    op: str = ""
    builds: bool = False

    @property
    def key(self) -> str:
        return self.op or self.name


SUMS, PRODUCTS, SQUARE, PARTS, MADE = (
    "sums over axes", "products of arrays", "square matrices", "parts and shapes of arrays", "arrays from sizes",
)  # fmt: skip
_AXES: Default = {"axis": None, "keepdims": False}
_AXIS: Default = {"axis": None}


def _norm(order: Fraction | str) -> Default:
    return {"axis": None, "keepdims": False, "ord": order}


ROWS: tuple[ArrayRow, ...] = (
    ArrayRow("sum", "sum of the entries, or along an axis", SUMS, ("x",), _AXES),
    ArrayRow("mean", "mean of the entries, or along an axis", SUMS, ("x",), _AXES, ("average",)),
    ArrayRow("prod", "product of the entries, or along an axis", SUMS, ("x",), _AXES, ("product",)),
    ArrayRow("amax", "largest entry, also max(x)", SUMS, ("x",), _AXES),
    ArrayRow("amin", "smallest entry, also min(x)", SUMS, ("x",), _AXES),
    ArrayRow(
        "var", "variance: divided by n - 1 as in torch; np.var(x), or correction=0, by n", SUMS, ("x",),
        {**_AXES, "correction": Fraction(1)}, ("np.var",),
    ),
    ArrayRow(
        "std", "standard deviation, the root of var", SUMS, ("x",), {**_AXES, "correction": Fraction(1)}, ("np.std",),
    ),
    ArrayRow(
        "norm", "length of a vector, Frobenius norm of a matrix; norm(x, 1) and norm(x, inf) entry by entry", SUMS,
        ("x",), _norm(Fraction(2)),
    ),
    ArrayRow("norm1", "sum of absolute values, also norm(x, 1)", SUMS, ("x",), _norm(Fraction(1)), op="norm"),
    ArrayRow("norm2", "the same as norm(x)", SUMS, ("x",), _norm(Fraction(2)), op="norm"),
    ArrayRow("logsumexp", "log(sum(exp(x)))", SUMS, ("x",), _AXES, ("lse",)),
    ArrayRow("softmax", "exp(x)/sum(exp(x)), along an axis", SUMS, ("x",), _AXIS),
    ArrayRow("cumsum", "running sums, along an axis", SUMS, ("x",), _AXIS),
    ArrayRow("dot", "inner product of two vectors", PRODUCTS, ("x", "y"), aliases=("inner", "vdot")),
    ArrayRow("outer", "matrix of all products of two vectors", PRODUCTS, ("x", "y"), aliases=("ger",)),
    ArrayRow("matmul", "matrix product, also A @ B", PRODUCTS, ("A", "B"), aliases=("mm", "mv")),
    ArrayRow("kron", "Kronecker product", PRODUCTS, ("A", "B")),
    ArrayRow(
        "einsum", "sum over the indices that the result lacks: einsum('ij,jk->ik', A, B)", PRODUCTS, ("spec", "A", "…"),
    ),
    ArrayRow("tr", "trace", SQUARE, aliases=("trace", "Trace")),
    ArrayRow("det", "determinant", SQUARE, aliases=("Determinant",)),
    ArrayRow("logdet", "log(det(A)), for det(A) > 0", SQUARE),
    ArrayRow("inv", "inverse", SQUARE, aliases=("inverse", "Inverse")),
    ArrayRow("solve", "inv(A) @ b", SQUARE, ("A", "b")),
    ArrayRow("pinv", "pseudoinverse of a matrix of full rank", SQUARE),
    ArrayRow("transpose", "transpose, also A.T", PARTS, aliases=("Transpose", "t", "adjoint")),
    ArrayRow("diag", "vector to diagonal matrix; matrix to its diagonal", PARTS, aliases=("diagonal", "diagflat")),
    ArrayRow("vec", "the columns of a matrix, one below the other", PARTS),
    ArrayRow("flatten", "the rows of a matrix, one after the other", PARTS, aliases=("ravel",)),
    ArrayRow("reshape", "the entries, row by row, in another shape", PARTS, ("x", "sizes"), aliases=("view",)),
    ArrayRow("tril", "lower triangle", PARTS),
    ArrayRow("triu", "upper triangle", PARTS),
    ArrayRow("stack", "arrays of one shape along a new first axis", PARTS, ("x", "y", "…")),
    ArrayRow("detach", "u, counted as a constant", PARTS, ("u",), aliases=("stop_gradient",)),
    ArrayRow("eye", "identity matrix", MADE, ("n",), builds=True, aliases=("identity", "Identity")),
    ArrayRow("ones", "array of ones", MADE, ("sizes",), builds=True),
    ArrayRow("zeros", "array of zeros", MADE, ("sizes",), builds=True),
    ArrayRow("full", "array of one number: full([2, 3], 7)", MADE, ("sizes", "value"), builds=True),
    ArrayRow("arange", "0, 1, 2, … below n; arange(start, stop, step)", MADE, ("n",), builds=True),
    ArrayRow("linspace", "n numbers from a to b", MADE, ("a", "b", "n"), builds=True),
    ArrayRow("rand", "random numbers from 0 to 1; seed=1 chooses which", MADE, ("sizes",), builds=True),
    ArrayRow("randn", "normal random numbers; seed=1 chooses which", MADE, ("sizes",), builds=True),
    ArrayRow("spd", "random symmetric positive definite matrix", MADE, ("n",), builds=True),
)  # fmt: skip

SPELLINGS: dict[str, ArrayRow] = {spelling: row for row in ROWS for spelling in (row.name, *row.aliases)}
# Operations that change shapes; everything else in a graph works entry by entry.
OPERATIONS = frozenset(
    ("matmul", "transpose", "sum", "mean", "prod", "amax", "amin", "var", "std", "norm", "logsumexp", "softmax",
     "cumsum", "tr", "det", "logdet", "inv", "pinv", "solve", "diag", "tril", "triu", "outer", "kron", "dot", "vec",
     "reshape", "index", "stack", "eye", "ones", "zeros", "full", "array", "einsum", "detach", "dim", "mtimes")
)  # fmt: skip

# The orders of a derivative's axes: torch's, and the two of textbooks (Magnus and Neudecker, Matrix Differential
# Calculus, chapter 9).
LAYOUTS = ("torch", "numerator", "denominator")


def derivative_shape(layout: str, y: Shape, x: Shape) -> Shape:
    """The shape of dy/dx. In the classical layouts a vector beside a scalar is a row or a column."""
    if layout == "torch":
        return y + x
    first, last = (y, x) if layout == "numerator" else (x, y)
    moved = first + last[::-1]
    if not first and len(last) == 1:
        return (1, *moved)
    if len(first) == 1 and not last:
        return (*moved, 1)
    return moved or (1,)
