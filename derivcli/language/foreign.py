"""What other systems write, put into deriv's spelling, to be shown to the person who pasted it; it is not read so.

Mathematica, Maxima, Maple, MATLAB, spreadsheets, Python's definitions; letters and powers of Unicode that are not read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence

from derivcli.catalog import SPELLINGS
from derivcli.language import spreadsheet

_MAX_LENGTH = 2_000


class _Unknown(Exception):
    """This is nobody's spelling that is known here."""


def respelled(text: str) -> str | None:
    """The text in deriv's spelling; None where it is nobody's spelling that is known, or deriv's own."""
    if len(text) > _MAX_LENGTH:
        return None
    try:
        cell = spreadsheet.formula(text)
        if cell is None and spreadsheet.is_ambiguous(text):
            return None
        found = _calls(_symbols(_headless(_characters(text if cell is None else cell))))
    except (_Unknown, ValueError, IndexError, RecursionError):
        return None
    return found.strip() if found.strip() and found.strip() != text.strip() else None


# What is easily overlooked in another spelling.
_REMARKS = (
    (re.compile(r"\b(?:ArcTan\[[^\]]*,|ATAN2\()"), "atan2 has y before x"),
    (re.compile(r"\bLog\[[^\]]*,"), "log has its base last"),
    (re.compile(r"\bLOG\([^,]*$"), "a spreadsheet's LOG has the base 10"),
)


def remarks(text: str) -> list[str]:
    """What to say beside a text's spelling in deriv."""
    return [*(said for pattern, said in _REMARKS if pattern.search(text)), *spreadsheet.remarks(text)]


# Characters with their plain spelling; others by what Unicode says they are compatible with.
_PLAIN = str.maketrans(
    {"–": "-", "—": "-", "⨯": "*", "•": "*", "∙": "*", "\u2062": "*", "ℯ": "e", "ⅇ": "e", "ⅈ": "I", "⁄": "/"}
)
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿˣʸᶻᵃᵇᶜᵏᵐᵗ"
_KEPT = "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅐⅛⅜⅝⅞⅑⅒₀₁₂₃₄₅₆₇₈₉"


def _characters(text: str) -> str:
    def raised(match: re.Match[str]) -> str:
        plain = unicodedata.normalize("NFKC", match.group()).replace("−", "-")
        return f"^({plain})" if len(plain) > 1 else f"^{plain}"

    text = re.sub(f"[{_RAISED}]+", raised, text.translate(_PLAIN))
    return "".join(c if c in _KEPT or c.isascii() else unicodedata.normalize("NFKC", c) for c in text)


# What stands before and after the expression that is meant.
_NAMES = r"[A-Za-z_]\w*(?:\s*,\s*[A-Za-z_]\w*)*"
_HEADS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\s*lambda\s+{_NAMES}\s*:",
        rf"\s*def\s+\w+\(\s*{_NAMES}\s*\)\s*:\s*return\b",
        rf"\s*(?:\w+\s*=\s*)?@\(\s*{_NAMES}\s*\)",
        r"\s*syms\s+[\w ]+;",
        r"\s*\w+\[\s*\w+_\w*(?:\s*,\s*\w+_\w*)*\s*\]\s*:?=",
        rf"\s*\w+\(\s*{_NAMES}\s*\)\s*:=",
        rf"\s*(?:\w+\s*:?=\s*)?(?:{_NAMES}|\(\s*{_NAMES}\s*\))\s*(?:->|\|->|↦)",
        r"\s*\w+\s*:=",
        r"\s*[A-Za-z_]\w*\s*:(?=\s)",
        r"\s*d\s*/\s*d[A-Za-z](?![A-Za-z0-9_])",
    )
)
_TAIL = re.compile(r"\s*(?:#.*|[;$]+\s*)$")


def _headless(text: str) -> str:
    head = next((found for pattern in _HEADS if (found := pattern.match(text))), None)
    return _TAIL.sub("", text[head.end() :] if head else text)


