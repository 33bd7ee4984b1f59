"""Derivatives in matrix notation: identities as one finds them in books, and random expressions against autograd."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
import torch

from derivcli.graph import Graph
from derivcli.indices import NotIndexed, Tensor, derivative, from_graph, is_zero, pullback, pushforward, write
from derivcli.language import Setting, Shaped, array_partial, expand, read, shaped
from derivcli.numeric.emit import constants, emit
from derivcli.numeric.kernels import KERNELS
from derivcli.numeric.load import load
from derivcli.spelled import KEPT

Shape = tuple[int | str, ...]
SHAPES: dict[str, Shape] = {
    "x": ("n",), "u": ("n",), "a": ("n",), "y": ("m",), "b": ("m",), "w": ("k",), "p": (3,),
    "A": ("m", "n"), "C": ("n", "n"), "D": ("n", "n"), "M": ("m", "m"), "S": ("n", "n"), "T": ("n", "n"),
    "X": ("m", "k"), "Y": ("m", "l"), "W": ("k", "l"), "U": ("m", "k"), "V": ("n", "k"), "K": ("l", "k"),
    "r": ("m", 1), "t": (), "c": (),
}  # fmt: skip
STRUCTURES = {"S": "symmetric", "T": "diagonal"}


def shapes_in(text: str) -> dict[str, Shape]:
    return {name: shape for name, shape in SHAPES.items() if re.search(rf"\b{name}\b", text)}


def graph_of(text: str, shapes: Mapping[str, Shape], sizes: Mapping[str, int | None]) -> Shaped:
    reading = read([text], setting=Setting(declared=tuple(shapes), sizes=sizes))
    roots = reading.roots if not reading.vector else [reading.graph.add("stack", reading.roots)]
    return shaped(reading.graph, roots, shapes, text)


def tensor(text: str) -> Tensor:
    shapes = shapes_in(text)
    sizes = {size: None for shape in shapes.values() for size in shape if isinstance(size, str)}
    graph = graph_of(text, shapes, sizes)
    return from_graph(graph.graph, graph.roots[0], graph.shapes, STRUCTURES, array_partial)


def formula(text: str, names: str, **how: Any) -> str:
    """The derivative by one variable after another."""
    found = tensor(text)
    for name in names.split():
        found = derivative(found, name, SHAPES[name])
    return write(found, **how)


IDENTITIES = [
    # Vectors and scalars: Petersen and Pedersen, The Matrix Cookbook, sections 2.4 and 2.6.
    ("dot(a, x)", "x", "a"),
    ("x @ C @ x", "x", "(C + C.T) @ x"),
    ("x @ C @ x", "x x", "C + C.T"),
    ("x @ S @ x", "x", "2*S @ x"),
    ("norm(x)", "x", "x/norm(x)"),
    ("norm(x)", "x x", "eye(n)/norm(x) - outer(x, x)/norm(x)**3"),
    ("norm(x - a)**2", "x", "2*(x - a)"),
    ("norm(A@x - y)**2", "x", "2*A.T @ (A @ x - y)"),
    ("norm(A@x - y)**2", "x x", "2*A.T @ A"),
    ("norm(A@x - y, 1)", "x", "A.T @ sign(A @ x - y)"),
    ("x/norm(x)", "x", "eye(n)/norm(x) - outer(x, x)/norm(x)**3"),
    ("dot(x, a)*x", "x", "outer(x, a) + dot(x, a)*eye(n)"),
    ("(A@x - y) @ diag(b) @ (A@x - y)", "x", "2*A.T @ ((A @ x - y)*b)"),
    ("exp(-norm(x - a)**2)", "x", "2*exp(-norm(x - a)**2)*(a - x)"),
    ("(x @ C @ x)/(x @ x)", "x", "((C + C.T) @ x)/norm(x)**2 - 2*(x @ C @ x)*x/norm(x)**4"),
    # Matrices: sections 2.1, 2.2 and 2.5.
    ("y @ A @ x", "A", "outer(y, x)"),
    ("x @ A.T @ A @ a", "A", "outer(A @ a, x) + outer(A @ x, a)"),
    ("tr(C)", "C", "eye(n)"),
    ("tr(D@C@S)", "C", "D.T @ S"),
    ("tr(C@C@C)", "C", "3*C.T @ C.T"),
    ("tr(C.T@D@C)", "C", "(D + D.T) @ C"),
    ("tr(inv(C)@D)", "C", "-(inv(C) @ D @ inv(C)).T"),
    ("x @ inv(C) @ a", "C", "-outer(inv(C).T @ x, inv(C) @ a)"),
    ("det(C)", "C", "det(C)*inv(C).T"),
    ("log(det(C))", "C", "inv(C).T"),
    ("logdet(C.T@C)", "C", "2*C @ inv(C.T @ C)"),
    ("logdet(C)", "C C", "-einsum('jk,li->ijkl', inv(C), inv(C))"),
    ("norm(A)", "A", "A/norm(A)"),
    ("inv(C)", "C", "-einsum('ik,lj->ijkl', inv(C), inv(C))"),
    ("inv(C + t*D)", "t", "P = inv(C + t*D); -P @ D @ P"),
    ("det(C + t*D)", "t", "det(C + t*D)*tr(inv(C + t*D) @ D)"),
    # A symmetric matrix has symmetric derivatives, a diagonal one diagonal ones.
    ("logdet(S)", "S", "inv(S)"),
    ("x @ S @ a", "S", "(outer(x, a) + outer(a, x))/2"),
    ("x @ inv(S) @ x", "S", "-outer(inv(S) @ x, inv(S) @ x)"),
    ("tr(S@C)", "S", "(C + C.T)/2"),
    ("x @ T @ a", "T", "diag(x*a)"),
    # Learning machines.
    ("norm(X@w - y)**2/2 + c*norm(w)**2", "w", "X.T @ (X @ w - y) + 2*c*w"),
    ("sum(log(1 + exp(-y*(X@w))))", "w", "-X.T @ (sigmoid(-y*(X @ w))*y)"),
    ("-sum(y*log(sigmoid(X@w)) + (1 - y)*log(1 - sigmoid(X@w)))", "w", "X.T @ (sigmoid(X @ w) - y)"),
    ("-sum(y*log(sigmoid(X@w)) + (1 - y)*log(1 - sigmoid(X@w)))", "w w",
     "X.T @ diag(sigmoid(X @ w)*sigmoid(-X @ w)) @ X"),
    ("sum(max(0, 1 - y*(X@w)))", "w", "-X.T @ (heaviside(1 - y*(X @ w))*y)"),
    ("sum(logsumexp(X@W, axis=1)) - sum(Y*(X@W))", "W", "X.T @ (softmax(X @ W, axis=1) - Y)"),
    ("sum(softmax(U@K.T, axis=1) @ K)", "U",
     "P = softmax(U @ K.T, axis=1); Q = sum(K, axis=1); (P @ diag(Q) - diag(P @ Q) @ P) @ K"),
    ("norm(A - U@V.T)**2", "U", "-2*(A - U @ V.T) @ V"),
    ("norm(W.T@tanh(X.T@y) - sum(Y, axis=0))**2", "X",
     "P = tanh(X.T @ y); 2*outer(y, (1 - P**2)*(W @ (W.T @ P - sum(Y, axis=0))))"),
    ("sum(relu(A@x))", "x", "A.T @ heaviside(A @ x)"),
    ("sum(softplus(A@x))", "x", "A.T @ sigmoid(A @ x)"),
    ("logsumexp(A@x)", "x", "A.T @ softmax(A @ x)"),
    ("softmax(x)", "x", "diag(softmax(x)) - outer(softmax(x), softmax(x))"),
    ("logdet(S)/2 + (x - a)@inv(S)@(x - a)/2", "x", "inv(S) @ (x - a)"),
    # Elementwise functions, sums along axes, broadcasting.
    ("A @ exp(x)", "x", "A @ diag(exp(x))"),
    ("tanh(A@x)", "x", "diag(1 - tanh(A @ x)**2) @ A"),
    ("sum(x*log(x))", "x", "1 + log(x)"),
    ("sum(A*x, axis=1) @ y", "A", "outer(y, x)"),
    ("sum(exp(A + x))", "x", "sum(exp(A + x), axis=0)"),
    ("mean(x**2)", "x", "2*x/n"),
    ("sum(sqrt(x**2))", "x", "x/sqrt(x**2)"),
    ("mean(x[1:])", "x", "mean(eye(n)[1:], axis=0)"),
    ("mean(x)*sum(x)", "x", "2*mean(x)*ones(n)"),
    ("sum(sqrt(1 - t*x))", "t", "-dot(1/sqrt(1 - t*x), x)/2"),
    ("var(x)", "x", "2*(x - mean(x))/(n - 1)"),
    ("norm(A - mean(A, axis=0))**2", "A", "2*(A - mean(A, axis=0))"),
    ("sum(A/sum(A, axis=1, keepdims=True))", "A", "zeros(m, n)"),
    ("sum(A*r)", "r", "sum(A, axis=1, keepdims=True)"),
    ("cumsum(x) @ a", "x", "triu(ones(n, n)) @ a"),
    ("sum(tril(C)**2)", "C", "2*tril(C)"),
    ("sum(piecewise((x**2, x > 0), (-x, True)))", "x", "piecewise((2*x, x > 0), (-1, True))"),
    ("sum(x*detach(x**2))", "x", "detach(x**2)"),
    ("sum(x)*prod(y)", "x", "prod(y)*ones(n)"),
    # Entries, slices and lists.
    ("p[0]*p[1]", "p", "[p[1], p[0], 0]"),
    ("p[0]*p[1]", "p p", "[[0, 1, 0], [1, 0, 0], [0, 0, 0]]"),
    ("[p[0]**2, p[1]*p[2]]", "p", "[[2*p[0], 0, 0], [0, p[2], p[1]]]"),
    ("p[1:] @ p[:-1]", "p", "eye(3)[1:].T @ p[:-1] + eye(3)[:-1].T @ p[1:]"),
    ("A[0] @ x", "x", "A[0]"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "names", "expected"), IDENTITIES, ids=lambda part: str(part))
def test_identities(text: str, names: str, expected: str) -> None:
    assert formula(text, names) == expected


def test_axes_can_be_exchanged_and_numbers_written_as_decimals() -> None:
    assert formula("A @ exp(x)", "x", axes=(1, 0)) == "diag(exp(x)) @ A.T"
    assert formula("0.5*sum(x**3)", "x", decimals=True) == "1.5*x**2"
    assert formula("0.5*sum(x**3)", "x") == "3*x**2/2"


def test_products_with_the_derivative() -> None:
    assert write(pullback(tensor("tanh(A@x)"), "v", "x", SHAPES["x"])) == "A.T @ (v*(1 - tanh(A @ x)**2))"
    assert write(pullback(tensor("inv(C)"), "V", "C", SHAPES["C"])) == "-inv(C).T @ V @ inv(C).T"
    assert write(pushforward(tensor("inv(C)"), {"C": ("dC", SHAPES["C"])})) == "-inv(C) @ dC @ inv(C)"
    both = {"A": ("dA", SHAPES["A"]), "x": ("dx", SHAPES["x"])}
    assert write(pushforward(tensor("A@x"), both)) == "dA @ x + A @ dx"


def test_what_does_not_depend_on_the_variable_has_derivative_zero() -> None:
    assert is_zero(derivative(tensor("norm(y)"), "x", SHAPES["x"]))
    assert not is_zero(derivative(tensor("norm(x)"), "x", SHAPES["x"]))


@pytest.mark.parametrize(
    ("text", "name", "operation"),
    [
        ("prod(x)", "x", "prod"),
        ("tr(kron(C, D))", "C", "kron"),
        ("norm(x, inf)", "x", "norm of order inf"),
        ("sum(pinv(A))", "A", "pinv of a matrix of unknown size"),
        ("sum(vec(C))", "C", "vec"),
    ],
)
def test_operations_without_an_index_form_are_named(text: str, name: str, operation: str) -> None:
    with pytest.raises(NotIndexed, match=f"^{operation}$"):
        derivative(tensor(text), name, SHAPES[name])


def test_too_large_expressions_are_refused_at_once() -> None:
    graph = Graph()
    deep = graph.variable("x")
    shapes: dict[int, Shape] = {deep: ("n",)}
    for _ in range(5_000):
        deep = graph.add("sin", (deep,))
        shapes[deep] = ("n",)
    with pytest.raises(NotIndexed, match="nested"):
        from_graph(graph, deep, shapes, {}, array_partial)
    doubled = "x"
    for _ in range(12):
        doubled = f"(C@{doubled})*{doubled}"
    with pytest.raises(NotIndexed, match="size"):
        tensor(f"sum({doubled})")


# ---- random expressions, with all axes of different sizes ----

SIZES = {"k": 2, "n": 3, "m": 4}
POOL = ["x", "u", "y", "b", "w", "A", "C", "D", "M", "S", "V", "U", "t"]
SMOOTH = ["exp", "sin", "tanh", "sigmoid", "softplus", "cos"]


class Dice:
    """Random expressions of a given shape."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def size(self) -> str:
        return self.random.choice(sorted(SIZES))

    def leaf(self, *shape: str) -> str:
        names = [name for name in POOL if SHAPES[name] == shape]
        turned = [f"{name}.T" for name in POOL if SHAPES[name] == shape[::-1] and len(shape) == 2]
        found = names + turned
        return self.random.choice(found) if found else f"outer({self.leaf(shape[0])}, {self.leaf(shape[1])})"

    def scalar(self, depth: int) -> str:
        i, j, d = self.size(), self.size(), depth - 1
        if depth == 0:
            return "t"
        forms: Sequence[Callable[[], str]] = (
            lambda: f"sum({self.vector(i, d)})",
            lambda: f"dot({self.vector(i, d)}, {self.vector(i, d)})",
            lambda: f"norm({self.vector(i, d)} + 2)",
            lambda: f"norm({self.matrix(i, j, d)})**2",
            lambda: f"tr({self.matrix(i, i, d)})",
            lambda: f"logsumexp({self.vector(i, d)})",
            lambda: f"({self.scalar(d)})*({self.scalar(d)})",
            lambda: f"{self.random.choice(SMOOTH)}({self.scalar(d)})",
            lambda: f"({self.vector(i, d)}) @ ({self.matrix(i, j, d)}) @ ({self.vector(j, d)})",
            lambda: f"log(det({self.definite(i, d)}))",
            lambda: f"({self.scalar(d)})/(1 + norm({self.vector(i, d)})**2)",
            lambda: f"var({self.vector(i, d)})",
            lambda: f"({self.vector(i, d)})[{self.random.randrange(SIZES[i])}]",
        )
        return self.random.choice(forms)()

    def vector(self, i: str, depth: int) -> str:
        j, d = self.size(), depth - 1
        if depth == 0:
            return self.leaf(i)
        forms: Sequence[Callable[[], str]] = (
            lambda: f"({self.vector(i, d)}) {self.random.choice('+-*')} ({self.vector(i, d)})",
            lambda: f"({self.matrix(i, j, d)}) @ ({self.vector(j, d)})",
            lambda: f"({self.vector(j, d)}) @ ({self.matrix(j, i, d)})",
            lambda: f"{self.random.choice([*SMOOTH, 'relu', 'abs'])}({self.vector(i, d)})",
            lambda: f"softmax({self.vector(i, d)})",
            lambda: f"({self.vector(i, d)})*({self.scalar(d)})",
            lambda: f"sum({self.matrix(i, j, d)}, axis=1)",
            lambda: f"mean({self.matrix(j, i, d)}, axis=0)",
            lambda: f"diag({self.matrix(i, i, d)})",
            lambda: f"({self.vector(i, d)})/(1 + ({self.vector(i, d)})**2)",
            lambda: f"inv({self.definite(i, d)}) @ ({self.vector(i, d)})",
            lambda: f"logsumexp({self.matrix(i, j, d)}, axis=1)",
            lambda: f"cumsum({self.vector(i, d)})",
        )
        return self.random.choice(forms)()

    def matrix(self, i: str, j: str, depth: int) -> str:
        k, d = self.size(), depth - 1
        if depth == 0:
            return self.leaf(i, j)
        forms: Sequence[Callable[[], str]] = (
            lambda: f"({self.matrix(i, j, d)}) {self.random.choice('+-*')} ({self.matrix(i, j, d)})",
            lambda: f"({self.matrix(i, k, d)}) @ ({self.matrix(k, j, d)})",
            lambda: f"({self.matrix(j, i, d)}).T",
            lambda: f"{self.random.choice([*SMOOTH, 'relu'])}({self.matrix(i, j, d)})",
            lambda: f"softmax({self.matrix(i, j, d)}, axis={self.random.randrange(2)})",
            lambda: f"({self.scalar(d)})*({self.matrix(i, j, d)})",
            lambda: f"outer({self.vector(i, d)}, {self.vector(j, d)})",
            lambda: f"diag({self.vector(i, d)}) @ ({self.matrix(i, j, d)})",
            lambda: f"({self.matrix(i, j, d)}) + ({self.vector(j, d)})",
            lambda: f"({self.matrix(i, j, d)}) - mean({self.matrix(i, k, d)}, axis=1, keepdims=True)",
            lambda: f"inv({self.definite(i, d)}) @ ({self.matrix(i, j, d)})",
            lambda: f"({self.matrix(i, j, d)})/sum(exp({self.matrix(i, k, d)}), axis=1, keepdims=True)",
        )
        return self.random.choice(forms)()

    def definite(self, i: str, depth: int) -> str:
        return f"(diag(({self.vector(i, depth)})**2) + 2*eye({i}))"


