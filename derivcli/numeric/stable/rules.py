"""The rules: which forms cancel or overflow in floats, and the forms of the same value that do not.

No rule changes a value or a domain: log(x**2) stays what it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from derivcli.graph import Node
from derivcli.numeric.stable.differences import complement, hypotenuse, root_difference
from derivcli.numeric.stable.quotients import (
    hyperbolic_quotient,
    hyperbolic_sum,
    log_of_exponentials,
    log_of_function,
    log_of_one_plus,
    logistic,
    logistic_product,
    softmax,
)
from derivcli.numeric.stable.workshop import Workshop

# The new node in place of one whose arguments are rewritten already; None where the rule does not apply.
Rewrite = Callable[[Workshop, Node], "int | None"]


@dataclass(frozen=True)
class Rule:
    """One rule: its name, what it does in one sentence, the operations it looks at, and the rewriting."""

    name: str
    sentence: str
    ops: tuple[str, ...]
    rewrite: Rewrite


RULES: tuple[Rule, ...] = (
    Rule(
        "log of exponentials", "log(exp(a) + exp(b) + …) without a power that overflows", ("log",), log_of_exponentials
    ),
    Rule("log of a function", "log of sigmoid, softmax, sum(exp(…)) in one step", ("log",), log_of_function),
    Rule("log1p", "log(1 + u) keeps the digits of a small u", ("log",), log_of_one_plus),
    Rule("tanh", "(exp(a) - exp(b))/(exp(a) + exp(b)) is tanh((a - b)/2)", ("div",), hyperbolic_quotient),
    Rule("softmax", "exp(u)/sum(exp(u)) without a power that overflows", ("div",), softmax),
    Rule("sigmoid", "exponentials over exp(a) + exp(b) in logistic functions", ("div", "pow"), logistic),
    Rule(
        "sigmoid of a product",
        "exp(u)*sigmoid(-u) is sigmoid(u), sigmoid(u)*sigmoid(-u) is sech(u/2)**2/4",
        ("mul",),
        logistic_product,
    ),
    Rule("sinh and cosh", "exp(u) - exp(-u) and exp(u) + exp(-u)", ("add", "mul", "div"), hyperbolic_sum),
    Rule("complement", "1 - f(u) where f goes to 1, as expm1, sin(u/2)**2, erfc and their like", ("add",), complement),
    Rule("difference of roots", "sqrt(p) - sqrt(q) is (p - q)/(sqrt(p) + sqrt(q))", ("add",), root_difference),
    Rule("hypot", "sqrt(a**2 + b**2) without a square that overflows", ("pow", "sqrt"), hypotenuse),
)
