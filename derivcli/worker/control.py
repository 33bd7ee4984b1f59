"""Starting, asking and stopping workers."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from pathlib import Path

from derivcli.errors import UsageError
from derivcli.worker import place, wire
from derivcli.worker.client import connect

NONE_RUNS = "no worker is running"


def is_possible() -> bool:
    """Whether this system has what a worker needs."""
    return hasattr(os, "fork") and sys.platform != "win32"


def launch() -> subprocess.Popen[str]:
    """Start a worker that outlives this process; it writes a line when it is ready, and ends if there is one."""
    flags = subprocess._args_from_interpreter_flags()  # type: ignore[attr-defined]
    return subprocess.Popen(
        [sys.executable, *flags, "-m", "derivcli", "worker", "run"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True, start_new_session=True, env={**os.environ, "DERIV_WORKER": "off"},
    )  # fmt: skip


def is_starting() -> bool:
    """Whether there is a worker for this process, be it that it still loads."""
    return _is_locked(f"{place.socket_path(place.identity())}.lock")


def start() -> str:
    """Start a worker, wait until it is ready, and say so."""
    _check_possible()
    identity = place.identity()
    running = _state(place.socket_path(identity), wire.STATUS)
    if running is not None:
        return f"the worker is running already: process {running[0]}"
    launched = launch()
    assert launched.stdout is not None
    if not launched.stdout.readline():
        hint = "deriv worker run says why"
        raise UsageError("the worker could not be started", hint=hint)
    return f"the worker is ready: process {launched.pid}"


def run() -> str:
    """Be the worker."""
    from derivcli.worker.server import serve

    _check_possible()

    def ready() -> None:
        # Whoever started it waits for this line, and closes the pipe.
        with contextlib.suppress(OSError):
            print("ready", flush=True)

    try:
        served = serve(ready)
    except OSError as error:
        raise UsageError(f"no worker can listen in {place.directory()}: {error.strerror or error}") from error
    return "the worker has ended" if served else "a worker is running already"


def stop() -> str:
    """End all workers of this user."""
    ended = [state for state in (_state(path, wire.END) for path in _sockets()) if state is not None]
    return f"stopped: {_processes(ended)}" if ended else NONE_RUNS


def status() -> str:
    """Which workers there are."""
    mine = place.socket_path(place.identity())
    lines = []
    for path in _sockets():
        state = _state(path, wire.STATUS)
        if state is not None:
            whose = "" if path == mine else ", of another version, environment or Python: it is not used here"
            lines.append(f"process {state[0]}: {state[1]} calls answered, {state[2]} at work{whose}")
    return "\n".join(lines) or NONE_RUNS


def _check_possible() -> None:
    if not is_possible():
        raise UsageError("a worker needs processes that fork and Unix sockets, which this system lacks")


def _processes(states: list[tuple[int, int, int]]) -> str:
    return ", ".join(f"process {pid}" for pid, _, _ in states)


def _sockets() -> list[str]:
    folder = place.directory()
    return sorted(map(str, Path(folder).glob("*.sock"))) if place.is_private(folder) else []


def _state(path: str, request: bytes) -> tuple[int, int, int] | None:
    """What a worker says of itself: its process, the calls it answered and those at work; None where there is none.

    A socket that nobody listens at any more is removed.
    """
    connection = connect(path)
    if connection is None:
        with contextlib.suppress(OSError):
            if not _is_locked(f"{path}.lock"):
                os.unlink(path)
        return None
    try:
        connection.sendall(request)
        state: tuple[int, int, int] = wire.received(connection)
        return state
    except (OSError, EOFError):
        return None
    finally:
        connection.close()


def _is_locked(path: str) -> bool:
    """Whether a living process holds the lock of a socket."""
    import fcntl

    try:
        lock = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(lock)
    return False
