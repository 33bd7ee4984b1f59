"""The house: which file may import which, what starts without SymPy and torch, and that no text is ever evaluated."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "derivcli"
FILES = sorted(PACKAGE.rglob("*.py"))

GROUND = {
    "model", "claims", "report", "brackets", "errors", "catalog", "arrays", "graph", "deadline", "termination", "task",
    "spelled", "leafnames", "corners", "reverse", "findings", "picture",
}  # fmt: skip
# Each room with the rooms that it may import, beside the ground and itself.
ROOMS: dict[str, set[str]] = {
    **{room: set() for room in (*GROUND, "language", "points", "symbolic", "numeric", "render", "words")},
    **{room: set() for room in ("arguments", "indices", "entries", "sparsity", "declarations")},
    "closures": set(),
    "numeric": {"closures"},
    "language": {"closures"},
    "symbolic": {"arguments", "closures"},
    "values": {"language", "numeric", "entries"},
    "programs": {"arguments", "language", "numeric"},
    "leaves": {"language", "numeric"},
    "large": {"language", "programs"},
    "numeric/engines": {"language", "leaves", "numeric", "programs", "large"},
    "verdict": {"numeric"},
    "decimals": {"numeric", "verdict", "values"},
    "asked": {"language"},
    "following": {"leaves", "language", "numeric", "values"},
    "orders": {"closures", "language", "leaves", "numeric", "programs"},
    "formulas": {"closures", "language", "symbolic", "numeric", "large", "programs"},
    "tensors": {
        "arguments", "language", "numeric", "indices", "entries", "sparsity", "declarations", "values", "asked",
        "formulas", "leaves", "programs", "verdict", "decimals", "derivation",
    },
    "beyond": {"closures", "helper", "numeric", "programs", "values", "verdict"},
    "evaluation": {"beyond", "decimals", "helper", "language", "orders", "values", "verdict"},
    "derivation": {"closures", "entries", "language", "numeric", "symbolic"},
    "engine": {
        "beyond", "derivation", "evaluation", "helper", "language", "symbolic", "numeric", "values", "asked",
        "formulas", "declarations", "closures", "entries", "following", "programs", "tensors",
    },
    "checking": {
        "language", "numeric", "values", "asked", "formulas", "large", "declarations", "entries", "tensors", "engine",
    },
    "questions": {
        "asked", "closures", "declarations", "derivation", "engine", "language", "numeric", "points", "symbolic",
        "values",
    },
    "layouts": {"asking", "engine"},
    "tables": set(),
    "many": {
        "asked", "closures", "declarations", "engine", "evaluation", "helper", "language", "large", "numeric", "points",
        "tables", "values", "verdict",
    },
    "requests": {"points", "tables", "values"},
    "rows": {"requests", "engine", "many", "points", "render", "tables", "values"},
    "batches": {"asking", "many", "numeric", "tables"},
    "linting": {"asked", "declarations", "engine", "language", "numeric", "points", "values"},
    "asking": {"values", "points"},
    "further": {"asking", "checking", "linting", "points", "questions", "render", "values"},
    "batch": {"asking", "engine", "further", "render", "requests", "rows"},
    "cli": {"asking", "batch", "layouts", "prompt", "render", "texts"},
    "texts": set(),
    "helper": set(),
    "exports": {"asked", "declarations", "engine", "language", "large", "numeric", "render", "values"},
    "plotting": {"many", "points", "questions", "values"},
    "plots": {"asking", "plotting", "points", "render", "words"},
    "prompt": {
        "asking", "engine", "exports", "numeric", "plots", "programs", "render", "requests", "rows", "texts", "words",
    },
    "questioning": {"asking", "cli", "further", "render", "texts", "words"},
    "cluster": {"asking", "batches", "many", "render", "tables", "texts"},
    "commands": {
        "asking", "checking", "cluster", "further", "questioning", "render", "repl", "texts", "words", "worker",
    },
    "vocabulary": {"texts", "words"},
    "settings": {"texts", "words"},
    "completion": {"vocabulary", "words"},
    "guide": {"vocabulary"},
    "shell": {"commands", "completion", "guide", "prompt", "render", "settings", "vocabulary", "words"},
    "repl": {"asking", "language", "points", "render", "shell", "texts", "vocabulary", "words"},
    "process": {"shell"},
    "worker": {"numeric", "process", "shell"},
    "__main__": {"completion", "helper", "process", "shell", "words", "worker"},
    "__init__": {"asking", "batches", "checking", "engine", "further", "requests", "rows"},
}  # fmt: skip


def room(file: Path) -> str:
    parts = file.relative_to(PACKAGE).parts
    return "/".join(parts[:2]) if "/".join(parts[:2]) in ROOMS else parts[0].removesuffix(".py")


def imported(file: Path) -> set[str]:
    """Full names of the modules that a file imports, anywhere in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {str(node.module)}
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda f: str(f.relative_to(PACKAGE)))
def test_imports_point_one_way(file: Path) -> None:
    allowed = {
        room(file),
        *ROOMS[room(file)],
        *(GROUND if room(file) not in GROUND else {"errors", "model", "graph", "catalog"}),
    }
    ours = {name.split(".")[1] for name in imported(file) if name.startswith("derivcli.") and name.count(".")}
    modules = {f.stem if f.parent == PACKAGE else f.parent.name for f in FILES}
    assert ours & modules <= allowed


