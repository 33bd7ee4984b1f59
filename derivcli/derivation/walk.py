"""From a derivative that is to be taken to one that is: rule after rule, and every part put into its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from derivcli.derivation.marked import Marked
from derivcli.derivation.rules import Applied, differentiate
from derivcli.derivation.within import bind, is_beside
from derivcli.errors import LimitError
from derivcli.graph import Graph, Node, Span

# What gives for a node its rule's name and the derivative.
Apply = Callable[[Marked, int], Applied]
# Nobody reads more rules than these.
MAX_STEPS = 300
_AGAIN = "as above"


@dataclass(frozen=True)
class Rule:
    """One rule: the derivative `before`, what it becomes, its place in the text, how deep it stands."""

    name: str
    before: int
    after: int
    span: Span | None
    depth: int


@dataclass(frozen=True)
class Taken:
    """A derivative by the rules, in order, and what they give when every part is put into its place.

    `restatements` are what leads on to the rules' results as the catalog has them, where a textbook has another form:
    identities, and what each makes of the whole.
    """

    graph: Graph
    rules: tuple[Rule, ...]
    result: int
    restatements: tuple[tuple[str, int], ...] = ()

    @property
    def restated(self) -> int:
        """What the identities lead to."""
        return self.restatements[-1][1] if self.restatements else self.result


@dataclass(frozen=True)
class _Waiting:
    """A derivative that is still to be taken, how deep it stands, and the place of what asks for it."""

    mark: int
    depth: int
    within: Span | None


def take(marked: Marked, root: int, apply: Apply = differentiate) -> Taken:
    """Take the derivative of a node by a variable.

    Args:
        marked: the user's own form and the variable; new nodes are added to it.
        root: what to differentiate.
        apply: the rules.

    Raises:
        LimitError: there would be too many rules.
        UnsupportedError: as the rules.
    """
    graph, first = marked.graph, marked.open(root)
    after: dict[int, int] = {}
    names: dict[int, str] = {}
    rules: list[Rule] = []
    waiting = [_Waiting(first, 0, None)] if first in marked.marks else []
    while waiting:
        now = waiting.pop()
        mark = now.mark
        if len(rules) == MAX_STEPS:
            raise LimitError(f"the derivation has more than {MAX_STEPS} steps")
        (of,) = graph.nodes[mark].args
        span = marked.place(of, now.within)
        known = mark in after
        if not known:
            names[mark], after[mark] = apply(marked, of)
        opened = marked.opened(after[mark])
        # What took several rules is not told again.
        rules.append(Rule(_AGAIN if known and opened else names[mark], mark, after[mark], span, now.depth))
        if not known:
            waiting.extend(_Waiting(m, now.depth + 1, span) for m in reversed(opened))
    if not rules:
        return Taken(graph, (), first)
    final = _together(marked, first, after)
    told = tuple(replace(rule, after=final[rule.before]) if rule.name == _AGAIN else rule for rule in rules)
    return Taken(graph, told, final[first], tuple(_restated(marked, first, after)))


def _restated(marked: Marked, first: int, after: Mapping[int, int]) -> Iterator[tuple[str, int]]:
    """One identity after another, and what it makes of the whole."""
    restated = {mark: marked.restated[a] for mark, a in after.items() if a in marked.restated}
    known = dict(after)
    for identity in dict.fromkeys(name for _, name in restated.values()):
        known |= {mark: node for mark, (node, name) in restated.items() if name == identity}
        yield identity, _together(marked, first, known)[first]


def _together(marked: Marked, first: int, after: Mapping[int, int]) -> dict[int, int]:
    """What each derivative becomes when what every other one became is put into its place."""
    graph, final = marked.graph, dict[int, int]()

    def place(i: int, node: Node, args: tuple[int, ...]) -> int | None:
        if is_beside(node):
            return bind(graph, node, args)
        if node.op != "mul" or marked.marks.isdisjoint(node.args):
            return final.get(i)
        # A product in the place of a factor needs no brackets.
        whole = zip(node.args, args, strict=True)
        split = (graph.nodes[a].args if k in marked.marks and graph.nodes[a].op == "mul" else (a,) for k, a in whole)
        return graph.add("mul", [a for part in split for a in part])

    waiting = [first]
    while waiting:
        missing = [m for m in marked.opened(after[waiting[-1]]) if m not in final]
        if missing:
            waiting.extend(missing)
            continue
        mark = waiting.pop()
        if mark not in final:
            final[mark] = graph.copy_into(graph, [after[mark]], place, leaves=marked.marks)[0]
    return final
