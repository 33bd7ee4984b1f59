"""A polynomial about a point as text and as LaTeX, term by term."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from derivcli.findings import Term
from derivcli.model import Formula


def polynomial(terms: Sequence[Term], steps: Mapping[str, Formula]) -> Formula:
    """The sum of the terms; the text reads back as the same polynomial."""
    texts, latex = [], []
    for term in terms:
        c = term.coefficient
        texts.append(_term(str(c.text), term.product))
        powers = [_power(str(steps[n].latex), k, "^") for n, k in term.powers.items()]
        latex.append(_latex_term(str(c.latex), powers))
    return Formula(_summed(texts), _summed(latex))


def product(steps: Mapping[str, Formula], powers: Mapping[str, int]) -> str:
    """A product of powers as a text; 1 where there is none."""
    return "*".join(filter(None, (_power(str(steps[n].text), k, "**") for n, k in powers.items()))) or "1"


def _power(step: str, exponent: int, sign: str) -> str:
    """A power of x - x0; nothing for the power 0."""
    if not exponent:
        return ""
    bracketed = step if step.isidentifier() or (step.startswith("\\") and " " not in step) else f"({step})"
    if sign == "^" and bracketed != step:
        bracketed = rf"\left({step}\right)"
    return bracketed if exponent == 1 else f"{bracketed}{sign}{exponent if sign == '**' else f'{{{exponent}}}'}"


def _term(coefficient: str, product: str) -> str:
    if product == "1":
        return coefficient
    quotient = re.fullmatch(r"(-?)(\d+)(/\d+)?", coefficient)
    if quotient:
        sign, over, below = quotient.groups(default="")
        return f"{sign}{product if over == '1' else f'{over}*{product}'}{below}"
    return f"{_bracketed(coefficient)}*{product}"


def _latex_term(coefficient: str, powers: Sequence[str]) -> str:
    product = " ".join(p for p in powers if p)
    if not product:
        return coefficient
    if coefficient in ("1", "-1"):
        return f"{coefficient[:-1]}{product}"
    bracketed = rf"\left({coefficient}\right)" if _is_sum(coefficient) else coefficient
    return f"{bracketed} {product}"


def _bracketed(text: str) -> str:
    return f"({text})" if _is_sum(text) or " " in text else text


def _is_sum(text: str) -> bool:
    """Whether a sign stands between terms outside brackets."""
    depth = 0
    for k, character in enumerate(text):
        depth += (character in "([{") - (character in ")]}")
        if depth == 0 and k and character in "+-" and text[k - 1] == " ":
            return True
    return False


def _summed(terms: Sequence[str]) -> str:
    if not terms:
        return "0"
    first, *others = terms
    return first + "".join(
        f" - {t[1:].lstrip()}" if t.startswith("-") and not _is_sum(t) else f" + {t}" for t in others
    )


def remainder(steps: Mapping[str, Formula], order: int) -> Formula:
    """The order of what is left: of several variables that of their distance."""
    if len(steps) > 1:
        return Formula(f"O(h**{order})", rf"O\left(h^{{{order}}}\right)")
    (step,) = steps.values()
    latex = _power(str(step.latex), order, "^")
    return Formula(f"O({_power(str(step.text), order, '**')})", rf"O\left({latex}\right)")
