"""The program: streams made safe, one command line run, its status handed to the shell."""

from __future__ import annotations

import os
import sys
from typing import NoReturn


def main() -> NoReturn:
    """Run `deriv` with the words of the command line."""
    status = 0
    try:
        from derivcli.shell import run

        for stream in (sys.stdout, sys.stderr):
            # A terminal that lacks a letter shows another one, and no traceback.
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]
        status = int(run(sys.argv[1:]))
        sys.stdout.flush()
    except BrokenPipeError:
        _discard_output()  # the reader has closed the pipe: nobody is left to write to
    except OSError as error:
        _discard_output()
        print(f"deriv: cannot write: {error.strerror}", file=sys.stderr)
        status = 2
    except KeyboardInterrupt:
        status = 130
    sys.exit(status)


def _discard_output() -> None:
    """Let what is still buffered go nowhere, so that the end of the process does not complain again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    main()
