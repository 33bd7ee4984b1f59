"""Which slip explains a wrong claim: only one that has the claimed values at every point that was looked at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from derivcli.checking.problem import Problem, Seen, Target, same
from derivcli.checking.rules import View, by_rule, differentiate
from derivcli.checking.slips import FACTORS, ROWS, SIMPLE, SMALL, simple
from derivcli.errors import visible
from derivcli.graph import CONDITIONS, Builder, Graph
from derivcli.language import expand, partial, read, write
from derivcli.numeric.exact import Exact, evaluate
from derivcli.reverse import gradient

# Fewer points than these prove no slip; more nodes are not searched.
_ENOUGH, _MAX_NODES = 4, 80
# Longer parts of an expression are cut in a sentence.
_MAX_WORDS = 40
# A factor this near to 1 is a rounded number.
_ROUNDED = 0.01


@dataclass(frozen=True)
class Suspect:
    """A number that may be what is claimed: a node of a graph, and the sentence that says so."""

    graph: Graph
    node: int
    words: str


def slip(problem: Problem, target: Target, seen: Sequence[Seen]) -> str | None:
    """The likely slip behind one wrong number in a sentence, or None.

    Args:
        problem: what is compared.
        target: the number that is wrong.
        seen: what was found of it.
    """
    if sum(s.claimed.kind == "number" for s in seen) < _ENOUGH:
        return None
    for suspects in (_of_rules, _of_kind):
        found = _explained(list(suspects(problem, target)), seen)
        if found is not None:
            return found
    others = _explained(list(_of_others(problem, target)), seen)
    return others or _antiderivative(problem, target, seen) or _of_numbers(seen)


def slip_of_array(entries: Sequence[Sequence[Seen]], shape: Sequence[int]) -> str | None:
    """The likely slip behind a wrong array: one that explains every entry.

    Args:
        entries: what was found of each entry, row by row.
        shape: the array's axes.
    """
    if len(shape) == 2 and shape[0] == shape[1] and _is_transposed(entries, shape[0]):
        return "that is the transpose of the derivative"
    return _of_numbers([seen for found in entries for seen in found])


def _is_transposed(entries: Sequence[Sequence[Seen]], size: int) -> bool:
    derivatives = [{tuple(s.point.values()): s.derivative for s in found} for found in entries]
    for k, found in enumerate(entries):
        mirrored = derivatives[k % size * size + k // size]
        for seen in found:
            other = mirrored.get(tuple(seen.point.values()))
            if other is not None and not same(seen.claimed, other):
                return False
    return True


def _explained(suspects: Sequence[Suspect], seen: Sequence[Seen]) -> str | None:
    """The first suspect that has the claimed values at all points."""
    left = list(suspects)
    for here in sorted(seen, key=lambda s: s.agrees):
        if not left:
            return None
        values: dict[tuple[int, int], Exact] = {}
        for graph in {id(s.graph): s.graph for s in left}.values():
            nodes = sorted({s.node for s in left if s.graph is graph})
            for node, value in zip(nodes, evaluate(graph, nodes, here.point, real=False).roots, strict=True):
                values[id(graph), node] = value
        left = [s for s in left if _fits(values[id(s.graph), s.node], here.claimed)]
    return left[0].words if left else None


def _fits(value: Exact, claimed: Exact) -> bool:
    return same(value, claimed) if claimed.kind == "number" else value.kind != "number"


def _of_rules(problem: Problem, target: Target) -> Iterator[Suspect]:
    """The last differentiation with a slip at one node, or with the same slip wherever it can be made."""
    graph, name = problem.graph, target.along[-1]
    nodes = graph.reachable([target.before])
    if len(nodes) > _MAX_NODES:
        return
    slopes = differentiate(graph, target.before, name)
    for row in ROWS:
        for i in reversed(nodes):
            node = graph.nodes[i]
            view = View(Builder(graph), i, node, [slopes[a] for a in node.args])
            for wrong, words, parts in row.at(view):
                said = _sentence(problem, i, words, parts)
                yield Suspect(graph, _with(graph, target.before, name, slopes, {i: wrong}), said)
    for row in ROWS:
        said_once: list[str] = []

        def everywhere(view: View, row: Any = row, said: list[str] = said_once) -> int | None:
            found = row.at(view)
            if len(found) == 0:
                return None
            wrong, words, parts = found[0]
            said.append(_sentence(problem, view.i, words, parts))
            return int(wrong)

        wrong = differentiate(graph, target.before, name, everywhere)[target.before]
        if len(said_once) > 1:
            yield Suspect(graph, wrong, "; ".join(reversed(said_once)))


def _with(graph: Graph, root: int, name: str, slopes: dict[int, int], wrong: dict[int, int]) -> int:
    """The derivative of the root where that of some nodes is another one."""
    build, changed = Builder(graph), dict(wrong)
    for i in graph.reachable([root]):
        node = graph.nodes[i]
        if i not in changed and node.op not in CONDITIONS and any(a in changed for a in node.args):
            changed[i] = by_rule(View(build, i, node, [changed.get(a, slopes[a]) for a in node.args]), name)
    return changed.get(root, slopes[root])


def _of_kind(problem: Problem, target: Target) -> Iterator[Suspect]:
    """Another kind of answer: the expression itself, an antiderivative's sign, a derivative of another order."""
    graph = problem.graph
    if len(target.along) == 1:
        yield Suspect(graph, target.root, "that is the expression itself, not its derivative")
    node = target.root
    for order in range(1, len(target.along) + 2):
        name = target.along[min(order, len(target.along)) - 1]
        (node,) = gradient(graph, node, [name], partial)
        if order != len(target.along) and graph.nodes[node].value != 0:
            yield Suspect(graph, node, f"that is the derivative of order {order}, not {len(target.along)}")


