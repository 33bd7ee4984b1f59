"""What a line of a session means: the words of a command line, what is kept, what is said. Nothing is run here."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from derivcli.errors import UsageError, visible
from derivcli.language import name_problem
from derivcli.language.tokens import tokenize
from derivcli.repl import checks, lines
from derivcli.repl.lines import Given
from derivcli.repl.names import closed, needed, used_names, values_by_name
from derivcli.repl.vocabulary import Option, Vocabulary
from derivcli.repl.words import kept_words, let_words, option_words

# An answer has one form: these take each other's place.
_FORMS = ("output", "json", "ndjson", "csv", "latex", "quiet")
# Options whose values hold names of variables.
_NAMING = ("wrt", "partial", "vjp", "jvp", "direction", "hvp", "var")
# Options whose values belong to names.
_BY_NAME = ("at", "let", "range")
_ANS = re.compile(r"ans[0-9]*")
# The session's own commands.
OWN = {
    "help": "What can be typed here.",
    "show": "What is kept: points, named results, options, expressions.",
    "quit": "Leave; so does Ctrl-D.",
}
# Words that people type to leave or to be told; as variables of their own they would be of no use.
_WORDS = {"quit": "quit", "exit": "quit", "help": "help", ":q": "quit"}


@dataclass(frozen=True)
class State:
    """What a session keeps.

    Args:
        at: the values of each variable, as they stand after `x=`.
        ranges: those of plots by variable, in the same way.
        named: the named results.
        past: the expressions that were answered, `ans1` first; None where one cannot be used again.
        meant: the named results that those were answered with, b of ans1 as ans1_b: they stay when b changes.
        options: the values of each option, in order; none of a flag.
    """

    at: Mapping[str, str] = field(default_factory=dict)
    ranges: Mapping[str, str] = field(default_factory=dict)
    named: Mapping[str, str] = field(default_factory=dict)
    past: tuple[str | None, ...] = ()
    meant: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Meant:
    """What a line asks for.

    Args:
        state: what is kept once the line has been answered.
        words: the command line to run; None where there is none.
        said: what is said; "help" stands for the help.
        noticed: what the person is warned of.
        ends: whether the session is over.
    """

    state: State
    words: tuple[str, ...] | None = None
    said: str | None = None
    noticed: str | None = None
    ends: bool = False


def meant(line: str, state: State, known: Vocabulary) -> Meant:
    """What a line means.

    Args:
        line: as it was typed; it may have several rows.
        state: what is kept so far.
        known: what may be named.

    Raises:
        DerivError: the line cannot be understood.
    """
    text = line.strip()
    text = f":{_WORDS[text]}" if text in _WORDS else text
    if not text or text.startswith("#"):
        return Meant(state)
    if text.startswith(":"):
        name, _, rest = text[1:].partition(" ")
        return _command(name.strip(), rest.strip(), state, known)
    if re.match(r"let\s", text):
        return _named(text[3:], state)
    return _question(text, state, known)


def form(state: State) -> str:
    """The form of the answers, which errors are to have, too."""
    output = state.options.get("output", ("table",))[0]
    return next((name for name in ("json", "ndjson") if name in state.options), output)


def _command(name: str, rest: str, state: State, known: Vocabulary) -> Meant:
    """A line that begins with a colon."""
    if name in OWN:
        if rest:
            raise UsageError(f":{name} stands alone", hint=f"about a function: :functions {rest}")
        return Meant(state, said=_shown(state) if name == "show" else name, ends=name == "quit")
    if name in known.options:
        option = known.options[name]
        if option.optional and rest not in ("", "on", "off") and not lines.is_picture(rest):
            return _once(option, rest, state, known)
        return _option(option, rest, state)
    if name in known.commands:
        words = lines.shell_words(rest)
        checks.check_not_input(words)
        return Meant(state, words=(name, *(_naming_words(words, state) if name in known.naming else words)))
    every = (*OWN, *known.options, *known.commands)
    near = difflib.get_close_matches(name, every, 1, 0.6)
    raise UsageError(f"there is no :{visible(name)}", hint=f"did you mean :{near[0]}?" if near else "see :help")


def _once(option: Option, text: str, state: State, known: Vocabulary) -> Meant:
    """`:plot sin(x)` and `:plot sin(x) curve.png`: an expression answered once with an option."""
    expression, _, file = text.rpartition(" ")
    if not lines.is_picture(file):
        expression, file = text, ""
    return _question(f"{expression} {option.spellings[0]} {file}", state, known)


def _naming_words(words: Sequence[str], state: State) -> list[str]:
    """The words of a command, with the named results and earlier expressions that they use."""
    named = [word if word.startswith("-") else _with_past(word, state) for word in words]
    used = {name for word in named for name in lines.names(word) or ()}
    return [*let_words({**state.named, **_past_names(state)}, frozenset(used), {}), *named]


def _option(option: Option, rest: str, state: State) -> Meant:
    """An option kept, changed or cleared."""
    if option.name == "at":
        found = {**state.at, **values_by_name([rest])} if rest else {}
        checks.check_points(rest, "complex" in state.options)
        return Meant(replace(state, at=found), said=_said("at", found) if found else "no point is kept")
    if option.name == "range":
        found = {**state.ranges, **values_by_name([rest])} if rest else {}
        checks.check_ranges(rest)
        return Meant(replace(state, ranges=found), said=_said("range", found) if found else "no range is kept")
    if option.name == "let":
        return _named(rest, state) if rest else Meant(replace(state, named={}), said="no named result is kept")
    kept = {**state.options}
    switched = option.optional and rest in ("", "on", "off")
    on = (
        bool(rest)
        if option.takes_value and not switched
        else rest in ("on", "") and (rest == "on" or option.name not in kept)
    )
    if not option.takes_value and rest not in ("", "on", "off"):
        raise UsageError(f":{option.name} takes no value", hint=f"write :{option.name} on, or :{option.name} off")
    if option.choices and rest and rest not in option.choices:
        raise UsageError(f":{option.name} is one of {', '.join(option.choices)}, not {visible(rest)}")
    if option.takes_value and not option.optional and rest:
        checks.check_value(option.name, rest)
    kept.pop(option.name, None)
    if on:
        kept = {
            **_without_rivals(kept, option.name),
            option.name: (rest,) if option.takes_value and not switched else (),
        }
    return Meant(replace(state, options=kept), said=f"{option.name}: {rest if rest and on else 'on' if on else 'off'}")


def _named(text: str, state: State) -> Meant:
    """`b = a+5`: a named result for the lines to come."""
    tokenize(text, quotes=False)  # a text that cannot be read is told at its place
    found = lines.assigned(text)
    if found is None:
        raise UsageError("a named result is let name = expression", hint="write let b = a+5")
    name, expression = found
    problem = f"{name} is an expression of this session" if _ANS.fullmatch(name) else name_problem(name)
    if problem is not None:
        raise UsageError(f"{visible(name)} cannot be a named result: {problem}", hint="give the result another name")
    expression = _with_past(expression, state)
    named = {**state.named, name: expression}
    if name in needed({**named, **_past_names(state)}, lines.names(expression) or ()):
        raise UsageError(f"{name} would be defined by itself", hint="give the result another name")
    return Meant(replace(state, named=named), said=f"{name} = {visible(expression)}")


def _question(text: str, state: State, known: Vocabulary) -> Meant:
    expression, given = lines.parts(text, known.spelled)
    checks.check_no_command(expression, known)
    if not expression:
        raise UsageError("no expression is given", hint="to keep an option for all lines, write it as :at x=1")
    asked = [_with_past(word, state) for word in lines.expressions(expression)]
    own = {name: _with_past(value, state) for name, value in _lets(given)}
    options = {**_without_rivals(state.options, *(option.name for option, _ in given)), **_own_options(given)}
    checks.check_not_input((*asked, *options.get("points", ())))
    used = used_names((*asked, *own.values()), (value for name in _NAMING for value in options.get(name, ())))
    named = {**state.named, **_past_names(state), **own}
    words = [
        *kept_words("at", state.at, given, used, named),
        *(kept_words("range", state.ranges, given, used, named) if "plot" in options else ()),
        *let_words(named, used, own),
        *(word for name, values in options.items() for word in option_words(known.options[name], values)),
    ]
    past = None if own or "syntax" in options else _again(asked)
    after, frozen = closed(f"ans{len(state.past) + 1}", past, {**state.named, **_past_names(state)})
    kept = replace(state, past=(*state.past, after), meant={**state.meant, **frozen})
    return Meant(kept, words=(*words, "--", *asked), noticed=_short_option(expression, known))


def _short_option(expression: str, known: Vocabulary) -> str | None:
    """What to say of a difference that looks like a short option: `x^2 -q`."""
    found = re.search(r"\s(-([A-Za-z]))$", expression)
    if found is None or found[1] not in known.spelled or found[2] in (lines.names(expression[: found.start()]) or ()):
        return None
    return f"{found[1]} is read as a difference; for the option write :{known.spelled[found[1]].name}"


def _with_past(text: str, state: State) -> str:
    """The text with `ans` as the name of the expression that it means now.

    Raises:
        UsageError: there is none, or it cannot be used again.
    """

    def name(word: str) -> str:
        if not _ANS.fullmatch(word):
            return word
        count = int(word[3:] or len(state.past))
        if not 1 <= count <= len(state.past):
            raise UsageError(f"there is no {word} yet", hint="ans is the expression that was answered last")
        if state.past[count - 1] is None:
            hint = "write it again, its parts as let b = a+5"
            raise UsageError(f"{word} had statements, named results or a spelling of its own", hint=hint)
        return f"ans{count}"

    return lines.renamed(text, name)


def _again(asked: list[str]) -> str | None:
    """The expression as a part of later ones; None where it is none, as of statements and files."""
    text = asked[0] if len(asked) == 1 else f"[{', '.join(asked)}]"
    found = lines.assigned(text)
    text = text if found is None else found[1]
    return None if ";" in text or any(word.startswith("@") for word in asked) or lines.names(text) is None else text


def _past_names(state: State) -> dict[str, str]:
    return {**state.meant, **{f"ans{i}": text for i, text in enumerate(state.past, 1) if text is not None}}


def _lets(given: list[Given]) -> list[tuple[str, str]]:
    from derivcli.asking import assignment

    return [assignment("--let", str(value)) for option, value in given if option.name == "let"]


def _own_options(given: list[Given]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for option, value in given:
        if option.name not in _BY_NAME:
            found[option.name] = (*found.get(option.name, ()), *(() if value is None else (value,)))
    return found


def _without_rivals(kept: Mapping[str, tuple[str, ...]], *names: str) -> dict[str, tuple[str, ...]]:
    """The kept options without those whose place a new one takes."""
    taken = {*names, *(_FORMS if any(name in _FORMS for name in names) else ())}
    return {name: values for name, values in kept.items() if name not in taken}


def _said(name: str, found: Mapping[str, str]) -> str:
    return f"{name}: {', '.join(f'{key}={visible(value)}' for key, value in found.items())}"


def _shown(state: State) -> str:
    rows = [_said("at", state.at)] if state.at else []
    rows += [_said("range", state.ranges)] if state.ranges else []
    rows += [f"let {name} = {visible(text)}" for name, text in state.named.items()]
    rows += [f"{name}: {visible(', '.join(values)) if values else 'on'}" for name, values in state.options.items()]
    rows += [f"{name} = {visible(text)}" for name, text in _past_names(state).items()]
    return "\n".join(rows) or "nothing is kept yet"
