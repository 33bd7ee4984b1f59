"""Hypergeometric functions: DLMF sections 13.3(ii), 16.3(i), 16.14(i) and 16.17; derivatives by parameters stay open.

Functions that take lists have a row for all lengths of these: `hyper/2,1` is the key of hyper([a1, a2], [b1], z).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from derivcli.catalog.row import Row, leaf

HYPERGEOMETRIC = "hypergeometric functions"
# So many arguments may the lists of one call hold together.
MAX_LISTED = 24
_A, _B = (0.25, 1.5), (1.75, 3.0)


def _of_lists(
    name: str, counts: tuple[int, ...], summary: str, names: Sequence[str], slope: str, **more: object
) -> Row:
    key, zeros = f"{name}/{','.join(map(str, counts))}", (0,) * (len(names) + 1)
    arguments = ", ".join(f"{{{k}}}" for k in range(len(zeros)))
    return leaf(
        name, HYPERGEOMETRIC, summary, *("" for _ in names), slope, parameters=(*names, "z"), lists=counts, sympy=key,
        torch=f"derivative('{key}', {zeros})({arguments})", overload=key.removeprefix(name), **more,
    )  # fmt: skip


def _numbered(letter: str, count: int) -> list[str]:
    return [f"{letter}{k}" for k in range(1, count + 1)]


def _hyper(counts: tuple[int, ...]) -> Row:
    above, below = (_numbered(letter, n) for letter, n in zip("ab", counts, strict=True))
    raised = (f"[{', '.join(f'{p} + 1' for p in names)}]" for names in (above, below))
    factor = "*".join(above) or "1"
    factor += f"/({'*'.join(below)})" if below else ""
    return _of_lists(
        "hyper", counts, "generalised hypergeometric function pFq of two lists", (*above, *below),
        f"{factor}*hyper({', '.join(raised)}, z)", aliases=("HypergeometricPFQ", "hypergeom"),
        domain="z < 1 for lists that hold one more above; all z for fewer", samples=(*[_A] * counts[0],
        *[_B] * counts[1], (-5.0, 0.9)),
    )  # fmt: skip


def _meijerg(counts: tuple[int, ...]) -> Row:
    first, second, third, fourth = counts
    names = [*_numbered("a", first + second), *_numbered("b", third + fourth)]
    moved, shift = (0, "- 1") if first else (first + second, "+ 1")
    changed = [f"{p} {shift}" if k == moved else p for k, p in enumerate(names)]
    row = _of_lists("meijerg", counts, "", names, "")
    function, other = row.signature, row.call([*changed, "z"])
    slope = f"(({names[moved]} - 1)*{function} + {other})/z" if first else f"({names[moved]}*{function} - {other})/z"
    return _of_lists(
        "meijerg", counts, "Meijer G-function of four lists, as meijerg in SymPy", names, slope, aliases=("MeijerG",),
        domain="z > 0", samples=(*[_A] * (first + second), *[_A] * (third + fourth), (0.2, 5.0)),
    )  # fmt: skip


# For each function that takes lists how many it takes, its row for lists of given lengths, and when there is none.
_FAMILIES: dict[str, tuple[int, Callable[[tuple[int, ...]], Row]]] = {"hyper": (2, _hyper), "meijerg": (4, _meijerg)}


def of_lists(key: str) -> Row | None:
    """The row of a function that takes lists, of the lengths that its key says; None where there is no such row."""
    name, _, lengths = key.partition("/")
    texts = lengths.split(",")
    if name not in _FAMILIES or not all(text.isdecimal() and len(text) < 3 for text in texts):
        return None
    lists, row = _FAMILIES[name]
    counts = tuple(map(int, texts))
    empty = name == "meijerg" and not any(counts[::2])
    return row(counts) if len(counts) == lists and sum(counts) <= MAX_LISTED and not empty else None


ROWS: tuple[Row, ...] = (
    _hyper((2, 1)),
    Row(
        "hyp0f1", "confluent hypergeometric limit function 0F1", HYPERGEOMETRIC, ("b", "x"), ("Hypergeometric0F1",),
        definition="hyper([], [b], x)", samples=(_B, (-30.0, 30.0)), domain="b != 0, -1, …",
    ),
    Row(
        "hyp1f1", "Kummer's confluent hypergeometric function 1F1, also called M", HYPERGEOMETRIC, ("a", "b", "x"),
        ("Hypergeometric1F1", "KummerM"), definition="hyper([a], [b], x)", samples=(_A, _B, (-30.0, 30.0)),
        domain="b != 0, -1, …",
    ),
    Row(
        "hyp2f1", "Gauss's hypergeometric function 2F1", HYPERGEOMETRIC, ("a", "b", "c", "x"), ("Hypergeometric2F1",),
        definition="hyper([a, b], [c], x)", samples=((-1.25, 2.5), _A, _B, (-9.0, 0.95)),
        domain="x < 1; c != 0, -1, …",
    ),
    leaf(
        "hyperu", HYPERGEOMETRIC, "Tricomi's confluent hypergeometric function U", "", "", "-a*hyperu(a + 1, b + 1, x)",
        parameters=("a", "b", "x"), aliases=("HypergeometricU", "hypu", "KummerU"), domain="x > 0", singular="x == 0",
        samples=((-1.25, 2.5), (-1.5, 2.5), (0.1, 30.0)),
    ),
    leaf(
        "appellf1", HYPERGEOMETRIC, "Appell's hypergeometric function F1 of two variables", "", "", "", "",
        "a*b1/c*appellf1(a + 1, b1 + 1, b2, c + 1, x, y)", "a*b2/c*appellf1(a + 1, b1, b2 + 1, c + 1, x, y)",
        parameters=("a", "b1", "b2", "c", "x", "y"), aliases=("AppellF1",), domain="x < 1, y < 1; c != 0, -1, …",
        samples=(_A, _A, (-1.25, 1.5), _B, (-3.0, 0.9), (-2.0, 0.8)),
    ),
    _meijerg((1, 0, 2, 0)),
)  # fmt: skip
