"""Everything open-ended is stopped, wherever it runs, and says so."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from derivcli import DerivError, differentiate
from derivcli.deadline import Expired, deadline, undisturbed
from derivcli.language import expand, read
from derivcli.numeric.exact import evaluate

# SymPy needs minutes for the full simplification of this.
SLOW = "(sin(x)+cos(y)+tan(x*y))**7/(exp(x)+log(y)+atan(x))**5*(x+y**2+sinh(x))**6"


def forever() -> None:
    while True:
        try:
            while True:
                pass
        except Exception:  # as SymPy does in many places
            continue


def run(work: Callable[[], None], in_a_thread: bool) -> None:
    if not in_a_thread:
        work()
        return
    thread = threading.Thread(target=work)
    thread.start()
    thread.join(60)


def test_a_deadline_stops_what_swallows_exceptions() -> None:
    with pytest.raises(Expired), deadline(0.05):
        forever()


def test_the_earliest_deadline_counts() -> None:
    with pytest.raises(Expired), deadline(0.05), deadline(60):
        forever()


def test_an_inner_deadline_leaves_the_outer_one_running() -> None:
    with pytest.raises(Expired), deadline(0.2):
        with pytest.raises(Expired), deadline(0.05):
            forever()
        forever()


def test_nothing_happens_in_time() -> None:
    with deadline(60), deadline(None):
        done = True
    assert done


def test_a_deadline_that_is_over_at_once_leaves_nothing_behind() -> None:
    for _ in range(20):
        with pytest.raises(Expired), deadline(1e-9):
            forever()
    with deadline(60):
        assert sum(range(10**6)) > 0


def test_autograd_of_a_high_order_is_refused_in_time() -> None:
    with pytest.raises(DerivError, match="order"):
        differentiate("sin(x)*exp(x)", at={"x": 0.1}, order=30, timeout=2, literal=True)


def test_a_deadline_holds_in_any_thread() -> None:
    caught: list[type[BaseException]] = []

    def work() -> None:
        try:
            with deadline(0.05):
                forever()
        except Expired:
            caught.append(Expired)

    run(work, True)
    assert caught == [Expired]


@pytest.mark.parametrize("somewhere", [False, True], ids=["main thread", "another thread"])
def test_a_deadline_waits_for_c_code_that_calls_back(somewhere: bool) -> None:
    """Arb goes on with an exception in a callback, and crashes."""
    reading = read(["Integral(Integral(sin(1/(s*t)), (s, 1, 2)), (t, 0, 1))"])
    graph, roots = expand(reading.graph, reading.roots)
    caught: list[type[BaseException]] = []

    def work() -> None:
        for seconds in (0.02, 0.05, 0.1):
            try:
                with deadline(seconds):
                    evaluate(graph, roots, {}, real=True)
            except BaseException as end:
                caught.append(type(end))

    run(work, somewhere)
    assert caught == [Expired] * 3


@pytest.mark.parametrize("somewhere", [False, True], ids=["main thread", "another thread"])
def test_a_deadline_waits_for_an_import(somewhere: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A module that is interrupted while it is imported stays broken for the rest of the process."""
    (tmp_path / "slow_to_load.py").write_text("whole = len([k for k in range(4_000_000)])\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "slow_to_load", raising=False)
    caught: list[type[BaseException]] = []

    def work() -> None:
        try:
            with deadline(0.01):
                import slow_to_load  # noqa: F401

                forever()
        except BaseException as end:
            caught.append(type(end))

    run(work, somewhere)
    assert caught == [Expired] and sys.modules["slow_to_load"].whole == 4_000_000


def test_a_slow_simplification_is_stopped_and_said() -> None:
    answer = differentiate(SLOW, simplify="full", timeout=1)
    assert answer.derivatives["x",].text
    # On a busy machine the time for all of SymPy is over first.
    assert any("ran out of time" in warning or "was stopped after" in warning for warning in answer.warnings)


def test_out_of_time_is_an_error_with_its_status(deriv: Callable[..., Any]) -> None:
    ran = deriv("sin(x)*" * 2000 + "x", "--timeout", "0.001")
    assert ran.status == 5 and "out of time" in ran.err


def test_the_python_api_works_in_a_thread() -> None:
    found: list[Any] = []
    thread = threading.Thread(target=lambda: found.append(differentiate("x**2", at={"x": 3})))
    thread.start()
    thread.join(60)
    assert found[0].points[0].result["x",] == 6


@pytest.mark.parametrize(
    "options",
    [{"order": 0}, {"wrt": "q"}, {"at": {"y": 1}, "wrt": "y", "partial": "x,"}, {"nonsense": 1}, {"at": {"x": None}}],
)
def test_the_python_api_raises_errors_of_its_own(options: dict[str, Any]) -> None:
    with pytest.raises(DerivError):
        differentiate("x**2", **options)


def test_what_is_undisturbed_comes_to_its_end_first() -> None:
    done = False
    with pytest.raises(Expired), deadline(1000), undisturbed():
        signal.raise_signal(signal.SIGALRM)
        done = True
    assert done
