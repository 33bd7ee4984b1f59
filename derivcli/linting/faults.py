"""What of an answer is a fault of the program: NaN, infinity or a wrong number where mathematics has a right one."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from derivcli.model import Check, Nested, Path, PointAnswer

# An error counts from this part of the derivative on, and from this part of the largest derivative, unless it is the
# expression's own operations that lose the digits; of what is smaller than the third part nobody wants any.
_WRONG, _TINY, _NOTHING = 1e-6, 1e-6, 1e-60
_SMALLEST = {"float64": 2.3e-308, "float32": 1.2e-38}
# Where no box is given only points count at which the function has a value.
UNDEFINED = ("outside_domain", "pole", "overflow")

# By what faults belong together: the place in the text, and whether the number is finite.
Key = tuple["tuple[int, int] | None", bool]


@dataclass(frozen=True)
class Fault:
    """What is wrong at one point: which derivative, the check, autograd's number, the true one if there is one."""

    path: Path
    check: Check
    autograd: float
    truth: float | None


def faults(found: PointAnswer | None, boxed: bool, largest: float, dtype: str) -> dict[Key, Fault]:
    """What is wrong at a point, by cause.

    Args:
        found: the answer, or None where nobody looked.
        boxed: whether points count at which the function has no value.
        largest: the largest derivative anywhere.
        dtype: of torch's numbers; what is too small for it is 0.
    """
    wrong: dict[Key, Fault] = {}
    for path, check in (found.checks or {}).items() if found is not None else ():
        assert found is not None
        autograd = _entry(found.result[path], check.index)
        exact = None if found.symbolic is None else found.symbolic[path]
        truth = None if exact is None else _entry(exact, check.index)
        tiny = _SMALLEST[dtype]
        if truth is not None and abs(autograd) < tiny and abs(truth) < tiny:
            continue
        # Without a box only the domain counts: a pole of a formula that has a value there belongs to it.
        defined = boxed or (check.status == "pole" and math.isfinite(_entry(found.value, None)))
        if _is_fault(check, autograd, truth, defined, largest):
            known = truth if check.status == "disagree" else None
            finite = math.isfinite(autograd) and check.status not in UNDEFINED
            wrong.setdefault((check.span, finite), Fault(path, check, autograd, known))
    return wrong


def _is_fault(check: Check, autograd: float, truth: float | None, defined: bool, largest: float) -> bool:
    if check.status in UNDEFINED:
        return defined
    if check.status in ("agree", "unchecked"):
        return False
    if check.status == "removable" or not math.isfinite(autograd):
        return True
    if check.status == "disagree" and truth is not None:
        error = abs(autograd - truth)
        blamed = check.span is not None and abs(truth) > _NOTHING * largest
        return error > _WRONG * abs(truth) and (blamed or error > _TINY * (largest or 1.0))
    # Any slope between those of the two sides is a subgradient, and as good as another.
    sides = [side for side in (check.left, check.right) if side is not None]
    return not sides or not min(sides) <= autograd <= max(sides)


def truths(found: PointAnswer) -> Iterable[float]:
    """The derivatives at a point that exist."""
    for path, exact in (found.symbolic or {}).items():
        check = (found.checks or {}).get(path)
        if exact is not None and check is not None and check.status in ("agree", "disagree"):
            yield _entry(exact, check.index)


def _entry(value: Nested, index: Sequence[int] | None) -> float:
    """The entry of an array that a check is about."""
    for k in index or ():
        assert isinstance(value, list)
        value = value[k]
    while isinstance(value, list):
        value = value[0]
    assert not isinstance(value, complex)
    return value
