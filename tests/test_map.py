"""`deriv map`: files in, files of answers out; nothing lost, nothing doubled, and what is done stays done."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path
from typing import Any

import jsonschema
import pytest

pytest.importorskip("distributed")
pytest.importorskip("pyarrow")

import fsspec
import pyarrow.parquet as pq
from fsspec.implementations.memory import MemoryFileSystem
from partitioned import EXPRESSION, Deriv, Future, Inline, Notes, asked, job, points, put

from derivcli.batches import batch_function
from derivcli.cluster import mapping, running
from derivcli.cluster.part import Answered, Failure, answer
from derivcli.cluster.partitions import listed, pattern
from derivcli.cluster.running import Run, Stopped
from derivcli.cluster.store import MANIFEST, Store
from derivcli.errors import UsageError
from derivcli.render.json import schema_text

VALIDATOR = jsonschema.Draft202012Validator(json.loads(schema_text()))


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tasks are run in this process, one after the other, and there is no cluster."""
    monkeypatch.setattr(mapping, "connected", lambda *_: Inline())
    monkeypatch.setattr(running, "_on_worker", lambda f, jobs: ("here", running.answer_all(f, jobs)))


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
