"""`deriv map`: files in, files of answers out; nothing lost, nothing doubled, and what is done stays done."""

from __future__ import annotations

import errno
import json
import os
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jsonschema
import pytest

pytest.importorskip("distributed")
pytest.importorskip("pyarrow")

import distributed
import fsspec
import pyarrow
import pyarrow.parquet as pq
from distributed import Status
from fsspec.implementations.memory import MemoryFileSystem

from derivcli.batches import BatchFunction, batch_function
from derivcli.cluster import mapping, running
from derivcli.cluster.connecting import connected
from derivcli.cluster.ledger import Keeper
from derivcli.cluster.part import Answered, Failure, Job, answer
from derivcli.cluster.partitions import Partition, listed, pattern
from derivcli.cluster.running import Run, Stopped, grouped
from derivcli.cluster.store import MANIFEST, Store
from derivcli.errors import UsageError
from derivcli.render.json import schema_text

Deriv = Callable[..., Any]
EXPRESSION = "exp(-x**2)*y"
VALIDATOR = jsonschema.Draft202012Validator(json.loads(schema_text()))


def points(rows: int, start: int = 0) -> pyarrow.Table:
    """Some points, no two of them the same."""
    order = range(start, start + rows)
    columns = {"id": list(order), "x": [k / 97 - 3 for k in order], "y": [k % 13 - 6.5 for k in order]}
    return pyarrow.table(columns)


def put(path: Path, rows: int, start: int = 0, **options: Any) -> Path:
    """A file of points."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(points(rows, start), path, **options)
    return path


def job(path: Path, folder: Path, **more: Any) -> Job:
    """The job of one file."""
    (partition,) = listed(pattern(str(path)))
    return Job(partition, str(folder), **{"numbers": ("x", "y"), "checked": 0, "seed": 0, **more})


def asked(folder: Path, expression: str = EXPRESSION, out: str = "out", **more: Any) -> mapping.Request:
    """The request to answer all files of the folder `in`."""
    return mapping.Request([expression], {}, f"{folder}/in/*.parquet", f"{folder}/{out}", None, 2, 1, 1, 0, **more)


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tasks are run in this process, one after the other, and there is no cluster."""
    monkeypatch.setattr(mapping, "connected", lambda *_: Inline())
    monkeypatch.setattr(running, "_on_worker", lambda f, jobs: ("here", running.answer_all(f, jobs)))


@dataclass
class Future:
    """A future that is done."""

    status: str = "finished"
    outcome: Any = None

    def add_done_callback(self, function: Callable[[Future], None]) -> None:
        function(self)

    def result(self) -> Any:
        return self.outcome

    def exception(self) -> Any:
        return self.outcome

    def __hash__(self) -> int:
        return id(self)


class Inline:
    """A client without a cluster; `script` says of each task what becomes of it, else it is run."""

    dashboard_link = None
    cluster: Any = None

    def __init__(self, script: Callable[..., Future | None] = lambda *_, **__: None) -> None:
        self.script = script

    def __enter__(self) -> Inline:
        return self

    def __exit__(self, *_: object) -> None: ...

    def nthreads(self) -> dict[str, int]:
        return {"a": 1, "b": 1}

    def cancel(self, *_: object, **__: object) -> None: ...

    def submit(self, task: Callable[..., Any], function: Any, jobs: Sequence[Job], **options: Any) -> Future:
        return self.script(jobs, **options) or Future(outcome=task(function, jobs))


@dataclass
class Notes:
    """A ledger that notes."""

    accepted: list[str] = field(default_factory=list)
    rejected: list[tuple[str, str, int]] = field(default_factory=list)

    def accept(self, answered: Answered) -> Failure | None:
        self.accepted.append(answered.job.partition.name)
        return None

    def reject(self, failure: Failure, attempts: int) -> None:
        self.rejected.append((failure.job.partition.name, failure.reason, attempts))

    def tick(self) -> None: ...


# What a pattern means among these files, and the names of their answers.
FILES = ("a/x.parquet", "b/x.parquet", "b/deep/y.pq", "top.parquet", "_SUCCESS", ".hidden.parquet", "text/t.csv")


