"""Many points: answered chunk by chunk by an engine; a sample of the rows is judged as every point elsewhere is."""

from derivcli.many.answering import Many, result_names
from derivcli.many.grids import GridTable
from derivcli.many.preparing import Prepared, prepare, used_names

__all__ = ["GridTable", "Many", "Prepared", "prepare", "result_names", "used_names"]
