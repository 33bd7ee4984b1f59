"""A second process for one half of a question: while one half loads SymPy, the other loads torch.

Loading holds Python's lock, so a thread would gain nothing. Plain data pass between the two; what the helper cannot do,
or no longer can, is done here.
"""

from __future__ import annotations

import gc
import importlib
import os
import pickle
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn, TypeVar

from derivcli.deadline import Expired, undisturbed
from derivcli.errors import DerivError, InternalError

Result = TypeVar("Result")

# What a helper may be for, with the modules that it loads before it is asked.
FORMULAS, NUMBERS = "formulas", "numbers"
_LOADED: dict[str, Sequence[str]] = {
    FORMULAS: ("derivcli.symbolic.scalar", "derivcli.formulas"),
    NUMBERS: ("derivcli.numeric.autodiff", "derivcli.numeric.taylor", "derivcli.evaluation", "derivcli.verdict"),
}
# What a helper says when it has loaded them.
_LOADED_NOW = b"."


@dataclass(frozen=True)
class _Helper:
    """The other process: its half, its number, and the pipes to and from it."""

    half: str
    pid: int
    asks: int
    tells: int


_helper: _Helper | None = None


def start(half: str) -> None:
    """Start a helper for a half of the question, where processes can be forked; it begins to load at once."""
    global _helper
    if not hasattr(os, "fork") or (os.cpu_count() or 1) < 2:
        return
    (to_read, asks), (tells, to_write) = os.pipe(), os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(asks)
        os.close(tells)
        _serve(half, to_read, to_write)
    os.close(to_read)
    os.close(to_write)
    _helper = _Helper(half, pid, asks, tells)


def end() -> None:
    """Let no helper outlive this process."""
    global _helper
    if _helper is not None:
        os.kill(_helper.pid, signal.SIGKILL)
        os.waitpid(_helper.pid, 0)
        _helper = None


def call(half: str, function: Callable[..., Result], *args: Any, **options: Any) -> Result:
    """`function(*args, **options)`, by the helper if one waits for this half, else here.

    Args:
        half: which half of the question this is.
        function: of a module, not nested.
        args, options: plain data.

    Raises:
        DerivError, Expired: as the function.
        InternalError: instead of any other error of the function in the helper.
    """
    if _helper is None or _helper.half != half:
        return function(*args, **options)
    helper = _helper
    try:
        outcome = _asked(helper, pickle.dumps((function, args, options), pickle.HIGHEST_PROTOCOL))
    finally:
        end()
    if outcome is None:
        return function(*args, **options)
    done, result = outcome
    if done:
        return result  # type: ignore[no-any-return]
    raise result


def _asked(helper: _Helper, request: bytes) -> tuple[bool, Any] | None:
    """Whether the helper succeeded, and its result or error; None where it has none to give."""
    try:
        with os.fdopen(helper.asks, "wb") as asks, os.fdopen(helper.tells, "rb") as tells:
            with undisturbed():
                tells.read(len(_LOADED_NOW))
            asks.write(request)
            asks.close()
            found: tuple[bool, Any] = pickle.loads(tells.read())
            return found
    except (OSError, EOFError, pickle.UnpicklingError):
        return None  # it was killed


def _serve(half: str, to_read: int, to_write: int) -> NoReturn:
    """The life of a helper: load, wait for one call, answer it, end."""
    # Ctrl-C reaches both processes, and one of them says so.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    status = 1
    try:
        _load(half)
        os.write(to_write, _LOADED_NOW)
        with os.fdopen(to_read, "rb") as asked:
            request = asked.read()
        if request:
            answer = _outcome(request)
            sys.stdout.flush()
            sys.stderr.flush()
            with os.fdopen(to_write, "wb") as tells:
                tells.write(answer)
            status = 0
    except BaseException:  # without an answer the other process does the work itself, and says what is wrong with it
        pass
    finally:
        os._exit(status)


def _load(half: str) -> None:
    with undisturbed():
        for name in _LOADED[half]:
            importlib.import_module(name)
    gc.freeze()
    gc.enable()


def _outcome(request: bytes) -> bytes:
    function, args, options = pickle.loads(request)
    try:
        return pickle.dumps((True, function(*args, **options)), pickle.HIGHEST_PROTOCOL)
    except (DerivError, Expired) as error:
        return pickle.dumps((False, error))
    except Exception as fault:
        said = f"a fault of deriv itself: {type(fault).__name__}: {fault}"
        return pickle.dumps((False, InternalError(said)))
