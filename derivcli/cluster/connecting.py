"""A Dask cluster: one that is there, or processes of our own."""

from __future__ import annotations

import importlib.util
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version

import dask
import distributed

from derivcli.errors import UsageError, visible

# Seconds for a scheduler to answer, and for the first worker to be there.
_PATIENCE = 30.0
# How often processes of our own are started that do not start.
_TRIES = 3


@contextmanager
def connected(address: str | None, workers: int, retries: int) -> Iterator[distributed.Client]:
    """A client of an existing scheduler, or of processes that are started here and end with it.

    Args:
        address: of the scheduler; None for processes of our own.
        workers: how many of these.
        retries: how many more workers may die with a task before it is given back, where they are our own.

    Raises:
        UsageError: nothing answers at the address, or nothing that could work is there.
    """
    with (
        _silence(),
        dask.config.set({"distributed.scheduler.allowed-failures": retries}),
        _existing(address) if address is not None else _local(workers) as client,
    ):
        yield client


@contextmanager
def _silence() -> Iterator[None]:
    """Keep Dask from telling in its own words what is told in ours."""
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)


def dashboard(client: distributed.Client) -> str | None:
    """The address of the dashboard, where there is one: it needs bokeh beside the scheduler."""
    if importlib.util.find_spec("bokeh") is None:
        return None
    link: str | None = client.dashboard_link or None
    return link


@contextmanager
def _local(workers: int) -> Iterator[distributed.Client]:
    with _started(workers) as cluster, distributed.Client(cluster, set_as_default=False) as client:
        yield client


def _started(workers: int) -> distributed.LocalCluster:
    """Processes of our own; one that dies while it starts costs another try."""
    failure = None
    for _ in range(_TRIES):
        try:
            return distributed.LocalCluster(
                n_workers=workers, threads_per_worker=1, silence_logs=logging.CRITICAL,
                dashboard_address="127.0.0.1:0", preload="derivcli.cluster.preload",
            )  # fmt: skip
        except (RuntimeError, OSError) as error:
            failure = error
    raise UsageError(f"no workers can be started here: {visible(str(failure))}")


def mend(client: distributed.Client, workers: int) -> None:
    """Start workers anew that came to an end for good, where they are our own: one that dies while it starts does."""
    if client.cluster is not None:
        client.cluster.scale(workers)


@contextmanager
def _existing(address: str) -> Iterator[distributed.Client]:
    try:
        client = distributed.Client(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        said = (str(error).splitlines() or [type(error).__name__])[0]
        raise UsageError(f"no scheduler answers at {visible(address)}: {visible(said)}") from None
    with client:
        try:
            client.wait_for_workers(1, timeout=_PATIENCE)
        except TimeoutError:
            raise UsageError(f"the scheduler at {visible(address)} has no workers") from None
        _refuse_other_versions(client)
        yield client


def _refuse_other_versions(client: distributed.Client) -> None:
    """Let nobody else's numbers stand beside ours."""
    ours = version("derivcli")
    for worker, theirs in client.run(version, "derivcli", on_error="return").items():
        if theirs != ours:
            told = f"deriv {theirs}" if isinstance(theirs, str) else "no deriv"
            hint = f"install derivcli[cluster] {ours} where the workers run"
            raise UsageError(f"the worker at {worker} has {told}, and this is deriv {ours}", hint=hint)
