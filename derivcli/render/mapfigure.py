"""A map in a file: coloured contours with their heights, the gradient's arrows and marks."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from typing import Any

from derivcli.picture import Map, Spot
from derivcli.render.contours import everywhere, texts
from derivcli.render.frame import values, warn
from derivcli.render.numbers import number
from derivcli.render.paper import figure, legend, save, titled

# How large, in inches: all, what is inside the axes, and what is around them; up to which relation of the ranges a unit
# is as long on both axes.
_WIDTH, _INNER, _AROUND, _ALIKE = 7.5, 5.6, 1.1, 2.5
# About so many arrows along each axis; how much of the way to the next one the longest takes.
_ARROWS, _LENGTH = 10, 0.85
# The part of all arrows above which a longer one is drawn no longer.
_LONG = 0.9
# So many places of one kind have their numbers beside them.
_LABELLED = 3
_SIGNS = {"point": "o", "minimum": "v", "maximum": "^", "saddle": "D", "pole": "X"}
_EMPTY = math.nan
# Lines are drawn as if the axes were so many units long, each to this part of a unit.
_FINE, _THIN = 1000.0, 0.8


def write_map_figure(found: Map, file: str) -> None:
    """Write the map to a file, whose ending tells the form.

    Raises:
        UsageError: matplotlib is missing, or the file cannot be written.
    """
    across, up = found.sides
    tall = (up.high - up.low) / (across.high - across.low)
    alike = 1 / _ALIKE <= tall <= _ALIKE
    whole = figure(_WIDTH, min(_WIDTH, _INNER * tall) + _AROUND if alike else _WIDTH)
    ax = whole.subplots()
    _heights(whole, ax, found)
    _arrows(ax, found)
    kinds = Counter(spot.kind for spot in found.spots)
    for spot in found.spots:
        _mark(ax, spot, found, kinds[spot.kind] <= _LABELLED)
    ax.set_xlim(across.low, across.high)
    ax.set_ylim(up.low, up.high)
    ax.set_xlabel(across.name)
    ax.set_ylabel(up.name)
    ax.set_aspect("equal" if alike else "auto")
    titled(ax, f"f({across.name}, {up.name}) = {found.text}{values(found.given)}")
    legend(whole, [ax])
    save(whole, file)
    warn(found.warnings)


def _heights(whole: Any, ax: Any, found: Map) -> None:
    """Contours in colours, with a bar that tells their heights; nothing is drawn where it breaks."""
    if not found.levels:
        ax.text(0.5, 0.5, everywhere(found), transform=ax.transAxes, ha="center")
        return
    from matplotlib import colormaps
    from matplotlib.colors import BoundaryNorm

    rows = [list(row) for row in found.heights]
    for i, j in found.breaks:
        rows[j][i] = _EMPTY  # and with it the four cells around it
    places = [list(side.places) for side in found.sides]
    levels = list(found.levels)
    colors = colormaps["viridis"]
    if len(levels) > 1:
        norm = BoundaryNorm(levels, colors.N, extend="both")
        drawn = ax.contourf(*places, rows, levels=levels, cmap=colors, norm=norm, extend="both", alpha=0.9,
                            corner_mask=False)  # fmt: skip
        _thin(drawn, found)
        bar = whole.colorbar(drawn, ax=ax, ticks=levels, spacing="uniform", shrink=0.9)
        bar.ax.set_yticklabels(texts(found))
    if found.breaks:
        empty = not all(math.isfinite(z) for row in found.heights for z in row)
        label = "gap: pole, jump or no value" if empty else "gap: pole or jump"
        ax.plot([], [], linestyle="", marker="s", color="white", markeredgecolor="gray", label=label)
    lines = ax.contour(*places, rows, levels=levels, colors="black", linewidths=0.6, corner_mask=False)
    # The lines of negative heights are dashed only where matplotlib is asked for it.
    lines.set_linestyle("solid")
    ax.clabel(lines, fontsize=7, fmt=dict(zip(levels, texts(found), strict=True)))
    _thin(lines, found)


def _thin(drawn: Any, found: Map) -> None:
    """Leave out the points of lines that are nearly on the way between others: a file is a third as large."""
    from matplotlib.path import Path
    from matplotlib.transforms import Affine2D

    paper = Affine2D().scale(*(_FINE / (side.high - side.low) for side in found.sides))
    thinned = []
    for path in drawn.get_paths():
        path.simplify_threshold = _THIN
        clean = path.cleaned(transform=paper, simplify=True)
        ends = clean.codes != Path.STOP
        thinned.append(Path(paper.inverted().transform(clean.vertices[ends]), clean.codes[ends]))
    drawn.set_paths(thinned)


def _arrows(ax: Any, found: Map) -> None:
    """The gradient in the coordinates of the axes; its length by its root, so that short ones are seen."""
    spots = list(_vectors(found))
    lengths = sorted(math.hypot(gx, gy) for *_, gx, gy in spots)
    # The few that are longer, as beside a pole, are drawn as long as this one.
    long = lengths[int(len(lengths) * _LONG)] if lengths else 0.0
    if not long:
        return
    ways = [(side.high - side.low) / _ARROWS * _LENGTH for side in found.sides]
    xs, ys, dxs, dys = [], [], [], []
    for x, y, gx, gy in spots:
        length = math.hypot(gx, gy)
        if length:
            part = min(1.0, math.sqrt(length / long)) / length
            dx, dy = gx * part * ways[0], gy * part * ways[1]
            if all(_has_value(found, x + way * dx / 2, y + way * dy / 2) for way in (-1, 1)):
                xs.append(x)
                ys.append(y)
                dxs.append(dx)
                dys.append(dy)
    ax.quiver(xs, ys, dxs, dys, angles="xy", scale_units="xy", scale=1, pivot="mid", width=0.003, color="white",
              edgecolor="black", linewidth=0.4)  # fmt: skip
    ax.plot(
        [], [], linestyle="", marker=r"$\rightarrow$", ms=12, color="black", label="gradient, its length by its root"
    )


def _has_value(found: Map, x: float, y: float) -> bool:
    """Whether there is a value at the place of the map that is nearest."""
    i, j = (
        min(max(round(side.part(at) * (len(side.places) - 1)), 0), len(side.places) - 1)
        for side, at in zip(found.sides, (x, y), strict=True)
    )
    return math.isfinite(found.heights[j][i])


def _vectors(found: Map) -> Iterator[tuple[float, float, float, float]]:
    """Places in rows and columns with the gradient there."""
    across, up = found.sides
    torn = {(i + a, j + b) for i, j in found.breaks for a in (-1, 0, 1, 2) for b in (-1, 0, 1, 2)}
    steps = [max(1, len(side.places) // _ARROWS) for side in found.sides]
    for j in range(steps[1] // 2, len(up.places), steps[1]):
        for i in range(steps[0] // 2, len(across.places), steps[0]):
            gx, gy = (part[j][i] for part in found.slopes)
            if (i, j) not in torn and all(map(math.isfinite, (found.heights[j][i], gx, gy))):
                yield across.places[i], up.places[j], gx, gy


def _mark(ax: Any, spot: Spot, found: Map, labelled: bool) -> None:
    color = "tab:red" if spot.kind == "point" else "white"
    ax.plot([spot.x], [spot.y], _SIGNS[spot.kind], color=color, markeredgecolor="black", label=spot.kind, ms=7)
    if not labelled:
        return
    left = found.sides[0].part(spot.x) > 0.75
    z = "" if spot.z is None or not math.isfinite(spot.z) else f": {number(spot.z + 0.0, 4)}"
    ax.annotate(
        f"({number(spot.x, 4)}, {number(spot.y, 4)}){z}", (spot.x, spot.y), (-7 if left else 7, 7),
        textcoords="offset points", fontsize="small", ha="right" if left else "left",
        bbox={"boxstyle": "square,pad=0.1", "facecolor": "white", "edgecolor": "none", "alpha": 0.75},
    )  # fmt: skip
