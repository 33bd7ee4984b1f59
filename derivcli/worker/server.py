"""The worker: everything loaded and tried out, one connection after the other handed to a child that waits for it.

The process has one thread, and torch computes with one here: a child of a process that ever computed with several waits
for threads that it does not have. What could go wrong in an answer goes wrong in a child; this process only forks,
hands over, and counts.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import io
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NoReturn

from derivcli.worker import child, place, wire
from derivcli.worker.client import is_ours

# Seconds without a call after which a worker ends, and after which a child is taken for lost.
IDLE_SECONDS, CHILD_SECONDS = 1800.0, 600.0
# Seconds between two looks at whether the program or a library was replaced.
_LOOK_SECONDS = 60.0
# Children that die before they had a call, one after the other: then something is wrong with this process.
_MAX_STILLBORN = 5
# Children at work at the same time, for each processor; further clients wait, and if it takes long answer by
# themselves.
_CHILDREN_PER_CPU = 2
# Questions that leave Python's and SymPy's caches as a call finds them best.
_WARM = (
    ["sin(x/2**1.5)", "--at", "x=100", "--color", "always"], ["x**2*exp(-y)/(1 + x)", "--at", "x=1,y=2"],
    ["log(x) + sqrt(x)*tan(x)", "--at", "x=0.5", "-q"], ["x.T @ x", "--at", "x=[1,2]", "--json"], ["x +"],
    ["max(x, 0)", "--at", "x=0"], ["check", "sin(x)**2", "sin(2x)"], ["--help"], ["x**3", "--hessian"],
)  # fmt: skip
_DIES_WITH_PARENT = 1  # PR_SET_PDEATHSIG of Linux' prctl


@dataclass
class _Child:
    """A child at work: its client's connection, and when it is taken for lost."""

    connection: socket.socket
    end: float


