"""The points of a question: the grammar of `--at`, grids, and points as data."""

from derivcli.points.grammar import from_data, from_prompt, named_values, nested, split

__all__ = ["from_data", "from_prompt", "named_values", "nested", "split"]
