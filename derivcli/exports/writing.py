"""From what a program is to compute to the program in a language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from derivcli.errors import UsageError
from derivcli.exports.adapting import adapted
from derivcli.exports.expressions import Statements, identifiers
from derivcli.exports.functions import function
from derivcli.exports.posing import Posed
from derivcli.exports.program import Dialect, Function, Program, Result, Trial
from derivcli.language import expand
from derivcli.numeric.engines.lowered import Lowered, lowered
from derivcli.numeric.engines.wanted import Wanted
from derivcli.spelled import KEPT
from derivcli.task import Computed

# Names that every program has, and what its trial calls things.
_OWN = ("f", "main", "result", "results", "found", "expected", "points", "tolerances", "value", "gradient", "jacobian",
        "hessian", "derivative", "derivatives")  # fmt: skip


def program(posed: Posed, trials: Sequence[Trial], remarks: Sequence[str], dialect: Dialect, file: str = "") -> Program:
    """The program.

    Args:
        posed: what it is to compute.
        trials: points to try it at.
        remarks: what the comment on top says.
        dialect: the language.
        file: the name of the file that it goes to.

    Raises:
        UnsupportedError: a function that the language lacks.
        UsageError: a file whose name cannot be that of the function, where it must be.
    """
    main = adapted(posed.operations, dialect)
    texts, dialect = _helpers(_ops(main), dialect)
    helpers = tuple(_helper(name, *text, dialect) for name, text in texts.items())
    called = _name(file, [o.name for o in posed.outputs], dialect)
    names = _names(posed.task.variables, called, dialect)
    wanted = [[main.roots[posed.roots[key]] for key in o.entries] for o in posed.outputs]
    statements = Statements(main, [root for roots in wanted for root in roots], names, dialect)
    results = tuple(
        Result(o.name, o.shape, tuple(map(statements.entry, roots)))
        for o, roots in zip(posed.outputs, wanted, strict=True)
    )
    body = Function(called, tuple(names.values()), tuple(statements.lines), tuple(statements.parts), results)
    renamed = [f"{new} is {old}." for old, new in names.items() if new != old]
    return Program((*remarks, *renamed), helpers, body, tuple(trials), file)


def _ops(found: Lowered) -> list[str]:
    return list(dict.fromkeys(found.graph.nodes[i].op for i in found.order))


def _helpers(ops: Iterable[str], dialect: Dialect) -> tuple[Mapping[str, tuple[tuple[str, ...], Lowered]], Dialect]:
    """The functions to be written out, those they need before them, and the language with their calls."""
    found: dict[str, tuple[tuple[str, ...], Lowered]] = {}

    def need(op: str) -> None:
        if op in dialect.operations or op in found:
            return
        helper = function(op)
        assert helper is not None
        graph, root, names = helper
        body = adapted(lowered(Wanted(Computed(*expand(graph, [root], KEPT)), names, {}, "float64", "cpu")), dialect)
        for other in _ops(body):
            need(other)
        found[op] = names, body

    for op in ops:
        need(op)
    calls = {
        op: f"{_called(op)}({', '.join(f'{{{k}}}' for k in range(len(names)))})" for op, (names, _) in found.items()
    }
    return found, replace(dialect, operations={**dialect.operations, **calls})


def _called(op: str) -> str:
    return f"{op.lower()}_of"


def _helper(op: str, names: tuple[str, ...], body: Lowered, dialect: Dialect) -> Function:
    statements = Statements(body, body.roots, dict(zip(names, names, strict=True)), dialect)
    result = Result("value", (), (statements.entry(body.roots[0]),))
    return Function(_called(op), names, tuple(statements.lines), tuple(statements.parts), (result,))


def _name(file: str, results: Sequence[str], dialect: Dialect) -> str:
    """What the function is called: as its file, in a language that calls it by that."""
    path = Path(file)
    if path.suffix != dialect.called_by_file:
        return "f"
    taken = {*results, *dialect.reserved, *identifiers(list(dialect.operations.values()))}
    if not re.fullmatch(dialect.named, path.stem) or path.stem in taken or re.fullmatch(r"t\d+", path.stem):
        why = f"{dialect.title} calls a function by the name of its file, and this one cannot be called {path.stem}"
        raise UsageError(why, hint=f"another name for the file: --out f{path.suffix}")
    return path.stem


def _names(variables: Sequence[str], called: str, dialect: Dialect) -> dict[str, str]:
    """For each variable its name in the program: the user's own wherever it means nothing else there."""

    def same(name: str) -> str:
        return name.lower() if dialect.one_case else name

    operations = list(dialect.operations.values())
    taken = {same(name) for name in (*_OWN, called, *dialect.reserved, *identifiers(operations))}
    names: dict[str, str] = {}
    for k, variable in enumerate(variables, 1):
        name = variable
        if not re.fullmatch(dialect.named, name) or "__" in name:
            name = f"v{k}"
        while same(name) in taken or re.fullmatch(r"t\d+", same(name)):
            name += dialect.suffix
        taken.add(same(name))
        names[variable] = name
    return names
