"""Where a line is typed: prompt_toolkit with history, completion and colours."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Protocol

from prompt_toolkit import PromptSession
from prompt_toolkit.application import get_app
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.filters import Condition
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.lexers import Lexer
from prompt_toolkit.output import ColorDepth
from prompt_toolkit.styles import Style

from derivcli.repl.completion import candidates
from derivcli.repl.highlighting import pieces
from derivcli.repl.lines import goes_on
from derivcli.repl.session import State
from derivcli.repl.vocabulary import Vocabulary

_PROMPT, _FURTHER = "deriv> ", "  ...> "
_STYLE = Style.from_dict(
    {
        "function": "ansicyan", "number": "ansigreen", "operator": "", "keyword": "ansimagenta", "option": "ansiyellow",
        "command": "ansiyellow bold", "text": "ansigreen", "variable": "",
    }
)  # fmt: skip


class _Held(Protocol):
    known: Vocabulary
    state: State


def typed(held: _Held, when_idle: Callable[[], None]) -> Iterator[str]:
    """The lines that a person types, until Ctrl-D.

    Args:
        held: the session, for what may be completed.
        when_idle: called once, when the first prompt is there.
    """
    prompt: PromptSession[str] = PromptSession(
        history=_history(), completer=_Completer(held), lexer=_Lexer(), style=_STYLE, complete_while_typing=False,
        multiline=Condition(lambda: goes_on(get_app().current_buffer.text)),
        prompt_continuation=_FURTHER, enable_history_search=True,
        color_depth=ColorDepth.DEPTH_1_BIT if _without_colour() else None,
    )  # fmt: skip
    first = True
    while True:
        try:
            yield prompt.prompt(_PROMPT, pre_run=_later(when_idle) if first else None)
        except KeyboardInterrupt:
            continue
        except EOFError:
            return
        finally:
            first = False


def _later(call: Callable[[], None]) -> Callable[[], None]:
    """A hook of the prompt that lets it be drawn first."""

    def hook() -> None:
        import asyncio

        asyncio.get_running_loop().call_later(0.05, call)

    return hook


def _without_colour() -> bool:
    return bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"


def _history() -> History:
    """The lines of earlier sessions, for this user's eyes only; of this session alone where no file can be had."""
    home = os.environ.get("XDG_STATE_HOME") or os.path.join(os.path.expanduser("~"), ".local", "state")
    file = Path(home, "deriv", "history")
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(file, os.O_CREAT | os.O_APPEND | os.O_RDWR, 0o600))
        file.chmod(0o600)
    except OSError:
        return InMemoryHistory()
    return FileHistory(str(file))


class _Completer(Completer):
    def __init__(self, held: _Held) -> None:
        self._held = held

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        for found in candidates(document.text_before_cursor, self._held.state, self._held.known):
            yield Completion(found.text, start_position=-found.replaces, display_meta=found.about)


class _Lexer(Lexer):
    def lex_document(self, document: Document) -> Callable[[int], StyleAndTextTuples]:
        def coloured(row: int) -> StyleAndTextTuples:
            return [(f"class:{kind}" if kind else "", text) for kind, text in pieces(document.lines[row])]

        return coloured
