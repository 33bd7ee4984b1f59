"""Lambert's W (DLMF section 4.13), zeta functions, polylogarithms and Lerch's transcendent (DLMF chapter 25)."""

from __future__ import annotations

from derivcli.catalog.row import Row, leaf

LAMBERT, ZETA = "Lambert's W", "zeta functions and polylogarithms"

ROWS: tuple[Row, ...] = (
    leaf(
        "LambertW", LAMBERT, "w with w*exp(w) = x, from -1 upwards", "LambertW(x)/(x*(1 + LambertW(x)))",
        aliases=("lambertw", "ProductLog"), domain="x >= -1/E", special="x == -exp(-1)", samples=((-0.3671875, 1e6),),
    ),
    leaf(
        "LambertW", LAMBERT, "branch k of Lambert's W: 0, or -1 for the one below -1",
        "LambertW(x, k)/(x*(1 + LambertW(x, k)))", "", parameters=("x", "k"), aliases=("lambertw",),
        sympy="lambertw_branch", mpmath="lambertw_branch", torch="lambertw_branch({0}, {1})",
        domain="-1/E <= x < 0 for k = -1",
        special="x == -exp(-1)", singular="x == 0",
        samples=((-0.3671875, -0.0009765625), (-1, -1)), overload="/2",
    ),
    leaf(
        "zeta", ZETA, "Riemann's zeta function", "", parameters=("s",), aliases=("Zeta", "riemann_zeta"),
        domain="s != 1", singular="s == 1", samples=((-7.5, 40.0),),
    ),
    leaf(
        "zeta", ZETA, "Hurwitz' zeta function, of 1/(n + a)**s from n = 0", "", "-s*zeta(s + 1, a)",
        parameters=("s", "a"), aliases=("Zeta", "hurwitz_zeta", "HurwitzZeta"), sympy="hurwitz_zeta",
        mpmath="hurwitz_zeta", torch="hurwitz_zeta({0}, {1})",
        domain="s != 1; a > 0", singular="s == 1 or a == 0", samples=((-4.25, 12.0), (0.125, 30.0)), overload="/2",
    ),
    leaf(
        "dirichlet_eta", ZETA, "alternating zeta function, (1 - 2**(1 - s))*zeta(s)", "", parameters=("s",),
        aliases=("altzeta", "DirichletEta"), samples=((-5.5, 40.0),),
    ),
    leaf(
        "polylog", ZETA, "polylogarithm of order s, the sum of z**n/n**s", "", "polylog(s - 1, z)/z",
        parameters=("s", "z"), aliases=("PolyLog", "Li"), domain="z < 1; z = 1 for s > 1",
        singular="z == 1", samples=((-3.5, 8.0), (-0.5, 0.5)),
    ),
    Row(
        "dilog", "dilogarithm, polylog(2, x); Maple's and MATLAB's dilog(x) is spence(x)", ZETA, aliases=("Li2",),
        definition="polylog(2, x)", partials=("-log(1 - x)/x",), domain="x < 1", samples=((-30.03125, 0.96875),),
    ),
    Row(
        "spence", "polylog(2, 1 - x), as SciPy has it", ZETA, definition="polylog(2, 1 - x)", domain="x > 0",
        samples=((0.03125, 30.0),),
    ),
    leaf(
        "lerchphi", ZETA, "Lerch's transcendent, the sum of z**n/(n + a)**s from n = 0",
        "(lerchphi(z, s - 1, a) - a*lerchphi(z, s, a))/z", "", "-s*lerchphi(z, s + 1, a)", parameters=("z", "s", "a"),
        aliases=("LerchPhi", "HurwitzLerchPhi", "lerch_phi"), domain="z < 1, a > 0",
        singular="z == 1", samples=((-0.5, 0.5), (-1.5, 4.0), (0.25, 6.0)),
    ),
    leaf(
        "clausen", ZETA, "Clausen's function Cl2, the sum of sin(n*x)/n**2", "-log(2*abs(sin(x/2)))",
        aliases=("Cl2", "Clausen"), samples=((0.0625, 6.0),), special="sin(x/2) == 0",
    ),
)  # fmt: skip
