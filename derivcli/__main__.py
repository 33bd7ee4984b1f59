"""The program: streams made safe, one command line run, its status handed to the shell."""

from __future__ import annotations

import os
import sys
from typing import NoReturn


def main() -> NoReturn:
    """Run `deriv` with the words of the command line."""
    from derivcli.cli import run

    for stream in (sys.stdout, sys.stderr):
        # A terminal that lacks a letter shows another one, and no traceback.
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    try:
        status = run(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has closed the pipe: nobody is left to write to.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 0  # type: ignore[assignment]
    except KeyboardInterrupt:
        status = 130  # type: ignore[assignment]
    sys.exit(status)


if __name__ == "__main__":
    main()
