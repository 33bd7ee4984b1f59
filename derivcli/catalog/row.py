"""One row of the catalog: everything that is known of one function."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Row:
    """One function.

    Args:
        name: how it is written, and how it is printed.
        summary: one line for `deriv functions`.
        group: the heading it is listed under.
        parameters: names of the arguments, as used in `definition` and `partials`.
        aliases: other spellings.
        definition: the function in deriv's own language; empty for a primitive.
        sympy: name of the SymPy class, or of one in `symbolic/functions.py`.
        torch: the torch expression; {0}, {1} are the arguments as tensors.
        mpmath: name of the mpmath function, or of one in `numeric/operations.py`.
        partials: the partial derivatives in deriv's own language, one for each parameter; an empty one has no closed
            form and stays a `Derivative`.
        domain: where it is defined, for people.
        special: where no two-sided derivative need exist, as a condition in deriv's own language.
        singular: where it has poles or goes to infinity otherwise, as a condition in deriv's own language.
        samples: intervals of the arguments in which the tests try the row, their ends included, away from special
            points.
        repeats: whether any number of arguments is folded pairwise (max, min).
        names_variables: whether its bare names, without a call, are variables (Greek letters, j0).
        overload: what tells the row from another one of the same name with another number of arguments.
        leaf: whether programs compute it number by number, in as many digits as it takes, with derivatives of its own.
        accuracy: the relative error that autograd's values and first three derivatives keep below over the samples.
        lists: how many of the arguments each of the lists holds that it opens with, as hyper([a1, a2], [b1], z) does.
    """

    name: str
    summary: str
    group: str
    parameters: tuple[str, ...] = ("x",)
    aliases: tuple[str, ...] = ()
    definition: str = ""
    sympy: str = ""
    torch: str = ""
    mpmath: str = ""
    partials: tuple[str, ...] = ()
    domain: str = "all x"
    special: str = ""
    singular: str = ""
    samples: tuple[tuple[float, float], ...] = ((-3.0, 3.0),)
    repeats: bool = False
    names_variables: bool = False
    overload: str = ""
    leaf: bool = False
    accuracy: float = 1e-13
    lists: tuple[int, ...] = ()

    @property
    def key(self) -> str:
        """The operation's name in a graph: `log` and `log/2` are two rows of one name."""
        return self.name + self.overload

    @property
    def layer(self) -> str:
        """What serves it in a program: a torch operation, a composition of those, or a leaf."""
        if self.leaf:
            return "leaf"
        return "torch" if self.torch.startswith("torch.") and self.torch.count("(") == 1 else "composition"

    def packed(self, arguments: Sequence[T]) -> list[T | list[T]]:
        """The arguments as they are written: those of each list in one."""
        ends = list(itertools.accumulate(self.lists))
        starts = [0, *ends]
        return [*(list(arguments[a:b]) for a, b in zip(starts, ends, strict=False)), *arguments[starts[-1] :]]

    def call(self, arguments: Sequence[str]) -> str:
        """How the function is written of these arguments."""
        written = (a if isinstance(a, str) else f"[{', '.join(a)}]" for a in self.packed(arguments))
        return f"{self.name}({', '.join(written)})"

    @property
    def signature(self) -> str:
        """How the function is written of its parameters."""
        return self.call(self.parameters)


XY = ("x", "y")
ABOVE, UNIT, OUTSIDE = ((0.2, 4.0),), ((-0.9, 0.9),), ((1.2, 4.0),)


def primitive(name: str, group: str, summary: str, *partials: str, **more: object) -> Row:
    """A primitive whose SymPy class, torch operation and mpmath function share its name unless told otherwise."""
    fields = {"sympy": name, "torch": f"torch.{name}({{0}})", "mpmath": name, **more}
    return Row(name, summary, group, partials=partials, **fields)  # type: ignore[arg-type]


def leaf(name: str, group: str, summary: str, *partials: str, **more: object) -> Row:
    """A function that torch lacks, or has without derivatives: its values come from Arb and mpmath, one by one."""
    count = len(partials)
    call = f"{name}({', '.join(f'{{{k}}}' for k in range(count))})"
    fields = {"torch": call, "leaf": True, "names_variables": True}
    return primitive(name, group, summary, *partials, **{**fields, **more})
