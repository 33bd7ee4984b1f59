"""Input that breaks calculators: one clear message, the documented status, nothing executed, soon, in little memory."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import rows

from derivcli.shell import RESERVED

# Memory for one answer. How long it may take depends on the machine: that is measured in `benchmarks/large.py`.
BYTES = 1_000_000_000

GENERATED = {
    "100,000 digits": "9" * 100_000 + "*x",
    "100,000 letters": "x" * 100_000,
    "10,000 open parentheses": "(" * 10_000,
    "10,000 parentheses": "(" * 10_000 + "x" + ")" * 10_000,
    "10,000 signs": "-" * 10_000 + "x",
    "a string of 50,000": "'" + "a" * 50_000 + "'",
}
ANSWERED = {
    "a sum of 10,000 terms": "+".join(f"x*{k}" for k in range(1, 10_000)),
    "a sum of 3,000 sines": "+".join(f"sin({k}*x)" for k in range(1, 3_000)),
    "a product of 10,000 factors": "x" + "*(x+1)" * 10_000,
    "a product of 120 factors": "*".join(f"sin(x+{k})" for k in range(120)),
    "a chain of 400 quotients": "/".join(f"(x+{k})" for k in range(1, 400)),
    "a tower of 300": "**".join(["x"] * 300),
    "nested 500 deep": "(" * 500 + "x" + ")" * 500,
    "nested sines": "sin(" * 200 + "x" + ")" * 200,
    "a sum of eight to the 40": "(a+b+c+d+f+g+h+x)**40",
    "a large power": "(1+x)**100000",
    "a double exponential": "2**(2**x)",
    "a tall constant": "x + sin(7**(exp(exp(exp(10)))) + 1)",
    "a sine far out": "sin(10**1000)*x",
}


# Runs a command and tells, last of all, its memory; a child of this process would count this one's, from before it is
# another program.
_MEASURED = """
import resource, subprocess, sys
status = subprocess.run(sys.argv[1:]).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
sys.exit(status)
"""


def run(tmp_path: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """`deriv` in a process of its own, in an empty folder, with limits; the last line of its errors is its memory."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (60, 60))

    command = [sys.executable, "-c", _MEASURED, sys.executable, "-m", "derivcli", *words]
    environment = {**os.environ, "HOME": str(tmp_path)}
    return subprocess.run(
        command, capture_output=True, text=True, timeout=120, cwd=tmp_path, preexec_fn=limit, env=environment
    )


def assert_refused(status: int, out: str, err: str) -> None:
    assert status in (2, 3)
    assert out == ""
    assert err.startswith("deriv: ") and "Traceback" not in err and "fault of deriv" not in err
    assert len(err.splitlines()) <= 5
    assert all(line.isprintable() for line in err.splitlines())


@pytest.mark.parametrize("case", rows("hostile.jsonl"), ids=lambda c: " ".join(c["words"])[:50])
def test_hostile_words_are_refused(case: dict[str, list[str]], deriv, tmp_path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.chdir(tmp_path)
    ran = deriv(*case["words"])
    assert_refused(ran.status, ran.out, ran.err)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("case", rows("hostile.jsonl"), ids=lambda c: " ".join(c["words"])[:50])
def test_hostile_words_are_refused_in_json(case: dict[str, list[str]], deriv) -> None:  # type: ignore[no-untyped-def]
    words = case["words"]
    ran = deriv(*words, "--json") if words[0] in RESERVED else deriv("--json", *words)
    assert ran.status in (2, 3) and ran.err == ""
    assert ran.json["error"]["message"]


@pytest.mark.parametrize("text", GENERATED.values(), ids=GENERATED)
def test_what_is_over_a_limit_names_it(text: str, deriv) -> None:  # type: ignore[no-untyped-def]
    ran = deriv("--", text)
    assert_refused(ran.status, ran.out, ran.err)


@pytest.mark.parametrize("text", ANSWERED.values(), ids=ANSWERED)
def test_what_is_large_is_answered_in_little_memory(text: str, tmp_path: Path) -> None:
    names = [name for name in "abcdfgh" if name in text and "(a+b" in text]
    ran = run(
        tmp_path, text, "--wrt", "x", "--at", ",".join(f"{name}=1" for name in ["x", *names]), "-q", "--timeout", "20"
    )
    assert ran.returncode == 0 and "Traceback" not in ran.stderr
    assert int(ran.stderr.splitlines()[-1]) * 1024 < BYTES


def test_an_unreadable_file_is_a_usage_error(deriv, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    for words in (["batch", str(tmp_path / "none.ndjson")], [f"@{tmp_path}/none"], ["batch", str(tmp_path)]):
        ran = deriv(*words)
        assert ran.status == 2 and ran.err.startswith("deriv: cannot read")


def test_bytes_that_are_no_text_are_refused(deriv, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "bytes").write_bytes(b"\xff\xfe\x00x\x80")
    ran = deriv(f"@{tmp_path}/bytes")
    assert_refused(ran.status, ran.out, ran.err)


@pytest.mark.parametrize("text", ["[bold red]x[/]", "x + [link=y]z", "[f, g](x)"])
def test_a_bracket_never_becomes_markup(text: str, deriv) -> None:  # type: ignore[no-untyped-def]
    ran = deriv("--color", "always", "--", text)
    assert ran.status == 3 and "\x1b" not in ran.err


@pytest.mark.parametrize(
    "text", [".5*x", "x**0.5", "x**2**3", "2^10", "class_*x", "import_rate*x", "5.*x", "E**x", "x  +   1"]
)
def test_harmless_mathematics_is_answered(text: str, deriv) -> None:  # type: ignore[no-untyped-def]
    assert deriv(text).status == 0
