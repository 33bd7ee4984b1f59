"""What torch needs around it: a folder to stand in while it loads, a device that it knows."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from derivcli.errors import UsageError


@contextmanager
def existing_folder() -> Iterator[None]:
    """Stand in a folder that is there: in a deleted one a library that torch loads ends the process."""
    try:
        os.getcwd()
    except OSError:
        here = os.open(".", os.O_RDONLY)
        os.chdir(os.sep)
        try:
            yield
        finally:
            os.fchdir(here)
            os.close(here)
    else:
        yield


def unusable(device: str, error: Exception) -> UsageError:
    """What to raise where torch cannot compute on a device."""
    said = str(error).splitlines()[0]
    if said.startswith(("Expected one of", "Invalid device")):
        return UsageError(f"there is no device {device}", hint="write cpu, cuda, cuda:1 or mps")
    return UsageError(f"torch cannot use the device {device}: {said}", hint="leave --device out to compute on the cpu")
