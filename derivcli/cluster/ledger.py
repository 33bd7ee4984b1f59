"""What became of each partition: published, recorded, told to who watches."""

from __future__ import annotations

import errno
from collections.abc import Callable

from derivcli.cluster.manifest import DONE, FAILED, Manifest
from derivcli.cluster.part import Answered, Failure
from derivcli.cluster.running import Stopped
from derivcli.cluster.store import Store

# Told the rows so far, all rows if known, and the part of the work that is done.
Watch = Callable[[int, "int | None", "float | None"], None]


class Keeper:
    """The one who publishes answers and keeps the manifest; nobody else writes a file that counts.

    Args:
        store: the folder of answers.
        manifest: of it.
        size: how many bytes are to be read.
        watch: is told how far it is.
    """

    def __init__(self, store: Store, manifest: Manifest, size: int, watch: Watch | None) -> None:
        self._store, self._manifest, self._size, self._watch = store, manifest, size, watch
        self._read = 0
        self.rows = self.answered = 0

    def accept(self, answered: Answered) -> Failure | None:
        """Publish and record an answer; a failure if it is not where it was written."""
        partition = answered.job.partition
        try:
            written = self._store.publish(answered.file, partition.name)
        except OSError as error:
            if error.errno == errno.ENOENT:
                told = f"what a worker wrote is not there: {self._store.url} must be one folder for all machines"
                return Failure(answered.job, told)
            return Failure(answered.job, f"the answers cannot be written: {error.strerror or error}")
        found, checked = answered.written, answered.checked
        # The version is that of the list: where the file was changed after it was listed, the next list tells another.
        self._manifest.record(partition.name, {
            "status": DONE, "source": partition.source, "version": partition.version, "written": written,
            "seconds": round(answered.seconds, 3), "rows": found.rows, "bytes": found.size, "blake2b": found.digest,
            "reasons": found.reasons,
            "checked": checked.rows, "digits": checked.digits, "statuses": checked.statuses,
        })  # fmt: skip
        self.rows += found.rows
        self.answered += 1
        self._advance(partition.size)
        return None

    def reject(self, failure: Failure, attempts: int) -> None:
        """Record why a partition is set aside."""
        partition = failure.job.partition
        self._manifest.record(partition.name, {
            "status": FAILED, "source": partition.source, "version": partition.version, "reason": failure.reason,
            "attempts": attempts,
        })  # fmt: skip
        self._advance(partition.size)

    def tick(self) -> None:
        """A moment has passed."""
        self.save(now=False)

    def save(self, now: bool) -> None:
        """Write the manifest, at once or when it is time.

        Raises:
            Stopped: it cannot be written.
        """
        try:
            self._manifest.save(now)
        except OSError as error:
            raise Stopped(f"the manifest cannot be written: {error.strerror or error}") from None

    def _advance(self, size: int) -> None:
        self._read += size
        if self._watch is not None:
            self._watch(self.rows, None, self._read / self._size if self._size else None)
