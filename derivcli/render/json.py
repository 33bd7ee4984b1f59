"""The JSON answer, and its schema."""

from __future__ import annotations

import json
import math
import re
import sys
from collections.abc import Mapping
from dataclasses import asdict
from importlib.resources import files
from typing import Any

from derivcli.claims import Checked, Differs
from derivcli.errors import DerivError
from derivcli.model import Answer, Check, Decimals, Derivation, Formula, NestedDigits, Path, PointAnswer, Summary
from derivcli.render.digits import digit_notes, is_proven

SCHEMA = "deriv/1"


def schema_text() -> str:
    """The JSON Schema (draft 2020-12) of every answer."""
    return files("derivcli.render").joinpath("schema.json").read_text(encoding="utf-8")


def answer_data(answer: Answer) -> dict[str, Any]:
    """An answer as the objects of its JSON; numbers that are not finite are strings."""
    return {
        "schema": SCHEMA,
        "expression": {
            "text": answer.text,
            "read_as": answer.expression.text,
            "latex": answer.expression.latex,
            "shape": list(answer.expression.shape),
        },
        "variables": {name: list(shape) for name, shape in answer.variables.items()},
        "wrt": list(answer.wrt),
        "order": answer.order,
        "derivatives": _nested(answer.derivatives, formula_data),
        "points": [_point(answer.kind, p) for p in answer.points],
        "warnings": [*answer.warnings, *digit_notes(answer)],
        **({"loops": dict(answer.loops)} if answer.loops else {}),
        **({"vectors": {name: plain_number(v) for name, v in answer.vectors.items()}} if answer.vectors else {}),
        **({"steps": [s for told in answer.derivations for s in derivation_data(told)]} if answer.derivations else {}),
        **({"graph": [asdict(node) for node in answer.trace]} if answer.trace else {}),
        **({"summary": _summary(answer.summary)} if answer.summary is not None else {}),
    }


def derivation_data(told: Derivation) -> list[dict[str, Any]]:
    """The steps of one derivation, each with the derivative that it belongs to."""
    return [
        {
            "rule": step.rule,
            "before": step.before.text,
            "after": step.after.text,
            "span": None if step.span is None else list(step.span),
            "depth": step.depth,
            "latex": {"before": step.before.latex, "after": step.after.latex},
            "derivative": ",".join(told.along),
            **({} if told.component is None else {"component": told.component}),
        }
        for step in told.steps
    ]


def _summary(summary: Summary) -> dict[str, Any]:
    """What is told of points whose rows went to a file; rows are counted from 1."""

    def rows(found: tuple[int, int] | None) -> dict[str, int] | None:
        return None if found is None else {"rows": found[0], "first": found[1]}

    return {
        **asdict(summary),
        "statuses": {status: rows(found) for status, found in summary.statuses.items()},
        "infinite": rows(summary.infinite),
        "missing": rows(summary.missing),
    }


def checked_data(checked: Checked) -> dict[str, Any]:
    """What became of a claim, as the objects of its JSON."""
    return {
        "schema": SCHEMA,
        "expression": {"text": checked.text, "read_as": checked.expression.text},
        "claimed": {"text": checked.claimed_text, "read_as": checked.claimed.text},
        "variables": {name: list(shape) for name, shape in checked.variables.items()},
        "wrt": list(checked.wrt),
        "order": checked.order,
        "derivatives": _nested(checked.derivatives, formula_data),
        "check": {
            "correct": {"correct": True, "wrong": False}.get(checked.status),
            "status": checked.status,
            "points": checked.points,
            "other_form": checked.other_form,
            "differs": None if checked.differs is None else _differs(checked.differs),
            "wrong": [",".join(path) for path in checked.wrong],
            "slip": checked.slip,
            "reason": checked.reason,
        },
        "warnings": list(checked.warnings),
    }


def _differs(differs: Differs) -> dict[str, Any]:
    return {
        "at": {name: plain_number(value) for name, value in differs.at.items()},
        "result": ",".join(differs.path),
        "index": None if differs.index is None else list(differs.index),
        "claimed": plain_number(differs.claimed),
        "derivative": plain_number(differs.derivative),
    }


