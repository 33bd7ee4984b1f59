"""What people write out of habit around a formula: `d/dx`, `dy/dx`, an option inside the quotes, an arrow, words."""

from __future__ import annotations

import re
from collections.abc import Collection

from derivcli.errors import ParseError

_DIFFERENTIATES = "deriv differentiates what is written"
_CLOSE = 'close the quote before it: deriv "x^2" --at x=1'
# A pattern, what is wrong, what to do. The first group, if there is one, is the place; else all that matches.
_HABITS: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (
        re.compile(r"\s*(d\s*(?:(?:\^|\*\*)\s*\d|[²³])?\s*/\s*d\s*[^\W\d]\w*(?:(?:\^|\*\*)\d|[²³])?)"),
        _DIFFERENTIATES, "leave d/dx out; --wrt x says by which variable, --order 2 how often",
    ),
    (
        re.compile(r"\s*(d[a-zA-Z]\s*/\s*d[a-zA-Z])\s*="),
        _DIFFERENTIATES, "write the right side alone; for dy/dx of an equation: deriv implicit",
    ),
    (
        re.compile(r".*?(?<![\w.])(d(?:(?:\^|\*\*)?2|²)?[a-zA-Z]\s*/\s*d[a-zA-Z](?:(?:\^|\*\*)?2|²)?)(?!\w|[(\[.^]|\*\*)",
                   re.DOTALL),
        _DIFFERENTIATES,
        "for dy/dx write y alone, or its equation: deriv implicit \"x^2 + y^2 = 25\" --wrt y; for a quotient of two "
        "variables declare them: --var dy --var dx",
    ),
    (
        re.compile(r"\s*([dD]\s*\(.*\)\s*/\s*d\s*[a-zA-Z])\s*$", re.DOTALL),
        _DIFFERENTIATES, "write what stands in the parentheses; --wrt x says by which variable",
    ),
    (
        re.compile(r".*?\S\s+(--(?:at|wrt|order|partial|hessian|digits|json|steps|plot|points|simplify))(?![\w(])",
                   re.DOTALL),
        "an option stands inside the expression", _CLOSE,
    ),
    (
        re.compile(r".*?\S\s+((?:at|for|where|when)\s+[^\W\d]\w*\s*=(?!=))", re.DOTALL),
        "a point stands inside the expression", 'write it as an option: deriv "x^2" --at x=1',
    ),
    (re.compile(r"[^\"']*?(->|→|=>)"), "an arrow has no place in an expression", "write the expression alone"),
    (re.compile(r"\s*(lambda\b[^:]*:)"), "a function needs no head", "write what stands after the colon"),
    (
        re.compile(r"\s*(if\b.*\bthen)\b", re.DOTALL),
        "a choice begins with its value", "write `a if c else b`, such as x**2 if x<1 else 2*x",
    ),
)  # fmt: skip
# Words of speech; as a variable none of them is likely.
WORDS = frozenset(
    (
        "derivative", "differentiate", "derive", "diff", "deriv", "find", "compute", "calculate", "squared", "cubed",
        "times", "plus", "minus", "equals", "respect",
    )
)  # fmt: skip


def refuse_habits(text: str, known: Collection[str]) -> None:
    """Refuse what stands around a formula and is none.

    Args:
        text: the expression.
        known: names that are variables for certain; a `d` or `dx` among them is meant as it stands.

    Raises:
        ParseError: with what to write instead.
    """
    for pattern, message, hint in _HABITS:
        found = pattern.match(text)
        if found is not None and not set(re.findall(r"\b[dD]\w*", found[1])) & set(known):
            raise ParseError(message, text=text, span=found.span(1), hint=hint)
