"""Questions from data: what a batch line and the Python API have in common. Keys are the options' names."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import replace
from functools import partial
from typing import Any

from derivcli.errors import ExitStatus, PointError, UsageError
from derivcli.model import ENGINES, Answer, Point, Question, Value

SIMPLIFY = ("none", "fast", "full")
DTYPES = ("float64", "float32")
# Every further order of nested autograd takes several times as long.
MAX_ORDER = 100


def question(data: Mapping[str, Any], typed: bool = False) -> Question:
    """The question that an object of options asks.

    Args:
        data: `expr` (a text or a list of texts), `at` and the options by name, with underscores.
        typed: whether the options were typed at a prompt, where errors call them by their dashes.

    Raises:
        UsageError: an unknown key, or a value of the wrong kind.
        PointError: a point that cannot be read.
    """
    from derivcli.points import from_data
    from derivcli.values import value

    unknown = next((key for key in data if key not in _KEYS), None)
    if unknown is not None:
        near = difflib.get_close_matches(str(unknown), _KEYS, 1)
        raise UsageError(f"unknown key {unknown!r}", hint=f"did you mean {near[0]!r}?" if near else None)
    if "expr" not in data:
        raise UsageError("the key 'expr' is missing")
    fields: dict[str, Any] = {}
    for key, given in data.items():
        kind = _KEYS[key]
        if kind is not None and given is not None:
            field, read = kind
            fields[field] = read(f"--{key.replace('_', '-')}" if typed else key, given)
    if data.get("var") is not None:
        fields["declared"], fields["shapes"] = _declared(data["var"])
    _flag("strict", data.get("strict", False))
    if data.get("at") is not None:
        exact = partial(value, seed=fields.get("seed", 0), complex_too=fields.get("complex", False))
        fields["points"] = from_data(data["at"], exact, bool(data.get("zip", False)))
    if max(fields.get("order", 1), len(fields.get("partial", ()))) > MAX_ORDER:
        raise UsageError(f"the highest order is {MAX_ORDER}")
    return Question(**{"strict_names": False, "simplify": "fast", **fields})


def check_option(option: str, text: str) -> None:
    """Refuse a value that is kept for later questions, such as that of `:digits`, and can be read by none.

    Raises:
        DerivError: a value of the wrong kind.
    """
    key = option.lstrip(":").replace("-", "_")
    kind = _KEYS.get(key)
    value = kind[1](option, text) if kind is not None else None
    if key in ("order", "digits") and isinstance(value, int) and value < 1:
        raise UsageError(f"{option} is 1 or more, not {text}")


def without_scalar_points(asked: Question) -> Question:
    """The question without its points where they are no arrays, whose shapes formulas need."""
    from derivcli.values import value

    arrays = any(value(given, name, 0, asked.complex).shape for point in asked.points for name, given in point)
    return asked if arrays else replace(asked, points=())


def strictly(answer: Answer) -> ExitStatus:
    """What `--strict` makes of the checks: undefined outweighs disagreement."""
    statuses = {c.status for point in answer.points for c in (point.checks or {}).values()}
    return strictly_of(statuses | (set(answer.summary.statuses) if answer.summary is not None else set()))


def strictly_of(statuses: Set[str]) -> ExitStatus:
    """What `--strict` makes of the statuses that checks have."""
    if statuses - {"agree", "disagree", "unchecked", "overflow"}:
        return ExitStatus.UNDEFINED
    return ExitStatus.CHECK_FAILED if "disagree" in statuses else ExitStatus.OK


def boxed(arguments: Sequence[str]) -> dict[str, Any]:
    """For each variable of a box its interval or its one value.

    Raises:
        PointError: an argument that cannot be read, or several values of one variable.
    """
    from derivcli.points import Interval, box
    from derivcli.values import value

    sides: dict[str, Any] = {}
    for name, side in box(arguments, value).items():
        if not isinstance(side, Interval) and len(side) > 1:
            raise PointError(f"{name}: a box takes an interval or one value", hint=f"write {name}=-5:5")
        sides[name] = side if isinstance(side, Interval) else side[0]
    return sides


def _texts(key: str, value: Any) -> tuple[str, ...]:
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, Sequence) or not texts or not all(isinstance(t, str) for t in texts):
        raise UsageError(f"{_shown(key)} is a text or a list of texts")
    return tuple(texts)


def _declared(value: Any) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """Names of variables, and the shapes that stand behind a colon: `x:vector(n), t`."""
    from derivcli.points import split

    if isinstance(value, Mapping):
        return tuple(map(str, value)), tuple((str(name), _text("var", spec)) for name, spec in value.items())
    pieces = [piece.strip() for text in _texts("var", value) for piece in split(text, ",")]
    parts = [piece.partition(":") for piece in pieces]
    equals = next((piece for piece in pieces if "=" in piece.partition(":")[0]), None)
    if equals is not None:
        name, _, spec = equals.partition("=")
        is_shape = re.match(r"\s*[A-Za-z]+(\(|\s*$)", spec) is not None
        hint = f"write {name}:{spec}" if is_shape else f"a value is given by --at {equals}"
        raise UsageError(f"--var {equals} is not a declaration", hint=hint)
    if not all(name.strip() for name, _, _ in parts):
        raise UsageError("--var lacks a name", hint="write names with commas, such as x,y, or x:vector(n)")
    names = tuple(dict.fromkeys(name.strip() for name, _, _ in parts))
    return names, tuple((name.strip(), spec) for name, colon, spec in parts if colon)


def _names(key: str, value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return names(key, value)
    return _texts(key, value) if value else ()


def names(option: str, text: str) -> tuple[str, ...]:
    """`x, y` as names."""
    parts = tuple(part.strip() for part in text.split(","))
    if not all(parts):
        raise UsageError(f"{option} lacks a name", hint="write names with commas, such as x,y")
    return parts


def assignment(option: str, text: str) -> tuple[str, str]:
    """`b=a+5` as name and expression."""
    name, equals, expression = text.partition("=")
    if not equals or not name.strip() or not expression.strip():
        raise UsageError(f"{option} takes name=expression, not {text!r}", hint="write b=a+5")
    return name.strip(), expression


def _shown(key: str) -> str:
    return key if key.startswith(("-", ":")) else repr(key)


def _flag(key: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise UsageError(f"{_shown(key)} is true or false")
    return value


def _unchecked(key: str, value: Any) -> bool:
    return not _flag(key, value)


def _whole(key: str, value: Any) -> int:
    if isinstance(value, str) and re.fullmatch("-?[0-9]{1,9}", value):
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise UsageError(f"{_shown(key)} is a whole number, not {value!r}")
    return value


def count(key: str, value: Any) -> int:
    """A whole number that is not negative."""
    number = _whole(key, value)
    if number < 0:
        raise UsageError(f"{_shown(key)} is 0 or more, not {number}")
    return number


def _seconds(key: str, value: Any) -> float:
    try:
        seconds = float(value)
    except (TypeError, ValueError):
        seconds = 0.0
    if not 1e-3 <= seconds <= 1e6:
        raise UsageError(f"{_shown(key)} is a number of seconds from 0.001 to 1,000,000, not {value}")
    return seconds


def one_of(*choices: str) -> Callable[[str, Any], str]:
    """A reader of texts that are one of `choices`."""

    def read(key: str, value: Any) -> str:
        if value not in choices:
            near = difflib.get_close_matches(str(value).lower(), choices, 1)
            hint = f"did you mean {near[0]}?" if near else None
            raise UsageError(f"{_shown(key)} is one of {', '.join(choices)}, not {value!r}", hint=hint)
        return str(value)

    return read


def _text(key: str, value: Any) -> str:
    return _texts(key, value)[0]


def _let(key: str, value: Any) -> tuple[tuple[str, str], ...]:
    if isinstance(value, Mapping):
        return tuple((str(name), _text(key, text)) for name, text in value.items())
    return tuple(assignment(key, text) for text in _texts(key, value))


def _vector(key: str, value: Any) -> Value:
    """V as a text, a number or nested lists of them."""
    from derivcli.points import nested

    return nested(key, value)


def _vectors(key: str, value: Any) -> Point:
    """V for each variable: an object, `x=…,y=…`, or a bare value where there is one variable."""
    from derivcli.points import named_values

    if isinstance(value, Mapping):
        return tuple((str(name), _vector(key, v)) for name, v in value.items())
    if isinstance(value, str) and "=" in value:
        return named_values(value)
    return (("", _vector(key, value)),)


def claim(data: Mapping[str, Any]) -> tuple[str, ...]:
    """The claim that an object of options holds under `check`: a text or a list of texts."""
    return _texts("check", data["check"])


# Each key with the field of the question that it fills and how it is read; None where `question` reads it itself.
_KEYS: dict[str, tuple[str, Callable[[str, Any], Any]] | None] = {
    "expr": ("expressions", _texts), "at": None, "zip": None, "id": None, "strict": None,
    "wrt": ("wrt", _names), "order": ("order", _whole), "partial": ("partial", _names),
    "hessian": ("hessian", _flag), "jacobian": ("jacobian", _flag), "let": ("let", _let), "var": None,
    "simplify": ("simplify", one_of(*SIMPLIFY)), "dtype": ("dtype", one_of(*DTYPES)), "device": ("device", _text),
    "timeout": ("timeout", _seconds), "no_check": ("check", _unchecked), "exact": ("exact", _flag),
    "full": ("full", _flag), "literal": ("literal", _flag), "vjp": ("vjp", _vector), "jvp": ("jvp", _vectors),
    "direction": ("direction", _vectors), "hvp": ("hvp", _vectors), "entries": ("entries", _flag),
    "layout": ("layout", one_of("torch", "numerator", "denominator")), "digits": ("digits", _whole),
    "complex": ("complex", _flag),
    "syntax": ("syntax", one_of("python", "matrixcalculus", "latex")), "seed": ("seed", _whole),
    "graph": ("graph", _flag), "steps": ("steps", _flag),
    "engine": ("engine", one_of(*ENGINES)), "check_rows": ("check_rows", count),
    "points": None, "out": None,
}  # fmt: skip
