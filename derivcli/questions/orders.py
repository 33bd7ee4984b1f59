"""How often an expression is 0 at a number, and that it is 0 nowhere else near it: by its first derivative that is not.

Where f and its first m - 1 derivatives are 0 at c, f(x) is the m-th derivative somewhere between, times
(x - c)**m/m! (Taylor's theorem): where that derivative has no zero, f has none but c.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from derivcli.language import partial
from derivcli.numeric.zeros import Interval
from derivcli.questions.scene import Quotient, Scene
from derivcli.reverse import gradient
from derivcli.values import constant

_MAX_ORDER = 8


def order_at(scene: Scene, node: int, exact: str, near: Interval) -> int | None:
    """How often a node is 0 at a number that is its only zero in an interval; None where that is not proven.

    Args:
        scene: of the node.
        node: an expression.
        exact: the number, in deriv's language.
        near: the interval, which is made to hold the number.
    """
    at = float(constant(exact, scene.name))
    low, high = min(near[0], math.nextafter(at, -math.inf)), max(near[1], math.nextafter(at, math.inf))
    for order in range(_MAX_ORDER):
        values = scene.enclosure.over(node, low, high)
        if values is None:
            return None
        if not values.contains(0):
            return order
        if scene.exactly(node, (at, at)) != exact:
            return None
        node = gradient(scene.graph, node, [scene.name], partial)[0]
    return None


def quotient_order(scene: Scene, quotient: Quotient, exact: str, near: Interval) -> int | None:
    """How often a quotient is 0 at a number, less how often it divides by 0 there; None where that is not proven."""
    over = _total(scene, quotient.over, exact, near)
    below = _total(scene, quotient.below, exact, near)
    return None if over is None or below is None else over - below


def _total(scene: Scene, nodes: Sequence[int], exact: str, near: Interval) -> int | None:
    orders = [order_at(scene, node, exact, near) for node in nodes]
    return None if None in orders else sum(order for order in orders if order is not None)
