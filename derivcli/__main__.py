"""The program: one command line, answered by the worker if there is one, else here.

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
    try:
        status = _status(sys.argv[1:])
    except KeyboardInterrupt:
        status = 130
    # Taking down what was loaded takes longer than a short answer. The streams are flushed.
    os._exit(status)


def main() -> NoReturn:
    """Run `deriv` with the words of the command line, and leave as Python does."""
    from derivcli.process import status_of

    sys.exit(status_of(sys.argv[1:]))


def _status(words: Sequence[str]) -> int:
    # The collector would look again and again through what is loaded, and nothing of it is litter.
    gc.disable()
    # Where NumPy is installed torch imports it, which takes a tenth of a second or more, and nothing here needs it.
    sys.modules.setdefault("numpy", None)  # type: ignore[arg-type]
    if "_DERIV_COMPLETE" in os.environ:
        return _completed(os.environ["_DERIV_COMPLETE"], words)
    if hasattr(os, "fork"):
        from derivcli.worker.client import ask

        status = ask(words)
        if status is not None:
            return status
    from derivcli import helper
    from derivcli.process import status_of
    from derivcli.words import heavy_half

    half = heavy_half(words)
    if half is not None:
        helper.start(half)
    try:
        import derivcli.shell  # noqa: F401

        gc.freeze()
        gc.enable()
        return status_of(words)
    finally:
        helper.end()


def _completed(shell: str, words: Sequence[str]) -> int:
    """Tell the script of a shell what may stand at its cursor."""
    from derivcli.completion.answering import answered

    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    print(answered(shell, words), end="", flush=True)
    return 0


if __name__ == "__main__":
    start()
