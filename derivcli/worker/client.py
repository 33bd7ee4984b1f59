"""One command line handed to the worker, with this process's own streams; imports next to nothing.

The worker's child keeps what it writes until it is done, and this process writes it: whatever happens to the worker
before that, nothing was written, and the question can be answered here.
"""

from __future__ import annotations

import os
import sys
from _socket import AF_UNIX, SCM_RIGHTS, SOCK_STREAM, SOL_SOCKET, socket

from derivcli.worker import place, wire

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

# Commands that read or write as they go, or are about the worker itself; words that ask for standard input or files.
_OWN_WORK = ("batch", "repl", "worker")
_STREAMS = ("-", "@-", "--points", "--out", "--install-completion", "--show-completion")
# Seconds until a worker that is well has taken a call; after that the client answers by itself.
_PATIENCE = 1.0


def ask(words: Sequence[str]) -> int | None:
    """The exit status of a command line that the worker answered; None where it is to be answered here.

    Args:
        words: the command line without the program.
    """
    wanted = os.environ.get("DERIV_WORKER", "")
    if wanted == "off" or not _suits(words) or None in (sys.stdin, sys.stdout, sys.stderr):
        return None
    if wanted != "auto" and not place.is_private(place.directory()):
        return None
    identity = place.identity()
    reply = _reply(words, identity)
    if reply is None:
        if wanted == "auto":
            _start()
        return None
    status, written = reply
    return _written(written, status)


def connect(path: str) -> socket | None:
    """A connection to the worker at a socket, if it is there and ours."""
    if not place.is_private(os.path.dirname(path)):
        return None
    connection = socket(AF_UNIX, SOCK_STREAM)
    try:
        connection.settimeout(_PATIENCE)
        connection.connect(path)
        if is_ours(connection):
            return connection
    except OSError:
        pass
    connection.close()
    return None


def is_ours(connection: socket) -> bool:
    """Whether the process at the other end belongs to this user; where that cannot be asked, the folder vouches for it.

    Args:
        connection: of a Unix socket.
    """
    try:
        from _socket import SO_PEERCRED
    except ImportError:
        return True
    _, user, _ = memoryview(connection.getsockopt(SOL_SOCKET, SO_PEERCRED, 12)).cast("i")
    return user == os.getuid()


def _suits(words: Sequence[str]) -> bool:
    """Whether a command line says all that it takes to answer it."""
    return not (words and words[0] in _OWN_WORK) and not any(word.partition("=")[0] in _STREAMS for word in words)


def _reply(words: Sequence[str], identity: bytes) -> tuple[int, list[tuple[int, bytes]]] | None:
    """The worker's answer, its status and what to write; None where there is none."""
    connection = connect(place.socket_path(identity))
    if connection is None:
        return None
    try:
        mask = os.umask(0)
        os.umask(mask)
        streams = [_settings(stream) for stream in (sys.stdout, sys.stderr)]
        call = wire.packed((identity, list(words), sys.argv[0], os.getcwdb(), dict(os.environb), mask, streams))
        handed = b"".join(stream.to_bytes(4, sys.byteorder) for stream in (0, 1, 2))
        connection.sendmsg([wire.QUESTION], [(SOL_SOCKET, SCM_RIGHTS, handed)])
        connection.sendall(call)
        if wire.exactly(connection, 1) != wire.TAKEN:
            return None
        connection.settimeout(None)
        found: tuple[int, list[tuple[int, bytes]]] | None = wire.received(connection)
        return found
    except (OSError, EOFError, ValueError):
        return None
    finally:
        connection.close()


def _settings(stream: Any) -> tuple[str, str, bool, bool]:
    return stream.encoding, stream.errors, stream.line_buffering, stream.write_through


def _written(parts: list[tuple[int, bytes]], status: int) -> int:
    """Write what the child wrote; the exit status, as it is where writing fails in a direct run."""
    try:
        for stream, data in parts:
            while data:
                data = data[os.write(stream, data) :]
    except BrokenPipeError:
        return 0  # the reader has closed the pipe: nobody is left to write to
    except OSError as error:
        os.write(2, f"deriv: cannot write: {error.strerror}\n".encode())
        return 2
    return status


def _start() -> None:
    """Start a worker for the calls to come, unless one is starting."""
    from derivcli.worker.control import is_starting, launch

    if not is_starting():
        launch()
