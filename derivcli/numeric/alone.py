"""One thread at a time where Arb and mpmath compute: their precision is one for the whole process."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_lock = threading.RLock()


@contextmanager
def alone() -> Iterator[None]:
    """No other thread is in such a block; a thread may enter several, one in another."""
    with _lock:
        yield


def _forked() -> None:
    """A lock that another thread held belongs to nobody in a new process."""
    global _lock
    _lock = threading.RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)
