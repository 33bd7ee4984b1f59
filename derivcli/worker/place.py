"""Where a worker listens, and what it must have in common with those who ask it.

The client imports this before anything else, so it imports next to nothing itself.
"""

from __future__ import annotations

import os
import stat
import sys
from binascii import crc32

try:
    import resource
except ImportError:
    resource = None  # type: ignore[assignment]

# Files that change with the version of a library.
_LIBRARIES = (
    "torch/version.py", "sympy/release.py", "mpmath/__init__.py", "flint/__init__.py", "rich/__init__.py",
    "typer/__init__.py", "numpy/version.py",
)  # fmt: skip
# Variables of the environment that are read when something is loaded; all others are handed over with each call.
_READ_AT_LOADING = (
    "PYTHON", "SYMPY_", "MPMATH_", "TORCH", "PYTORCH", "CUDA_", "OMP_", "GOMP_", "KMP_", "MKL_", "OPENBLAS_", "LD_",
    "MALLOC_", "TERMINAL_WIDTH", "TYPER_", "_TYPER_", "GITHUB_ACTIONS", "PY_COLORS",
)  # fmt: skip


def directory() -> str:
    """The folder of the sockets: this user's own."""
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    if os.path.isdir(runtime):
        return f"{runtime}/deriv"
    return f"{os.environ.get('TMPDIR') or '/tmp'}/deriv-{os.getuid()}"


def is_private(path: str) -> bool:
    """Whether a folder is there, belongs to this user and is closed to all others."""
    try:
        found = os.lstat(path)
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o077


def socket_path(identity: bytes) -> str:
    """The socket of the worker with this identity."""
    return f"{directory()}/{crc32(identity):08x}.sock"


def identity() -> bytes:
    """What a worker must have in common with its client: the program, Python, the libraries, limits, and so on."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    environment = sorted(f"{k}={v}" for k, v in os.environ.items() if k.startswith(_READ_AT_LOADING))
    parts = [
        sys.version, sys.executable, sys.flags, sys.warnoptions, sys.getfilesystemencoding(), package,
        _newest(package), [_library(name) for name in _LIBRARIES], environment, _limits(),
    ]  # fmt: skip
    return repr(parts).encode("utf-8", "surrogateescape")


def _limits() -> list[tuple[int, int]]:
    """What the system allows this process, which a worker could not be given afterwards."""
    names = ("RLIMIT_AS", "RLIMIT_CPU", "RLIMIT_DATA", "RLIMIT_FSIZE") if resource is not None else ()
    return [resource.getrlimit(getattr(resource, name)) for name in names]


def _newest(folder: str) -> tuple[int, int, int]:
    """How many source files there are below a folder, their size, and when the last one was changed."""
    count, size, changed = 0, 0, 0
    for entry in os.scandir(folder):
        if entry.name.endswith(".py"):
            found = entry.stat()
            count, size, changed = count + 1, size + found.st_size, max(changed, found.st_mtime_ns)
        elif entry.is_dir() and entry.name != "__pycache__":
            below = _newest(entry.path)
            count, size, changed = count + below[0], size + below[1], max(changed, below[2])
    return count, size, changed


def _library(file: str) -> tuple[str, int, int] | None:
    """Where a library is and when it was installed."""
    for folder in sys.path:
        try:
            found = os.stat(f"{folder}/{file}")
        except OSError:
            continue
        return folder, found.st_size, found.st_mtime_ns
    return None
