"""A deadline that really stops what runs under it, SymPy's own `except Exception` included."""

from __future__ import annotations

import ctypes
import gc
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

# Seconds between signals once a time is over.
_TICK = 0.05


class Expired(BaseException):
    """Raised inside the block whose time is up; not an `Exception`, so that nobody swallows it on the way."""


@dataclass(eq=False)
class _End:
    """When a deadline of the main thread is over."""

    at: float


# The deadlines now running in the main thread, outermost first.
_ends: list[_End] = []
# Threads in code that no exception may cross, and whether their time is over.
_late: dict[int, bool] = {}
_waiting = threading.Lock()


@contextmanager
def deadline(seconds: float | None) -> Iterator[None]:
    """Run the block for at most `seconds`, then raise `Expired` out of it; `None` sets no limit.

    On the main thread an interval timer interrupts whatever runs; elsewhere, and on systems without one, a helper
    thread raises the exception in the working thread. Deadlines nest: the earliest one counts.
    """
    if seconds is None:
        yield
    elif threading.current_thread() is threading.main_thread() and hasattr(signal, "setitimer"):
        with _by_timer(seconds):
            yield
    else:
        with _by_thread(seconds):
            yield


@contextmanager
def undisturbed() -> Iterator[None]:
    """Load modules in the block, to their end: the time that it takes counts for no deadline.

    A module that is interrupted while it is imported stays broken for the rest of the process. Python's collector,
    which would look again and again through what is loaded, waits, too.
    """
    collects, start = gc.isenabled(), time.monotonic()
    gc.disable()
    try:
        if not hasattr(signal, "pthread_sigmask") or threading.current_thread() is not threading.main_thread():
            yield
            return
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
        if _ends:
            signal.setitimer(signal.ITIMER_REAL, 0)
        try:
            yield
        finally:
            _postpone(time.monotonic() - start)
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
    finally:
        if collects:
            gc.enable()


@contextmanager
def called_back() -> Iterator[Callable[[], bool]]:
    """C code runs in the block that calls Python back and that no exception may cross.

    A deadline waits for the end of the block; what is yielded tells whether one is over, so that the end may come soon.
    """
    worker = threading.get_ident()
    with _waiting:
        outer = worker in _late
        _late.setdefault(worker, False)
    main = threading.current_thread() is threading.main_thread()
    # Disarmed, not masked: another thread, as torch has them, would take the signal for this one.
    if main and _ends:
        signal.setitimer(signal.ITIMER_REAL, 0)
    try:
        yield lambda: _late[worker] or (main and any(end.at <= time.monotonic() for end in _ends))
    finally:
        with _waiting:
            late = _late.pop(worker)
            if outer:
                _late[worker] = late
        if main and _ends and not outer:
            _arm()
    if late and not outer:
        raise Expired


@contextmanager
def _by_timer(seconds: float) -> Iterator[None]:
    end = _End(time.monotonic() + seconds)
    previous = signal.signal(signal.SIGALRM, _expire)
    try:
        # Inside the try: the signal may come at once, and must find its way to the lines that disarm it.
        _ends.append(end)
        _arm()
        yield
    finally:
        # Disarm first: a signal that arrives between these lines would belong to nobody.
        signal.setitimer(signal.ITIMER_REAL, 0)
        if end in _ends:
            _ends.remove(end)
        signal.signal(signal.SIGALRM, previous)
        if _ends:
            _arm()


def _arm() -> None:
    # A later tick repeats the signal, in case the first one fell into a callback that cannot raise, or an import.
    signal.setitimer(signal.ITIMER_REAL, max(min(end.at for end in _ends) - time.monotonic(), 1e-6), _TICK)


def _postpone(seconds: float) -> None:
    if _ends:
        for end in _ends:
            end.at += seconds
        _arm()


def _expire(_: int, frame: FrameType | None) -> None:
    # The signal is repeated; what is imported when it comes would stay broken.
    if not _imports(frame):
        raise Expired


def _imports(frame: FrameType | None) -> bool:
    """Whether a module is imported somewhere above a frame."""
    while frame is not None and frame.f_code.co_filename != "<frozen importlib._bootstrap>":
        frame = frame.f_back
    return frame is not None


@contextmanager
def _by_thread(seconds: float) -> Iterator[None]:
    worker = threading.get_ident()
    lock, done = threading.Lock(), False

    def expire() -> None:
        while _imports(sys._current_frames().get(worker)) and not done:
            time.sleep(_TICK)
        with _waiting:
            if worker in _late:
                _late[worker] = True
                return
        with lock:
            if not done:
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(worker), ctypes.py_object(Expired))

    timer = threading.Timer(max(seconds, 0.0), expire)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        with lock:
            done = True
        timer.cancel()
