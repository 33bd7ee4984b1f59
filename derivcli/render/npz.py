"""An answer's arrays as a NumPy archive, written without NumPy."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Sequence

from derivcli.model import Answer, Nested


def write_npz(answer: Answer, path: str) -> None:
    """Write `value`, `d_x`, `symbolic_x` and the variables, each an array of float64; several points along axis 0.

    The format is the one of `numpy.lib.format`, version 1.0.
    """
    arrays: dict[str, list[Nested]] = {}
    for point in answer.points:
        for name, value in point.at.items():
            arrays.setdefault(name, []).append(value)
        arrays.setdefault("value", []).append(point.value)
        for path_, found in point.result.items():
            name = "_".join(path_).replace(",", "_") or answer.kind
            arrays.setdefault(f"d_{name}", []).append(found)
            exact = None if point.symbolic is None else point.symbolic[path_]
            if exact is not None:
                arrays.setdefault(f"symbolic_{name}", []).append(exact)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, values in arrays.items():
            archive.writestr(f"{name}.npy", _npy(values[0] if len(values) == 1 else list(values)))


def _npy(array: Nested) -> bytes:
    numbers, shape = flat(array), shape_of(array)
    is_complex = any(isinstance(number, complex) for number in numbers)
    if is_complex:
        numbers = [part for number in map(complex, numbers) for part in (number.real, number.imag)]
    header = f"{{'descr': '{'<c16' if is_complex else '<f8'}', 'fortran_order': False, 'shape': {shape}, }}"
    # The data begin at a multiple of 64 bytes.
    header += " " * (-(len(header) + 11) % 64) + "\n"
    magic = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header))
    return magic + header.encode("latin-1") + struct.pack(f"<{len(numbers)}d", *numbers)


def shape_of(array: Nested) -> tuple[int, ...]:
    """The shape of nested lists."""
    return (len(array), *shape_of(array[0])) if isinstance(array, list) else ()


def flat(array: Nested) -> Sequence[complex]:
    """The entries of nested lists, row by row."""
    if not isinstance(array, list):
        return [array]
    return [entry for part in array for entry in flat(part)]
