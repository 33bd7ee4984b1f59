"""Bessel functions and their kin: DLMF sections 9.2, 10.6, 10.29, 10.51 and 11.4(v)."""

from __future__ import annotations

from derivcli.catalog.row import Row, leaf

BESSEL = "Bessel functions"
_N = ("n", "x")
_WHOLE = "x > 0; x < 0 too for whole n"
_FIRST = ((-2.5, 3.5), (0.2, 30.0))
_SECOND = ((-2.5, 3.5), (0.05, 30.0))


def _bessel(letter: str, summary: str, partial: str, domain: str, *aliases: str) -> Row:
    return leaf(
        f"bessel{letter}", BESSEL, summary, "", partial, parameters=_N, domain=domain, aliases=aliases,
        samples=_FIRST if domain == _WHOLE else _SECOND, singular="" if domain == _WHOLE else "x == 0",
    )  # fmt: skip


def _of_order(letter: str, order: int, summary: str, domain: str = "all x") -> Row:
    samples = ((-9.0, 30.0),) if domain == "all x" else ((0.05, 30.0),)
    return Row(
        f"{letter}{order}", f"{summary} of order {order}", BESSEL, definition=f"bessel{letter}({order}, x)",
        domain=domain, samples=samples, names_variables=True,
    )  # fmt: skip


def _airy(name: str, summary: str, partial: str, *aliases: str) -> Row:
    return leaf(name, BESSEL, summary, partial, aliases=aliases, samples=((-30.0, 12.0),))


ROWS: tuple[Row, ...] = (
    _bessel(
        "j", "Bessel function of the first kind", "(besselj(n - 1, x) - besselj(n + 1, x))/2", _WHOLE, "jv", "BesselJ",
    ),
    _bessel(
        "y", "Bessel function of the second kind", "(bessely(n - 1, x) - bessely(n + 1, x))/2", "x > 0",
        "yv", "BesselY",
    ),
    _bessel(
        "i", "modified Bessel function of the first kind", "(besseli(n - 1, x) + besseli(n + 1, x))/2", _WHOLE,
        "iv", "BesselI",
    ),
    _bessel(
        "k", "modified Bessel function of the second kind", "-(besselk(n - 1, x) + besselk(n + 1, x))/2", "x > 0",
        "kv", "BesselK",
    ),
    *(
        Row(
            f"hankel{k}", f"Hankel function number {k}, a complex one", BESSEL, _N, (f"HankelH{k}",),
            definition=f"besselj(n, x) {sign} I*bessely(n, x)", domain="x > 0; its values are complex",
            samples=_SECOND,
        )
        for k, sign in ((1, "+"), (2, "-"))
    ),
    *(_of_order("j", n, "Bessel function of the first kind") for n in (0, 1)),
    *(_of_order("y", n, "Bessel function of the second kind", "x > 0") for n in (0, 1)),
    *(_of_order("i", n, "modified Bessel function of the first kind") for n in (0, 1)),
    *(_of_order("k", n, "modified Bessel function of the second kind", "x > 0") for n in (0, 1)),
    leaf(
        "spherical_jn", BESSEL, "spherical Bessel function of the first kind; jn as in SymPy", "",
        "(n*spherical_jn(n - 1, x) - (n + 1)*spherical_jn(n + 1, x))/(2*n + 1)", parameters=_N,
        aliases=("jn", "SphericalBesselJ"), domain=_WHOLE, samples=_FIRST,
    ),
    leaf(
        "spherical_yn", BESSEL, "spherical Bessel function of the second kind; yn as in SymPy", "",
        "(n*spherical_yn(n - 1, x) - (n + 1)*spherical_yn(n + 1, x))/(2*n + 1)", parameters=_N,
        aliases=("yn", "SphericalBesselY"), domain=_WHOLE, singular="x == 0", samples=_FIRST,
    ),
    leaf(
        "struveh", BESSEL, "Struve function", "",
        "(struveh(n - 1, x) - struveh(n + 1, x) + (x/2)**n/(sqrt(pi)*gamma(n + 3/2)))/2", parameters=_N,
        aliases=("StruveH", "struve"), domain=_WHOLE, samples=((-1.25, 3.5), (0.2, 30.0)),
    ),
    leaf(
        "struvel", BESSEL, "modified Struve function", "",
        "(struvel(n - 1, x) + struvel(n + 1, x) + (x/2)**n/(sqrt(pi)*gamma(n + 3/2)))/2", parameters=_N,
        aliases=("StruveL", "modstruve"), domain=_WHOLE, samples=((-1.25, 3.5), (0.2, 30.0)),
    ),
    _airy("airyai", "Airy function Ai", "airyaiprime(x)", "AiryAi"),
    _airy("airybi", "Airy function Bi", "airybiprime(x)", "AiryBi"),
    _airy("airyaiprime", "derivative of the Airy function Ai", "x*airyai(x)", "AiryAiPrime"),
    _airy("airybiprime", "derivative of the Airy function Bi", "x*airybi(x)", "AiryBiPrime"),
)  # fmt: skip
