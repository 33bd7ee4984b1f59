"""The manual's examples inside other engines are run, each where its engine is installed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pa = pytest.importorskip("pyarrow")

PAGE = Path(__file__).parents[1] / "derivcli" / "manual" / "cluster.md"
RECIPES = re.findall(r"^```python (\S+)\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
# Java and the start of a cluster take their time.
SECONDS = 300


@pytest.fixture
def points(tmp_path: Path) -> Path:
    """A folder with the file that the recipes read."""
    from pyarrow import parquet

    columns = {"name": ["a", "b", "c", "d"], "x": [0.0, 1.0, None, 2.0], "y": [1.0, 2.0, 3.0, -1.0]}
    parquet.write_table(pa.table(columns), tmp_path / "points.parquet")
    return tmp_path


@pytest.mark.parametrize(("needs", "code"), RECIPES, ids=[needs for needs, _ in RECIPES])
def test_a_recipe_prints_what_its_comments_say(needs: str, code: str, points: Path) -> None:
    pytest.importorskip(needs)
    environment = {**os.environ, "PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"}
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=points, env=environment, capture_output=True, text=True, timeout=SECONDS
    )
    assert ran.stdout.splitlines() == re.findall(r"# (.*)$", code, re.MULTILINE), ran.stderr[-2000:]


def test_there_is_a_recipe_for_each_engine() -> None:
    assert {needs for needs, _ in RECIPES} >= {"polars", "duckdb", "dask.dataframe", "ray", "pyspark"}
