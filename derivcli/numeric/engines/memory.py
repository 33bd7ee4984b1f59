"""New memory for results: where it can be asked for, in pages of 2 MB instead of 4 kB."""

from __future__ import annotations

import ctypes
import mmap
from typing import Any

from derivcli.numeric.kernels import torch

# Tensors that are smaller have no use for huge pages.
_LARGE = 2**23


def new_column(count: int, dtype: Any, device: Any) -> Any:
    """A tensor of shape (count,), not filled.

    The system gives memory page by page, when it is first written to: for large columns of small pages that takes
    longer than to compute what is written.
    """
    found = torch.empty(count, dtype=dtype, device=device)
    size = count * found.element_size()
    if found.device.type == "cpu" and size >= _LARGE and hasattr(mmap, "MADV_HUGEPAGE"):
        start = -(-found.data_ptr() // mmap.PAGESIZE) * mmap.PAGESIZE
        length = (found.data_ptr() + size - start) // mmap.PAGESIZE * mmap.PAGESIZE
        # Advice: where it is not taken nothing is lost.
        ctypes.CDLL(None).madvise(ctypes.c_void_p(start), ctypes.c_size_t(length), mmap.MADV_HUGEPAGE)
    return found