_SYMBOLS: tuple[tuple[str, str], ...] = (
    (r"\bstd::", ""), (r"(?<=\w)_\{([A-Za-z0-9]+)\}", r"_\1"),
    (r"%pi\b", "pi"), (r"%e\b", "e"), (r"%i\b", "I"), (r"%gamma\b", "EulerGamma"), (r"%phi\b", "GoldenRatio"),
    (r"\bPi\b", "pi"), (r"\b(?:Infinity|infinity|inf)\b", "oo"), (r"\bDegree\b", "(pi/180)"),
    (r"\.\^", "**"), (r"\.\*", "*"), (r"(?<![0-9])\./(?!\.)", "/"), (r"~=", "!="), (r"&&", " and "),
    (r"(?<!\|)\|\|(?!\|)", " or "), (r"(?<![\w)\]])'(?=diff\b)", ""),
)  # fmt: skip


def _symbols(text: str) -> str:
    for pattern, plain in _SYMBOLS:
        text = re.sub(pattern, plain, text)
    replaced = re.fullmatch(r"(.*[^/])/\.\s*\{?\s*([A-Za-z]\w*)\s*->\s*([^{},]+?)\s*\}?\s*", text)
    return f"Subs[{replaced[1]}, {replaced[2]}, {replaced[3]}]" if replaced else text


_OPENING, _CLOSING = {"(": ")", "[": "]", "{": "}"}, ")]}"
_CALL = re.compile(r"[A-Za-z]\w*(?=\s*[\[(])")


def _calls(text: str) -> str:
    """The text with the calls in it written as deriv does; braces make lists, but for an exponent."""
    out, i = [], 0
    while i < len(text):
        name = _CALL.match(text, i) if i == 0 or not (text[i - 1].isalnum() or text[i - 1] == "_") else None
        start = i if name is None else re.compile(r"\s*").match(text, name.end()).end()  # type: ignore[union-attr]
        if text[start] not in _OPENING:
            out.append(text[i])
            i += 1
            continue
        end = _end(text, start)
        args = [_calls(part) for part in _split(text[start + 1 : end])]
        # What LaTeX raises stands in braces.
        bracket = "(" if text[start] == "{" and text[:start].rstrip().endswith(("^", "**")) else text[start]
        out.append(_written("" if name is None else name.group(), bracket, args))
        i = end + 1
    return "".join(out)


def _end(text: str, start: int) -> int:
    """The place of the bracket that closes the one at `start`."""
    waiting = []
    for i in range(start, len(text)):
        if text[i] in _OPENING:
            waiting.append(_OPENING[text[i]])
        elif text[i] in _CLOSING:
            if waiting.pop() != text[i]:
                break
            if not waiting:
                return i
    raise _Unknown


def _split(text: str) -> list[str]:
    """What stands between the commas that are in no brackets."""
    parts, depth, start = [], 0, 0
    for i, character in enumerate(text):
        depth += (character in _OPENING) - (character in _CLOSING)
        if character == "," and depth == 0:
            parts.append(text[start:i])
            start = i + 1
    return [part.strip() for part in [*parts, text[start:]]]


def _written(name: str, bracket: str, args: list[str]) -> str:
    inside = ", ".join(args)
    if not name:
        return f"({inside})" if bracket == "(" else f"[{inside}]"
    made = (_SQUARE if bracket == "[" else _ROUND).get(name)
    if made is not None:
        return made(args)
    if bracket == "(":
        return _plain_call(name, args)
    if name[0].islower() or bracket != "[":
        raise _Unknown
    plain = _RENAMED.get(name, re.sub("^Arc", "a", name).lower())
    if plain not in SPELLINGS and plain not in _RENAMED.values():
        raise _Unknown
    return f"{plain}({inside})"


def _plain_call(name: str, args: list[str]) -> str:
    """A call in round brackets: a spreadsheet's in capitals, or one that is kept."""
    if name.isupper() and len(name) > 1 and name not in SPELLINGS:
        made = spreadsheet.CALLS.get(name)
        if made is not None:
            return made(args)
        name = name.lower() if name.lower() in SPELLINGS else name
    return f"{name}({', '.join(args)})"


