"""A child of the worker: one command line answered as a process of its own would, and the end."""

from __future__ import annotations

import gc
import io
import os
import signal
import socket
import sys
from dataclasses import dataclass
from typing import Any, NoReturn

from derivcli.worker import wire

# What is written, in order: to which stream, and what.
Written = list[tuple[int, bytes]]


@dataclass(frozen=True)
class Call:
    """One command line and all that an answer depends on.

    Args:
        identity: what the client takes for granted.
        words: the command line without the program.
        program: the name that it was called by.
        folder: the working directory.
        environment: as bytes.
        mask: for the modes of new files.
        streams: of standard output and standard error the encoding, what becomes of letters that it lacks, and whether
            lines and single writes are passed on at once.
    """

    identity: bytes
    words: list[str]
    program: str
    folder: bytes
    environment: dict[bytes, bytes]
    mask: int
    streams: list[tuple[str, str, bool, bool]]


class Kept(io.RawIOBase):
    """A stream that looks like one of the client's, and keeps what is written to it."""

    def __init__(self, number: int, written: Written) -> None:
        self._number, self._written = number, written

    def fileno(self) -> int:
        return self._number

    def isatty(self) -> bool:
        return os.isatty(self._number)

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._written.append((self._number, bytes(data)))
        return len(data)


class KeptText(io.TextIOWrapper):
    """Text that is kept: nobody sees it grow."""

    kept = True


def serve(connection: socket.socket, identity: bytes, threads: int) -> NoReturn:
    """Answer the call that waits on a connection, and end.

    Args:
        connection: to the client.
        identity: of this worker; a client of another one is left to itself.
        threads: that torch would have in a process of its own.
    """
    status = 1
    try:
        connection.settimeout(None)
        _, handed, _, _ = socket.recv_fds(connection, 1, 3)
        connection.sendall(wire.TAKEN)
        call = Call(*wire.received(connection))
        if len(handed) == 3 and call.identity == identity:
            wire.send(connection, _answered(call, handed, threads))
            status = 0
    except BaseException:  # the client sees the connection end, answers by itself, and says what is wrong
        pass
    finally:
        os._exit(status)


def _answered(call: Call, handed: list[int], threads: int) -> tuple[int, Written]:
    """The status of a command line, and what it wrote."""
    from derivcli.numeric.kernels import torch
    from derivcli.process import status_of

    for number, stream in enumerate(handed):
        os.dup2(stream, number)
        os.close(stream)
    written: Written = []
    _settle(call, written)
    torch.set_num_threads(threads)
    gc.enable()
    status = status_of(call.words)
    sys.stdout.flush()
    sys.stderr.flush()
    return status, written


def _settle(call: Call, written: Written) -> None:
    """Become what the client is: its folder, environment and streams."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.umask(call.mask)
    os.chdir(call.folder)
    os.environ.clear()
    os.environ.update({os.fsdecode(k): os.fsdecode(v) for k, v in call.environment.items()})
    sys.argv = [call.program, *call.words]
    sys.stdin = io.TextIOWrapper(io.BufferedReader(io.FileIO(0, closefd=False)))
    outer = [
        KeptText(
            io.BufferedWriter(Kept(number, written), os.fstat(number).st_blksize),
            encoding,
            errors,
            line_buffering=lines,
            write_through=through,
        )
        for number, (encoding, errors, lines, through) in enumerate(call.streams, 1)
    ]
    sys.stdout, sys.stderr = outer
