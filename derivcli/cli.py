"""The shell's face: commands, options, streams and exit statuses."""

from __future__ import annotations

import itertools
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from enum import Enum
from importlib.metadata import version
from typing import Annotated, Any

import typer

from derivcli.errors import DerivError, ExitStatus, InternalError, UsageError
from derivcli.model import Answer
from derivcli.render.errors import report
from derivcli.words import arrange

# First words that are commands. Those without a command yet are kept for later; `deriv -- NAME` is an expression.
RESERVED = (
    "batch", "check", "lint", "repl", "functions", "schema", "shapes", "implicit", "parametric", "analyze", "taylor",
    "propagate", "worker", "map", "help", "plot", "steps", "config", "convert", "explain",
)  # fmt: skip

# The base of all that Typer says about words it cannot use; which library defines it depends on Typer's version.
_Misuse: Any = typer.BadParameter.__base__

app = typer.Typer(
    add_completion=True,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="A derivative calculator: the formula, torch's gradient, and whether to trust it.",
    context_settings={"help_option_names": ["--help"]},
)


class Output(str, Enum):
    """How an answer is written."""

    table = "table"
    json = "json"
    ndjson = "ndjson"
    csv = "csv"
    latex = "latex"
    plain = "plain"
    code = "code"


class Simplify(str, Enum):
    """How hard a shorter form is looked for."""

    none = "none"
    fast = "fast"
    full = "full"


class Dtype(str, Enum):
    """The floating-point type of torch's tensors."""

    float64 = "float64"
    float32 = "float32"


class Color(str, Enum):
    """When to use colour."""

    auto = "auto"
    always = "always"
    never = "never"


def _version(wanted: bool) -> None:
    if wanted:
        print(f"deriv {version('derivcli')}")
        raise typer.Exit


@app.callback()
def _main(
    show_version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and end.")
    ] = False,
) -> None:
    pass


@app.command(
    "ask",
    hidden=True,
    help="Differentiate an expression: the formula, torch's gradient, and whether to trust it.",
    epilog="Other commands: deriv batch, deriv functions, deriv schema; each has its own --help. "
    "An expression that begins with one of these words: deriv -- EXPR.",
)
def ask(
    expressions: Annotated[
        list[str], typer.Argument(metavar="EXPR", help="The expression, @FILE or -; several make a vector.")
    ],
    at: Annotated[
        list[str] | None,
        typer.Option(metavar="X=1,Y=2", help="A point; also a list x=1,2,5, or a range x=0:10:0.5. Repeatable."),
    ] = None,
    pair: Annotated[
        bool, typer.Option("--zip", help="Pair lists of several variables instead of combining them.")
    ] = False,
    wrt: Annotated[
        str | None, typer.Option(metavar="X,Y", help="The variables to differentiate by. Default: all.")
    ] = None,
    order: Annotated[int, typer.Option(metavar="N", help="The order of the derivative along each variable.")] = 1,
    partial: Annotated[str | None, typer.Option(metavar="X,X,Y", help="One mixed partial derivative.")] = None,
    hessian: Annotated[bool, typer.Option("--hessian", help="The matrix of second derivatives.")] = False,
    jacobian: Annotated[bool, typer.Option("--jacobian", help="Answer as for a vector of expressions.")] = False,
    let: Annotated[
        list[str] | None, typer.Option(metavar="B=A+5", help="A named intermediate result. Repeatable.")
    ] = None,
    var: Annotated[
        list[str] | None,
        typer.Option(metavar="NAMES", help="Names that are variables, whatever else they mean."),
    ] = None,
    simplify: Annotated[Simplify | None, typer.Option(help="Default: the shortest form found in 0.3 s.")] = None,
    exact: Annotated[bool, typer.Option("--exact", help="Print fractions where decimals were typed.")] = False,
    full: Annotated[bool, typer.Option("--full", help="Print formulas however long they are.")] = False,
    no_check: Annotated[bool, typer.Option("--no-check", help="Autograd's numbers alone.")] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit 1 where a check disagrees, 4 where undefined.")
    ] = False,
    dtype: Annotated[Dtype, typer.Option(help="The type of torch's numbers.")] = Dtype.float64,
    device: Annotated[str, typer.Option(metavar="DEVICE", help="The device torch computes on: cpu, cuda, …")] = "cpu",
    timeout: Annotated[
        float | None,
        typer.Option(metavar="SECONDS", help="Seconds for reading and symbolic work. Default: 4."),
    ] = None,
    output: Annotated[Output, typer.Option("-o", "--output", help="How the answer is written.")] = Output.table,
    as_json: Annotated[bool, typer.Option("--json", help="The same as -o json.")] = False,
    as_ndjson: Annotated[bool, typer.Option("--ndjson", help="The same as -o ndjson.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="The same as -o csv.")] = False,
    as_latex: Annotated[bool, typer.Option("--latex", help="The same as -o latex.")] = False,
    quiet: Annotated[bool, typer.Option("-q", help="The bare result alone.")] = False,
    color: Annotated[Color, typer.Option(help="When to use colour.")] = Color.auto,
) -> None:
    """Differentiate an expression."""
    from derivcli.asking import question
    from derivcli.engine import answer
    from derivcli.render.answer import write

    shorthands = {"json": as_json, "ndjson": as_ndjson, "csv": as_csv, "latex": as_latex, "quiet": quiet}
    form = next((name for name, wanted in shorthands.items() if wanted), output.value)
    data: dict[str, Any] = {
        "expr": [_text(word) for word in expressions],
        "at": at, "zip": pair, "wrt": wrt, "order": order, "partial": partial, "hessian": hessian, "jacobian": jacobian,
        "let": let, "var": ",".join(var) if var else None, "simplify": simplify and simplify.value, "exact": exact,
        "full": full, "no_check": no_check, "dtype": dtype.value, "device": device, "timeout": timeout,
    }  # fmt: skip
    asked = replace(question(data), strict_names=True, simplify=data["simplify"] or "auto")
    found = answer(asked)
    if form == "code":
        from derivcli.numeric.kernels import KERNELS
        from derivcli.render.code import program

        print(program(found, asked, KERNELS))
    else:
        write(found, form, color.value)
    raise typer.Exit(_strictly(found) if strict else ExitStatus.OK)


def _strictly(answer: Answer) -> ExitStatus:
    """What `--strict` makes of the checks: undefined outweighs disagreement."""
    statuses = {c.status for point in answer.points for c in (point.checks or {}).values()}
    if statuses - {"agree", "disagree", "unchecked", "overflow"}:
        return ExitStatus.UNDEFINED
    return ExitStatus.CHECK_FAILED if "disagree" in statuses else ExitStatus.OK


@app.command(help="Answer a question on every line: JSON objects in, JSON objects out.")
def batch(
    file: Annotated[str, typer.Argument(metavar="[FILE]", help="NDJSON; - or nothing: standard input.")] = "-",
) -> None:
    """Questions as NDJSON."""
    from derivcli.batch import run

    with _opened(file) as lines:
        raise typer.Exit(run(lines, sys.stdout))


@app.command(help="List the functions, or tell about one.")
def functions(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="A function's name.")] = None,
) -> None:
    """The catalog."""
    from derivcli.render.functions import listing

    print(listing(name))


