"""What the output folder tells of itself: which question is answered there, and what became of each partition."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from derivcli.cluster.partitions import Partition
from derivcli.cluster.store import MANIFEST, Store
from derivcli.errors import UsageError, visible

SCHEMA = "deriv-map/1"
# Seconds between two times that it is written, and how many times as long as the last time took. So much work is done
# again after the process was killed, at the most; and writing takes no more than this part of the time.
_PAUSE, _SHARE = 1.0, 20.0

# What is kept of a partition, as JSON.
Record = dict[str, Any]
DONE, FAILED = "done", "failed"


@dataclass(frozen=True)
class Todo:
    """A partition that is to be answered, and why: missing, changed, gone, damaged or failed."""

    partition: Partition
    why: str


class Manifest:
    """The manifest of a folder, as it stands there and with what is recorded since.

    Args:
        store: the folder.
        question: the expression, the options and their digest, as JSON.
        parts: what is kept of each partition, by the name of its file of answers.
    """

    def __init__(self, store: Store, question: Mapping[str, Any], parts: dict[str, Record]) -> None:
        self.question, self.parts = question, parts
        self._store = store
        self._saved, self._took, self._dirty = 0.0, 0.0, True

    def record(self, name: str, record: Record) -> None:
        """Keep what became of a partition."""
        self.parts[name] = record
        self._dirty = True

    def save(self, now: bool = False) -> None:
        """Write it, unless it was just written or nothing is new.

        Args:
            now: whether it is written however short ago that was.

        Raises:
            OSError: the folder cannot be written.
        """
        start = time.monotonic()
        if not self._dirty or (not now and start < self._saved + max(_PAUSE, _SHARE * self._took)):
            return
        data = {"schema": SCHEMA, **self.question, "parts": self.parts}
        self._store.write(MANIFEST, json.dumps(data, allow_nan=False, separators=(",", ":")) + "\n")
        self._saved, self._dirty = time.monotonic(), False
        self._took = self._saved - start

    def todo(self, partitions: Sequence[Partition]) -> list[Todo]:
        """Which partitions are still to be answered."""
        written = self._store.written()
        found = ((p, self._why(p, written)) for p in partitions)
        return [Todo(partition, why) for partition, why in found if why is not None]

    def _why(self, partition: Partition, written: Mapping[str, str]) -> str | None:
        record = self.parts.get(partition.name)
        if record is None:
            return "missing"
        if (record["source"], record["version"]) != (partition.source, partition.version):
            return "changed"
        if record["status"] == FAILED:
            return "failed"
        if partition.name not in written:
            return "gone"
        if written[partition.name] != record["written"]:
            # A copy of the folder has other times and the same bytes.
            if self._store.digest(partition.name) != record["blake2b"]:
                return "damaged"
            self.record(partition.name, {**record, "written": written[partition.name]})
        return None

    def strangers(self, partitions: Sequence[Partition]) -> list[str]:
        """Files of answers to what is not among the partitions: taken away since, or meant by another pattern."""
        names = {p.name for p in partitions}
        return [name for name, record in self.parts.items() if record["status"] == DONE and name not in names]


def manifest(store: Store, question: Mapping[str, Any], partitions: Sequence[Partition]) -> Manifest:
    """The manifest of a folder; a new one where there is none.

    Args:
        store: the folder.
        question: the expression, the options and their digest, as JSON.
        partitions: what is to be answered.

    Raises:
        UsageError: another question is answered there, its manifest cannot be read, or files are there that are not
            ours.
    """
    text = store.read(MANIFEST)
    if text is None:
        there = store.written()
        taken = next((p.name for p in partitions if p.name in there), None)
        if taken is not None:
            message = f"{visible(store.url)} holds {visible(taken)}, of which no manifest tells"
            raise UsageError(message, hint="write to a folder of its own")
        return Manifest(store, question, {})
    data = _read(text, store.url)
    if data["digest"] != question["digest"]:
        message = f"{visible(store.url)} holds the answers to another question: {visible(told(data))}"
        raise UsageError(message, hint="write to another folder")
    return Manifest(store, question, data["parts"])


def told(question: Mapping[str, Any]) -> str:
    """A question as it would be typed."""
    options = (_option(key, value) for key, value in question["options"].items())
    return " ".join([", ".join(question["expression"]), *options])


def _option(key: str, value: Any) -> str:
    name = f"--{key.replace('_', '-')}"
    return name if value is True else " ".join(f"{name} {v}" for v in (value if isinstance(value, list) else [value]))


def _read(text: str, url: str) -> dict[str, Any]:
    keys: dict[str, Callable[[Any], bool]] = {
        "schema": lambda v: v == SCHEMA, "digest": lambda v: isinstance(v, str), "parts": lambda v: isinstance(v, dict),
        "expression": lambda v: isinstance(v, list), "options": lambda v: isinstance(v, dict),
    }  # fmt: skip
    try:
        data: Any = json.loads(text)
    except ValueError:
        data = None
    if not isinstance(data, dict) or not all(key in data and fits(data[key]) for key, fits in keys.items()):
        hint = "write to another folder, or take it away and everything beside it"
        raise UsageError(f"{visible(url)}/{MANIFEST} is no manifest of deriv map", hint=hint)
    return data
