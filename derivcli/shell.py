"""One command line, from its words to its exit status; all that goes wrong is reported here, on the right stream."""

from __future__ import annotations

import difflib
import itertools
import re
import sys
from collections.abc import Sequence
from typing import Any

from derivcli import settings
from derivcli.deadline import Expired
from derivcli.errors import DerivError, ExitStatus, InternalError, OutOfTime, UsageError
from derivcli.words import COMPLETION, HELP_ALL, PLAIN, RESERVED, arrange, check_one, forms, plain_question


def run(words: Sequence[str]) -> ExitStatus:
    """Run one command line."""
    form = _form(words)
    try:
        words = settings.applied(words)
        form = _form(words)
        status = _answered(words)
        sys.stdout.flush()
        return status
    except DerivError as error:
        return _failed(error, form)
    except KeyboardInterrupt:
        return ExitStatus.INTERRUPTED
    except OSError:
        raise  # of the output: for the one who owns the streams
    except Expired:
        return _failed(OutOfTime("out of time"), form)
    except Exception as fault:  # never a traceback: say that the fault is ours
        return _failed(InternalError(f"a fault of deriv itself: {type(fault).__name__}: {fault}"), form)


def _answered(words: Sequence[str]) -> ExitStatus:
    """Plain questions and help are answered without Typer, which takes longer to load; all else is Typer's."""
    plain = plain_question(words)
    if plain is None:
        return ExitStatus.OK if _told(words) else _typer(*_command(words))
    from derivcli.prompt import ask

    return ask(plain)


def _told(words: Sequence[str]) -> bool:
    """Whether a command line is about the program itself; then what it asks for is printed."""
    if words and words[0].partition("=")[0] in COMPLETION:
        _completion(words)
    elif not words:
        _help("ask", whole=False)
    else:
        name = words[0] if words[0] in RESERVED else "ask"
        asked = [word for word in itertools.takewhile(lambda w: w != "--", words) if word in ("--help", HELP_ALL)]
        return bool(asked) and _help(name, whole=HELP_ALL in asked)
    return True


def _completion(words: Sequence[str]) -> None:
    """Install or print the completion of a shell."""
    from derivcli.completion import scripts

    option, _, value = words[0].partition("=")
    values = [*([value] if value else []), *words[1:]]
    if len(values) > 1:
        raise UsageError(f"{option} takes the name of one shell and no more")
    shell = scripts.shell_named(values[0] if values else None)
    print(scripts.install(shell) if option == "--install-completion" else scripts.SCRIPTS[shell].rstrip("\n"))


def _help(name: str, whole: bool) -> bool:
    """Print the help of a command; whether there is that command."""
    from derivcli.guide import screen
    from derivcli.vocabulary import kept_commands

    known, columns = kept_commands(), screen.width()
    others = [(other, found.about) for other, found in known.items() if other != "ask"]
    if name not in known:
        return False
    if name != "ask":
        print(screen.of_command(known[name], columns))
    else:
        print(screen.full(known["ask"], others, columns) if whole else screen.short(known["ask"], others, columns))
    return True


def _failed(error: DerivError, form: str) -> ExitStatus:
    from derivcli.render.errors import report

    report(error, form)
    return error.status


def _form(words: Sequence[str]) -> str:
    """The form that is asked for, told from the words alone: an error is to have it, too."""
    return next((form for form in forms(words) if form in ("json", "ndjson")), "table")


def _command(words: Sequence[str]) -> tuple[str, list[str]]:
    """Which command, and its words with the options first."""
    group = _commands()
    first = words[0] if words else ""
    if first in _spellings(group):
        return "", list(words)
    name = first if first in RESERVED else "ask"
    if name not in group.commands:
        hint = "write deriv --help" if name == "help" else f"to differentiate {name}, write: deriv -- {name}"
        raise UsageError(f"the command {name} is not there yet", hint=hint)
    options = {**_spellings(group.commands[name]), "--help": False}
    given, others = arrange(words[1:] if name != "ask" else words, options)
    if name == "ask":
        _check_question(given, others, list(group.commands))
    return name, [*given, "--", *others] if others else given


def _check_question(given: Sequence[str], others: Sequence[str], commands: Sequence[str]) -> None:
    """Words that are no question, or hardly the one that was meant."""
    if not others:
        raise UsageError("no expression is given", hint='write deriv "sin(x)" --at x=1; deriv --help tells more')
    stray = next((w for w in others if re.fullmatch(r"[A-Za-z_]\w*=[-+0-9.,:/eE]+", w)), None)
    if stray is not None and len(others) > 1:
        hint = f"did you mean --at x={stray[3:]}?" if stray.startswith("at=") else f"did you mean --at {stray}?"
        raise UsageError(f"{stray} stands among the expressions", hint=hint)
    dashed = next((w for w in others if f"-{w}" in (*PLAIN, "--help", "--version")), None)
    if dashed is not None and len(others) > 1:
        print(f"deriv: warning: {dashed} is read as an expression; did you mean -{dashed}?", file=sys.stderr)
    check_one(forms(given))
    near = difflib.get_close_matches(others[0], commands, 1, 0.75)
    if near and others[0].isalpha():
        print(
            f"deriv: warning: {others[0]} is read as a variable; did you mean the command {near[0]}?", file=sys.stderr
        )


def _spellings(command: Any) -> dict[str, bool]:
    """Each spelling of the command's options, and whether it takes a value."""
    return {
        spelling: not p.is_flag
        for p in command.params
        if p.param_type_name == "option"
        for spelling in (*p.opts, *p.secondary_opts)
    }


def _commands() -> Any:
    import typer

    from derivcli.commands import app

    return typer.main.get_command(app)


def _misused(command: str, said: str) -> UsageError:
    """What Typer says of words that are too many or too few, with an example of the command."""
    from derivcli.guide.contents import EXAMPLES

    missing = re.fullmatch(r"Missing argument '(.*)'", said)
    extra = re.fullmatch(r"Got unexpected extra arguments? ?\(?s?\)? ?\((.*)\)", said)
    if missing is not None:
        said = f"{missing[1]} is missing"
    elif extra is not None:
        said = f"{command} does not take {extra[1]}"
    example = EXAMPLES.get(command)
    return UsageError(
        said, hint=f"an example: deriv {example[0][0]}" if example else f"deriv {command} --help tells more"
    )


def _typer(command: str, words: list[str]) -> ExitStatus:
    import typer

    # The base of all that Typer says about words it cannot use; which library defines it depends on Typer's version.
    misuse: Any = typer.BadParameter.__base__
    group = _commands()
    try:
        result = group.main([command, *words] if command else words, prog_name="deriv", standalone_mode=False)
    except misuse as error:
        raise _misused(command, error.format_message().rstrip(".")) from error
    except typer.Abort:
        return ExitStatus.INTERRUPTED
    return ExitStatus(result) if isinstance(result, int) else ExitStatus.OK
