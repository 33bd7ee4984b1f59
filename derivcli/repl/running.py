"""A session from its first line to its last: typed at a terminal, or read from a pipe or file."""

from __future__ import annotations

import contextlib
import gc
import importlib
import sys
import threading
from collections.abc import Iterable, Iterator
from typing import Any

from derivcli.deadline import undisturbed
from derivcli.errors import DerivError, ExitStatus, InternalError, UsageError
from derivcli.repl import lines, session
from derivcli.repl.session import State
from derivcli.repl.vocabulary import Vocabulary, vocabulary

# After these the line has been answered, and its expression is `ans`.
_ANSWERED = (ExitStatus.OK, ExitStatus.CHECK_FAILED, ExitStatus.UNDEFINED)
# What an answer needs; loaded while the person types.
_LOADED = (
    "derivcli.prompt", "derivcli.engine", "derivcli.symbolic.scalar", "derivcli.formulas", "derivcli.orders",
    "derivcli.leaves", "derivcli.numeric.autodiff", "derivcli.render.table",
)  # fmt: skip


class Session:
    """What is kept between lines, and the answering of one; all else about a line is in `session.meant`."""

    def __init__(self, known: Vocabulary) -> None:
        self.known = known
        self.state = State()
        self.ended = False

    def answer(self, line: str) -> ExitStatus:
        """Answer a line on standard output; an error is told on standard error, and the session goes on."""
        from derivcli.shell import run

        try:
            meant = session.meant(line, self.state, self.known)
        except DerivError as error:
            return _told(error, session.form(self.state))
        except Exception as fault:  # the session outlives it
            said = f"a fault of deriv itself: {type(fault).__name__}: {fault}"
            return _told(InternalError(said), session.form(self.state))
        if meant.said is not None and not meant.ends:
            print(help_text(self.known) if meant.said == "help" else meant.said, flush=True)
        if meant.noticed is not None:
            print(f"deriv: warning: {meant.noticed}", file=sys.stderr)
        status = run(meant.words) if meant.words is not None else ExitStatus.OK
        if status in _ANSWERED:
            self.state = meant.state
        self.ended = meant.ends
        return status


def run(group: Any) -> ExitStatus:
    """Hold a session with whoever is at standard input.

    Args:
        group: the commands of the shell's face, as Typer makes them.

    Returns:
        Of lines from a pipe or file the first failure; a person has seen them.

    Raises:
        UsageError: at a terminal without prompt_toolkit.
    """
    held = Session(vocabulary(group))
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return _read(held, sys.stdin)
    try:
        from derivcli.repl.terminal import typed
    except ImportError as error:
        hint = "pip install 'derivcli[repl]', or pipe lines into deriv repl"
        raise UsageError("a prompt needs prompt_toolkit, which is not installed", hint=hint) from error
    loading = threading.Thread(target=_load, daemon=True)
    for text in typed(held, loading.start):
        with contextlib.suppress(KeyboardInterrupt):
            if loading.is_alive():
                loading.join()
            # What was pasted may be several lines.
            _read(held, text.splitlines(keepends=True))
        if held.ended:
            break
    return ExitStatus.OK


def _read(held: Session, rows: Iterable[str]) -> ExitStatus:
    """Answer lines as they come; the first failure."""
    first = ExitStatus.OK
    for line in _joined(rows):
        status = held.answer(line)
        first = first or status
        if held.ended or status == ExitStatus.INTERRUPTED:
            break
    return first


def _joined(rows: Iterable[str]) -> Iterator[str]:
    """The rows, those of one line together; an empty row ends a line that would go on."""
    text = ""
    for row in rows:
        text += row
        if not row.strip() or not lines.goes_on(text.rstrip("\n")):
            yield text
            text = ""
    if text:
        yield text


def _told(error: DerivError, form: str) -> ExitStatus:
    from derivcli.render.errors import report

    report(error, form)
    return error.status


def _load() -> None:
    with undisturbed():
        for name in _LOADED:
            importlib.import_module(name)
    gc.freeze()


def help_text(known: Vocabulary) -> str:
    """What can be typed, with the options and commands as they are."""
    width = max(map(len, (*known.options, *known.commands))) + 3
    rows = [
        "EXPR [--options]   differentiate, as deriv does in the shell: sin(x)**2 --at x=1",
        "let b = a+5        a named result, kept for all lines; :let alone forgets all",
        "ans                the expression that was answered last; ans1, ans2, … are all of them",
        ":at x=2,y=1:5:1    values, kept until changed; :at alone forgets all",
        ":digits 30         any option, kept; alone it is taken back",
        ":steps             a flag, on or off in turn",
        ":plot              draw what is answered, too, on or off in turn; :plot curve.png draws into a file",
        ":plot ans          draw one expression; :plot sin(x) curve.png draws it into a file",
        ":range x=-5:5      the range of plots, kept; :range alone forgets all",
        "",
        "An open bracket or a last operator goes on in the next row; an empty row ends the line.",
        "Ctrl-C drops a line, Ctrl-D ends the session.",
    ]
    tables = {
        "Kept options": {name: option.about for name, option in known.options.items()},
        "Commands, as in the shell": {**session.OWN, **known.commands},
    }
    for heading, about in tables.items():
        rows += ["", heading, *(f"  {':' + name:{width}}{text}" for name, text in about.items())]
    return "\n".join(rows)