@app.command(help="Print the JSON Schema of the answers.")
def schema() -> None:
    """The schema."""
    from derivcli.render.json import schema_text

    print(schema_text(), end="")


@contextmanager
def _opened(file: str) -> Iterator[Any]:
    """A text file or standard input; bytes that are no text are passed on as marks that no expression holds."""
    if file == "-":
        sys.stdin.reconfigure(errors="replace", encoding="utf-8")  # type: ignore[union-attr]
        yield sys.stdin
        return
    try:
        with open(file, encoding="utf-8", errors="replace") as lines:
            yield lines
    except OSError as error:
        raise UsageError(f"cannot read {file}: {error.strerror}") from error


def _text(word: str) -> str:
    """The expression that a word stands for: `@FILE` for what the file holds, `-` for standard input."""
    if word != "-" and not word.startswith("@"):
        return word
    with _opened(word.removeprefix("@")) as lines:
        return str(lines.read()).strip()


def run(words: Sequence[str]) -> ExitStatus:
    """Run one command line; everything that can go wrong is reported here, on the right stream."""
    wants_json = any(w in ("--json", "--ndjson") for w in words) or "json" in _following(words, "-o")
    try:
        command, rest = _command(words)
        status = _typer(command, rest)
        sys.stdout.flush()
        return status
    except DerivError as error:
        report(error, wants_json)
        return error.status
    except _Misuse as error:
        report(UsageError(error.format_message().rstrip(".")), wants_json)
        return ExitStatus.USAGE
    except (KeyboardInterrupt, typer.Abort):
        return ExitStatus.INTERRUPTED
    except BrokenPipeError:
        raise
    except Exception as fault:  # never a traceback: say that the fault is ours
        report(InternalError(f"a fault of deriv itself: {type(fault).__name__}: {fault}"), wants_json)
        return InternalError.status


def _following(words: Sequence[str], option: str) -> str:
    return next((after for word, after in itertools.pairwise(words) if word == option), "")


def _command(words: Sequence[str]) -> tuple[str, list[str]]:
    """Which command, and its words with the options first."""
    group: Any = typer.main.get_command(app)
    first = words[0] if words else ""
    if first in _spellings(group) or "_DERIV_COMPLETE" in os.environ:
        return "", list(words)
    if not words:
        return "", ["--help"]
    name = first if first in RESERVED else "ask"
    if name not in group.commands:
        hint = "write deriv --help" if name == "help" else f"to differentiate {name}, write: deriv -- {name}"
        raise UsageError(f"the command {name} is not there yet", hint=hint)
    options = {**_spellings(group.commands[name]), "--help": False}
    given, others = arrange(words[1:] if name != "ask" else words, options)
    if name == "ask" and not others and "--help" not in given:
        raise UsageError("no expression is given", hint='write deriv "sin(x)" --at x=1; deriv --help tells more')
    return name, [*given, "--", *others] if others else given


def _spellings(command: Any) -> dict[str, bool]:
    """Each spelling of the command's options, and whether it takes a value."""
    return {
        spelling: not p.is_flag
        for p in command.params
        if p.param_type_name == "option"
        for spelling in (*p.opts, *p.secondary_opts)
    }


def _typer(command: str, words: list[str]) -> ExitStatus:
    group: Any = typer.main.get_command(app)
    if words == ["--help"] and command in ("", "ask"):
        # The main command's help is the program's.
        result = group.commands["ask"].main(words, prog_name="deriv", standalone_mode=False)
    else:
        result = group.main([command, *words] if command else words, prog_name="deriv", standalone_mode=False)
    return ExitStatus(result) if isinstance(result, int) else ExitStatus.OK
