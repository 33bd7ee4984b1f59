"""Memory in pages of 2 MB instead of 4 kB, where the system has them."""

from __future__ import annotations

import ctypes
import mmap

# What is smaller has no use for huge pages.
_LARGE = 2**23


def in_large_pages(address: int, size: int) -> None:
    """Ask for large pages for new memory that nobody has written to.

    The system gives memory page by page, when it is first written to: for large columns of small pages that takes
    longer than to compute what is written.
    """
    if size >= _LARGE and hasattr(mmap, "MADV_HUGEPAGE"):
        start = -(-address // mmap.PAGESIZE) * mmap.PAGESIZE
        length = (address + size - start) // mmap.PAGESIZE * mmap.PAGESIZE
        # Advice: where it is not taken nothing is lost.
        ctypes.CDLL(None).madvise(ctypes.c_void_p(start), ctypes.c_size_t(length), mmap.MADV_HUGEPAGE)


def new_buffer(count: int) -> memoryview[float]:
    """Zeros, float64 of shape (count,)."""
    memory = bytearray(8 * count)
    if count:
        in_large_pages(ctypes.addressof(ctypes.c_char.from_buffer(memory)), 8 * count)
    return memoryview(memory).cast("d")
