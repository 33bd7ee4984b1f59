"""A map in a file: coloured contours with their heights, the gradient's arrows and marks."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from derivcli.picture import Map, Spot
from derivcli.render.frame import values, warn
from derivcli.render.numbers import number
from derivcli.render.paper import figure, legend, save, titled

# How large, in inches; up to which relation of the ranges a unit is as long on both axes.
_SIZE, _ALIKE = (7.5, 6.4), 2.5
# About so many arrows along each axis; how much of the way to the next one the longest takes.
_ARROWS, _LENGTH = 15, 0.85
# So many places have their numbers beside them.
_LABELLED = 12
_SIGNS = {"point": "o", "minimum": "v", "maximum": "^", "saddle": "D"}
_EMPTY = math.nan


def write_map_figure(found: Map, file: str) -> None:
    """Write the map to a file, whose ending tells the form.

    Raises:
        UsageError: matplotlib is missing, or the file cannot be written.
    """
    whole = figure(*_SIZE)
    ax = whole.subplots()
    _heights(whole, ax, found)
    _arrows(ax, found)
    for spot in found.spots:
        _mark(ax, spot, found, len(found.spots) <= _LABELLED)
    across, up = found.sides
    ax.set_xlim(across.low, across.high)
    ax.set_ylim(up.low, up.high)
    ax.set_xlabel(across.name)
    ax.set_ylabel(up.name)
    sizes = sorted(side.high - side.low for side in found.sides)
    ax.set_aspect("equal" if sizes[1] <= _ALIKE * sizes[0] else "auto")
    titled(ax, f"f({across.name}, {up.name}) = {found.text}{values(found.given)}")
    legend(whole, [ax])
    save(whole, file)
    warn(found.warnings)


def _heights(whole: Any, ax: Any, found: Map) -> None:
    """Contours in colours, with a bar that tells their heights; nothing is drawn where it breaks."""
    if not found.levels:
        return
    from matplotlib import colormaps
    from matplotlib.colors import BoundaryNorm

    rows = [list(row) for row in found.heights]
    for i, j in found.breaks:
        # Of the corners of a torn cell the one farthest from the middle of the heights.
        corners = [(i + a, j + b) for a in (0, 1) for b in (0, 1) if math.isfinite(found.heights[j + b][i + a])]
        k, m = max(corners, key=lambda spot: abs(found.heights[spot[1]][spot[0]]), default=(i, j))
        rows[m][k] = _EMPTY
    places = [list(side.places) for side in found.sides]
    levels = list(found.levels)
    colors = colormaps["viridis"]
    if len(levels) > 1:
        norm = BoundaryNorm(levels, colors.N, extend="both")
        drawn = ax.contourf(*places, rows, levels=levels, cmap=colors, norm=norm, extend="both", alpha=0.9)
        bar = whole.colorbar(drawn, ax=ax, ticks=levels, spacing="uniform", shrink=0.9)
        bar.ax.set_yticklabels([number(level, 6) for level in levels])
    lines = ax.contour(*places, rows, levels=levels, colors="black", linewidths=0.6)
    # The lines of negative heights are dashed only where matplotlib is asked for it.
    lines.set_linestyle("solid")
    ax.clabel(lines, fontsize=7, fmt={level: number(level, 6) for level in levels})


def _arrows(ax: Any, found: Map) -> None:
    """The gradient in the coordinates of the axes; its length by its root, so that short ones are seen."""
    spots = list(_vectors(found))
    longest = max((math.hypot(gx, gy) for *_, gx, gy in spots), default=0.0)
    if not longest:
        return
    ways = [(side.high - side.low) / _ARROWS * _LENGTH for side in found.sides]
    xs, ys, dxs, dys = [], [], [], []
    for x, y, gx, gy in spots:
        length = math.hypot(gx, gy)
        if length:
            part = math.sqrt(length / longest) / length
            xs.append(x)
            ys.append(y)
            dxs.append(gx * part * ways[0])
            dys.append(gy * part * ways[1])
    ax.quiver(xs, ys, dxs, dys, angles="xy", scale_units="xy", scale=1, pivot="mid", width=0.003, color="white",
              edgecolor="black", linewidth=0.4, label="gradient, its length by its root")  # fmt: skip


def _vectors(found: Map) -> Iterator[tuple[float, float, float, float]]:
    """Places in rows and columns with the gradient there."""
    across, up = found.sides
    steps = [max(1, len(side.places) // _ARROWS) for side in found.sides]
    for j in range(steps[1] // 2, len(up.places), steps[1]):
        for i in range(steps[0] // 2, len(across.places), steps[0]):
            gx, gy = (part[j][i] for part in found.slopes)
            if all(map(math.isfinite, (found.heights[j][i], gx, gy))):
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
