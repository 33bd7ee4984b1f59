"""The program engine: value and derivatives as one list of torch calls that write into buffers used again and again."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from derivcli.graph import CONDITIONS, Node, differentiated
from derivcli.numeric.engines.chunks import Chunk, Engine
from derivcli.numeric.engines.lowered import Lowered, lowered
from derivcli.numeric.engines.partials import NESTED, WHOLE_QUOTIENT
from derivcli.numeric.engines.wanted import Unfit, Wanted
from derivcli.numeric.jets import NAMES, derivative
from derivcli.numeric.kernels import torch
from derivcli.numeric.load import load
from derivcli.spelled import spelled

# Points in a chunk, so that all buffers stay in the cache; on a device, so that they fit into its memory.
CHUNK, CHUNK_ELSEWHERE = 32_000, 2**21
# Longer programs are left to autograd.
MAX_OPERATIONS = 50_000

# Operations that torch writes into a given tensor.
_INTO = {
    "add": "add", "sub": "sub", "mul": "mul", "div": "div", "pow": "pow", "neg": "neg", "where": "where", "lt": "lt",
    "le": "le", "gt": "gt", "ge": "ge", "eq": "eq", "ne": "ne", "and": "logical_and", "or": "logical_or",
    "not": "logical_not", "abs": "abs", "sign": "sign", "floor": "floor", "ceiling": "ceil", "Mod": "remainder",
    "max": "maximum", "min": "minimum", "hypot": "hypot", "atan2": "atan2", "logaddexp": "logaddexp",
    **{name: name for name in (
        "exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sqrt", "sin", "cos", "tan", "asin", "acos", "atan",
        "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "sigmoid", "erf", "erfc", "erfinv",
    )},
}  # fmt: skip


@dataclass
class Calls:
    """The list of calls, on registers: first the inputs, then the outputs, then constants and buffers.

    Args:
        steps: what is called, the registers that it reads, and the one that it writes; a step without `into` gives a
            new tensor, which is copied.
        constants: the registers that are numbers or truths.
        buffers: the registers that hold what is on the way, and whether it is a truth.
        size: how many registers there are.
    """

    steps: list[tuple[Callable[..., Any], tuple[int, ...], int, bool]] = field(default_factory=list)
    constants: dict[int, float | bool] = field(default_factory=dict)
    buffers: dict[int, bool] = field(default_factory=dict)
    size: int = 0


def make(wanted: Wanted) -> Engine:
    """The engine that runs the list of calls.

    Raises:
        Unfit: the expression is not one for it.
    """
    if wanted.computed.literal:
        raise Unfit("--literal is what autograd makes of torch's own functions")
    found = lowered(wanted)
    if found.operations > MAX_OPERATIONS:
        raise Unfit(f"the derivatives take {found.operations:,} operations, more than {MAX_OPERATIONS:,}")
    calls = scheduled(found, wanted.variables)

    def worker() -> Chunk:
        return _Runner(calls, wanted, size)

    size = CHUNK if wanted.on_cpu else CHUNK_ELSEWHERE
    return Engine("program", wanted, worker, size)


class _Runner:
    """Runs the calls on one chunk after another, with buffers of its own."""

    def __init__(self, calls: Calls, wanted: Wanted, size: int) -> None:
        self._calls, self._size, self._inputs = calls, size, len(wanted.variables)
        self._dtype, self._device = getattr(torch, wanted.dtype), wanted.device
        self._registers: list[Any] = [None] * calls.size
        for k, value in calls.constants.items():
            dtype = torch.bool if isinstance(value, bool) else self._dtype
            self._registers[k] = torch.tensor(value, dtype=dtype, device=self._device)
        self._whole: dict[int, Any] = {}

    def __call__(self, inputs: Sequence[Any], outputs: Sequence[Any]) -> None:
        registers, count = self._registers, len(outputs[0])
        here = [y if y.device.type == torch.device(self._device).type else None for y in outputs]
        registers[: len(inputs)] = inputs
        registers[len(inputs) : len(inputs) + len(outputs)] = [
            torch.empty(count, dtype=self._dtype, device=self._device) if y is None else y for y in here
        ]
        self._buffer(count)
        with torch.no_grad():
            for function, reads, writes, into in self._calls.steps:
                if into:
                    function(*[registers[k] for k in reads], out=registers[writes])
                else:
                    registers[writes].copy_(function(*[registers[k] for k in reads]))
        for k, (output, same) in enumerate(zip(outputs, here, strict=True)):
            if same is None:
                output.copy_(registers[len(inputs) + k])

    def _buffer(self, count: int) -> None:
        """Buffers of the chunk's length; the last chunk may be shorter."""
        for k, truth in self._calls.buffers.items():
            if k not in self._whole:
                dtype = torch.bool if truth else self._dtype
                self._whole[k] = torch.empty(count, dtype=dtype, device=self._device)
            self._registers[k] = self._whole[k][:count]


