"""Reading ahead and writing behind, in threads of their own: the libraries that do it let go of the interpreter."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from derivcli.tables.chunks import Cells, Chunk, Writer

# Chunks that wait between two threads.
_DEPTH = 1
# Seconds between two looks at whether the other side is still there, and for the other side to end.
_LOOK, _END = 0.1, 5.0


@contextmanager
def ahead(chunks: Iterator[Chunk]) -> Iterator[Iterator[Chunk]]:
    """The same chunks, the next ones being read while one is used; what goes wrong in reading is raised here."""
    waiting: queue.Queue[Any] = queue.Queue(_DEPTH)
    stopped = threading.Event()

    def read() -> None:
        try:
            for chunk in chunks:
                if not _put(waiting, chunk, stopped):
                    return
            _put(waiting, None, stopped)
        except BaseException as failure:
            _put(waiting, failure, stopped)

    def used() -> Iterator[Chunk]:
        while (item := waiting.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    try:
        yield used()
    finally:
        stopped.set()
        # It is not waited for long: standard input may never give it anything.
        reader.join(_END / 10)


def _put(waiting: queue.Queue[Any], item: Any, stopped: threading.Event) -> bool:
    """Put an item into a queue, unless nobody takes it any more."""
    while not stopped.is_set():
        try:
            waiting.put(item, timeout=_LOOK)
            return True
        except queue.Full:
            continue
    return False


class Behind:
    """A writer whose rows are written while the next ones are computed.

    Args:
        writer: what writes them.
    """

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._waiting: queue.Queue[Any] = queue.Queue(_DEPTH)
        self._stopped = threading.Event()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def write(self, chunk: Chunk, new: Mapping[str, Cells]) -> None:
        """Write the columns of a chunk, then new ones; raises what went wrong in writing earlier ones."""
        if not _put(self._waiting, (chunk, new), self._stopped):
            self._raise()

    def finish(self) -> None:
        """All rows are written."""
        _put(self._waiting, None, self._stopped)
        self._thread.join()
        self._raise()

    def abort(self) -> None:
        """No more rows will come; what waits is not written."""
        self._stopped.set()
        self._thread.join(_END)

    def _raise(self) -> None:
        if self._failure is not None:
            raise self._failure

    def _run(self) -> None:
        try:
            while not self._stopped.is_set():
                try:
                    item = self._waiting.get(timeout=_LOOK)
                except queue.Empty:
                    continue
                if item is None:
                    return
                self._writer.write(*item)
        except BaseException as failure:
            self._failure = failure
            self._stopped.set()
