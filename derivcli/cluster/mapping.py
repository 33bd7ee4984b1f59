"""`deriv map` from its options to what is told of it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from importlib.metadata import version
from typing import Any

import pyarrow

from derivcli.batches import BatchFunction, batch_function
from derivcli.cluster.connecting import connected, dashboard
from derivcli.cluster.estimate import Estimate, estimate
from derivcli.cluster.ledger import Keeper, Watch
from derivcli.cluster.manifest import Manifest, Todo, manifest
from derivcli.cluster.part import Job, read
from derivcli.cluster.partitions import Partition, Pattern, listed, opened, pattern
from derivcli.cluster.report import Report, report
from derivcli.cluster.running import Run, Stopped
from derivcli.cluster.store import Store
from derivcli.errors import DerivError, UsageError, visible
from derivcli.many import used_names

# Rows that are checked in all, unless a number for each partition is asked for.
_CHECKED = 100
# Partitions that are looked into before anything is begun.
_PROBED = 3
_GOES_ON = "the same command goes on from there"


@dataclass(frozen=True)
class Request:
    """What the options say.

    Args:
        expressions: the texts of the expression.
        options: those of the question, by name.
        points: a pattern of files.
        out: a folder.
        scheduler: the address of a scheduler; None for processes of our own.
        workers: how many of these.
        retries: how often more a partition is tried that failed.
        check_rows: how many rows of each partition are checked; None for the default.
        seed: of their choice.
    """

    expressions: Sequence[str]
    options: Mapping[str, Any]
    points: str
    out: str
    scheduler: str | None
    workers: int
    retries: int
    check_rows: int | None
    seed: int


class Work:
    """A question and the files that it is asked of.

    Args:
        asked: what the options say.

    Raises:
        DerivError: the question cannot be understood, no file matches, or the files do not fit the question.
    """

    def __init__(self, asked: Request) -> None:
        self.asked = asked
        self.function: BatchFunction = batch_function(list(asked.expressions), **asked.options)
        wanted: Pattern = pattern(asked.points)
        self.partitions = listed(wanted)
        self.store = Store(asked.out)
        self.store.refuse_inside(wanted, [p.name for p in self.partitions])
        _probe(self.function, self.partitions)

    def manifest(self) -> Manifest:
        """The manifest of the output folder.

        Raises:
            UsageError: the folder holds something else.
        """
        digest = blake2b(self.function.digest.encode(), digest_size=32).hexdigest()
        question = {
            "expression": list(self.asked.expressions), "options": dict(self.asked.options), "digest": digest,
            "deriv": version("derivcli"),
        }  # fmt: skip
        return manifest(self.store, question, self.partitions)

    def jobs(self, todo: Sequence[Todo]) -> list[Job]:
        """What is to be done."""
        constants = dict(self.function.constants)
        numbers = tuple(name for name in used_names(self.function.question, []) if name not in constants)
        checked = self.asked.check_rows
        shares = dict(zip((p.name for p in self.partitions), _shares(len(self.partitions)), strict=True))
        workshop = self.store.workshop
        return [
            Job(
                t.partition,
                workshop,
                numbers,
                shares[t.partition.name] if checked is None else checked,
                self.asked.seed,
            )
            for t in todo
        ]


def _shares(partitions: int) -> list[int]:
    """How many rows of each partition are checked, of as many in all as of one file."""
    return [(k + 1) * _CHECKED // partitions - k * _CHECKED // partitions for k in range(partitions)]


def run(asked: Request, watch: Watch | None = None, say: Callable[[str], None] = lambda text: None) -> Report:
    """Answer what is not answered yet.

    Args:
        asked: what the options say.
        watch: is told how far it is.
        say: is told what somebody who waits wants to know.

    Raises:
        DerivError: nothing can be begun, or it came to an early end; what is answered by then stays.
    """
    start = time.monotonic()
    work = Work(asked)
    with work.store.held():
        kept = work.manifest()
        todo = kept.todo(work.partitions)
        keeper = Keeper(work.store, kept, sum(t.partition.size for t in todo), watch)
        try:
            keeper.save(now=True)
            if todo:
                _run(work, keeper, todo, say)
            keeper.save(now=True)
        except Stopped as stop:
            message = f"{stop}: {_told(work, kept)}"
            raise UsageError(message, hint=_GOES_ON) from None
        except (KeyboardInterrupt, SystemExit):
            say(f"interrupted: {_told(work, kept)}; {_GOES_ON}")
            raise
        finally:
            work.store.discard()
            with suppress(Stopped):
                keeper.save(now=True)
    return report(work.partitions, kept, Counter(t.why for t in todo), keeper, time.monotonic() - start)


def _run(work: Work, keeper: Keeper, todo: Sequence[Todo], say: Callable[[str], None]) -> None:
    asked = work.asked
    with connected(asked.scheduler, asked.workers, asked.retries) as client:
        link = dashboard(client)
        if link is not None:
            say(f"dashboard: {link}")
        Run(client, work.function, keeper, asked.retries).all(work.jobs(todo))


def plan(asked: Request) -> Estimate:
    """What a run would do, and how long it would take; nothing is written.

    Args:
        asked: what the options say.

    Raises:
        DerivError: as `run`, where nothing can be begun.
    """
    work = Work(asked)
    todo = work.manifest().todo(work.partitions)
    threads = asked.workers
    if asked.scheduler is not None:
        with connected(asked.scheduler, asked.workers, asked.retries) as client:
            threads = sum(client.nthreads().values())
    return estimate(work.function, work.partitions, [t.why for t in todo], work.jobs(todo), threads)


def _told(work: Work, kept: Manifest) -> str:
    left = len(kept.todo(work.partitions))
    count = len(work.partitions)
    return f"{count - left:,} of {count:,} partitions are answered"


def _probe(function: BatchFunction, partitions: Sequence[Partition]) -> None:
    """Let a question that fits none of some files end before anything is begun."""
    refusal: DerivError | None = None
    for partition in partitions[:_PROBED]:
        try:
            system, path = opened(partition.source)
            with read(system, path, partition.form, ()) as (schema, _):
                function.schema(schema)
            return
        except DerivError as error:
            refusal = refusal or type(error)(f"{visible(partition.source)}: {error.message}", hint=error.hint)
        except (OSError, pyarrow.ArrowException):
            continue  # what cannot be read is told when its turn comes
    if refusal is not None:
        raise refusal