@pytest.mark.parametrize(("wanted", "names"), [
    ("*.parquet", ["top.parquet"]),
    ("*/x.parquet", ["a/x.parquet", "b/x.parquet"]),
    ("[ab]/x.parquet", ["a/x.parquet", "b/x.parquet"]),
    ("b/**/*.p*q*", ["deep/y.parquet", "x.parquet"]),
    ("**/*.parquet", ["a/x.parquet", "b/x.parquet", "top.parquet"]),
    ("top.parquet", ["top.parquet"]),
    ("text/*.csv", ["t.parquet"]),
    ("", ["a/x.parquet", "b/deep/y.parquet", "b/x.parquet", "text/t.parquet", "top.parquet"]),
])  # fmt: skip
@pytest.mark.parametrize("store", ["path", "memory"])
def test_a_pattern_means_files_wherever_they_are(wanted: str, names: list[str], store: str, tmp_path: Path) -> None:
    base = str(tmp_path) if store == "path" else f"memory://{tmp_path}"
    for name in FILES:
        with fsspec.open(f"{base}/{name}", "wb", **({"auto_mkdir": True} if store == "path" else {})) as file:
            file.write(b"some bytes")
    found = listed(pattern(f"{base}/{wanted}".rstrip("/")))
    assert sorted(p.name for p in found) == names
    assert all(p.size == 10 and p.version.startswith("10 ") for p in found)
    assert all(fsspec.open(p.source, "rb").open().read() == b"some bytes" for p in found)


def test_the_largest_comes_first(tmp_path: Path) -> None:
    sizes = {"a": 5, "b": 50, "c": 20}
    for name, size in sizes.items():
        (tmp_path / f"{name}.parquet").write_bytes(bytes(size))
    assert [p.size for p in listed(pattern(f"{tmp_path}/*.parquet"))] == [50, 20, 5]


