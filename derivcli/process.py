"""One command line as a process sees it: streams made safe, the status for the shell."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence


def status_of(words: Sequence[str]) -> int:
    """Run one command line; what it wrote to standard output is with its reader afterwards."""
    status = 0
    try:
        from derivcli.shell import run

        # What the caller has closed takes everything, and nobody reads it.
        sys.stdout = sys.stdout or os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")
        sys.stderr = sys.stderr or os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")
        for stream in (sys.stdout, sys.stderr):
            # A letter that a stream lacks is shown by its code: no other letter in its place, and no traceback.
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
        status = int(run(words))
        sys.stdout.flush()
    except BrokenPipeError:
        _discard_output()  # the reader has closed the pipe: nobody is left to write to
    except OSError as error:
        _discard_output()
        print(f"deriv: cannot write: {error.strerror}", file=sys.stderr)
        status = 2
    except KeyboardInterrupt:
        status = 130
    return status


def _discard_output() -> None:
    """Let what is still buffered go nowhere, so that the end of the process does not complain again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
