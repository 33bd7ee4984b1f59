"""Many points: answered chunk by chunk by an engine; a sample of the rows is judged as every point elsewhere is."""

from derivcli.many.answering import Many, sample_of
from derivcli.many.computing import MISSING, Columns
from derivcli.many.function import Function, Given, constants_of
from derivcli.many.grids import GridTable
from derivcli.many.judging import Verdict
from derivcli.many.preparing import used_names
from derivcli.many.sample import Sample

__all__ = [
    "MISSING", "Columns", "Function", "Given", "GridTable", "Many", "Sample", "Verdict", "constants_of", "sample_of",
    "used_names",
]  # fmt: skip