def _of_others(problem: Problem, target: Target) -> Iterator[Suspect]:
    """The derivative by another variable, of another component; those that are asked for elsewhere."""
    for other in problem.targets:
        if other is not target and problem.graph.nodes[other.derivative].value != 0:
            yield Suspect(problem.graph, other.derivative, f"that is {_name(other, problem)}: the order is mixed up")
    for name in problem.task.variables:
        if len(target.along) == 1 and name not in target.along:
            (node,) = gradient(problem.graph, target.root, [name], partial)
            yield Suspect(problem.graph, node, f"that is the derivative by {name}")


def _name(target: Target, problem: Problem) -> str:
    by = " and ".join(dict.fromkeys(target.along))
    of = f" of component {target.component + 1}" if len(problem.task.roots) > 1 else ""
    return f"the derivative{of} by {by}"


def _antiderivative(problem: Problem, target: Target, seen: Sequence[Seen]) -> str | None:
    """Whether the claim is an antiderivative: whether its derivative is the expression."""
    (slope,) = gradient(problem.claim, target.claimed, [target.along[-1]], partial)
    if len(target.along) > 1:
        return None
    for here in seen:
        (found,) = evaluate(problem.claim, [slope], here.point, real=True).roots
        (value,) = evaluate(problem.graph, [target.root], here.point, real=True).roots
        if not same(found, value):
            return None
    return "that is an antiderivative: the expression is its derivative"


def _of_numbers(seen: Sequence[Seen]) -> str | None:
    """A constant factor, or a constant that is added."""
    pairs = [(s.claimed.value, s.derivative.value) for s in seen if s.claimed.kind == "number"]
    pairs = [(c, c.context.convert(d)) for c, d in pairs]
    ratios = [c / d for c, d in pairs if d != 0]
    if ratios and all((c == 0) == (d == 0) for c, d in pairs) and _constant(ratios) and ratios[0] != 0:
        # Of two constants every factor is as good as another, but for -1.
        return _factor(ratios[0]) if ratios[0] == -1 or not _constant([d for _, d in pairs]) else None
    differences = [c - d for c, d in pairs]
    if len(pairs) == len(seen) and _constant(differences) and not _constant([c for c, _ in pairs]):
        return f"{_number(differences[0])} is added: the derivative of a constant is 0"
    return None


def _constant(values: Sequence[Any]) -> bool:
    first = values[0]
    return len(values) >= _ENOUGH and all(abs(v - first) <= 1e-12 * abs(first) for v in values)


def _factor(ratio: Any) -> str:
    context = ratio.context
    for text in FACTORS:
        reading = read([text])
        graph, roots = expand(reading.graph, reading.roots)
        (value,) = evaluate(graph, roots, {}, real=True).roots
        multiple = _fraction(ratio / context.convert(value.value), SIMPLE if text == "1" else SMALL)
        if multiple is not None:
            return _said(multiple, text)
    if abs(ratio - 1) < _ROUNDED:
        return f"a number is rounded: that is {float(ratio):.12g} times the derivative"
    return f"that is {float(ratio):.6g} times the derivative"


def _said(multiple: Fraction, text: str) -> str:
    if text == "1" and multiple == 1:
        return "it is the derivative, but is not defined everywhere where that is"
    if text == "1":
        return "the sign is wrong" if multiple == -1 else f"a constant factor: that is {multiple} times the derivative"
    number = text if multiple == 1 else f"-{text}" if multiple == -1 else f"{multiple}*{text}"
    return f"a constant factor: that is {number} times the derivative"


def _fraction(value: Any, limit: int) -> Fraction | None:
    """The simple fraction that a number is, if it is one."""
    near = Fraction(float(value)).limit_denominator(limit)
    context = value.context
    is_near = near and abs(value - context.mpf(near.numerator) / near.denominator) <= 1e-12 * abs(value)
    return near if is_near and simple(near, limit) else None


def _number(value: Any) -> str:
    near = _fraction(value, SIMPLE)
    return f"{float(value):.6g}" if near is None else str(near)


def _sentence(problem: Problem, node: int, words: str, parts: Sequence[int]) -> str:
    """The words of a slip with the node and what follows it in place."""
    place = problem.graph.spans[node]
    # The inside of a function that is defined by others has the place of its call: it is no part of the text.
    inside = [_words(problem, part, own=problem.graph.spans[part] != place) for part in parts]
    return words.format(_words(problem, node, own=True), *inside)


def _words(problem: Problem, node: int, own: bool) -> str:
    """A node in the user's own words, or as it would be written."""
    span = problem.graph.spans[node] if own and node < problem.own else None
    words = "" if span is None else visible(problem.task.text[slice(*span)])
    words = words or write(problem.graph, node, 10_000) or "a part of the expression"
    return words if len(words) <= _MAX_WORDS else words[: _MAX_WORDS - 1] + "…"
