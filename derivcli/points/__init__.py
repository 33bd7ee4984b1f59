"""The points of a question: the grammar of `--at`, grids, boxes, and points as data."""

from derivcli.points.boxes import Box, Interval, box
from derivcli.points.grammar import from_data, from_prompt, named_values, nested, split

__all__ = ["Box", "Interval", "box", "from_data", "from_prompt", "named_values", "nested", "split"]
