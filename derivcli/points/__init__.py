"""The points of a question: the grammar of `--at`, grids, boxes, and points as data."""

from derivcli.points.boxes import Box, Interval, box
from derivcli.points.grammar import MAX_POINTS, from_data, from_prompt, grid, named_values, nested, split
from derivcli.points.grids import Axis, Grid, Group, Steps
from derivcli.points.uncertain import Uncertain, uncertain

__all__ = [
    "MAX_POINTS", "Axis", "Box", "Grid", "Group", "Interval", "Steps", "Uncertain", "box", "from_data", "from_prompt",
    "grid", "named_values", "nested", "split", "uncertain",
]  # fmt: skip
