"""The entries of arrays as one text: in brackets, and as LaTeX."""

from __future__ import annotations

from collections.abc import Sequence

# Between the rows of a LaTeX matrix.
_ROW = r" \\ "


def bracketed(texts: Sequence[str], shape: Sequence[int]) -> str:
    """The texts of an array's entries, row by row, as one text: [[a, b], [c, d]]."""
    if not shape:
        return texts[0]
    size = len(texts) // shape[0]
    rows = (bracketed(texts[k * size : (k + 1) * size], shape[1:]) for k in range(shape[0]))
    return f"[{', '.join(rows)}]"


def entries_of(text: str, shape: Sequence[int]) -> list[str]:
    """The texts that `bracketed` made one text of."""
    if not shape:
        return [text]
    parts, depth, start = [], 0, 1
    for i, character in enumerate(text):
        depth += (character in "([") - (character in ")]")
        if (character == "," and depth == 1) or i == len(text) - 1:
            parts.append(text[start:i].strip())
            start = i + 1
    return [entry for part in parts for entry in entries_of(part, shape[1:])]


def in_matrix(latex: Sequence[str], shape: Sequence[int]) -> str | None:
    """The LaTeX of an array's entries as a vector or matrix; nothing for more axes."""
    if len(shape) < 1:
        return latex[0]
    if len(shape) > 2:
        return None
    width = shape[1] if len(shape) == 2 else 1
    rows = (" & ".join(latex[k : k + width]) for k in range(0, len(latex), width))
    return rf"\begin{{pmatrix}}{_ROW.join(rows)}\end{{pmatrix}}"