def scheduled(found: Lowered, variables: Sequence[str]) -> Calls:
    """The calls for a list of operations; a register is free again after its last use."""
    calls = Calls(size=len(variables) + len(found.roots))
    places = {i: variables.index(str(n.value)) for i, n in enumerate(found.graph.nodes) if n.op == "variable"}
    outputs: dict[int, list[int]] = {}
    for k, root in enumerate(found.roots):
        outputs.setdefault(root, []).append(len(variables) + k)
    for i, value in found.constants.items():
        places[i] = _register(calls)
        calls.constants[places[i]] = value
    last = {a: i for i in found.order for a in found.graph.nodes[i].args}
    free: dict[bool, list[int]] = {False: [], True: []}
    for i in found.order:
        node = found.graph.nodes[i]
        reads = tuple(places[a] for a in node.args)
        for a in set(node.args):
            if last[a] == i and places[a] in calls.buffers:
                free[calls.buffers[places[a]]].append(places[a])
        places[i] = outputs[i][0] if i in outputs else _buffer(calls, free, node.op in CONDITIONS)
        function, into = _function(node)
        calls.steps.append((function, reads, places[i], into))
    for root, registers in outputs.items():
        calls.steps += [(torch.clone, (places[root],), k, False) for k in registers if k != places[root]]
    return calls


def _register(calls: Calls) -> int:
    calls.size += 1
    return calls.size - 1


def _buffer(calls: Calls, free: dict[bool, list[int]], truth: bool) -> int:
    if free[truth]:
        return free[truth].pop()
    new = _register(calls)
    calls.buffers[new] = truth
    return new


def _function(node: Node) -> tuple[Callable[..., Any], bool]:
    """What computes an operation, and whether it writes into a given tensor."""
    if node.op == WHOLE_QUOTIENT:
        return functools.partial(torch.div, rounding_mode="floor"), True
    if node.op in _INTO:
        return getattr(torch, _INTO[node.op]), True
    if node.op == "Derivative":
        return derivative(*differentiated(node)), False
    if node.op == NESTED:
        return _nested(*differentiated(node)), False
    return _plain(node.op, len(node.args)), False


def _plain(op: str, count: int) -> Callable[..., Any]:
    """A function of the catalog by its torch expression."""
    names = [f"x{k}" for k in range(count)]
    text = f"def f({', '.join(names)}):\n    return {spelled(op).format(*names)}\n"
    return load(text, "f", NAMES)


def _nested(key: str, orders: tuple[int, ...]) -> Callable[..., Any]:
    """A derivative of a function of the catalog by autograd, point by point."""
    function = _plain(key, len(orders))
    along = [k for k, times in enumerate(orders) for _ in range(times)]

    def derived(*args: Any) -> Any:
        count = max((a.shape for a in args), key=len)
        with torch.enable_grad():
            leaves = [a.detach().expand(count).requires_grad_() if k in along else a for k, a in enumerate(args)]
            value = function(*leaves)
            for place in along:
                (value,) = torch.autograd.grad(value.sum(), leaves[place], create_graph=True, materialize_grads=True)
        return value.detach()

    return derived
