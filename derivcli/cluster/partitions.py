"""Which files a pattern means, wherever fsspec finds them, and what each one's answers are called."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import fsspec
from fsspec.utils import glob_translate

from derivcli.errors import UsageError, visible
from derivcli.tables import form_of

# What files of points may hold here.
FORMS = ("parquet", "csv", "tsv", "ndjson")
# What tells one version of a file from another, in the words of the stores; the first that a store has counts.
_VERSIONS = ("ETag", "etag", "md5Hash", "content_md5", "mtime", "LastModified", "last_modified", "created")
_MAGIC = re.compile(r"[*?\[]")


@dataclass(frozen=True)
class Partition:
    """A file of points.

    Args:
        source: its address, with the protocol of a store, or its absolute path.
        name: of the file of answers, below the output folder.
        form: what it holds, one of `FORMS`.
        size: in bytes.
        version: what another content of the file would change.
    """

    source: str
    name: str
    form: str
    size: int
    version: str


@dataclass(frozen=True)
class Pattern:
    """A pattern of files: `dir/*.parquet`, an address with a protocol, one file, or a folder for all that is below it.

    Args:
        system: the file system of fsspec.
        path: the pattern, without the protocol.
        base: the folder before the first component that is no plain name.
        text: as it was given.
    """

    system: Any
    path: str
    base: str
    text: str

    def matches(self, path: str) -> bool:
        """Whether the pattern means a path, too."""
        if _MAGIC.search(self.path):
            return re.fullmatch(glob_translate(self.path), path) is not None
        return path == self.path


def opened(url: str) -> tuple[Any, str]:
    """The file system of an address, and the path there.

    Raises:
        UsageError: an unknown protocol, or one whose package is not installed.
    """
    try:
        system, path = fsspec.core.url_to_fs(url)
    except (ImportError, ValueError) as error:
        raise UsageError(f"cannot open {visible(url)}: {error}") from None
    return system, os.path.realpath(path) if is_local(system) else str(path).rstrip("/")


def is_local(system: Any) -> bool:
    """Whether a file system of fsspec is that of the machine."""
    protocol = system.protocol
    return "file" in ((protocol,) if isinstance(protocol, str) else protocol)


def pattern(text: str) -> Pattern:
    """What the pattern of `--points` means.

    Raises:
        UsageError: it has a protocol that is not known here.
    """
    system, path = opened(text)
    plain, magic = path, _MAGIC.search(path)
    if magic is not None:
        plain = path[: magic.start()].rpartition("/")[0]
    elif system.isdir(path):
        return Pattern(system, f"{path}/**", path, text)
    else:
        plain = path.rpartition("/")[0]
    return Pattern(system, path, plain, text)


def listed(wanted: Pattern) -> list[Partition]:
    """The files that a pattern means, the largest first: what takes longest is not begun last.

    Raises:
        UsageError: there is none, a file's form cannot be told by its name, or two would be answered in one file.
    """
    try:
        found: Mapping[str, Mapping[str, Any]] = wanted.system.glob(wanted.path, detail=True)
    except OSError as error:
        raise UsageError(f"cannot list {visible(wanted.text)}: {error}") from None
    below = {path.rpartition("/")[0] for path in found}
    kept = {
        path: info
        for path, info in found.items()
        if not _is_hidden(path)
        and (info["type"] == "file" or (info["type"] == "directory" and path not in below and _form(path)))
    }
    if not kept:
        hint = "a pattern is quoted, so that the shell leaves it alone: --points 'dir/*.parquet'"
        raise UsageError(f"no file matches {visible(wanted.text)}", hint=hint)
    partitions = [_partition(wanted, path, info) for path, info in kept.items()]
    _refuse_clashes(partitions)
    return sorted(partitions, key=lambda p: (-p.size, p.name))


def _partition(wanted: Pattern, path: str, info: Mapping[str, Any]) -> Partition:
    form = _form(path)
    if form is None:
        hint = f"the ending is one of .{', .'.join(FORMS)}: write it in the pattern, as in 'dir/*.parquet'"
        raise UsageError(f"cannot tell what {visible(path)} holds by its name", hint=hint)
    relative = path.removeprefix(wanted.base).lstrip("/")
    name = f"{os.path.splitext(relative)[0]}.parquet"
    source = path if is_local(wanted.system) else str(wanted.system.unstrip_protocol(path))
    return Partition(source, name, form, int(info.get("size") or 0), version(info))


def version(info: Mapping[str, Any]) -> str:
    """What a store tells of a file that another content would change.

    Args:
        info: what fsspec tells of the file.
    """
    mark = next((info[key] for key in _VERSIONS if info.get(key) is not None), "")
    # A file alone and a listing tell the same time in two ways.
    return f"{info.get('size')} {mark.timestamp() if isinstance(mark, datetime) else mark}".rstrip()


def _form(path: str) -> str | None:
    return form_of(path, FORMS)


def _is_hidden(path: str) -> bool:
    """Files that other programs keep beside their data: _SUCCESS, .part.crc."""
    return path.rpartition("/")[2].startswith(("_", "."))


def _refuse_clashes(partitions: Iterable[Partition]) -> None:
    seen: dict[str, str] = {}
    for partition in partitions:
        other = seen.setdefault(partition.name, partition.source)
        if other != partition.source:
            message = f"{visible(other)} and {visible(partition.source)} would both be answered in {partition.name}"
            raise UsageError(message, hint="map them into two folders")