def _bound(name: str) -> Callable[[Sequence[str]], str]:
    """`name` of an expression with bounds: [t, a, b] (a list by now), t = a..b, or t, a, b on their own."""

    def written(args: Sequence[str]) -> str:
        body, *rest = args
        if len(rest) == 3:
            rest = [f"[{', '.join(rest)}]"]
        parts = []
        for bound in rest:
            inner = re.fullmatch(r"\[(.*)\]", bound, re.DOTALL)
            maple = re.fullmatch(r"(\w+)\s*=\s*(.*?)\s*\.\.\s*(.*)", bound)
            pieces = _split(inner[1]) if inner else list(maple.groups()) if maple else []
            if len(pieces) != 3:
                raise _Unknown
            parts.append(f"({', '.join(pieces)})")
        return f"{name}({', '.join([body, *parts])})"

    return written


def _derivative(args: Sequence[str]) -> str:
    bounds = [re.sub(r"^\[(.*)\]$", r"(\1)", arg) for arg in args]
    return f"Derivative({', '.join(bounds)})"


def _choices(args: Sequence[str]) -> str:
    """Piecewise[{{a, c}, …}, d]: pairs in lists, and what holds otherwise."""
    pairs = re.findall(r"\[((?:[^\[\]]|\[[^\[\]]*\])*)\]", args[0][1:-1])
    rest = [f"({args[1]}, True)"] if len(args) > 1 else []
    return f"Piecewise({', '.join([*(f'({pair})' for pair in pairs), *rest])})"


def _maple_choices(args: Sequence[str]) -> str:
    pairs = [f"({value}, {condition})" for condition, value in zip(args[::2], args[1::2], strict=False)]
    rest = [f"({args[-1]}, True)"] if len(args) % 2 else []
    return f"Piecewise({', '.join([*pairs, *rest])})"


def _infix(sign: str) -> Callable[[Sequence[str]], str]:
    return lambda args: "(" + sign.join(f"({arg})" for arg in args) + ")"


def _only(args: Sequence[str]) -> str:
    return f"({args[0]})"


# Mathematica's functions that are not called as deriv's are, and their names where these alone are others.
_SQUARE: dict[str, Callable[[Sequence[str]], str]] = {
    "Log": lambda args: f"log({', '.join(args[::-1])})",
    "ArcTan": lambda args: f"atan({args[0]})" if len(args) == 1 else f"atan2({', '.join(args[::-1])})",
    "D": _derivative, "Integrate": _bound("Integral"), "Sum": _bound("Sum"), "Product": _bound("Product"),
    "If": lambda args: f"where({', '.join(args)})", "Piecewise": _choices,
    "Subs": lambda args: f"Subs({', '.join(args)})", "Simplify": _only, "FullSimplify": _only, "N": _only,
    "Power": _infix("**"), "Times": _infix("*"), "Plus": _infix(" + "), "Subtract": _infix(" - "),
    "Divide": _infix("/"), "Minus": lambda args: f"(-({args[0]}))",
    "Quotient": lambda args: f"floor(({args[0]})/({args[1]}))",
}  # fmt: skip
_RENAMED = {
    "Ceiling": "ceil", "CubeRoot": "cbrt", "HeavisideTheta": "heaviside", "UnitStep": "heaviside",
    "LogGamma": "loggamma", "PolyGamma": "polygamma", "ProductLog": "LambertW", "ExpIntegralEi": "Ei",
    "SinIntegral": "Si", "CosIntegral": "Ci", "LogIntegral": "li", "PolyLog": "polylog", "LegendreP": "legendre",
    "HermiteH": "hermite", "LaguerreL": "laguerre", "EllipticK": "elliptic_k", "EllipticE": "elliptic_e",
    "InverseErf": "erfinv", "Norm": "norm", "Tr": "tr", "Det": "det", "Inverse": "inv", "Dot": "dot", "Max": "max",
    "Min": "min", "Abs": "abs", "Mod": "Mod", "Exp": "exp", "Sqrt": "sqrt",
}  # fmt: skip
# The same of Maxima and Maple, where deriv itself does not read them.
_ROUND: dict[str, Callable[[Sequence[str]], str]] = {
    "sum": lambda args: _bound("Sum")(args) if len(args) > 1 else f"sum({args[0]})",
    "product": _bound("Product"), "int": _bound("Integral"), "Int": _bound("Integral"),
    "integrate": _bound("Integral"), "Diff": _derivative, "piecewise": _maple_choices, "evalf": _only,
    "ratsimp": _only, "simplify": _only, "expand": _only, "factor": _only,
}  # fmt: skip
