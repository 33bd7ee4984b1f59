"""Every engine gives autograd's numbers: all over the catalog, to the second order, at infinity and where there is no
number."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from test_catalog import differentiable

from derivcli.catalog import ROWS, Row
from derivcli.errors import UsageError
from derivcli.language import Setting, read
from derivcli.model import Path
from derivcli.numeric.engines import NAMES, Engine, make
from derivcli.numeric.kernels import torch
from derivcli.programs import computed

ENGINES = [name for name in NAMES if name not in ("auto", "autograd")]
HARD = (0.0, 1.0, -1.0, 2.0, 0.5, -2.5, 3.0, 30.0, -40.0, 800.0, -800.0, 1e-8, math.inf, -math.inf, math.nan)
Plan = Mapping[Path, tuple[str, ...]]


def engine(texts: Sequence[str], variables: Sequence[str], plan: Plan, name: str, **more: Any) -> Engine:
    reading = read(texts, setting=Setting(variables))
    return make(computed(reading.graph, reading.roots, False), variables, plan, engine=name, **more)


def columns(points: Sequence[Sequence[float]], variables: Sequence[str], dtype: str = "float64") -> dict[str, Any]:
    kind = getattr(torch, dtype)
    return {name: torch.tensor([p[k] for p in points], dtype=kind) for k, name in enumerate(variables)}


def flat(found: tuple[list[Any], dict[Path, list[Any]]]) -> Any:
    """All results as rows of one table."""
    values, results = found
    return torch.stack([*values, *(d for components in results.values() for d in components)])


def assert_same(found: Any, wanted: Any, tolerance: float) -> None:
    """The same numbers but for rounding, relative to the largest result at the point; NaN and infinity alike."""
    sizes = torch.where(torch.isfinite(wanted), wanted.abs(), 0.0).amax(0).expand_as(wanted)
    same = (found == wanted) | (found.isnan() & wanted.isnan()) | ((found - wanted).abs() <= tolerance * sizes + 1e-300)
    assert bool(same.all()), (found[~same], wanted[~same], (~same).nonzero())


def text_of(row: Row) -> str:
    names = differentiable(row)
    ends = zip(row.parameters, row.samples, strict=True)
    return f"{row.name}({', '.join(p if p in names else str(int(low)) for p, (low, _) in ends)})"


def points_of(row: Row) -> list[tuple[float, ...]]:
    """Where the catalog samples the row, and where functions have their trouble."""
    chosen = random.Random(row.key)
    samples = [s for p, s in zip(row.parameters, row.samples, strict=True) if p in differentiable(row)]
    inside = [tuple(chosen.uniform(*s) for s in samples) for _ in range(20)]
    return inside + (
        list(itertools.product(HARD, repeat=len(samples))) if row.accuracy < 1e-12 and not row.leaf else []
    )


@pytest.mark.parametrize("name", ENGINES)
@pytest.mark.parametrize("row", ROWS, ids=lambda r: r.key)
def test_every_function_is_autograds(row: Row, name: str) -> None:
    variables = differentiable(row)
    pairs = {(a, b): (a, b) for a, b in itertools.product(variables, repeat=2)}
    plan: dict[Path, tuple[str, ...]] = {**{(v,): (v,) for v in variables}, **pairs}
    at = columns(points_of(row), variables)
    try:
        ours = engine([text_of(row)], variables, plan, name)
    except UsageError:
        assert name == "native"
        return
    assert ours.name == name
    wanted = engine([text_of(row)], variables, plan, "autograd")(at)
    assert_same(flat(ours(at)), flat(wanted), 1e-12)
