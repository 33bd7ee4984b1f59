"""What spreadsheets write, in deriv's spelling: `=POWER(A1, 2)`, `LOG(x)` to the base 10, `PI()`.

A spreadsheet reads -x^2 as (-x)^2 and x^2^3 as (x^2)^3; a formula with either is left to the person.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

_FORMULA = re.compile(r"\s*=(?!=)")
_UNKNOWN = re.compile(r"[%$&\"]|[0-9],[0-9]+;")
_OPENING, _CLOSING, _OPERATORS = "([{", ")]}", "+-*/,;=<>"


def formula(text: str) -> str | None:
    """What a cell's formula says after its `=`, with commas; None where the text begins otherwise.

    Raises:
        ValueError: it has signs that a spreadsheet reads otherwise than deriv.
    """
    begun = _FORMULA.match(text)
    if begun is None:
        return None
    if _UNKNOWN.search(text) or _is_of_another_order(text[begun.end() :]):
        raise ValueError("signs of another order")
    return text[begun.end() :].replace(";", ",").replace("<>", "!=")


def is_ambiguous(text: str) -> bool:
    """Whether a text may be a spreadsheet's or another language's: LOG has the base e in Fortran, INT goes to 0."""
    return re.search(r"\b(?:LOG|ATAN2|INT|MOD)\s*\(", text) is not None


_ORDER = "a spreadsheet reads -x^2 as (-x)^2, x^2^3 as (x^2)^3"


def caution(text: str) -> str | None:
    """What to say of a cell's formula that is not put into deriv's spelling."""
    return None if _FORMULA.match(text) is None else f"write a cell's formula without its =; {_ORDER}"


def remarks(text: str) -> list[str]:
    """What to say beside the spelling in deriv of a text that may be a cell's formula."""
    return [_ORDER] if re.search(r"\b[A-Z]{2,}[0-9]*\(", text) and _is_of_another_order(text) else []


def _is_of_another_order(text: str) -> bool:
    """Whether a sign stands before a power, or a power is raised once more without brackets."""
    raised, signed, before = [False], False, "="
    for character in text.replace(" ", ""):
        if character in _OPENING:
            raised.append(False)
        elif character in _CLOSING:
            raised = raised[:-1] or [False]
        elif character in _OPERATORS:
            raised[-1] = False
            signed |= character == "-" and before in f"{_OPENING}{_OPERATORS}^"
        elif character == "^":
            if raised[-1] or signed:
                return True
            raised[-1] = True
        before = character
    return False


def _factor(text: str) -> str:
    """A text that can be multiplied and raised as it stands."""
    return text if re.fullmatch(r"[\w.]+(?:\([^()]*\))?", text) else f"({text})"


def _infix(sign: str) -> Callable[[Sequence[str]], str]:
    return lambda args: f"({sign.join(map(_factor, args))})"


def _called(name: str) -> Callable[[Sequence[str]], str]:
    return lambda args: f"{name}({', '.join(args)})"


# Functions that deriv does not merely spell in small letters; ATAN2 has x before y.
CALLS: dict[str, Callable[[Sequence[str]], str]] = {
    "POWER": lambda args: f"{_factor(args[0])}^{_factor(args[1])}", "IF": _called("where"), "PI": lambda _: "pi",
    "LOG": lambda args: f"log10({args[0]})" if len(args) == 1 else f"log({', '.join(args)})",
    "ATAN2": lambda args: f"atan2({', '.join(args[::-1])})", "INT": _called("floor"), "FACT": _called("factorial"),
    "COMBIN": _called("binomial"), "GAMMALN": _called("loggamma"), "MOD": _called("Mod"), "SUM": _infix(" + "),
    "PRODUCT": _infix("*"), "RADIANS": lambda args: f"({_factor(args[0])}*pi/180)",
    "DEGREES": lambda args: f"({_factor(args[0])}*180/pi)",
}  # fmt: skip
