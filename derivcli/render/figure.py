"""A picture in a file: PNG, SVG or PDF by matplotlib."""

from __future__ import annotations

import itertools
from typing import Any

from derivcli.picture import Mark, Panel, Picture
from derivcli.render.frame import values, warn
from derivcli.render.names import PLACES
from derivcli.render.numbers import number
from derivcli.render.paper import figure, legend, save, titled

# How large, in inches: the width, and the height of each panel with what is around them.
_WIDTH, _PANEL, _AROUND = 8.0, 2.9, 0.9
_COLORS = ("tab:blue", "tab:purple", "tab:green")
# How far a tangent reaches on each side, relative to the range, and to the way to the next point.
_REACH, _APART = 0.12, 0.4
# So many points have their numbers beside them.
_LABELLED = 6
_SIGNS = {"point": "o", "kink": "D", "hole": "o", "domain_edge": "d", "vertical_tangent": "^"}
_UPRIGHT = {"pole": "--", "logarithmic_singularity": "--", "jump": ":", "domain_edge": "-.", "no_limit": (0, (1, 1))}


def write_figure(picture: Picture, file: str) -> None:
    """Write the picture to a file, whose ending tells the form.

    Raises:
        UsageError: matplotlib is missing, or the file cannot be written.
    """
    whole = figure(_WIDTH, _PANEL * len(picture.panels) + _AROUND)
    axes = whole.subplots(len(picture.panels), 1, sharex=True)
    for ax, panel, color in zip(axes, picture.panels, _COLORS, strict=False):
        _draw(ax, panel, color, _reach(picture))
        ax.set_xlim(picture.low, picture.high)
    titled(axes[0], f"{picture.panels[0].name} = {picture.text}{values(picture.given)}")
    axes[-1].set_xlabel(picture.variable)
    for note in picture.notes:
        axes[0].plot([], [], linestyle="", label=note)
    legend(whole, axes)
    save(whole, file)
    warn(picture.warnings)


def _reach(picture: Picture) -> float:
    """How far tangents go: not over each other."""
    xs = sorted(mark.x for mark in picture.panels[0].marks if mark.slope is not None)
    gaps = [b - a for a, b in itertools.pairwise(xs)]
    return min([(picture.high - picture.low) * _REACH, *(gap * _APART for gap in gaps)])


def _draw(ax: Any, panel: Panel, color: str, reach: float) -> None:
    points = [mark for mark in panel.marks if mark.kind == "point"]
    labelled = 0 < len(points) <= _LABELLED
    # The numbers of a point need room above and below.
    beside = (panel.high - panel.low) * (0.12 if labelled else 0.05)
    for piece in panel.pieces:
        ax.plot([x for x, _ in piece], [y for _, y in piece], color=color)
    ax.set_ylim(panel.low - beside, panel.high + beside)
    ax.set_ylabel(panel.name)
    ax.axhline(0, color="0.7", linewidth=0.8, zorder=0)
    ax.grid(alpha=0.25)
    for mark in panel.marks:
        _mark(ax, mark, reach)
    for mark in points if labelled else ():
        _label(ax, mark, panel)


def _mark(ax: Any, mark: Mark, reach: float) -> None:
    """One place."""
    label = PLACES.get(mark.kind, mark.kind)
    if mark.kind in _UPRIGHT and (mark.kind != "domain_edge" or mark.y is None):
        ax.axvline(mark.x, color="0.5", linestyle=_UPRIGHT[mark.kind], linewidth=1, label=label, clip_on=False)
        return
    if mark.y is None:
        return
    if mark.slope is not None:
        ends = [mark.x - reach, mark.x + reach]
        tangent = [mark.y + mark.slope * (x - mark.x) for x in ends]
        ax.plot(ends, tangent, color="tab:orange", linewidth=1.6, label="tangent")
    filled = "white" if mark.kind == "hole" else "black"
    ax.plot([mark.x], [mark.y], _SIGNS[mark.kind], color="black", markerfacecolor=filled, label=label, ms=5)


def _label(ax: Any, mark: Mark, panel: Panel) -> None:
    """The numbers of a point, on the side on which there is room."""
    height = float(mark.y or 0.0)
    low, high = ax.get_xlim()
    above = height < panel.low + 0.8 * (panel.high - panel.low)
    left = mark.x > low + 0.8 * (high - low)
    ax.annotate(
        f"({number(mark.x, 4)}, {number(height, 4)})", (mark.x, height), (-6 if left else 6, 6 if above else -6),
        textcoords="offset points", fontsize="small", ha="right" if left else "left", va="bottom" if above else "top",
        bbox={"boxstyle": "square,pad=0.1", "facecolor": "white", "edgecolor": "none", "alpha": 0.7},
    )  # fmt: skip
