"""Formulas as text, and whether two are written alike, whatever the order of their terms and factors."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from derivcli.brackets import bracketed
from derivcli.errors import DerivError
from derivcli.graph import Graph, fold
from derivcli.language import Setting, expand, read, write
from derivcli.model import Formula

# Longer formulas help nobody.
_MAX_CHARACTERS = 2_000


def written(graph: Graph, roots: Sequence[int], shape: Sequence[int]) -> Formula:
    """An expression or claim as it was read; no text where it is too long."""
    texts = [write(graph, root, _MAX_CHARACTERS) for root in roots]
    known = [text for text in texts if text is not None]
    text = bracketed(known, shape) if len(known) == len(texts) else None
    return Formula(text, None, tuple(shape))


def is_written_as(graph: Graph, roots: Sequence[int], text: str, names: Sequence[str]) -> bool:
    """Whether the roots are written as a formula of deriv's own is, or nobody can tell."""
    try:
        reading = read([text], setting=Setting(names))
    except DerivError:
        return True
    if len(reading.roots) != len(roots):
        return True
    forms: dict[Any, int] = {}
    own = _forms(*expand(reading.graph, reading.roots), forms)
    return _forms(graph, roots, forms) == own


def _forms(graph: Graph, roots: Sequence[int], forms: dict[Any, int]) -> list[int]:
    """A number for the form of each root; the same one for the same form."""
    folded, new = fold(graph, roots)
    found: dict[int, int] = {}
    products: dict[int, tuple[Fraction, tuple[Any, ...]]] = {}
    for i in folded.reachable(new):
        node = folded.nodes[i]
        args = [found[a] for a in node.args]
        if node.op in ("mul", "neg", "div", "number"):
            products[i] = _product(node, [products.get(a, (Fraction(1), ((found[a], 1),))) for a in node.args])
            form: Any = ("mul", *products[i])
        elif node.op == "add":
            form = ("add", *sorted(args))
        else:
            form = (node.op, node.value, *args)
        found[i] = forms.setdefault(form, len(forms))
    return [found[root] for root in new]


def _product(node: Any, args: Sequence[tuple[Fraction, tuple[Any, ...]]]) -> tuple[Fraction, tuple[Any, ...]]:
    """A product as its number and its factors, each with 1 or -1 for above or below the line."""
    if node.op == "number":
        return node.value, ()
    coefficient, factors = Fraction(-1 if node.op == "neg" else 1), []
    for k, (number, others) in enumerate(args):
        sign = -1 if node.op == "div" and k == 1 else 1
        if sign == 1 or number:
            coefficient *= number**sign
        factors += [(factor, sign * power) for factor, power in others]
    return coefficient, tuple(sorted(factors))
