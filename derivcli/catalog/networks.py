"""Functions from neural networks."""

from __future__ import annotations

from derivcli.catalog.row import ABOVE, XY, Row

NETWORKS = "from neural networks"

ROWS: tuple[Row, ...] = (
    Row(
        "relu", "max(x, 0)", NETWORKS, aliases=("ReLU",), definition="max(x, 0)", partials=("heaviside(x)",),
        samples=ABOVE,
    ),
    Row(
        "sigmoid", "logistic function", NETWORKS, aliases=("expit", "logistic"), definition="1/(1 + exp(-x))",
        partials=("sigmoid(x)*sigmoid(-x)",),
    ),
    Row(
        "logit", "inverse of sigmoid", NETWORKS, definition="log(x/(1 - x))", domain="0 < x < 1", samples=((0.1, 0.9),)
    ),
    Row("softplus", "log(1 + exp(x))", NETWORKS, definition="log(1 + exp(x))", partials=("sigmoid(x)",)),
    Row(
        "logsigmoid", "log(sigmoid(x))", NETWORKS, definition="-log(1 + exp(-x))", partials=("sigmoid(-x)",),
        accuracy=1e-12,
    ),
    Row("silu", "x*sigmoid(x)", NETWORKS, aliases=("swish",), definition="x/(1 + exp(-x))"),
    Row("gelu", "x times the normal distribution function", NETWORKS, definition="x*(1 + erf(x/sqrt(2)))/2"),
    Row(
        "logaddexp", "log(exp(x) + exp(y))", NETWORKS, XY, definition="log(exp(x) + exp(y))",
        samples=((-3.0, 3.0), (-3.0, 3.0)),
    ),
)  # fmt: skip