@pytest.mark.parametrize(("files", "wanted", "out", "said"), [
    ([], "in/*.parquet", "out", "no file matches"),
    (["in/a.parquet"], "in/*.parquet", "in", "would be one"),
    (["in/a.parquet"], "in/**/*.parquet", "in/out", "would be one"),
    (["in/a.parquet"], "in", "in/out", "would be one"),
    (["in/a.parquet"], "in/a.parquet", "in", "would be one"),
    (["in/a.parquet", "in/a.pq"], "in/*", "out", "would both be answered in a.parquet"),
    (["in/a.txt"], "in/*", "out", "cannot tell what"),
    (["in/a.parquet", "out/a.parquet"], "in/*.parquet", "out", "of which no manifest tells"),
    (["in/a.parquet"], "nowhere://in/*.parquet", "out", "cannot open"),
    (["in/a.parquet"], "in/*.parquet", "in/a.parquet/out", "cannot write to"),
])  # fmt: skip
def test_what_would_go_wrong_is_refused_before_anything_is_begun(
    files: list[str], wanted: str, out: str, said: str, tmp_path: Path, deriv: Deriv, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in files:
        put(tmp_path / name, 2)
    ran = deriv("map", EXPRESSION, "--points", wanted, "--out", out, "--json")
    assert ran.status == 2
    assert said in ran.json["error"]["message"]
    assert sorted(str(p.relative_to(tmp_path)) for p in tmp_path.rglob("?.*")) == sorted(files)


@pytest.mark.parametrize(("words", "status", "said"), [
    (["sinn(x)"], 3, "sinn"),
    ([EXPRESSION, "--workers", "0"], 2, "--workers is 1 or more"),
    ([EXPRESSION, "--retries", "-1"], 2, "0 or more"),
    (["x*q"], 3, "q"),
    (["x", "{folder}/in/b.parquet"], 2, "stands among the expressions"),
])  # fmt: skip
def test_options_and_questions_are_checked_first(
    words: list[str], status: int, said: str, tmp_path: Path, deriv: Deriv
) -> None:
    for name in "ab":
        put(tmp_path / "in" / f"{name}.parquet", 3)
    words = [word.format(folder=tmp_path) for word in words]
    ran = deriv("map", *words, "--points", f"{tmp_path}/in/*.parquet", "--out", f"{tmp_path}/out")
    assert (ran.status, said in ran.err) == (status, True)
    assert not (tmp_path / "out").exists()


def test_an_extra_that_is_missing_is_named(tmp_path: Path, deriv: Deriv, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    ran = deriv("map", "x", "--points", "*", "--out", str(tmp_path))
    assert (ran.status, "pip install 'derivcli[cluster]'" in ran.err) == (2, True)


@pytest.mark.parametrize("rows", [50, 10_500])
def test_one_partition_is_what_one_machine_answers_bit_for_bit(rows: int, tmp_path: Path, deriv: Deriv) -> None:
    source = put(tmp_path / "in" / "a.parquet", rows)
    function = batch_function(EXPRESSION)
    found = answer(function, job(source, tmp_path))
    assert isinstance(found, Answered)
    engine = ["--engine", function.engine]
    ran = deriv(EXPRESSION, "--points", str(source), "--out", str(tmp_path / "one.parquet"), *engine)
    assert ran.status == 0
    ours, theirs = pq.read_table(found.file), pq.read_table(tmp_path / "one.parquet")
    for name in ("id", "x", "y", "value", "d_x", "d_y"):
        a, b = (table[name].combine_chunks().buffers()[1].to_pybytes()[: 8 * rows] for table in (ours, theirs))
        assert a == b, name
    assert ours["reason"].null_count == ours.num_rows == found.written.rows == rows


@pytest.mark.parametrize("rows", [0, 1, 100])
def test_rows_are_answered_however_they_are_grouped(rows: int, tmp_path: Path) -> None:
    whole, split = put(tmp_path / "a.parquet", rows), put(tmp_path / "b.parquet", rows, row_group_size=7)
    found = [answer(batch_function(EXPRESSION), job(path, tmp_path, checked=3)) for path in (whole, split)]
    first, second = (pq.read_table(f.file) for f in found if isinstance(f, Answered))
    assert first.equals(second)
    assert first.num_rows == rows
    assert first.column_names == ["id", "x", "y", "value", "d_x", "d_y", "reason"]
    for f in found:
        assert isinstance(f, Answered)
        data = Path(f.file).read_bytes()
        assert (f.written.size, f.written.digest) == (len(data), blake2b(data, digest_size=32).hexdigest())
        assert f.checked.rows == min(rows, 3) and set(f.checked.statuses) <= {"agree"}


def test_a_file_without_row_groups_gives_a_file_without_rows(tmp_path: Path) -> None:
    pq.ParquetWriter(tmp_path / "a.parquet", points(0).schema).close()
    found = answer(batch_function(EXPRESSION), job(tmp_path / "a.parquet", tmp_path, checked=3))
    assert isinstance(found, Answered)
    assert (found.written.rows, pq.read_table(found.file).num_rows, found.checked.rows) == (0, 0, 0)


@pytest.mark.parametrize(("ending", "text"), [
    ("csv", "name,x,y\none,1,2\ntwo,,3\n"), ("tsv", "name\tx\ty\none\t1\t2\ntwo\t\t3\n"),
    ("ndjson", '{"name": "one", "x": 1, "y": 2}\n{"name": "two", "y": 3}\n'),
])  # fmt: skip
def test_points_in_text_are_answered_in_parquet(ending: str, text: str, tmp_path: Path) -> None:
    (tmp_path / f"a.{ending}").write_text(text)
    found = answer(batch_function("x*y"), job(tmp_path / f"a.{ending}", tmp_path))
    assert isinstance(found, Answered)
    rows = pq.read_table(found.file).to_pylist()
    assert [(row["name"], row["value"], row["d_x"], row["reason"]) for row in rows] == [
        ("one", 2.0, 2.0, None), ("two", None, None, "x is missing"),
    ]  # fmt: skip
    assert found.written.reasons == {"x is missing": 1}


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def lack(path: Path) -> None:
    pq.write_table(points(3).drop_columns("y"), path)


SPOILT: Mapping[Callable[[Path], object], tuple[str, bool]] = {
    truncate: ("Parquet", True), folder: ("Is a directory", True), lack: ("y", False),
    lambda path: path.write_bytes(b""): ("Parquet", True),
}  # fmt: skip


@pytest.mark.parametrize("spoil", SPOILT)
def test_a_file_that_cannot_be_answered_has_a_reason_and_leaves_nothing(
    spoil: Callable[[Path], object], tmp_path: Path
) -> None:
    source = put(tmp_path / "in" / "a.parquet", 3)
    spoil(source)
    found = answer(batch_function(EXPRESSION), job(source, tmp_path / "out"))
    said, again = SPOILT[spoil]
    assert isinstance(found, Failure)
    assert said in found.reason and "\n" not in found.reason
    assert (found.again, found.full) == (again, False)
    assert not list((tmp_path / "out").glob("*"))


class Full(MemoryFileSystem):
    """A store without room."""

    protocol = "full"

    def _open(self, path: str, mode: str = "rb", **options: Any) -> Any:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_ends_the_run_and_leaves_what_is_done(tmp_path: Path) -> None:
    fsspec.register_implementation("full", Full, clobber=True)
    jobs = [job(put(tmp_path / f"{name}.parquet", 3), tmp_path) for name in "ab"]
    found = answer(batch_function(EXPRESSION), replace(jobs[0], folder="full://x"))
    assert isinstance(found, Failure) and found.full and "No space left" in found.reason
    notes = Notes()
    with pytest.raises(Stopped, match="No space left"):
        Run(Inline(lambda *_, **__: Future(outcome=("a", [found]))), batch_function(EXPRESSION), notes, 5).all(jobs)
    assert not notes.rejected


def test_a_second_run_does_what_is_missing_and_no_more(tmp_path: Path, here: None) -> None:
    for k in range(6):
        put(tmp_path / "in" / f"{k}.parquet", 10, start=10 * k)
    first = mapping.run(asked(tmp_path))
    assert (first.answered, first.kept, first.rows) == (6, 0, 60)
    out = tmp_path / "out"
    before = {path.name: path.stat().st_mtime_ns for path in out.glob("*.parquet")}
    (out / "0.parquet").unlink()
    (out / "1.parquet").write_bytes(b"something else")
    put(tmp_path / "in" / "2.parquet", 11, start=20)
    os.utime(out / "3.parquet")  # the same bytes at another time
    (tmp_path / "in" / "4.parquet").unlink()
    put(tmp_path / "in" / "6.parquet", 10, start=60)
    second = mapping.run(asked(tmp_path))
    assert (second.answered, second.kept, dict(second.again)) == (4, 2, {"gone": 1, "damaged": 1, "changed": 1})
    assert second.strangers == ["4.parquet"]
    assert second.rows == 61
    assert (out / "5.parquet").stat().st_mtime_ns == before["5.parquet"]
    assert pq.read_table(out / "2.parquet").num_rows == 11
    third = mapping.run(asked(tmp_path))
    assert (third.answered, third.kept, dict(third.again)) == (0, 6, {})
    rows = [k for path in out.glob("*.parquet") for k in pq.read_table(path)["id"].to_pylist()]
    assert sorted(rows) == sorted([*range(70), 30])  # of the file that had no row 30 before, too


def test_an_order_of_partitions_changes_no_bit(tmp_path: Path, here: None) -> None:
    for k, size in enumerate((30, 5, 80)):
        put(tmp_path / "in" / f"{k}.parquet", size, start=100 * k)
    mapping.run(asked(tmp_path))
    mapping.run(replace(asked(tmp_path, out="single"), points=f"{tmp_path}/in/1.parquet"))
    mapping.run(asked(tmp_path, out="single"))
    for k in range(3):
        one, other = (tmp_path / out / f"{k}.parquet" for out in ("out", "single"))
        assert one.read_bytes() == other.read_bytes()


def test_another_question_in_the_same_folder_is_refused(tmp_path: Path, here: None) -> None:
    put(tmp_path / "in" / "a.parquet", 3)
    mapping.run(asked(tmp_path))
    with pytest.raises(UsageError, match=r"another question: exp\(-x\*\*2\)\*y$"):
        mapping.run(asked(tmp_path, "x*y"))
    with pytest.raises(UsageError, match="another question"):
        mapping.run(replace(asked(tmp_path), options={"wrt": "x"}))
    mapping.run(asked(tmp_path, "exp(-(x^2)) y"))  # the same, in other words


def test_a_manifest_that_cannot_be_read_is_left_alone(tmp_path: Path, here: None) -> None:
    put(tmp_path / "in" / "a.parquet", 3)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / MANIFEST).write_text('{"schema": "deriv-map/1", "par')
    with pytest.raises(UsageError, match="no manifest of deriv map"):
        mapping.run(asked(tmp_path))


def test_two_runs_do_not_write_to_one_folder(tmp_path: Path, here: None) -> None:
    put(tmp_path / "in" / "a.parquet", 3)
    with Store(str(tmp_path / "out")).held(), pytest.raises(UsageError, match=f"process {os.getpid()}"):
        mapping.run(asked(tmp_path))
    assert mapping.run(asked(tmp_path)).answered == 1


def test_what_a_killed_run_left_goes_away_and_what_it_published_is_done_again(tmp_path: Path, here: None) -> None:
    for name in "ab":
        put(tmp_path / "in" / f"{name}.parquet", 3)
    mapping.run(asked(tmp_path))
    manifest = tmp_path / "out" / MANIFEST
    data = json.loads(manifest.read_text())
    del data["parts"]["a.parquet"]  # it was killed before this was recorded
    manifest.write_text(json.dumps(data))
    litter = tmp_path / "out" / ".partial" / "other" / "b.parquet"
    litter.parent.mkdir(parents=True)
    litter.write_bytes(b"half")
    again = mapping.run(asked(tmp_path))
    assert (again.answered, again.kept) == (1, 1)
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == [".lock", MANIFEST, "a.parquet", "b.parquet"]


def test_memory_is_a_store_like_any_other(tmp_path: Path, here: None) -> None:
    base = f"memory:/{tmp_path}"
    with fsspec.open(f"{base}/in/a.parquet", "wb") as file:
        pq.write_table(points(5), file)
    request = replace(asked(tmp_path), points=f"{base}/in/*.parquet", out=f"{base}/out")
    assert (mapping.run(request).answered, mapping.run(request).kept) == (1, 1)
    with fsspec.open(f"{base}/out/a.parquet", "rb") as file:
        assert pq.read_table(file).num_rows == 5
    assert not fsspec.filesystem("memory").glob(f"{tmp_path}/out/.partial/**/*.parquet")


def jobs_of(folder: Path, count: int) -> list[Job]:
    return [job(put(folder / "in" / f"{k}.parquet", 2, start=2 * k), folder / "work") for k in range(count)]


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
    truncate(tmp_path / "in" / "3.parquet")
    folder(tmp_path / "in" / "4.parquet")
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
