"""Jobs on a Dask cluster: a few more than there are threads at a time; each is settled here, once."""

from __future__ import annotations

import itertools
import math
import queue
import time
import uuid
from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

import distributed

from derivcli.batches import BatchFunction
from derivcli.cluster.connecting import mend
from derivcli.cluster.part import Answered, Failure, Job, answer_all, reason

# Tasks that are begun for each thread, so that none has to wait for us.
_AHEAD = 3
# Files go together until they have so many bytes or are so many; and there are at least so many tasks for each thread.
_TOGETHER, _MOST, _LEAST = 1 << 23, 64, 4
# Seconds between two signs of life, between two looks at how many threads there are, and without any before it ends.
_TICK, _LOOK, _PATIENCE = 0.25, 5.0, 300.0


class Stopped(Exception):
    """Nothing more can be done, for a reason that has nothing to do with one partition."""


class Ledger(Protocol):
    """Who keeps what became of each job."""

    def accept(self, answered: Answered) -> Failure | None:
        """Take an answer; a failure if it cannot be taken."""
        ...

    def reject(self, failure: Failure, attempts: int) -> None:
        """Set a job aside after so many attempts."""
        ...

    def tick(self) -> None:
        """A moment has passed."""
        ...


@dataclass(frozen=True)
class _Task:
    """Jobs that go together, and whether nothing else ran beside them."""

    jobs: Sequence[Job]
    alone: bool


class Run:
    """Jobs that are run on a cluster, each settled once.

    Args:
        client: of the cluster.
        function: what answers.
        ledger: who keeps what became of the jobs.
        retries: how often more a job is tried that failed.
    """

    def __init__(self, client: distributed.Client, function: BatchFunction, ledger: Ledger, retries: int) -> None:
        self._client, self._function, self._ledger, self._retries = client, function, ledger, retries
        self._waiting: deque[Sequence[Job]] = deque()
        self._suspects: deque[Job] = deque()
        self._flying: dict[distributed.Future, _Task] = {}
        self._done: queue.SimpleQueue[distributed.Future] = queue.SimpleQueue()
        self._failed: dict[str, list[str]] = defaultdict(list)  # at which workers, by the name of the answers
        self._numbers, self._name = itertools.count(), uuid.uuid4().hex
        self._threads: dict[str, int] = {}
        self._looked = self._seen = -math.inf

    def all(self, jobs: Sequence[Job]) -> None:
        """Run all jobs.

        Jobs whose workers died again and again are suspects, and so may be their neighbours: in the end each of them is
        run with nothing beside it, and only one that kills its workers even then is set aside.

        Raises:
            Stopped: the scheduler or all workers went away, or there is no more room.
        """
        self._look()
        self._waiting.extend(grouped(jobs, sum(self._threads.values())))
        try:
            while self._waiting or self._suspects or self._flying:
                self._begin_some()
                self._settle_one()
                self._ledger.tick()
                self._look()
        finally:
            with suppress(Exception):
                self._client.cancel(list(self._flying), force=True)

    def _begin_some(self) -> None:
        while self._waiting and len(self._flying) < _AHEAD * max(1, sum(self._threads.values())):
            self._begin(_Task(self._waiting.popleft(), alone=False))
        if self._suspects and not self._flying:
            self._begin(_Task([self._suspects.popleft()], alone=True))

    def _begin(self, task: _Task) -> None:
        tried = {worker for job in task.jobs for worker in self._failed.get(job.partition.name, ())}
        others = [worker for worker in self._threads if worker not in tried] if tried else []
        future = self._client.submit(
            _on_worker, self._function, task.jobs, key=f"deriv-map-{self._name}-{next(self._numbers)}", pure=False,
            workers=others or None, allow_other_workers=bool(others),
        )  # fmt: skip
        self._flying[future] = task
        future.add_done_callback(self._done.put)

    def _settle_one(self) -> None:
        """Settle one task, if one is done by now."""
        try:
            future = self._done.get(timeout=_TICK)
        except queue.Empty:
            return
        if future.status in ("lost", "pending"):
            # The worker died after it was done and before its result was fetched: another one does it again.
            future.add_done_callback(self._done.put)
            return
        task = self._flying.pop(future)
        if future.status == "finished":
            worker, outcomes = future.result()
            for outcome in outcomes:
                self._settle(outcome, worker)
        elif future.status == "error":
            self._fail(task, future.exception())
        else:
            raise Stopped("the scheduler went away")

    def _settle(self, outcome: Answered | Failure, worker: str) -> None:
        failure = self._ledger.accept(outcome) if isinstance(outcome, Answered) else outcome
        if failure is None:
            return
        if failure.full:
            raise Stopped(failure.reason)
        failed = self._failed[failure.job.partition.name]
        failed.append(worker)
        if failure.again and len(failed) <= self._retries:
            self._waiting.append([failure.job])
        else:
            self._ledger.reject(failure, len(failed))

    def _fail(self, task: _Task, error: Exception) -> None:
        """A task that came to no end."""
        if not isinstance(error, distributed.KilledWorker):
            for job in task.jobs:
                self._settle(Failure(job, reason(error)), "")
        elif task.alone:
            deaths = error.allowed_failures + 1
            told = f"{deaths} worker{'s' * (deaths > 1)} died while it ran alone, of too little memory perhaps"
            self._ledger.reject(Failure(task.jobs[0], told), deaths)
        else:
            self._suspects.extend(task.jobs)

    def _look(self) -> None:
        """See from time to time what the cluster has."""
        now = time.monotonic()
        if now < self._looked + _LOOK:
            return
        try:
            self._threads = dict(self._client.nthreads())
        except (OSError, TimeoutError):
            self._threads = {}
        self._looked = now
        mend(self._client)
        if self._threads or self._seen == -math.inf:
            self._seen = now
        elif now > self._seen + _PATIENCE:
            raise Stopped(f"there was no worker for {_PATIENCE:.0f} s")


def grouped(jobs: Sequence[Job], threads: int) -> Iterator[list[Job]]:
    """Jobs in tasks: small files together, so that the scheduler's part of the time is small."""
    most = max(1, min(_MOST, len(jobs) // (_LEAST * max(1, threads))))
    group: list[Job] = []
    size = 0
    for job in jobs:
        group.append(job)
        size += job.partition.size
        if len(group) >= most or size >= _TOGETHER:
            yield group
            group, size = [], 0
    if group:
        yield group


def _on_worker(function: BatchFunction, jobs: Sequence[Job]) -> tuple[str, list[Answered | Failure]]:
    """What became of some jobs, and where."""
    return distributed.get_worker().address, answer_all(function, jobs)
