"""Numbers to and from polars without NumPy: the Arrow C data interface.

https://arrow.apache.org/docs/format/CDataInterface.html and CStreamInterface.html are the letter of it.
"""

from __future__ import annotations

import ctypes
import itertools
from typing import Any


class _Schema(ctypes.Structure):
    _fields_ = (
        ("format", ctypes.c_char_p), ("name", ctypes.c_char_p), ("metadata", ctypes.c_char_p),
        ("flags", ctypes.c_int64), ("n_children", ctypes.c_int64), ("children", ctypes.c_void_p),
        ("dictionary", ctypes.c_void_p), ("release", ctypes.c_void_p), ("private_data", ctypes.c_void_p),
    )  # fmt: skip


class _Array(ctypes.Structure):
    _fields_ = (
        ("length", ctypes.c_int64), ("null_count", ctypes.c_int64), ("offset", ctypes.c_int64),
        ("n_buffers", ctypes.c_int64), ("n_children", ctypes.c_int64), ("buffers", ctypes.POINTER(ctypes.c_void_p)),
        ("children", ctypes.c_void_p), ("dictionary", ctypes.c_void_p), ("release", ctypes.c_void_p),
        ("private_data", ctypes.c_void_p),
    )  # fmt: skip


class _Stream(ctypes.Structure):
    pass


_Next = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(_Stream), ctypes.POINTER(_Array))
_Release = ctypes.CFUNCTYPE(None, ctypes.c_void_p)
_Stream._fields_ = [
    ("get_schema", ctypes.c_void_p), ("get_next", _Next), ("get_last_error", ctypes.c_void_p),
    ("release", ctypes.c_void_p), ("private_data", ctypes.c_void_p),
]  # fmt: skip

_pointer = ctypes.pythonapi.PyCapsule_GetPointer
_pointer.restype, _pointer.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
_capsule = ctypes.pythonapi.PyCapsule_New
_capsule.restype, _capsule.argtypes = ctypes.py_object, [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]


def numbers_of(series: Any) -> memoryview[float]:
    """A copy of a Series of Float64 without nulls."""
    values = memoryview(bytearray(8 * len(series))).cast("d")
    capsule = series.__arrow_c_stream__()  # it owns the stream
    stream = _Stream.from_address(_pointer(capsule, b"arrow_array_stream"))
    filled = 0
    while True:
        part = _Array()
        if stream.get_next(ctypes.byref(stream), ctypes.byref(part)):
            raise MemoryError("polars gave no numbers")
        if not part.release:
            return values
        if part.length:
            target = (ctypes.c_double * part.length).from_buffer(values, 8 * filled)
            ctypes.memmove(target, part.buffers[1] + 8 * part.offset, 8 * part.length)
            filled += part.length
        _Release(part.release)(ctypes.addressof(part))


# What polars was lent, until it gives it back; by numbers that stand in `private_data`.
_lent: dict[int, Any] = {}
_numbers = itertools.count(1)


def _give_back(address: int) -> None:
    array = _Array.from_address(address)
    _lent.pop(array.private_data, None)
    array.release = None


def _nothing_to_give_back(address: int) -> None:
    _Schema.from_address(address).release = None


# C sees these two as long as the process lives.
_RELEASES = _Release(_give_back), _Release(_nothing_to_give_back)
_GIVE_BACK, _NOTHING = (ctypes.cast(function, ctypes.c_void_p).value for function in _RELEASES)


class Lent:
    """Float64 numbers that polars may read where they are: `polars.Series("x", Lent(values))`.

    Args:
        values: a buffer that nobody changes any more.
    """

    def __init__(self, values: memoryview[float]) -> None:
        self._values = values

    def __arrow_c_array__(self, requested_schema: object = None) -> tuple[Any, Any]:
        """The two capsules of the interface."""
        count = len(self._values)
        held = (ctypes.c_double * count).from_buffer(self._values)
        buffers = (ctypes.c_void_p * 2)(None, ctypes.addressof(held))
        key = next(_numbers)
        _lent[key] = (held, buffers)
        self._schema = _Schema(format=b"g", name=b"", release=_NOTHING)
        self._array = _Array(length=count, n_buffers=2, buffers=buffers, private_data=key, release=_GIVE_BACK)
        schema, array = ctypes.addressof(self._schema), ctypes.addressof(self._array)
        return _capsule(schema, b"arrow_schema", None), _capsule(array, b"arrow_array", None)
