"""A picture in a file: PNG, SVG or PDF by matplotlib."""

from __future__ import annotations

import sys
from typing import Any

from derivcli.errors import UsageError
from derivcli.picture import Mark, Panel, Picture
from derivcli.render.names import PLACES
from derivcli.render.numbers import number

# How large, in inches and in dots for each of them.
_SIZE, _DOTS = (8.0, 6.5), 150
_COLORS = ("tab:blue", "tab:purple")
# How far a tangent reaches on each side, relative to the range.
_REACH = 0.12
_SIGNS = {"point": "o", "kink": "D", "domain_edge": "d", "vertical_tangent": "^"}


def write_figure(picture: Picture, file: str) -> None:
    """Write the picture to a file, whose ending tells the form.

    Raises:
        UsageError: matplotlib is missing, or the file cannot be written.
    """
    figure = _figure()
    axes = figure.subplots(2, 1, sharex=True)
    for k, (ax, panel) in enumerate(zip(axes, picture.panels, strict=True)):
        _draw(ax, panel, _COLORS[k], (picture.high - picture.low) * _REACH)
        ax.set_xlim(picture.low, picture.high)
    given = ", ".join(f"{name} = {text}" for name, text in picture.given.items())
    # A dollar would begin a formula in matplotlib's own language.
    title = f"{picture.panels[0].name} = {picture.text}{f',  {given}' if given else ''}"
    axes[0].set_title(title.replace("$", r"\$"))
    axes[1].set_xlabel(picture.variable)
    try:
        figure.savefig(file, dpi=_DOTS)
    except OSError as error:
        raise UsageError(f"cannot write {file}: {error.strerror}") from error
    for warning in picture.warnings:
        print(f"deriv: warning: {warning}", file=sys.stderr)


def _figure() -> Any:
    # The program keeps NumPy out of its start; matplotlib is made of it.
    if sys.modules.get("numpy", sys) is None:
        del sys.modules["numpy"]
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise UsageError("a plot in a file needs matplotlib", hint="pip install matplotlib") from error
    return Figure(figsize=_SIZE, layout="constrained")


def _draw(ax: Any, panel: Panel, color: str, reach: float) -> None:
    beside = (panel.high - panel.low) * 0.05
    for piece in panel.pieces:
        ax.plot([x for x, _ in piece], [y for _, y in piece], color=color)
    ax.set_ylim(panel.low - beside, panel.high + beside)
    ax.set_ylabel(panel.name)
    ax.axhline(0, color="0.7", linewidth=0.8, zorder=0)
    ax.grid(alpha=0.25)
    told: set[str] = set()
    for mark in panel.marks:
        _mark(ax, mark, reach, None if mark.kind in told else _label(mark))
        told.add(mark.kind)
    if told:
        ax.legend(loc="best", fontsize="small")


def _label(mark: Mark) -> str:
    return PLACES.get(mark.kind, mark.kind)


def _mark(ax: Any, mark: Mark, reach: float, label: str | None) -> None:
    """One place; its kind is named in the legend once."""
    if mark.kind in ("pole", "jump"):
        ax.axvline(mark.x, color="0.5", linestyle="--" if mark.kind == "pole" else ":", linewidth=1, label=label)
        return
    if mark.y is None:
        return
    if mark.slope is not None:
        ends = [mark.x - reach, mark.x + reach]
        ax.plot(ends, [mark.y + mark.slope * (x - mark.x) for x in ends], color="tab:orange", linewidth=1.2)
    filled = "white" if mark.kind == "hole" else "black"
    ax.plot([mark.x], [mark.y], _SIGNS.get(mark.kind, "o"), color="black", markerfacecolor=filled, label=label, ms=5)
    if mark.kind == "point":
        ax.annotate(f"({number(mark.x, 4)}, {number(mark.y, 4)})", (mark.x, mark.y), (6, 6),
                    textcoords="offset points", fontsize="small")  # fmt: skip
