"""Standard output as Rich sees it."""

from __future__ import annotations

import sys

from rich.console import Console

# Wide enough for everything: nothing is wrapped or cut where no person's terminal is at the other end.
UNBOUNDED = 1_000_000


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Let the program end as it does for any closed pipe; Rich would end it with an error of its own."""
        raise BrokenPipeError


def console_of(color: str) -> Console:
    """The console of standard output: `color` is auto, always or never."""
    terminal = sys.stdout.isatty()
    return _Console(
        file=sys.stdout,
        markup=False, highlight=False, emoji=False, soft_wrap=False,
        force_terminal=True if color == "always" else None,
        no_color=True if color == "never" else None,
        width=None if terminal else UNBOUNDED,
    )  # fmt: skip