def error_data(error: DerivError) -> dict[str, Any]:
    """An error as the objects of its JSON."""
    return {
        "schema": SCHEMA,
        "error": {
            "kind": error.kind,
            "message": error.message,
            "text": error.text,
            "span": None if error.span is None else list(error.span),
            "hint": error.hint,
        },
    }


def dumps(data: Mapping[str, Any], indent: int | None = None) -> str:
    """Strict JSON, in Unicode; indented, the innermost lists stay on one line."""
    # Standard output that lacks letters gets their escapes, which mean the same.
    ascii_alone = "utf" not in (getattr(sys.stdout, "encoding", None) or "utf-8").lower()
    text = json.dumps(data, ensure_ascii=ascii_alone, allow_nan=False, indent=indent)
    if indent is None:
        return text
    # No text holds a line break of its own: JSON writes it as an escape.
    return re.sub(r"\[\n\s+([^\[\]{}]*?)\n\s+\]", lambda found: f"[{_JOINT.sub(', ', found.group(1))}]", text)


_JOINT = re.compile(r",\n +")


def _point(kind: str, point: PointAnswer) -> dict[str, Any]:
    return {
        "at": {name: plain_number(value) for name, value in point.at.items()},
        "value": plain_number(point.value),
        kind: _nested(point.result, plain_number),
        "symbolic": None if point.symbolic is None else _nested(point.symbolic, plain_number),
        "checks": None if point.checks is None else _nested(point.checks, _check),
        **({} if point.decimals is None else {"digits": _digits(point.decimals, point)}),
    }


def _digits(decimals: Decimals, point: PointAnswer) -> dict[str, Any]:
    """Numbers as texts: no JSON number has so many digits."""

    def field(name: str) -> dict[str, Any]:
        results = {path: decimals.results.get(path) for path in point.result}
        return {
            "value": _leaves(decimals.value, name),
            "symbolic": _nested(results, lambda found: None if found is None else _leaves(found, name)),
        }

    return {"count": decimals.count, **field("text"), "proven": is_proven(decimals), "radius": field("radius")}


def _leaves(digits: NestedDigits, name: str) -> Any:
    return [_leaves(part, name) for part in digits] if isinstance(digits, list) else getattr(digits, name)


def _nested(results: Mapping[Path, Any], convert: Any) -> Any:
    """{("x", "y"): 1} as {"x": {"y": 1}}."""
    if () in results:
        return convert(results[()])  # of a Jacobian-vector product there is one alone
    nested: dict[str, Any] = {}
    for path, value in results.items():
        inner = nested
        for key in path[:-1]:
            inner = inner.setdefault(key, {})
        inner[path[-1]] = convert(value)
    return nested


def formula_data(formula: Formula) -> dict[str, Any]:
    """A formula as the object of its JSON."""
    return {"text": formula.text, "latex": formula.latex, "shape": list(formula.shape)}


def _check(check: Check) -> dict[str, Any]:
    data: dict[str, Any] = {
        "status": check.status,
        "abs_error": None if check.abs_error is None else plain_number(check.abs_error),
        "digits": check.digits,
        "trusted_digits": check.trusted_digits,
        "note": check.note,
    }
    if check.index is not None:
        data["index"] = list(check.index)
    if check.left is not None or check.right is not None:
        data["left"], data["right"] = plain_number(check.left), plain_number(check.right)
    if check.limit is not None:
        data["limit"] = plain_number(check.limit)
    if check.span is not None:
        data["span"] = list(check.span)
    return data


def plain_number(value: Any) -> Any:
    """A number or nested lists of numbers as JSON has them; of a complex one both parts."""
    if value is None:
        return None
    if isinstance(value, list):
        return [plain_number(v) for v in value]
    if isinstance(value, complex):
        return {"re": plain_number(value.real), "im": plain_number(value.imag)}
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
