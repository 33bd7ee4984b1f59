"""Derivatives of a torch program: by nested autograd, and from some order on by Taylor series."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from derivcli.closures import binds
from derivcli.language import partial, slope
from derivcli.model import Path
from derivcli.programs import stepped
from derivcli.task import Task


def differentiated(
    task: Task, source: str, columns: Mapping[str, Sequence[float]], dtype: str, device: str, seconds: float
) -> tuple[list[list[float]], dict[Path, list[list[float]]]]:
    """Values and derivatives of every component at every point.

    Args:
        task: what is asked.
        source: its torch program.
        columns: for each variable its value at each point.
        dtype, device: of the tensors.
        seconds: how long it may take.

    Raises:
        OutOfTime: derivatives of that order take too long.

    Returns:
        The values, and for each result the derivatives, indexed by component and point.
    """
    from derivcli.leaves import leaves
    from derivcli.numeric.autodiff import differentiate
    from derivcli.numeric.stepwise import LONG
    from derivcli.numeric.taylor import FROM_ORDER, Expansion, derivatives

    computed = task.computed
    assert computed is not None
    # Of integrals and sums there are no series: their derivatives of any order are integrals and sums.
    bound = binds(computed.graph, computed.roots)
    high = {p: along for p, along in task.plan.items() if len(along) >= FROM_ORDER and not (computed.literal or bound)}
    low = {p: along for p, along in task.plan.items() if p not in high}
    long = len(computed.graph.nodes) >= LONG and not bound
    program = stepped(computed, list(columns)) if long else source
    values, results = differentiate(program, columns, low, dtype, device, seconds, leaves(source))
    if high:
        expansion = Expansion((computed.graph, computed.roots), slope, (task.graph, task.roots), partial)
        for path, along in high.items():
            results[path] = derivatives(expansion, columns, along, dtype, device, seconds)
    return values, {path: results[path] for path in task.plan}