@dataclass
class Worker:
    """A listening socket and the children that answer for it.

    Args:
        listener: the socket.
        identity: what clients must have in common with it.
        idle: seconds without a call after which it ends.
        limit: seconds after which a child is taken for lost.
        threads: that torch has in a process of its own.
    """

    listener: socket.socket
    identity: bytes
    idle: float = IDLE_SECONDS
    limit: float = CHILD_SECONDS
    threads: int = 1
    served: int = 0
    _children: dict[int, _Child] = field(default_factory=dict)
    _asking: dict[int, socket.socket] = field(default_factory=dict)
    _spare: tuple[int, socket.socket] | None = None
    _stillborn: int = 0
    _ending: bool = False

    def run(self) -> None:
        """Serve until nobody has asked for long, the program was replaced, or the end is asked for."""
        self.listener.setblocking(False)
        wakes, woken = socket.socketpair()
        for end in (wakes, woken):
            end.setblocking(False)
        before = signal.set_wakeup_fd(woken.fileno(), warn_on_full_buffer=False)
        handlers = {s: signal.signal(s, self._signalled) for s in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT)}
        self._last, self._looked = time.monotonic(), time.monotonic()
        try:
            while not self._ending and not self._is_over():
                self._reap()
                self._prepare()
                self._wait(wakes)
        finally:
            self._kill_all()
            signal.set_wakeup_fd(before)
            for number, handler in handlers.items():
                signal.signal(number, handler)
            wakes.close()
            woken.close()

    def _signalled(self, number: int, _: object) -> None:
        self._ending = self._ending or number != signal.SIGCHLD

    def _is_over(self) -> bool:
        now = time.monotonic()
        if self._children:
            return False
        if now - self._looked > _LOOK_SECONDS:
            self._looked = now
            if place.identity() != self.identity:
                return True
        return now - self._last > self.idle or self._stillborn >= _MAX_STILLBORN

    def _wait(self, wakes: socket.socket) -> None:
        """Wait for something to happen, and see to it."""
        poll = select.poll()
        poll.register(wakes, select.POLLIN)
        if len(self._children) < _CHILDREN_PER_CPU * (os.cpu_count() or 1):
            poll.register(self.listener, select.POLLIN)
        for number in self._asking:
            poll.register(number, select.POLLIN)
        clients = {c.connection.fileno(): pid for pid, c in self._children.items()}
        for number in clients:
            poll.register(number, 0)  # told when the client is gone
        ends = [c.end for c in self._children.values()]
        until = min([*ends, self._last + self.idle, self._looked + _LOOK_SECONDS]) - time.monotonic()
        for number, _ in poll.poll(max(0.0, until) * 1000 + 1):
            if number == wakes.fileno():
                with contextlib.suppress(BlockingIOError):
                    wakes.recv(4096)
            elif number == self.listener.fileno():
                self._accept()
            elif number in self._asking:
                self._take(self._asking.pop(number))
            elif clients[number] in self._children:
                _kill(clients[number])
        for pid, at_work in self._children.items():
            if time.monotonic() > at_work.end:
                _kill(pid)

    def _accept(self) -> None:
        try:
            connection, _ = self.listener.accept()
        except OSError:
            return  # the client has thought better of it
        self._last = time.monotonic()
        if is_ours(connection):
            connection.setblocking(False)
            self._asking[connection.fileno()] = connection
        else:
            connection.close()

    def _take(self, connection: socket.socket) -> None:
        """See what a client wants: a question goes to the child that waits, all else is answered here."""
        try:
            kind = connection.recv(1, socket.MSG_PEEK)
            self._prepare()
            if kind == wire.QUESTION and self._spare is not None:
                pid, channel = self._spare
                socket.send_fds(channel, [kind], [connection.fileno()])
                channel.close()
                self._children[pid] = _Child(connection, time.monotonic() + self.limit)
                self._spare, self._stillborn = None, 0
                self.served += 1
                return
            if kind in (wire.STATUS, wire.END):
                connection.recv(1)
                self._ending = kind == wire.END
                wire.send(connection, (os.getpid(), self.served, len(self._children)))
        except OSError:
            pass  # the client or the child is gone
        connection.close()

    def _prepare(self) -> None:
        """Have a child wait for the next call."""
        if self._spare is not None:
            return
        ours, theirs = socket.socketpair()
        pid = os.fork()
        if pid == 0:
            ours.close()
            self._become_child(theirs)
        theirs.close()
        self._spare = pid, ours

    def _become_child(self, channel: socket.socket) -> NoReturn:
        try:
            _die_with_parent()
            signal.set_wakeup_fd(-1)
            for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT):
                signal.signal(number, signal.SIG_DFL)
            os.setpgid(0, 0)
            self.listener.close()
            for connection in (*self._asking.values(), *(c.connection for c in self._children.values())):
                connection.close()
            _, handed, _, _ = socket.recv_fds(channel, 1, 1)
            if handed:
                child.serve(socket.socket(fileno=handed[0]), self.identity, self.threads)
        finally:
            os._exit(1)

    def _reap(self) -> None:
        """Let go of children that have ended; the connection ends with its child."""
        spare = [self._spare[0]] if self._spare is not None else []
        for pid in [*self._children, *spare]:
            if os.waitpid(pid, os.WNOHANG)[0] == 0:
                continue
            if pid in self._children:
                self._children.pop(pid).connection.close()
                self._last = time.monotonic()
            elif self._spare is not None:
                self._spare[1].close()
                self._spare = None
                self._stillborn += 1

    def _kill_all(self) -> None:
        spare = [self._spare[0]] if self._spare is not None else []
        for pid in [*self._children, *spare]:
            _kill(pid)
            os.waitpid(pid, 0)
        for connection in (*self._asking.values(), *(c.connection for c in self._children.values())):
            connection.close()
        if self._spare is not None:
            self._spare[1].close()


def _kill(pid: int) -> None:
    """End a child, which is not reaped yet, and all that it has started."""
    with contextlib.suppress(OSError):
        os.killpg(pid, signal.SIGKILL)
    with contextlib.suppress(OSError):
        os.kill(pid, signal.SIGKILL)


def _die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DIES_WITH_PARENT, signal.SIGKILL)


def serve(ready: Callable[[], None], idle: float = IDLE_SECONDS) -> bool:
    """Be the worker of this user, program and Python until it is over; False if there is one already.

    Args:
        ready: called when calls are answered.
        idle: seconds without a call after which it ends.

    Raises:
        OSError: no socket can be made.
    """
    identity = place.identity()
    folder = place.directory()
    os.makedirs(folder, 0o700, exist_ok=True)
    if not place.is_private(folder):
        raise PermissionError(1, "not a folder of this user alone", folder)
    path = place.socket_path(identity)
    lock = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    import fcntl

    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        return False
    threads = _load()
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)  # of a worker that was killed: the lock is ours
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen(64)
        try:
            os.chdir("/")
            ready()
            Worker(listener, identity, idle, threads=threads).run()
        finally:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(path)
            os.close(lock)
    return True


def _load() -> int:
    """Load everything, and answer a few questions for nobody; how many threads torch has when it is left alone."""
    gc.disable()
    from derivcli import process  # noqa: F401
    from derivcli.numeric.kernels import torch

    threads = int(torch.get_num_threads())
    torch.set_num_threads(1)
    from derivcli.shell import run

    streams = sys.stdout, sys.stderr
    try:
        for words in _WARM:
            sys.stdout, sys.stderr = io.StringIO(), io.StringIO()
            run(words)
    finally:
        sys.stdout, sys.stderr = streams
    gc.collect()
    gc.freeze()
    return threads
