"""A line as it is typed so far: its words by the rules of shells, the last of them unfinished."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Typed:
    """What stands before the cursor.

    Args:
        before: the finished words, without their quotes.
        current: the word at the cursor, without its quotes.
        quote: the quote that is open at the cursor; empty where none is.
    """

    before: tuple[str, ...]
    current: str
    quote: str


def typed(line: str) -> Typed:
    """The words of a line up to the cursor; what a shell would expand stays as it is."""
    words: list[str] = []
    word, started, quote = "", False, ""
    i = 0
    while i < len(line):
        letter = line[i]
        i += 1
        if letter == quote:
            quote = ""
        elif letter == "\\" and quote != "'" and i < len(line) and (not quote or line[i] in '"\\$`'):
            word, started = word + line[i], True
            i += 1
        elif quote:
            word += letter
        elif letter in "'\"":
            quote, started = letter, True
        elif letter.isspace():
            if started:
                words.append(word)
            word, started = "", False
        else:
            word, started = word + letter, True
    return Typed(tuple(words), word, quote)
