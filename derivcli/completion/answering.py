"""What the script of each shell asks at TAB, and the lines that it is told.

The first line is `files`, a tab, and what of the word comes before a file's name; or `words`. In each further line is a
text for the word and, after a tab, what it is.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from derivcli.completion.offering import Offer, offer
from derivcli.completion.typed import Typed, typed

# What a shell that reads a bare word would not take for itself.
_HARMLESS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=+,.:/@%^")


def answered(shell: str, words: Sequence[str]) -> str:
    """The lines for a shell.

    Args:
        shell: bash, zsh or fish.
        words: what its script gives: bash the part of the word that it will replace, beside COMP_LINE and COMP_POINT;
            the others the words after the program's name, the last one as far as it is typed.
    """
    if shell == "bash":
        line = os.environ.get("COMP_LINE", "")[: int(os.environ.get("COMP_POINT", "0"))]
        return _for_bash(typed(line), words[0] if words else "")
    *before, current = words or [""]
    if shell == "fish":
        current = typed(current).current
    return _lines(offer(before, current))


def _lines(offered: Offer) -> str:
    if offered.files is not None and not offered.texts:
        return f"files\t{offered.files}\n"
    return "".join(["words\n", *(f"{text}\t{about}\n" for text, about in offered.texts.items())])


def _for_bash(line: Typed, replaced: str) -> str:
    """bash is given no descriptions, but the spaces after words, and only what stands for the part that it replaces."""
    offered = offer(line.before[1:], line.current)
    kept = len(line.current) - len(replaced if line.quote else typed(replaced).current)
    if offered.files is not None and not offered.texts:
        return f"files\t{offered.files[kept:]}\n"
    texts = [text[kept:] for text in offered.texts]
    if line.quote:
        if len(texts) == 1:
            # bash closes the quote behind a word that is alone; the expression goes on.
            texts.append(f"{texts[0]}…")
    elif any(set(text) - _HARMLESS for text in texts):
        texts = [f'"{text}' for text in texts]
        texts += [f"{texts[0]}…"] if len(texts) == 1 else []
    else:
        texts = [text if text.endswith("=") else f"{text} " for text in texts]
    return "".join(["words\n", *(f"{text}\n" for text in texts)])
