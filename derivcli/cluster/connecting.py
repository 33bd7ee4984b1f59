"""A Dask cluster: one that is there, or processes of our own."""

from __future__ import annotations

import importlib.util
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import version

import dask
import distributed

from derivcli.errors import UsageError, visible

# Seconds for a scheduler to answer and for the first worker to be there, and between two looks for it.
_PATIENCE, _LOOK = 60.0, 2.0


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
    with (
        distributed.LocalCluster(
            n_workers=0, threads_per_worker=1, silence_logs=logging.CRITICAL,
            dashboard_address="127.0.0.1:0", preload="derivcli.cluster.preload",
        ) as cluster,
        distributed.Client(cluster, set_as_default=False) as client,
    ):  # fmt: skip
        cluster.scale(workers)
        end = time.monotonic() + _PATIENCE
        while not client.nthreads():
            with suppress(TimeoutError):
                client.wait_for_workers(1, timeout=_LOOK)
            mend(client)
            if time.monotonic() > end:
                raise UsageError(f"no process that could work has started within {_PATIENCE:.0f} s")
        yield client


def mend(client: distributed.Client) -> None:
    """Start processes of our own anew that are gone for good: Dask gives one up that dies while it starts."""
    cluster = client.cluster
    if cluster is not None:
        cluster.loop.add_callback(_replace, cluster)


def _replace(cluster: distributed.LocalCluster) -> None:
    gone = (distributed.Status.closed, distributed.Status.failed)
    for name in [name for name, nanny in cluster.workers.items() if nanny.status in gone]:
        del cluster.workers[name]
    cluster.scale(len(cluster.worker_spec))


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
            raise UsageError(
                f"the scheduler at {visible(address)} has had no worker for {_PATIENCE:.0f} s",
                hint="start its workers first: dask worker ADDRESS",
            ) from None
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
