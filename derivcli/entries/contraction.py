"""Sums of products of entries, in Einstein's notation."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from derivcli.entries.layout import Array, positions, strides
from derivcli.entries.structural import Arithmetic

# How many products a contraction may go through for each node allowed: most may be with zeros, and cost no node.
_PRODUCTS_PER_NODE = 10


def contract(arithmetic: Arithmetic, spec: str, arrays: Sequence[Array]) -> Array:
    """einsum: letters that the result lacks are summed over; without an arrow the result has those that occur once.

    Raises:
        TooLarge: more products than the limit on nodes could need.
    """
    left, arrow, out = spec.replace(" ", "").partition("->")
    letters = left.split(",")
    if not arrow:
        out = "".join(sorted(letter for letter in set(left) - {","} if left.count(letter) == 1))
    sizes: dict[str, int] = {}
    for axes, array in zip(letters, arrays, strict=True):
        for letter, size in zip(axes, array.shape, strict=True):
            sizes[letter] = max(size, sizes.get(letter, 1))
    bound = [letter for letter in sizes if letter not in out]
    extents = [sizes[letter] for letter in (*out, *bound)]
    arithmetic.bounded.require(prod(extents) // _PRODUCTS_PER_NODE)
    columns = []
    for axes, array in zip(letters, arrays, strict=True):
        # An index that an array has twice runs along its diagonal, one that it lacks does not move in it.
        steps = dict.fromkeys(sizes, 0)
        for letter, size, stride in zip(axes, array.shape, strides(array.shape), strict=True):
            steps[letter] += stride if size > 1 else 0
        columns.append([array.entries[p] for p in positions(extents, [steps[letter] for letter in (*out, *bound)])])
    terms = [arithmetic.product(factors) for factors in zip(*columns, strict=True)]
    count = prod(sizes[letter] for letter in bound)
    shape = tuple(sizes[letter] for letter in out)
    return Array(shape, [arithmetic.sum(terms[k * count : (k + 1) * count]) for k in range(prod(shape))])
