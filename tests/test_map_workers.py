"""`deriv map` on workers: they fail, die and go away, and no row is lost or doubled."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jsonschema
import pytest

pytest.importorskip("distributed")
pytest.importorskip("pyarrow")

import distributed
import pyarrow.parquet as pq
from distributed import Status
from partitioned import EXPRESSION, Deriv, Future, Inline, Notes, asked, jobs_of, put

from derivcli.batches import BatchFunction, batch_function
from derivcli.cluster import mapping
from derivcli.cluster.connecting import connected
from derivcli.cluster.ledger import Keeper
from derivcli.cluster.part import Failure, Job, answer
from derivcli.cluster.partitions import Partition
from derivcli.cluster.running import Run, Stopped, grouped
from derivcli.render.json import schema_text

VALIDATOR = jsonschema.Draft202012Validator(json.loads(schema_text()))


def test_a_failure_is_tried_again_elsewhere_and_then_set_aside(tmp_path: Path) -> None:
    jobs, tried = jobs_of(tmp_path, 3), []

    def script(given: Sequence[Job], workers: Any = None, **_: Any) -> Future | None:
        if given[0].partition.name == "1.parquet":
            tried.append(workers)
            return Future(outcome=("ab"[len(tried) % 2], [Failure(given[0], "lost")]))
        return Future(outcome=("a", [answer(batch_function(EXPRESSION), j) for j in given]))

    notes = Notes()
    Run(Inline(script), batch_function(EXPRESSION), notes, 2).all(jobs)
    assert tried == [None, ["a"], None]  # at b, then not at b, then at both already
    assert notes.rejected == [("1.parquet", "lost", 3)]
    assert sorted(notes.accepted) == ["0.parquet", "2.parquet"]


def test_a_partition_is_not_blamed_for_a_dying_neighbour(tmp_path: Path) -> None:
    jobs = jobs_of(tmp_path, 40)
    begun: list[list[str]] = []

    def script(given: Sequence[Job], **_: Any) -> Future | None:
        begun.append([j.partition.name for j in given])
        if "7.parquet" in begun[-1]:
            return Future("error", distributed.KilledWorker("key", None, 2))
        return Future(outcome=("a", [answer(batch_function(EXPRESSION), j) for j in given]))

    notes = Notes()
    Run(Inline(script), batch_function(EXPRESSION), notes, 2).all(jobs)
    (suspects,) = (names for names in begun if "7.parquet" in names and len(names) > 1)
    assert len(suspects) > 1
    assert begun[-len(suspects) :] == [[name] for name in suspects]
    assert [(name, attempts) for name, _, attempts in notes.rejected] == [("7.parquet", 3)]
    assert sorted(notes.accepted) == sorted(f"{k}.parquet" for k in range(40) if k != 7)


def test_a_scheduler_that_goes_away_ends_the_run(tmp_path: Path) -> None:
    notes = Notes()
    with pytest.raises(Stopped, match="the scheduler went away"):
        Run(Inline(lambda *_, **__: Future("cancelled")), batch_function(EXPRESSION), notes, 2).all(
            jobs_of(tmp_path, 3)
        )
    assert not notes.accepted and not notes.rejected


@pytest.mark.parametrize(("sizes", "threads", "groups"), [
    ([10] * 3, 2, [1, 1, 1]), ([10] * 16, 2, [2] * 8), ([10] * 1000, 1, [64] * 15 + [40]),
    ([1 << 24] * 20, 1, [1] * 20), ([1 << 24, *([1 << 20] * 19)], 1, [1, 5, 5, 5, 4]),
])  # fmt: skip
def test_small_files_go_together(sizes: list[int], threads: int, groups: list[int]) -> None:
    jobs = [Job(Partition("", str(k), "parquet", size, ""), "", (), 0, 0) for k, size in enumerate(sizes)]
    found = list(grouped(jobs, threads))
    assert [len(group) for group in found] == groups
    assert [j for group in found for j in group] == jobs


def test_a_dry_run_counts_and_measures_and_writes_nothing(tmp_path: Path, deriv: Deriv) -> None:
    for name in "ab":
        put(tmp_path / "in" / f"{name}.parquet", 50)
    words = ["map", EXPRESSION, "--points", f"{tmp_path}/in/*.parquet", "--out", f"{tmp_path}/out", "--dry-run"]
    ran = deriv(*words, "--json", "--workers", "3")
    VALIDATOR.validate(ran.json)
    plan = ran.json["plan"]
    assert (plan["partitions"], plan["rows"], plan["exact"], plan["todo"]) == (2, 100, True, {"missing": 2})
    assert plan["threads"] == 3 and plan["sample_rows"] == 50 and plan["seconds"] > 0
    assert "measured here on one core" in deriv(*words).err
    assert not (tmp_path / "out").exists()


def test_a_dry_run_tells_what_cannot_be_read_and_measures_another_file(tmp_path: Path, deriv: Deriv) -> None:
    put(tmp_path / "in" / "whole.parquet", 50)
    (tmp_path / "in" / "broken.parquet").write_bytes(b"PAR1" + bytes(10_000))
    words = ["map", EXPRESSION, "--points", f"{tmp_path}/in/*.parquet", "--out", f"{tmp_path}/out", "--dry-run"]
    ran = deriv(*words, "--json")
    VALIDATOR.validate(ran.json)
    assert (ran.json["plan"]["unreadable"], ran.json["plan"]["sample"]) == (["broken.parquet"], "whole.parquet")
    assert "1 file cannot be read: broken.parquet" in deriv(*words).err


@dataclass(frozen=True)
class Deadly:
    """A function that kills its own worker at the first row of some files, as long as there are marks left to take."""

    function: BatchFunction
    marks: Mapping[float, Path]

    def __call__(self, batch: Any) -> Any:
        mark = self.marks.get(batch.column("id")[0].as_py())
        if mark is not None and next(mark.glob("*"), None) is not None:
            next(mark.glob("*")).unlink()
            os.kill(os.getpid(), signal.SIGKILL)
        return self.function(batch)

    def schema(self, schema: Any) -> Any:
        return self.function.schema(schema)

    def check(self, batch: Any, rows: int) -> Any:
        return self.function.check(batch, rows)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """Two processes; whose death gives back what they had, at once."""
    with connected(None, 2, 0) as client:
        yield client


def test_a_worker_that_is_killed_costs_no_row_and_doubles_none(tmp_path: Path, cluster: Any) -> None:
    for k in range(8):
        put(tmp_path / "in" / f"{k}.parquet", 100, start=100 * k)
    marks = {k: tmp_path / f"marks{k}" for k in (300, 500)}
    for mark, deaths in zip(marks.values(), (1, 9), strict=True):  # one dies once, the other again and again
        mark.mkdir()
        for death in range(deaths):
            (mark / str(death)).touch()
    work = mapping.Work(replace(asked(tmp_path), check_rows=0))
    with work.store.held():
        kept = work.manifest()
        keeper = Keeper(work.store, kept, 1, None)
        Run(cluster, Deadly(work.function, marks), keeper, 1).all(work.jobs(kept.todo(work.partitions)))  # type: ignore[arg-type]
    ids = [k for path in sorted((tmp_path / "out").glob("*.parquet")) for k in pq.read_table(path)["id"].to_pylist()]
    assert ids == [k for k in range(800) if k // 100 != 5]
    assert {name: record["status"] for name, record in kept.parts.items()} == {
        f"{k}.parquet": "failed" if k == 5 else "done" for k in range(8)
    }
    assert "1 worker died while it ran alone" in kept.parts["5.parquet"]["reason"]


def test_the_whole_command_on_two_processes(tmp_path: Path, cluster: Any, deriv: Deriv) -> None:
    for k in range(5):
        put(tmp_path / "in" / f"{k}.parquet", 100, start=100 * k)
    broken, folder = (tmp_path / "in" / f"{k}.parquet" for k in (3, 4))
    broken.write_bytes(broken.read_bytes()[:-100])
    folder.unlink()
    folder.mkdir()
    words = ["map", EXPRESSION, "--points", f"{tmp_path}/in/*.parquet", "--out", f"{tmp_path}/out"]
    ran = deriv(*words, "--scheduler", cluster.scheduler.address, "--json")
    assert ran.status == 1
    VALIDATOR.validate(ran.json)
    found = ran.json["map"]
    assert (found["partitions"], found["answered"], found["rows"]) == (5, 3, 300)
    assert [(a["partition"], a["attempts"]) for a in found["aside"]] == [("3.parquet", 3), ("4.parquet", 3)]
    assert (found["checked"], set(found["statuses"])) == (60, {"agree"})  # 100 of five files
    assert "set aside: 3.parquet: " in ran.err
    put(tmp_path / "in" / "3.parquet", 100, start=300)
    (tmp_path / "in" / "4.parquet").rmdir()
    ran = deriv(*words, "--scheduler", cluster.scheduler.address)
    assert (ran.status, ran.out) == (0, "")
    assert "4 partitions, 400 rows: 1 answered, 3 were there" in ran.err


def test_workers_that_are_gone_for_good_are_started_anew(tmp_path: Path) -> None:
    states = {0: Status.running, 1: Status.closed, 2: Status.failed, 3: Status.starting}
    asked_for: list[int] = []
    cluster = SimpleNamespace(
        workers={name: SimpleNamespace(status=status) for name, status in states.items()},
        worker_spec=dict.fromkeys(states), scale=asked_for.append,
        loop=SimpleNamespace(add_callback=lambda function, *words: function(*words)),
    )  # fmt: skip
    client = Inline(lambda given, **_: Future(outcome=("a", [answer(batch_function(EXPRESSION), j) for j in given])))
    client.cluster = cluster
    notes = Notes()
    Run(client, batch_function(EXPRESSION), notes, 0).all(jobs_of(tmp_path, 2))
    assert (list(cluster.workers), asked_for, len(notes.accepted)) == ([0, 3], [4], 2)


def test_a_scheduler_that_does_not_answer_is_named(
    tmp_path: Path, deriv: Deriv, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("derivcli.cluster.connecting._PATIENCE", 0.1)
    put(tmp_path / "in" / "a.parquet", 3)
    words = ["--points", f"{tmp_path}/in/*.parquet", "--out", f"{tmp_path}/out", "--scheduler", "tcp://127.0.0.1:1"]
    ran = deriv("map", EXPRESSION, *words)
    assert (ran.status, "no scheduler answers at tcp://127.0.0.1:1" in ran.err) == (2, True)
