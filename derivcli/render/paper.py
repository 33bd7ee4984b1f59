"""The paper that pictures in files are drawn on: matplotlib's figure, its title, its legend, and the file."""

from __future__ import annotations

import re
import sys
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from derivcli.errors import UsageError

# Dots for each inch; a title of so many characters is cut.
_DOTS, _TITLE = 150, 90
# A file without the day and with fixed names is the same each time.
_SETTINGS: Any = {"svg.hashsalt": "deriv"}
# Where places are told in an SVG file.
_PLACED = r' (?:d|x|y)="[^"]*"|translate\([^)]*\)'
_METADATA: dict[str, dict[str, Any]] = {".svg": {"Date": None}, ".pdf": {"CreationDate": None}, ".png": {}}


def figure(width: float, height: float) -> Any:
    """An empty figure, of a size in inches.

    Raises:
        UsageError: matplotlib is missing.
    """
    # The program keeps NumPy out of its start; matplotlib is made of it.
    if sys.modules.get("numpy", sys) is None:
        del sys.modules["numpy"]
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise UsageError("a plot in a file needs matplotlib", hint="pip install matplotlib") from error
    return Figure(figsize=(width, height), layout="constrained")


def titled(ax: Any, title: str) -> None:
    """Give a drawing its title."""
    cut = title if len(title) <= _TITLE else title[: _TITLE - 1] + "…"
    # A dollar would begin a formula in matplotlib's own language.
    ax.set_title(cut.replace("$", r"\$"), fontsize=12 if len(cut) < 60 else 9)


def legend(whole: Any, axes: Iterable[Any]) -> None:
    """What the marks are, each kind once, below everything."""
    found: dict[str, Any] = {}
    for ax in axes:
        for handle, label in zip(*ax.get_legend_handles_labels(), strict=True):
            found.setdefault(label, handle)
    if found:
        whole.legend(
            list(found.values()), list(found), loc="outside lower center", ncols=len(found), fontsize="small",
            frameon=False,
        )  # fmt: skip


def save(whole: Any, file: str) -> None:
    """Write a figure to a file, whose ending tells the form.

    Raises:
        UsageError: it cannot be written.
    """
    from matplotlib import rc_context

    try:
        # What a font lacks is seen in the picture.
        with rc_context(_SETTINGS), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            whole.savefig(file, dpi=_DOTS, metadata=_METADATA[Path(file).suffix])
        if file.endswith(".svg"):
            _shorten(Path(file))
    except OSError as error:
        raise UsageError(f"cannot write {file}: {error.strerror}") from error


def _shorten(file: Path) -> None:
    """Write places with two of six decimals, of which the others are not seen, and without the room between them."""
    text = re.sub(_PLACED, lambda placed: re.sub(r"(\.\d\d)\d+", r"\1", placed[0]), file.read_text(encoding="utf-8"))
    text = re.sub(r' d="[^"]*"', lambda line: re.sub(r"\s*([A-Zz])\s*", r"\1", line[0]), text)
    file.write_text(re.sub(r"\n\s+", "\n", text), encoding="utf-8")
