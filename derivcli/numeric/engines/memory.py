"""New memory for results."""

from __future__ import annotations

from typing import Any

from derivcli.numeric.engines.pages import in_large_pages
from derivcli.numeric.kernels import torch


def new_column(count: int, dtype: Any, device: Any) -> Any:
    """A tensor of shape (count,), not filled."""
    found = torch.empty(count, dtype=dtype, device=device)
    if found.device.type == "cpu":
        in_large_pages(found.data_ptr(), count * found.element_size())
    return found
