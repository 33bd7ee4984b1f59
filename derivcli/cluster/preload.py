"""What Dask does in each worker that is started here, before anything else."""

from __future__ import annotations

import signal


def dask_setup(worker: object) -> None:
    """Leave Ctrl-C, which the terminal sends to every process, to the one that started the workers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
