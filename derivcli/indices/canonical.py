"""Canonical names of nodes: two nodes with one name are the same expression.

The name depends on labels for the free indices only, not on the order of terms and factors or on which objects the
bound indices are. Bound indices of a product are told apart by colour refinement (Weisfeiler and Leman 1968): each
gets the names of the factors that it occurs in, until nothing new is told; ties are broken by singling out one of
them, in all ways, and taking the least name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping

from derivcli.indices.nodes import (
    Constant,
    Delta,
    Determinant,
    Dimension,
    Function,
    Index,
    Inverse,
    Lower,
    Node,
    Number,
    Power,
    Product,
    Selection,
    Softmax,
    Sum,
    Unit,
    Variable,
)

Labels = Mapping[Index, str]

_LONGEST = 48
# Ties that are broken one inside another; beyond that indices are named by identity, which is safe, but less is seen.
_MAX_TIES = 3


def key(node: Node, labels: Labels | None = None) -> str:
    """The canonical name of a node; an index without a label is named by its identity."""
    known = labels or {}
    mine = {i: known.get(i) or f"@{i.serial}" for i in node.free}
    signature = tuple(sorted((i.serial, label) for i, label in mine.items()))
    found = node.keys.get(signature)
    if found is None:
        text = _KEYS[type(node)](node, mine)
        if len(text) > _LONGEST:
            text = hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
        found = node.keys[signature] = text
    return found


def is_symmetric(node: Node, p: Index, q: Index) -> bool:
    """Whether a node is the same with two of its free indices exchanged."""
    return key(node, {p: "P", q: "Q"}) == key(node, {p: "Q", q: "P"})


def _variable(node: Variable, labels: Labels) -> str:
    named = [labels[i] for i in node.indices]
    return f"{node.name}[{','.join(sorted(named) if node.structure else named)}]"


def _delta(node: Delta, labels: Labels) -> str:
    return f"delta [{','.join(sorted((labels[node.row], labels[node.column])))}]"


def _sum(node: Sum, labels: Labels) -> str:
    return f"({'+'.join(sorted(key(t, labels) for t in node.terms))})"


def _inverse(node: Inverse, labels: Labels) -> str:
    body = key(node.body, {**labels, node.p: "P", node.q: "Q"})
    transposed = key(node.body, {**labels, node.p: "Q", node.q: "P"})
    ends = [labels[node.row], labels[node.column]]
    if body == transposed:
        ends.sort()
    elif transposed < body:
        body = transposed
        ends.reverse()
    return f"inv({body})[{','.join(ends)}]"


def _determinant(node: Determinant, labels: Labels) -> str:
    both = (key(node.body, {**labels, node.p: a, node.q: b}) for a, b in ("PQ", "QP"))
    return f"det({min(both)})"


def _product(node: Product, labels: Labels) -> str:
    labels = _merged(node.factors, labels)
    if not node.bound:
        return f"{node.coefficient}*{'*'.join(sorted(key(f, labels) for f in node.factors))}"
    return f"{node.coefficient}*{_Summed(node, labels).least({b: str(b.size) for b in node.bound}, 0)}"


_KEYS: dict[type[Node], Callable[..., str]] = {
    Number: lambda n, _: f"#{n.value}",
    Dimension: lambda n, _: f"dim({n.size})",
    Variable: _variable,
    Constant: lambda n, labels: f"const {n.text}[{','.join(labels[i] for i in n.indices)}]",
    Delta: _delta,
    Unit: lambda n, labels: f"unit {n.position}[{labels[n.index]}]",
    Selection: lambda n, labels: f"select {n.part} [{labels[n.row]},{labels[n.column]}]",
    Lower: lambda n, labels: f"lower [{labels[n.row]},{labels[n.column]}]",
    Sum: _sum,
    Product: _product,
    Function: lambda n, labels: f"{n.op}({','.join(key(a, labels) for a in n.args)})",
    Power: lambda n, labels: f"({key(n.base, labels)})^({key(n.exponent, labels)})",
    Inverse: _inverse,
    Determinant: _determinant,
    Softmax: lambda n, labels: f"softmax({key(n.body, {**labels, n.over: f'O{n.depth}'})})[{labels[n.at]}]",
}


def _merged(factors: Iterable[Node], labels: Labels) -> Labels:
    """Beside a delta of two free indices it does not matter which of them the other factors are written with."""
    for factor in factors:
        if isinstance(factor, Delta) and factor.row in labels and factor.column in labels:
            pair = sorted((labels[factor.row], labels[factor.column]))
            merged = f"{pair[0]}={pair[1]}"
            labels = {**labels, factor.row: merged, factor.column: merged}
    return labels


class _Summed:
    """The search for the least name of a product with bound indices."""

    def __init__(self, node: Product, labels: Labels) -> None:
        self.factors = node.factors
        self.labels = labels
        self.incident = {b: [f for f in node.factors if b in f.free] for b in node.bound}
        # Products inside products have other depths, so their bound indices never share a label.
        self.mark = f"${node.depth}."

    def least(self, colours: dict[Index, str], ties: int) -> str:
        colours = self.refined(colours)
        classes: dict[str, list[Index]] = {}
        for index, colour in colours.items():
            classes.setdefault(colour, []).append(index)
        tied = [colour for colour in sorted(classes) if len(classes[colour]) > 1]
        if tied and ties == _MAX_TIES:
            colours = {b: f"{c}@{b.serial}" for b, c in colours.items()}
        elif tied:
            return min(self.least({**colours, b: f"{colours[b]}!"}, ties + 1) for b in classes[tied[0]])
        labels = {**self.labels, **colours}
        return "*".join(sorted(key(f, labels) for f in self.factors))

    def refined(self, colours: dict[Index, str]) -> dict[Index, str]:
        count = len(set(colours.values()))
        while True:
            labels = {**self.labels, **colours}
            seen = {}
            for b, factors in self.incident.items():
                marked = {**labels, b: f"{self.mark}*"}
                seen[b] = f"{colours[b]}|{';'.join(sorted(key(f, marked) for f in factors))}"
            names = {text: f"{self.mark}{n}" for n, text in enumerate(sorted(set(seen.values())))}
            colours = {b: names[text] for b, text in seen.items()}
            if len(names) == count:
                return colours
            count = len(names)
