"""The pictures of the README and the manual are what is drawn now: `README=write pytest tests/test_pictures.py` draws
them anew."""

from __future__ import annotations

import html
import io
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from derivcli import differentiate
from derivcli.render.table import AnswerTable
from derivcli.shell import run

FOLDER = Path(__file__).parents[1] / "derivcli" / "manual" / "pictures"
MOST_BYTES = 100_000


def table() -> str:
    """`deriv "sin(x/2**1.5)" --at x=100` as Rich draws a terminal."""
    console = Console(record=True, file=io.StringIO(), width=92, force_terminal=True, color_system="truecolor")
    AnswerTable(differentiate("sin(x/2**1.5)", at="x=100"), console).write()
    svg = console.export_svg(title='deriv "sin(x/2**1.5)" --at x=100', unique_id="table")
    return re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)  # which would be fetched from elsewhere


def plot(*words: str) -> Callable[[], str]:
    """What a command draws into a file."""

    def draw() -> str:
        pytest.importorskip("matplotlib")
        file = FOLDER / f"drawn.{os.getpid()}.svg"
        try:
            assert run([*words, "--plot", str(file)]) == 0
            return file.read_text(encoding="utf-8")
        finally:
            file.unlink(missing_ok=True)

    return draw


PICTURES = {
    "table.svg": table,
    "plot.svg": plot("abs(x - 1) + 1/(x + 2)", "--at", "x=3,-0.5", "--range", "x=-6:6"),
    "map.svg": plot("x**3 - 3x + y**2", "--range", "x=-2:2,y=-2:2"),
}


def texts(svg: str) -> list[str]:
    """What can be read in a picture: its text, or that which matplotlib drew as outlines and tells in a remark."""
    svg = re.sub(r"<style>.*?</style>|<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    outlined = re.findall(r"<!--(.*?)-->", svg)
    found = [*outlined, *re.sub(r"<[^>]*>", "\n", svg).split("\n")]
    return [line for text in found if (line := html.unescape(text).strip())]


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_what_is_drawn_now(name: str) -> None:
    """Its texts are: lines and outlines differ between releases of the libraries."""
    drawn = PICTURES[name]()
    if os.environ.get("README") == "write":
        (FOLDER / name).write_text(drawn, encoding="utf-8")
    shown = (FOLDER / name).read_text(encoding="utf-8")
    assert texts(shown) == texts(drawn), f"{name} is out of date: README=write pytest tests/test_pictures.py"
    assert len(texts(shown)) > 10 and len(shown) < MOST_BYTES
