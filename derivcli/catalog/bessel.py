"""Bessel functions and their kin (DLMF chapters 9 to 11)."""

from __future__ import annotations

from derivcli.catalog.row import Row, leaf

BESSEL = "Bessel functions"
_SAMPLES = {"samples": ((-2.5, 3.5), (0.2, 9.0)), "domain": "x > 0; x < 0 too for whole n"}

ROWS: tuple[Row, ...] = (
    leaf(
        "besselj", BESSEL, "Bessel function of the first kind", "", "(besselj(n - 1, x) - besselj(n + 1, x))/2",
        parameters=("n", "x"), aliases=("jv", "BesselJ"), **_SAMPLES,
    ),
    leaf(
        "besselk", BESSEL, "modified Bessel function of the second kind", "",
        "-(besselk(n - 1, x) + besselk(n + 1, x))/2", parameters=("n", "x"), aliases=("kv", "BesselK"),
        **{**_SAMPLES, "domain": "x > 0"},
    ),
)  # fmt: skip
