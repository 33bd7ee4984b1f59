"""The worker: the same bytes, status and files as a process of its own, and nothing left behind, whoever is killed."""

from __future__ import annotations

import json
import os
import pty
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from derivcli.worker import client, place, wire

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="what is looked at here is Linux' own")

# SymPy needs minutes for the full simplification of this.
SLOW = ["(sin(x)+cos(y)+tan(x*y))**7/(exp(x)+log(y)+atan(x))**5*(x+y**2+sinh(x))**6", "--simplify", "full",
        "--timeout", "300"]  # fmt: skip


class Place:
    """A folder for sockets, and what runs in it."""

    def __init__(self, folder: str) -> None:
        self.environment = {**os.environ, "XDG_RUNTIME_DIR": folder, "DERIV_WORKER": ""}

    def run(self, *words: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
        settings = {"env": self.environment, "capture_output": True, "timeout": 120, **options}
        return subprocess.run([sys.executable, "-m", "derivcli", *words], **settings)

    def direct(self, *words: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
        return self.run(*words, **{"env": {**self.environment, "DERIV_WORKER": "off"}, **options})

    def state(self) -> tuple[int, int, int]:
        """The worker's process, the calls that it answered, and those at work."""
        text = self.run("worker", "status").stdout.decode()
        pid, calls, working = (int(n) for n in text.replace(":", "").replace(",", "").split() if n.isdigit())
        return pid, calls, working

    def socket(self) -> str:
        (path,) = Path(self.environment["XDG_RUNTIME_DIR"]).glob("deriv/*.sock")
        return str(path)

    def call(self, words: list[str]) -> socket.socket:
        """A connection on which a child is at work."""
        identity = subprocess.run(
            [sys.executable, "-c", "import sys; from derivcli.worker import place as p;"
             "sys.stdout.buffer.write(p.identity())"],
            env=self.environment, capture_output=True, timeout=60, check=True,
        ).stdout  # fmt: skip
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(self.socket())
        streams = [("utf-8", "strict", False, False)] * 2
        with open(os.devnull, "rb+", buffering=0) as nothing:
            socket.send_fds(connection, [wire.QUESTION], [nothing.fileno()] * 3)
        wire.send(connection, (identity, words, "deriv", b"/", dict(os.environb), 0o22, streams))
        assert wire.exactly(connection, 1) == wire.TAKEN
        return connection


def children(pid: int) -> list[int]:
    return [int(n) for n in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]


def until_idle(here: Place) -> None:
    """Ask the worker until no child is at work."""
    while here.state()[2]:
        pass


@pytest.fixture(scope="module")
def here() -> Iterator[Place]:
    folder = tempfile.mkdtemp()  # short: names of sockets are
    place = Place(folder)
    started = place.run("worker", "start")
    assert started.returncode == 0 and started.stdout.startswith(b"the worker is ready"), started
    yield place
    place.run("worker", "stop")
    shutil.rmtree(folder)


@pytest.mark.parametrize(
    "words",
    [
        ["sin(x/2**1.5)", "--at", "x=100"], ["x**2*y", "--json"], ["sin(x"], ["x", "--jsn"], ["--version"], ["--help"],
        ["|x|", "--at", "x=0", "--strict", "-q"], ["check", "sin(x)", "cos(x)+x"], ["functions", "sin"],
        ["tau*x", "-o", "plain"], ["x.T @ A @ x", "--at", "x=[1,2]", "--at", "A=[[1,2],[3,5]]", "-o", "plain"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_the_worker_answers_as_a_process_of_its_own(words: list[str], here: Place) -> None:
    before = here.state()[1]
    by_worker, direct = here.run(*words), here.direct(*words)
    assert here.state()[1] == before + 1
    assert (by_worker.returncode, by_worker.stdout, by_worker.stderr) == (
        direct.returncode, direct.stdout, direct.stderr,
    )  # fmt: skip


def test_streams_joined_keep_their_order(here: Place) -> None:
    words = ["tau*x", "-o", "plain"]
    joined = [run(*words, capture_output=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT).stdout
              for run in (here.run, here.direct)]  # fmt: skip
    assert joined[0] == joined[1] and b"warning" in joined[0]


def test_folder_files_and_environment_are_the_callers(here: Place, tmp_path: Path) -> None:
    (tmp_path / "f.dv").write_text("x**3  # a cube\n", encoding="utf-8")
    before = os.umask(0o077)
    try:
        ran = here.run("@f.dv", "--at", "x=2", "--out", "answer.json", cwd=tmp_path)
    finally:
        os.umask(before)
    written = tmp_path / "answer.json"
    assert (ran.returncode, ran.stdout) == (0, b"")
    assert json.loads(written.read_text(encoding="utf-8"))["points"][0]["gradient"] == {"x": 12}
    assert written.stat().st_mode & 0o777 == 0o600
    narrow = {**here.environment, "COLUMNS": "50"}
    ran = here.run("--help", env=narrow)
    assert ran.stdout == here.direct("--help", env={**narrow, "DERIV_WORKER": "off"}).stdout
    assert ran.stdout != here.run("--help").stdout


def test_settings_are_the_callers(here: Place, tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("output = 'latex'\nsimplify = 'none'\n", encoding="utf-8")
    before = here.state()[1]
    by_file = {**here.environment, "DERIV_CONFIG": str(tmp_path / "settings.toml")}
    assert here.run("x**2", env=by_file).stdout.startswith(b"f = x^{2}\n")
    assert here.run("x**2", env={**by_file, "DERIV_OUTPUT": "plain"}).stdout == b"f = x**2\ndf/dx = 2*x\n"
    assert here.state()[1] == before + 2


@pytest.mark.parametrize("settings", [{}, {"NO_COLOR": "1"}])
def test_a_terminal_is_one_for_the_worker_too(settings: dict[str, str], here: Place) -> None:
    leader, follower = pty.openpty()
    kept = {k: v for k, v in here.environment.items() if k not in ("NO_COLOR", "FORCE_COLOR")}
    environment = {**kept, "TERM": "xterm-256color", "COLUMNS": "80", **settings}
    here.run("x**2", "--at", "x=3", env=environment, capture_output=False, stdout=follower, stderr=follower)
    os.close(follower)
    shown = os.read(leader, 100_000).decode()
    os.close(leader)
    assert "16 digits" in shown
    assert ("\x1b[32m" in shown) == (not settings)


def test_writing_fails_as_in_a_direct_run(here: Place) -> None:
    before = here.state()[1]
    with open("/dev/full", "wb") as full:
        ran = here.run("functions", capture_output=False, stdout=full, stderr=subprocess.PIPE)
    assert (ran.returncode, ran.stderr) == (2, b"deriv: cannot write: No space left on device\n")
    command = f"{sys.executable} -m derivcli functions | head -1; exit ${{PIPESTATUS[0]}}"
    closed = subprocess.run(["bash", "-c", command], capture_output=True, timeout=60, env=here.environment)
    assert (closed.returncode, closed.stderr) == (0, b"") and closed.stdout
    assert here.state()[1] == before + 2


def test_what_reads_as_it_goes_is_answered_directly(here: Place) -> None:
    before = here.state()[1]
    assert here.run("-", "-q", input=b"x**2\n").stdout == b"2*x\n"
    assert here.run("batch", input=b'{"expr": "x**2"}\n').stdout.startswith(b'{"schema"')
    assert here.state()[1] == before


def test_there_is_one_worker_with_one_thread(here: Place) -> None:
    pid, _, _ = here.state()
    assert here.run("worker", "start").stdout.decode() == f"the worker is running already: process {pid}\n"
    assert here.run("worker", "run").stdout.decode() == "a worker is running already\n"
    assert "Threads:\t1\n" in Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    folder = Path(here.environment["XDG_RUNTIME_DIR"]) / "deriv"
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_child_whose_client_is_gone_is_killed(here: Place) -> None:
    connection = here.call(SLOW)
    assert here.state()[2] == 1
    connection.close()
    until_idle(here)
    pid, _, _ = here.state()
    assert len(children(pid)) == 1  # the one that waits; no zombie


def test_a_client_whose_child_is_killed_sees_the_end(here: Place) -> None:
    connection = here.call(SLOW)
    pid, _, _ = here.state()
    for child in children(pid):
        os.kill(child, signal.SIGKILL)
    with pytest.raises(EOFError):
        wire.received(connection)
    connection.close()
    assert here.run("x**2", "-q").stdout == b"2*x\n"
    assert here.state()[0] == pid


def test_many_calls_leave_nothing_behind(here: Place) -> None:
    pid, before, _ = here.state()
    found = {here.run("x**2", "-q").stdout for _ in range(20)}
    assert found == {b"2*x\n"}
    assert here.state()[:2] == (pid, before + 20)
    until_idle(here)
    assert len(children(pid)) == 1
    assert len(list(Path(f"/proc/{pid}/fd").iterdir())) < 20


def test_a_worker_of_another_python_or_environment_is_not_used(here: Place) -> None:
    before = here.state()[1]
    other = {**here.environment, "PYTHONWARNINGS": "ignore"}
    assert here.run("x**2", "-q", env=other).stdout == b"2*x\n"
    assert here.state()[1] == before


def test_a_killed_worker_leaves_its_clients_their_answers(here: Place) -> None:
    pid, _, _ = here.state()
    connection = here.call(SLOW)
    watched = [os.pidfd_open(child) for child in children(pid)]
    os.kill(pid, signal.SIGKILL)
    with pytest.raises((EOFError, ConnectionError)):
        wire.received(connection)
    connection.close()
    for child in watched:
        assert select.select([child], [], [], 60)[0] == [child]
        os.close(child)
    assert here.run("x**2", "-q").stdout == b"2*x\n"
    status = here.run("worker", "status")
    assert (status.returncode, status.stdout) == (1, b"no worker is running\n")
    assert not list(Path(here.environment["XDG_RUNTIME_DIR"]).glob("deriv/*.sock"))
    assert here.run("worker", "start").returncode == 0
    assert here.state()[0] != pid


def test_a_stopped_worker_is_gone(here: Place) -> None:
    pid, _, _ = here.state()
    assert here.run("worker", "stop").stdout.decode() == f"stopped: process {pid}\n"
    status = here.run("worker", "status")
    assert (status.returncode, status.stdout) == (1, b"no worker is running\n")
    assert here.run("x**2", "-q").stdout == b"2*x\n"


@pytest.fixture
def listening(monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """A socket where this process looks for its worker."""
    folder = tempfile.mkdtemp()
    monkeypatch.setenv("XDG_RUNTIME_DIR", folder)
    monkeypatch.setenv("DERIV_WORKER", "")
    os.mkdir(place.directory(), 0o700)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(place.socket_path(place.identity()))
        listener.listen()
        yield listener
    shutil.rmtree(folder)


@pytest.mark.parametrize("said", [b"", wire.TAKEN, b"?", wire.TAKEN + b"\0" * 7])
def test_a_worker_that_breaks_off_is_not_waited_for(said: bytes, listening: socket.socket) -> None:
    def break_off() -> None:
        connection, _ = listening.accept()
        connection.sendall(said)
        connection.shutdown(socket.SHUT_RDWR)
        connection.close()

    thread = threading.Thread(target=break_off)
    thread.start()
    assert client.ask(["x**2"]) is None
    thread.join(60)


def test_a_worker_that_does_not_take_the_call_is_not_waited_for(
    listening: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "_PATIENCE", 0.01)
    assert client.ask(["x**2"]) is None


def test_a_folder_that_is_open_to_others_is_not_trusted(listening: socket.socket) -> None:
    os.chmod(place.directory(), 0o755)
    assert client.ask(["x**2"]) is None
    listening.setblocking(False)
    with pytest.raises(BlockingIOError):
        listening.accept()


def test_the_other_end_is_asked_who_it_is() -> None:
    ours, theirs = socket.socketpair()
    assert client.is_ours(ours)
    ours.close()
    theirs.close()