@pytest.mark.parametrize("file", FILES, ids=lambda f: str(f.relative_to(PACKAGE)))
def test_torch_and_sympy_have_their_rooms(file: Path) -> None:
    heads = {name.split(".")[0] for name in imported(file)}
    assert "torch" not in heads or file.relative_to(PACKAGE).as_posix() == "numeric/kernels.py"
    assert "sympy" not in heads or room(file) == "symbolic"
    assert "numpy" not in heads


@pytest.mark.parametrize("file", FILES, ids=lambda f: str(f.relative_to(PACKAGE)))
def test_no_text_is_evaluated(file: Path) -> None:
    called = {
        getattr(node.func, "id", getattr(node.func, "attr", ""))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
    }
    forbidden = called & {"eval", "exec", "sympify", "parse_expr", "system", "popen"}
    assert forbidden == ({"exec"} if file.name == "load.py" else set())


# What takes long to load, of deriv's own libraries and of the extras.
HEAVY = {"sympy", "torch", "mpmath", "distributed", "pyarrow", "fsspec"}


@pytest.mark.parametrize(
    ("words", "absent"),
    [
        (["--help"], HEAVY | {"typer", "rich"}),
        (["--help-all"], HEAVY | {"typer", "rich"}),
        (["taylor", "--help"], HEAVY | {"typer", "rich"}),
        (["map", "--help"], HEAVY | {"typer", "rich"}),
        (["--version"], HEAVY),
        (["functions"], HEAVY),
        (["schema"], HEAVY),
        (["--jsn"], HEAVY),
        (["sin(x)"], {"torch"}),
        (["sin(x)", "--json"], {"torch"}),
        (["sin(x)", "--at", "x=1"], {"numpy", "polars"}),
        (["sin(x)", "--at", "x=0:1:1e-5", "--out", "/dev/null", "--csv"], {"sympy", "numpy"}),
        (["x @ A @ x", "--var", "x:vector(n),A:matrix(n,n)"], {"sympy", "torch"}),
        (["norm(x)", "--at", "x=[1,2]", "--hessian"], {"sympy", "numpy"}),
        (["check", "sin(x)**2", "sin(2x)"], {"torch"}),
        (["taylor", "sin(x)"], {"torch"}),
        (["implicit", "x**2 + y**2 = 25"], {"torch"}),
        (["analyze", "x**2"], {"torch"}),
        (["check", "sin(x)**2", "sin(2x)", "-q"], {"sympy", "torch"}),
        (["sin(x)", "--lang", "c"], {"torch"}),
    ],
    ids=lambda w: " ".join(w) if isinstance(w, list) else "",
)
def test_nothing_is_imported_before_it_is_needed(words: list[str], absent: set[str]) -> None:
    script = (
        "import sys; sys.modules['numpy'] = None; from derivcli.shell import run; run(sys.argv[1:]);"
        "print(' '.join(name for name, module in sys.modules.items() if module is not None), file=sys.stderr)"
    )
    ran = subprocess.run([sys.executable, "-c", script, *words], capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0
    assert not absent & set(ran.stderr.split())


def test_numpy_stays_out_of_the_process() -> None:
    script = "import sys, derivcli.__main__ as m; m._status(sys.argv[1:]); sys.exit(sys.modules['numpy'] is not None)"
    environment = {**os.environ, "DERIV_WORKER": "off"}
    command = [sys.executable, "-c", script, "x**2", "--at", "x=1", "-q"]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment)
    assert (ran.returncode, ran.stdout) == (0, "2\n")


@pytest.mark.parametrize(("shell", "words"), [("zsh", ["ba"]), ("fish", ["x", "--si"]), ("zsh", ["sin(x)+co"])])
def test_completion_starts_as_lightly(shell: str, words: list[str]) -> None:
    script = "import sys, derivcli.__main__ as m; m._status(sys.argv[1:]); print(*sys.modules, file=sys.stderr)"
    environment = {"_DERIV_COMPLETE": shell, "PATH": "/usr/bin", "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", script, *words]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment)
    assert len(ran.stdout.splitlines()) > 1
    assert not {"sympy", "torch", "mpmath", "typer", "rich"} & set(ran.stderr.split())


def test_files_stay_small_and_have_no_litter() -> None:
    for file in FILES:
        text = file.read_text(encoding="utf-8")
        assert text.count("\n") <= 300, file
        assert not re.search(r"\b(TODO|FIXME|XXX|HACK)\b", text), file


def test_standard_error_stays_empty_without_numpy(tmp_path: Path) -> None:
    """torch warns that it finds no NumPy; nobody who asks for a slope should read that."""
    (tmp_path / "numpy.py").write_text("raise ModuleNotFoundError(\"No module named 'numpy'\", name='numpy')\n")
    ran = subprocess.run(
        [sys.executable, "-m", "derivcli", "sin(x)", "--at", "x=1", "-q"], capture_output=True, text=True, timeout=60,
        env={"PYTHONPATH": f"{tmp_path}:{PACKAGE.parent}", "PATH": "/usr/bin"},
    )  # fmt: skip
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "0.5403023058681398\n", "")
