"""The torch expression of each operation on arrays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from derivcli.arrays import Shape


@dataclass(frozen=True)
class Operation:
    """One operation, its arguments as torch expressions; `like` is a tensor of the dtype and device wanted."""

    value: Any
    args: Sequence[str]
    shapes: Sequence[Shape]
    shape: Shape
    like: str


def code(op: str, operation: Operation) -> str:
    """The torch expression of an operation of `arrays.OPERATIONS`."""
    return _CODE[op](operation)


def _reduction(function: str, default_all: bool = True, **named: str) -> Callable[[Operation], str]:
    """A sum over axes; `default_all` where torch takes all axes if none is named."""

    def written(o: Operation) -> str:
        axis, keepdims, *more = o.value
        parts = [o.args[0]]
        if axis is not None:
            parts.append(f"dim={axis}")
        elif keepdims or not default_all:
            parts.append(f"dim={tuple(range(len(o.shapes[0])))}")
        parts += [f"{name}={_literal(value)}" for name, value in zip(named, more, strict=True)]
        return f"{function}({', '.join([*parts, *(['keepdim=True'] if keepdims else [])])})"

    return written


def _literal(value: Any) -> str:
    return "torch.inf" if value == "inf" else str(int(value))


def _product(o: Operation) -> str:
    axis, keepdims = o.value
    if axis is not None:
        return f"torch.prod({o.args[0]}, dim={axis}{', keepdim=True' if keepdims else ''})"
    return f"torch.prod({o.args[0]}){f'.reshape({o.shape})' if keepdims else ''}"


def _call(function: str) -> Callable[[Operation], str]:
    return lambda o: f"{function}({', '.join(o.args)})"


def _along(function: str) -> Callable[[Operation], str]:
    return lambda o: f"{function}({o.args[0]}, dim={o.value[0]})"


def _index(o: Operation) -> str:
    def item(i: Any) -> str:
        return str(i) if isinstance(i, int) else ":".join("" if part is None else str(part) for part in _trimmed(i[1:]))

    return f"{o.args[0]}[{', '.join(map(item, o.value))}]"


def _trimmed(limits: Sequence[int | None]) -> Sequence[int | None]:
    return limits if limits[2] is not None else limits[:2]


def _array(o: Operation) -> str:
    shape, entries, _ = o.value
    values = [_exact(v) for v in entries]
    if len(shape) == 1:
        return f"{o.like}.new_tensor([{', '.join(values)}])"
    width = shape[1]
    rows = (f"[{', '.join(values[k : k + width])}]" for k in range(0, len(values), width))
    return f"{o.like}.new_tensor([{', '.join(rows)}])"


def _exact(value: Fraction) -> str:
    return str(value.numerator) if value.denominator == 1 and abs(value) < 2**53 else repr(float(value))


_CODE: dict[str, Callable[[Operation], str]] = {
    "matmul": lambda o: f"{o.args[0]} @ {o.args[1]}",
    "transpose": lambda o: f"{o.args[0]}.mT" if len(o.shape) == 2 else o.args[0],
    "sum": _reduction("torch.sum"), "mean": _reduction("torch.mean"), "prod": _product,
    "amax": _reduction("torch.amax"), "amin": _reduction("torch.amin"),
    "var": _reduction("torch.var", correction=""), "std": _reduction("torch.std", correction=""),
    "norm": _reduction("torch.linalg.vector_norm", ord=""),
    "logsumexp": _reduction("torch.logsumexp", default_all=False),
    "softmax": _along("torch.softmax"), "cumsum": _along("torch.cumsum"),
    "tr": _call("torch.trace"), "det": _call("torch.linalg.det"), "logdet": _call("torch.logdet"),
    "inv": _call("torch.linalg.inv"), "pinv": _call("torch.linalg.pinv"), "solve": _call("torch.linalg.solve"),
    "diag": lambda o: f"torch.{'diag' if len(o.shape) == 2 else 'diagonal'}({o.args[0]})",
    "tril": _call("torch.tril"), "triu": _call("torch.triu"), "outer": _call("torch.outer"),
    "kron": _call("torch.kron"), "dot": _call("torch.dot"),
    "vec": lambda o: f"{o.args[0]}.mT.reshape(-1)" if len(o.shapes[0]) == 2 else o.args[0],
    "reshape": lambda o: f"{o.args[0]}.reshape({o.shape})",
    "index": _index, "array": _array,
    "stack": lambda o: f"torch.stack([{', '.join(o.args)}])",
    "eye": lambda o: f"torch.eye({o.shape[0]}, {o.shape[1]}, dtype={o.like}.dtype, device={o.like}.device)",
    "ones": lambda o: f"{o.like}.new_ones({o.shape})", "zeros": lambda o: f"{o.like}.new_zeros({o.shape})",
    "full": lambda o: f"{o.args[0]}.expand({o.shape})",
    "einsum": lambda o: f"torch.einsum({o.value!r}, {', '.join(o.args)})",
    "detach": lambda o: f"{o.args[0]}.detach()",
}  # fmt: skip
