"""Arrays written out entry by entry: a graph of arrays becomes a graph of scalars."""

from derivcli.entries.entrywise import entries
from derivcli.entries.structural import TooLarge

__all__ = ["TooLarge", "entries"]
