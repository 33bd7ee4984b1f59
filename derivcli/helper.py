"""A second process for one half of a question: while one half loads SymPy, the other loads torch.

Loading holds Python's lock, so a thread would gain nothing. Plain data pass between the two; what the helper cannot do,
or no longer can, is done here.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import pickle
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any, NoReturn, TypeVar

from derivcli.deadline import Expired, undisturbed
from derivcli.errors import DerivError, InternalError

Result = TypeVar("Result")

# What a helper may be for, with the modules that it loads before it is asked.
FORMULAS, NUMBERS = "formulas", "numbers"
_LOADED: dict[str, Sequence[str]] = {
    FORMULAS: ("derivcli.symbolic.scalar", "derivcli.formulas"),
    NUMBERS: ("derivcli.orders", "derivcli.leaves", "derivcli.numeric.autodiff", "derivcli.numeric.taylor"),
}
# What a helper says when it waits for a call.
_READY = "ready"


@dataclass(frozen=True)
class _Helper:
    """The other process: its half, its number, and the pipes to and from it."""

    half: str
    pid: int
    asks: IO[bytes]
    tells: IO[bytes]


_helper: _Helper | None = None


def start(half: str) -> None:
    """Start a helper for a half of the question, where processes can be forked; it begins to load at once."""
    global _helper
    if not hasattr(os, "fork") or (os.cpu_count() or 1) < 2:
        return
    (to_read, asks), (tells, to_write) = os.pipe(), os.pipe()
    pid = os.fork()
    mine, others = ((to_read, to_write), (asks, tells)) if pid == 0 else ((tells, asks), (to_read, to_write))
    for pipe in others:
        os.close(pipe)
    reads, writes = os.fdopen(mine[0], "rb"), os.fdopen(mine[1], "wb")
    if pid == 0:
        _serve(half, reads, writes)
    _helper = _Helper(half, pid, writes, reads)


def end() -> None:
    """Let no helper outlive this process."""
    global _helper
    if _helper is not None:
        os.kill(_helper.pid, signal.SIGKILL)
        os.waitpid(_helper.pid, 0)
        for pipe in (_helper.asks, _helper.tells):
            with contextlib.suppress(OSError):  # what it no longer reads
                pipe.close()
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
    from derivcli import leafnames

    try:
        # Both processes mean the same by a name in a program.
        outcome = _asked(_helper, _packed((function, args, options), leafnames.known()))
    except BaseException:
        end()  # it may still be at work
        raise
    if outcome is None:
        end()
        return function(*args, **options)
    (done, result), names = outcome
    leafnames.learn(names)
    if done:
        return result  # type: ignore[no-any-return]
    raise result


def _asked(helper: _Helper, request: bytes) -> tuple[tuple[bool, Any], Mapping[str, Any]] | None:
    """Whether the helper succeeded, its result or error, and the names that it knows; None where there is none."""
    try:
        with undisturbed():
            pickle.load(helper.tells)  # it has loaded what it needs, or answered the call before
        helper.asks.write(request)
        helper.asks.flush()
        found: tuple[tuple[bool, Any], Mapping[str, Any]] = pickle.load(helper.tells)
        return found
    except (OSError, EOFError, pickle.UnpicklingError):
        return None  # it was killed


def _serve(half: str, asked: IO[bytes], tells: IO[bytes]) -> NoReturn:
    """The life of a helper: load, and answer calls as long as there are any."""
    # Ctrl-C reaches both processes, and one of them says so.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        _load(half)
        while True:
            pickle.dump(_READY, tells)
            tells.flush()
            answer = _outcome(*pickle.load(asked))
            sys.stdout.flush()
            sys.stderr.flush()
            tells.write(answer)
    except BaseException:  # without an answer the other process does the work itself, and says what is wrong with it
        pass
    finally:
        os._exit(0)


def _load(half: str) -> None:
    with undisturbed():
        for name in _LOADED[half]:
            importlib.import_module(name)
    gc.freeze()
    gc.enable()


def _outcome(call: tuple[Callable[..., Any], Sequence[Any], Mapping[str, Any]], names: Mapping[str, Any]) -> bytes:
    from derivcli import leafnames

    function, args, options = call
    leafnames.learn(names)
    try:
        return _packed((True, function(*args, **options)), leafnames.known())
    except (DerivError, Expired) as error:
        return _packed((False, error), leafnames.known())
    except Exception as fault:
        said = f"a fault of deriv itself: {type(fault).__name__}: {fault}"
        return _packed((False, InternalError(said)), leafnames.known())


def _packed(*data: Any) -> bytes:
    return pickle.dumps(data, pickle.HIGHEST_PROTOCOL)
