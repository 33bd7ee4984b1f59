"""What an engine is to compute."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from derivcli import catalog
from derivcli.graph import BINDERS
from derivcli.model import Path
from derivcli.task import Computed

# Points are computed in multiples of so many, which the numbers in any vector register divide: what is left over would
# be computed one by one, by other functions, with other last digits.
LANES = 64


class Unfit(Exception):
    """An engine cannot compute what is wanted; the text says why."""


@dataclass(frozen=True)
class Wanted:
    """What an engine is to compute.

    Args:
        computed: the expression; its components are the roots.
        variables: all variables, in order.
        plan: for each result the variables to differentiate by, in order.
        dtype, device: of the tensors that it computes with.
    """

    computed: Computed
    variables: tuple[str, ...]
    plan: Mapping[Path, tuple[str, ...]]
    dtype: str
    device: str

    @property
    def ops(self) -> set[str]:
        """The operations of the expression."""
        graph = self.computed.graph
        return {graph.nodes[i].op for i in graph.reachable(self.computed.roots)}

    @property
    def one_by_one(self) -> bool:
        """Whether there are functions that Arb and mpmath compute, number by number: one thread, as they have one."""
        rows = (catalog.KEYS.get(op) for op in self.ops)
        return bool(self.ops & {"Derivative", *BINDERS}) or any(row is not None and row.leaf for row in rows)

    @property
    def on_cpu(self) -> bool:
        return self.device.partition(":")[0] == "cpu"
