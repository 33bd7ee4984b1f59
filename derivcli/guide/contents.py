"""What help says beside the options themselves: examples, the options most wanted, panels. Data alone."""

from __future__ import annotations

ABOUT = "A derivative calculator: the formula, torch's gradient, and whether to trust it."

# The examples of each command: what is typed after `deriv`, and what it shows. The first ones are on the short help.
EXAMPLES: dict[str, tuple[tuple[str, str], ...]] = {
    "ask": (
        ('"x**2*sin(x)"', "the formula of the derivative"),
        ('"sin(x)/x" --at x=2', "its value, torch's, and a verdict"),
        ('"x*y" --at x=1,2 --at y=3', "at several points"),
        ('"x*y**2" --hessian', "second derivatives"),
        ('"x**2*sin(x)" --steps', "rule by rule"),
        ('"x**2" --at x=3 --json', "for a program; -q: the number alone"),
        ('"A @ x" --at "A=[[1,2],[3,4]]" --at "x=[1,1]"', "matrices"),
        ('"sqrt(x)" --at x=2 --digits 30', "thirty digits"),
        ('"exp(-x)*y" --lang c', "code to take away"),
    ),
    "batch": (("batch questions.ndjson", 'lines such as {"expr": "x*y", "at": {"x": 1, "y": 2}}'),),
    "check": (
        ('check "sin(x)**2" "sin(2x)"', "correct, if in another form"),
        ('check "x**2*y" "[2*x*y, x**2]"', "every partial derivative"),
    ),
    "lint": (('lint "log(softmax(x))" --var "x:vector(3)"', "before a loss is trained"),),
    "repl": (("repl", "then type x**2 --at x=3, :help, or Ctrl-D"),),
    "functions": (("functions", "all of them"), ("functions erf", "one in full")),
    "schema": (("schema", "to validate what --json prints"),),
    "shapes": (('shapes "A @ x" --var "A:matrix(m,n)" --var "x:vector(n)"', "in each layout"),),
    "implicit": (('implicit "x**2+y**2=25" --wrt y --at x=3,y=4', "the slope of a circle"),),
    "parametric": (('parametric "cos(t)" "sin(t)" --order 2 --at t=pi/3', "and how it bends"),),
    "analyze": (('analyze "x**3 - 3*x" --range x=-5:5', "zeros, extrema, inflections"),),
    "taylor": (('taylor "sin(x)" --at x=0 --order 6', "x - x**3/6 + x**5/120"),),
    "propagate": (('propagate "x*y" --at "x=10±0.1" --at "y=2.0±0.05" --corr x,y=0.5', "20.0 ± how much"),),
    "map": (
        ("map \"sin(x)*y\" --points 'data/*.parquet' --out answers", "a file of answers for each"),
        ("map \"sin(x)*y\" --points 'data/*.parquet' --out answers --dry-run", "tell, and write nothing"),
    ),
    "worker": (("worker start", "answers at once from then on"), ("worker status", "1 where none is running")),
}

# On the short help: options by name, with a text as short as the screen wants it.
WANTED: tuple[tuple[str, str], ...] = (
    ("at", "a point; a list x=1,2,5; a range x=0:10:0.5"),
    ("wrt", "by which variables; all of them if left out"),
    ("order", "the N-th derivative; --partial x,y is a mixed one"),
    ("plot", "draw f and f', here or into a file"),
    ("digits", "exact values in N digits"),
    ("output", "table, json, ndjson, csv, latex, plain or code"),
)

# The panels of the full help, each with its options by name; what is in none is shown in the last one.
PANELS: dict[str, tuple[str, ...]] = {
    "Expression": ("let", "var", "syntax", "complex"),
    "Point": ("at", "zip", "seed"),
    "What is asked": ("wrt", "order", "partial", "hessian", "jacobian", "vjp", "jvp", "direction", "hvp", "layout"),
    "Answer": (
        "output", "json", "ndjson", "csv", "latex", "quiet", "lang", "steps", "entries", "graph", "simplify", "exact",
        "full", "color",
    ),
    "Numbers": ("digits", "dtype", "device", "literal", "no-check", "strict", "timeout"),
    "Pictures": ("plot", "range"),
    "Files and many points": ("points", "out", "engine", "compile", "check-rows"),
    "Further": (),
}  # fmt: skip

STATUSES: tuple[tuple[str, str], ...] = (
    ("0", "all well"),
    (
        "1",
        "a check failed: --strict, check, lint, a bad line of batch, a file that map set aside; no worker is running",
    ),
    ("2", "usage, a file that cannot be read, an extra that is missing"),
    ("3", "the expression or point cannot be read, or is over a limit"),
    ("4", "undefined at a point, with --strict"),
    ("5", "out of time"),
    ("130", "Ctrl-C"),
)

# The description on the page for man, a paragraph each.
EXPRESSIONS: tuple[str, ...] = (
    "deriv differentiates EXPR. At a point it prints the derivative's exact value, the gradient that torch's autograd "
    "computes, and a verdict on which of them to trust. Several expressions, or [f, g], are a vector.",
    "Expressions are written as in Python or as in a textbook: x**2, x^2, 2x, 2 sin(x), sin^2 x, |x|, x!, sqrt(x), "
    "log(x, 10), max(x, 0), x**2 if x<1 else 2*x-1, A @ x, A.T, b = a+5; b*b, and LaTeX. xy is one name; x*y and x y "
    "are products. @FILE reads the expression from a file, - from standard input. Quote expressions: the shell has "
    "uses of its own for ( ) * and spaces.",
    "What was read is always shown. An error names the place and what to write instead.",
)

ENVIRONMENT: tuple[tuple[str, str], ...] = (
    ("DERIV_OUTPUT, DERIV_DIGITS, DERIV_SIMPLIFY, DERIV_COLOR, DERIV_EXACT, DERIV_TIMEOUT, DERIV_DEVICE",
     "defaults of the options of these names; they outweigh the file of settings, and options outweigh them"),
    ("DERIV_CONFIG", "the file of settings, or off for none"),
    ("DERIV_WORKER", "off: never ask the worker; auto: start one with the first call"),
    ("NO_COLOR", "no colours, whatever it is set to"),
)  # fmt: skip

FILES: tuple[tuple[str, str], ...] = (
    ("$XDG_CONFIG_HOME/deriv/config.toml",
     "settings, such as output = \"plain\"; without XDG_CONFIG_HOME in ~/.config"),
    ("$XDG_STATE_HOME/deriv/history", "the history of deriv repl; without XDG_STATE_HOME in ~/.local/state"),
)  # fmt: skip
