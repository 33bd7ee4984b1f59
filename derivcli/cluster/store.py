"""The output folder, local or in a store: what is in it appears whole or not at all."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import blake2b
from typing import Any

from derivcli.cluster.partitions import Pattern, is_local, opened, version
from derivcli.errors import UsageError, visible

# What is beside the answers begins with one of the letters that Spark, Dask and Arrow pass over in a folder of Parquet.
MANIFEST = "_manifest.json"
_LOCK, _PARTIAL = ".lock", ".partial"
# Bytes that are read at once for a digest.
_BLOCK = 1 << 20


class Store:
    """The output folder of one run.

    Args:
        url: a path, or an address with a protocol.
    """

    def __init__(self, url: str) -> None:
        self.url, self._run = url, uuid.uuid4().hex
        self._system, self.root = opened(url)
        self.local = is_local(self._system)

    def refuse_inside(self, wanted: Pattern, names: list[str]) -> None:
        """Let no answer be taken for a file of points the next time.

        Raises:
            UsageError: the pattern means a file of answers, too.
        """
        if is_local(wanted.system) != self.local:
            return
        clash = next((name for name in names if wanted.matches(f"{self.root}/{name}")), None)
        if clash is not None:
            message = f"{visible(wanted.text)} means files in {visible(self.url)}, too: {visible(clash)} would be one"
            raise UsageError(message, hint="write to a folder outside of what is read")

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep others from writing here, where locks are; what is left of a run that was killed goes away.

        Elsewhere two runs only do the work twice: each writes to names of its own, and what they publish is the same.

        Raises:
            UsageError: another run holds the folder, or it cannot be written.
        """
        if not self.local:
            yield
            return
        try:
            os.makedirs(self.root, exist_ok=True)
            lock = open(f"{self.root}/{_LOCK}", "a+")  # noqa: SIM115
        except OSError as error:
            raise UsageError(f"cannot write to {visible(self.url)}: {error.strerror}") from None
        with lock:
            self._take(lock)
            self._system_remove(f"{self.root}/{_PARTIAL}")
            try:
                yield
            finally:
                self._system_remove(f"{self.root}/{_PARTIAL}")

    def _take(self, lock: Any) -> None:
        try:
            import fcntl
        except ImportError:
            return
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            holder = lock.read().strip()
            message = f"another run writes to {visible(self.url)}{f': process {holder}' if holder else ''}"
            raise UsageError(message, hint="wait for it, or write to another folder") from None
        lock.truncate(0)
        lock.write(f"{os.getpid()} on {os.uname().nodename}\n")
        lock.flush()

    def discard(self) -> None:
        """Remove what this run has written under temporary names."""
        self._system_remove(f"{self.root}/{_PARTIAL}/{self._run}")

    def _system_remove(self, path: str) -> None:
        with suppress(OSError):
            self._system.rm(path, recursive=True)

    @property
    def workshop(self) -> str:
        """The address of the folder that this run's workers write to."""
        path = f"{self.root}/{_PARTIAL}/{self._run}"
        return path if self.local else str(self._system.unstrip_protocol(path))

    def publish(self, file: str, name: str) -> str:
        """Give a finished file its name, in place of what had it before.

        Args:
            file: its address, in the workshop.
            name: below the folder.

        Returns:
            The version of the file.

        Raises:
            OSError: it is not there.
        """
        target = f"{self.root}/{name}"
        if self.local:
            os.makedirs(os.path.dirname(target), exist_ok=True)
            os.replace(file, target)
        else:
            self._system.mv(file, target)
        return version(self._system.info(target))

    def written(self) -> dict[str, str]:
        """The files of answers that are here, with their versions."""
        if not self._system.exists(self.root):
            return {}
        self._system.invalidate_cache()
        found = self._system.find(self.root, detail=True)
        names = {path.removeprefix(self.root).lstrip("/"): info for path, info in found.items()}
        return {name: version(info) for name, info in names.items() if not name.startswith((".", "_"))}

    def digest(self, name: str) -> str:
        """The digest of a file's bytes."""
        found = blake2b(digest_size=32)
        with self._system.open(f"{self.root}/{name}", "rb") as stream:
            while block := stream.read(_BLOCK):
                found.update(block)
        return found.hexdigest()

    def read(self, name: str) -> str | None:
        """The text in a file; None where there is none."""
        try:
            with self._system.open(f"{self.root}/{name}", "rb") as stream:
                return bytes(stream.read()).decode()
        except FileNotFoundError:
            return None

    def write(self, name: str, text: str) -> None:
        """Put a text into a file, in place of what it held before.

        Raises:
            OSError: it cannot be written; then it holds what it held.
        """
        if not self.local:
            self._system.pipe_file(f"{self.root}/{name}", text.encode())
            return
        partial = f"{self.root}/{name}.{self._run}"
        try:
            with open(partial, "w", encoding="utf-8") as stream:
                stream.write(text)
                stream.flush()
                os.fsync(stream.fileno())
            os.replace(partial, f"{self.root}/{name}")
        except OSError:
            with suppress(OSError):
                os.unlink(partial)
            raise
