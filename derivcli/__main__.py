"""The program: streams made safe, one command line run, its status handed to the shell.

What every call must load stands between the person and the answer, so nothing is imported here before it is needed.
"""

from __future__ import annotations

import gc
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NoReturn


def start() -> NoReturn:
    """Run `deriv` as a process of its own, from its first instruction to its last."""
    # The collector would look again and again through what is loaded, and nothing of it is litter.
    gc.disable()
    from derivcli import helper
    from derivcli.words import heavy_half

    half = heavy_half(sys.argv[1:])
    if half is not None:
        helper.start(half)
    status = _status(sys.argv[1:])
    helper.end()
    # Taking down what was loaded takes longer than a short answer. The streams are flushed.
    os._exit(status)


def main() -> NoReturn:
    """Run `deriv` with the words of the command line."""
    sys.exit(_status(sys.argv[1:]))


def _status(words: Sequence[str]) -> int:
    """Run one command line; all that is written is with its reader afterwards."""
    status = 0
    try:
        from derivcli.shell import run

        gc.freeze()
        gc.enable()
        for stream in (sys.stdout, sys.stderr):
            # A terminal that lacks a letter shows another one, and no traceback.
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]
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


if __name__ == "__main__":
    start()
