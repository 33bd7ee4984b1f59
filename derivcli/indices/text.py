"""Matrix notation as text in deriv's own language, with the brackets that it needs and no others."""

from __future__ import annotations

from fractions import Fraction

from derivcli.indices.matrices import Matrix, scaled

# How tightly a text binds. The operator @ binds like *, so a chain of products is read from the left.
_SUM, _TERM, _PRODUCT, _POWER, _ATOM = range(5)
_LONGEST_DECIMAL = 7
_HALF = Fraction(1, 2)


def text(matrix: Matrix, decimals: bool = False) -> str:
    """The text of an expression; with `decimals` a number such as 1/2 is written 0.5."""
    return _written(matrix, decimals)[0]


def _written(matrix: Matrix, decimals: bool) -> tuple[str, int]:
    found = matrix.texts.get(decimals)
    if found is None:
        found = matrix.texts[decimals] = _WRITERS[matrix.op](matrix, decimals)
    return found


def _bracketed(matrix: Matrix, decimals: bool, level: int) -> str:
    written, binding = _written(matrix, decimals)
    return written if binding >= level else f"({written})"


def decimal(value: Fraction) -> str | None:
    """A short text of a decimal fraction that is exactly the value."""
    shown = repr(float(value)) if abs(value) < 10**6 else ""
    exact = shown and len(shown) <= _LONGEST_DECIMAL and "e" not in shown and Fraction(shown) == value
    return shown if exact else None


def _number(matrix: Matrix, decimals: bool) -> tuple[str, int]:
    return _numeral(matrix.data, decimals)


def _numeral(value: Fraction, decimals: bool) -> tuple[str, int]:
    if value < 0:
        return f"-{_numeral(-value, decimals)[0]}", _TERM
    if value.denominator == 1:
        return str(value.numerator), _ATOM
    short = decimal(value) if decimals else None
    return (short, _ATOM) if short else (str(value), _PRODUCT)


def _shape(matrix: Matrix) -> str:
    return ", ".join(str(n) for n in matrix.shape)


def _rows(matrix: Matrix, _: bool) -> tuple[str, int]:
    return f"eye({matrix.shape[-1]})[{matrix.data}]", _ATOM


def _transpose(matrix: Matrix, decimals: bool) -> tuple[str, int]:
    return f"{_bracketed(matrix.args[0], decimals, _ATOM)}.T", _ATOM


def _chain(matrix: Matrix, decimals: bool) -> tuple[str, int]:
    if len(matrix.args) > 2 and all(a.op == "transpose" for a in matrix.args):
        return f"({' @ '.join(_bracketed(a.args[0], decimals, _POWER) for a in reversed(matrix.args))}).T", _ATOM
    return " @ ".join(_bracketed(a, decimals, _POWER) for a in matrix.args), _PRODUCT


def _power(matrix: Matrix, decimals: bool) -> tuple[str, int]:
    base, exponent = matrix.args
    return f"{_bracketed(base, decimals, _ATOM)}**{_bracketed(exponent, decimals, _ATOM)}", _POWER


def _raised(base: Matrix, exponent: Fraction, decimals: bool) -> tuple[str, int]:
    """A factor with an exponent above 0."""
    if exponent == 1:
        return _written(base, decimals)
    if exponent == _HALF:
        return f"sqrt({text(base, decimals)})", _ATOM
    shown, level = _numeral(exponent, decimals)
    return f"{_bracketed(base, decimals, _ATOM)}**{shown if level == _ATOM else f'({shown})'}", _POWER