def program(text: str, shapes: Mapping[str, tuple[int, ...]]) -> Callable[..., Any]:
    """An expression as a function of tensors, through deriv's own reader and emitter."""
    graph = graph_of(text, shapes, SIZES)
    expanded, roots = expand(graph.graph, graph.roots, KEPT)
    again = shaped(expanded, roots, shapes, text)
    source = emit(again.graph, again.roots, {n: n for n in shapes}, constants(again.graph, again.roots), again.shapes)
    return load(source, "f", {"torch": torch, **KERNELS})


def numbers(names: Sequence[str], seed: int) -> dict[str, Any]:
    generator = torch.Generator().manual_seed(seed)
    point = {}
    for name in names:
        shape = [SIZES[str(size)] for size in SHAPES[name]]
        entries = torch.randn(shape, generator=generator, dtype=torch.float64)
        point[name] = (entries + entries.T) / 2 if name == "S" else entries
    return point


@pytest.mark.parametrize("seed", range(240))
def test_random_formulas_have_autograds_values(seed: int) -> None:
    dice = Dice(seed)
    order = 1
    if seed % 3 == 0:
        text, order = dice.scalar(3), 2
    else:
        text = dice.scalar(4) if seed % 3 == 1 else dice.vector(dice.size(), 3)
    names = [name for name in POOL if re.search(rf"\b{name}\b", text)]
    name = dice.random.choice(names)
    found = formula(text, " ".join([name] * order))
    point = numbers(names, seed)
    shapes = {n: tuple(value.shape) for n, value in point.items()}
    f = program(text, shapes)

    def along(value: Any) -> Any:
        given = {**point, name: (value + value.T) / 2 if name == "S" else value}
        (result,) = f(*given.values())
        return result

    expected: Callable[..., Any] = torch.autograd.functional.jacobian
    wanted = (
        expected(along, point[name])
        if order == 1
        else expected(lambda v: expected(along, v, create_graph=True), point[name])
    )
    (value,) = program(found, shapes)(*point.values())
    torch.testing.assert_close(value.expand(wanted.shape), wanted, rtol=1e-6, atol=1e-8)
    # Up to two axes there is always a matrix formula.
    assert wanted.dim() > 2 or "einsum" not in found
