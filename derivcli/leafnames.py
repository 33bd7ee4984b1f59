"""What integrals, sums and products are called in programs: `integral_1`, in the order in which they are met."""

from __future__ import annotations

from collections.abc import Mapping

from derivcli.graph import BINDERS, Body

_names: dict[tuple[str, Body], str] = {}
_bodies: dict[str, tuple[str, Body]] = {}


def leaf_name(op: str, body: Body) -> str:
    """The name of an operation on a body, the same one for as long as the process runs."""
    key = (op, body)
    if key not in _names:
        kind = BINDERS[op].lower()
        _names[key] = f"{kind}_{1 + sum(name.startswith(kind) for name in _bodies)}"
        _bodies[_names[key]] = key
    return _names[key]


def known() -> dict[str, tuple[str, Body]]:
    """All names so far, with what they mean."""
    return dict(_bodies)


def learn(names: Mapping[str, tuple[str, Body]]) -> None:
    """Take over the names that another process gave."""
    _bodies.update(names)
    _names.update({key: name for name, key in names.items()})


def named(name: str) -> tuple[str, Body] | None:
    """The operation and its body that a program means by a name."""
    return _bodies.get(name)