def _times(matrix: Matrix, decimals: bool) -> tuple[str, int]:
    above: list[str] = []
    below: list[str] = []
    sign = ""
    scalar, divided = True, any(e < 0 for e in matrix.data)
    last = max((n for n, e in enumerate(matrix.data) if e > 0), default=-1)
    for n, (factor, exponent) in enumerate(zip(matrix.args, matrix.data, strict=True)):
        if factor.op == "number" and exponent == 1:
            sign = "-" if factor.data < 0 else ""
            _coefficient(abs(factor.data), decimals, above, below)
            continue
        written, level = _raised(factor, abs(exponent), decimals)
        # After scalars alone a chain needs no brackets: (2*A) @ x is 2*(A @ x).
        bare = factor.op == "chain" and exponent == 1 and n == last and scalar and not divided
        bracketed = level < _POWER and not bare
        (above if exponent > 0 else below).append(f"({written})" if bracketed else written)
        scalar = scalar and (exponent < 0 or factor.rank == 0)
    product = "*".join(above) or "1"
    if below:
        product += f"/{below[0]}" if len(below) == 1 else f"/({'*'.join(below)})"
    level = _POWER if len(matrix.args) == 1 and not below else _PRODUCT
    return sign + product, _TERM if sign else level


def _coefficient(value: Fraction, decimals: bool, above: list[str], below: list[str]) -> None:
    short = decimal(value) if decimals and value.denominator != 1 else None
    if short:
        above.append(short)
        return
    if value.numerator != 1:
        above.append(str(value.numerator))
    if value.denominator != 1:
        below.append(str(value.denominator))


def _plus(matrix: Matrix, decimals: bool) -> tuple[str, int]:
    terms = [_term(c, m, decimals) for c, m in zip(matrix.data, matrix.args, strict=True)]
    if terms[0].startswith("-"):
        terms.sort(key=lambda t: t.startswith("-"))
    rest = (f" - {t[1:]}" if t.startswith("-") else f" + {t}" for t in terms[1:])
    return terms[0] + "".join(rest), _SUM


def _term(coefficient: Fraction, matrix: Matrix, decimals: bool) -> str:
    return _bracketed(scaled(coefficient, matrix), decimals, _TERM)


def _call(matrix: Matrix, decimals: bool) -> tuple[str, int]:
    function, after = matrix.data
    return f"{function}({', '.join(text(a, decimals) for a in matrix.args)}{after})", _ATOM


def _einsum(matrix: Matrix, decimals: bool) -> tuple[str, int]:
    return f"einsum('{matrix.data}', {', '.join(text(a, decimals) for a in matrix.args)})", _ATOM


def _piecewise(matrix: Matrix, decimals: bool) -> tuple[str, int]:
    texts = [text(a, decimals) for a in matrix.args]
    pairs = ", ".join(f"({v}, {c})" for v, c in zip(texts[::2], texts[1::2], strict=True))
    return f"piecewise({pairs})", _ATOM


def _condition(matrix: Matrix, decimals: bool) -> tuple[str, int]:
    sign = f" {matrix.data} "
    if len(matrix.args) == 1:
        return f"{matrix.data} ({text(matrix.args[0], decimals)})", _SUM - 1
    texts = (text(a, decimals) for a in matrix.args)
    if matrix.data in ("and", "or"):
        texts = (f"({t})" for t in texts)
    return sign.join(texts), _SUM - 1


def _subscript(matrix: Matrix, decimals: bool) -> tuple[str, int]:
    return f"{_bracketed(matrix.args[0], decimals, _ATOM)}[{matrix.data}]", _ATOM


def _literal(matrix: Matrix, decimals: bool) -> tuple[str, int]:
    return f"[{', '.join(text(a, decimals) for a in matrix.args)}]", _ATOM


_WRITERS = {
    "number": _number,
    "name": lambda m, _: (m.data, _ATOM),
    "ones": lambda m, _: (f"ones({_shape(m)})", _ATOM),
    "eye": lambda m, _: (f"eye({m.shape[0]})", _ATOM),
    "unit": _rows,
    "selection": _rows,
    "transpose": _transpose,
    "chain": _chain,
    "times": _times,
    "plus": _plus,
    "power": _power,
    "call": _call,
    "einsum": _einsum,
    "piecewise": _piecewise,
    "condition": _condition,
    "subscript": _subscript,
    "literal": _literal,
}
