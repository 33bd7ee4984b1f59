"""Whether somebody looks on."""

from __future__ import annotations

from typing import TextIO


def is_live(stream: TextIO) -> bool:
    """Whether a person sees at once what is written; what a child of the worker writes is kept until it is done."""
    return stream.isatty() and not getattr(stream, "kept", False)
