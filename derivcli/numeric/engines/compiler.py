"""C to a function of this process: by the compiler that is there, kept by content in a directory of the user's own."""

from __future__ import annotations

import ctypes
import functools
import hashlib
import os
import platform
import shutil
import stat
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from derivcli.numeric.engines.wanted import Unfit

# Compilers that are looked for on the path.
_COMPILERS = ("gcc", "cc", "clang")
# NaN and infinity mean what they mean, and sums are summed in the order in which they stand; errno and traps, which no
# tensor has, are left out, and nothing moves into a branch, where it could not be vectorised.
_FLAGS = (
    "-x", "c", "-std=gnu11", "-O3", "-march=native", "-fPIC", "-shared", "-fopenmp-simd", "-fno-math-errno",
    "-fno-trapping-math", "-ffp-contract=off", "-fno-builtin", "-w",
)  # fmt: skip
# From the fastest on: with glibc's vector functions, for all points alike, wherever in memory they are; and without.
_RECIPES = (
    (
        "--param=vect-max-peeling-for-alignment=0", "-fno-tree-sink",
        "-DVECTOR=__attribute__((const,simd(\"notinbranch\")))", "-Wl,-z,defs", "-lmvec", "-lm",
    ),
    ("-DVECTOR=__attribute__((const))", "-lm"),
)  # fmt: skip
# Seconds for one run of the compiler.
SECONDS = 20.0
# Compiled programs that are kept.
MAX_KEPT = 500


def compiled(code: str) -> Any:
    """The library of functions that C code defines.

    Raises:
        Unfit: there is no compiler, or it fails.
    """
    compiler = next(filter(None, map(shutil.which, _COMPILERS)), None)
    if compiler is None or not hasattr(os, "getuid"):
        raise Unfit(f"there is no C compiler on the path ({', '.join(_COMPILERS)})")
    directory = _cache()
    if directory is None:
        with tempfile.TemporaryDirectory() as passing:
            return _load(_built(code, compiler, Path(passing) / "program.so"))
    file = directory / f"{_key(code, compiler)}.so"
    if not _is_ours(file, stat.S_ISREG):
        _forget_old(directory)
        _built(code, compiler, file)
    return _load(file)


def _built(code: str, compiler: str, file: Path) -> Path:
    """Compile into a file; it is there whole or not at all."""
    handle, new = tempfile.mkstemp(suffix=".new", dir=file.parent)
    os.close(handle)
    try:
        for recipe in _RECIPES:
            before = [f for f in recipe if not f.startswith("-l")]
            libraries = [f for f in recipe if f.startswith("-l")]
            command = [compiler, *_FLAGS, *before, "-o", new, "-", *libraries]
            try:
                ran = subprocess.run(command, input=code.encode(), capture_output=True, timeout=SECONDS)
            except subprocess.TimeoutExpired:
                raise Unfit(f"{compiler} took longer than {SECONDS:g} s") from None
            except OSError as error:
                raise Unfit(f"{compiler} cannot be run: {error.strerror}") from None
            if ran.returncode == 0:
                os.chmod(new, 0o700)
                os.replace(new, file)
                return file
        raise Unfit(f"{compiler} failed")
    finally:
        Path(new).unlink(missing_ok=True)


def _load(file: Path) -> Any:
    try:
        library = ctypes.CDLL(str(file))
    except OSError as error:
        raise Unfit(f"the compiled program cannot be loaded: {error}") from None
    library.run.argtypes = (ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p)
    library.run.restype = None
    library.rows.argtypes = (ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)
    library.rows.restype = ctypes.c_long
    return library


def _key(code: str, compiler: str) -> str:
    """What a compiled program depends on: the code, the flags, the compiler and the processor."""
    real = os.stat(os.path.realpath(compiler))
    parts = (code, str((_FLAGS, _RECIPES)), os.path.realpath(compiler), str((real.st_size, real.st_mtime_ns)), _cpu())
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


@functools.cache
def _cpu() -> str:
    """What tells this processor's instructions from another's."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return platform.platform() + platform.processor()
    told = ("model name", "flags", "Features", "CPU part")
    return platform.machine() + "".join(sorted({line for line in lines if line.startswith(told)}))


def _cache() -> Path | None:
    """The directory of compiled programs; None where there is none that belongs to the user alone."""
    home = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    directory = Path(home) / "deriv" / "native"
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return None
    private = _is_ours(directory, stat.S_ISDIR) and not directory.lstat().st_mode & 0o077
    return directory if private and os.access(directory, os.W_OK) else None


def _is_ours(file: Path, kind: Any) -> bool:
    """Whether a path is of a kind, belongs to this user, and nobody else may write to it."""
    try:
        found = file.lstat()
    except OSError:
        return False
    return bool(kind(found.st_mode)) and found.st_uid == os.getuid() and not found.st_mode & 0o022


def _forget_old(directory: Path) -> None:
    """Remove the programs that have not been compiled lately, so that the cache stays small."""
    with os.scandir(directory) as found, suppress(OSError):  # another process may do the same
        files = sorted((f.stat().st_mtime, f.path) for f in found)
        for _, file in files[:-MAX_KEPT]:
            os.unlink(file)
