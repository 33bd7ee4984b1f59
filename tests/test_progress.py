"""The bar that goes along with many points."""

from __future__ import annotations

import io
import sys

import pytest

from derivcli.render.progress import watched


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("stream", "count", "shown"), [
    (Terminal(), 1_000, True), (Terminal(), 10, False), (io.StringIO(), 1_000, False),
])  # fmt: skip
def test_a_bar_is_shown_for_many_points_on_a_terminal(
    stream: io.StringIO, count: int, shown: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stderr", stream)
    assert list(watched(range(count))) == list(range(count))
    assert ("points" in stream.getvalue()) is shown
