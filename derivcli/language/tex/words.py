"""What commands of LaTeX mean: the tables that reading walks."""

from __future__ import annotations

# Spaces and sizes, which mean nothing.
SILENT = frozenset(
    (
        r"\,", r"\;", r"\:", r"\!", r"\>", "\\ ", r"\quad", r"\qquad", r"\displaystyle", r"\textstyle", r"\limits",
        r"\nolimits", r"\thinspace", r"\medspace", r"\enspace", r"\big", r"\Big", r"\bigg", r"\Bigg", r"\bigl",
        r"\bigr",        r"\Bigl", r"\Bigr", r"\biggl", r"\biggr", r"\Biggl", r"\Biggr", r"\hfill", r"\nonumber",
    )
)  # fmt: skip
_GREEK = (
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu",
    "xi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega", "Gamma", "Delta", "Theta", "Lambda",
    "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega", "pi", "ell", "hbar",
)  # fmt: skip
GREEK = {
    **{name: name for name in _GREEK},
    "varepsilon": "epsilon", "vartheta": "theta", "varphi": "phi", "varrho": "rho", "varsigma": "sigma",
    "varkappa": "kappa", "infty": "oo",
}  # fmt: skip
# Greek letters that are functions, too; before a bracket these two are nothing else.
GREEK_FUNCTIONS = {"Gamma": "gamma", "zeta": "zeta"}
_FUNCTIONS = (
    "sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh", "coth", "sech", "csch", "exp", "log",
    "ln", "max", "min", "erf", "sgn", "sign", "Gamma", "zeta",
)  # fmt: skip
FUNCTIONS = {
    **{name: name for name in _FUNCTIONS},
    **{f"arc{name}": f"a{name}" for name in ("sin", "cos", "tan", "cot", "sec", "csc")},
    "arsinh": "asinh", "arcosh": "acosh", "artanh": "atanh", **GREEK_FUNCTIONS,
}  # fmt: skip
OPERATORS = {
    "cdot": "*", "times": "*", "ast": "*", "div": "/", "le": "<=", "leq": "<=", "leqslant": "<=", "ge": ">=",
    "geq": ">=", "geqslant": ">=", "ne": "!=", "neq": "!=", "lt": "<", "gt": ">", "land": "and", "wedge": "and",
    "lor": "or", "vee": "or", "lnot": "not", "neg": "not", "bmod": "%",
}  # fmt: skip
# What text between mathematics says.
SAID = {"and": "and", "or": "or", "not": "not"}
CONDITIONS_BEGIN = frozenset(("for", "if", "when"))
OTHERWISE = frozenset(("otherwise", "else", "True"))
FRACTIONS = frozenset(("frac", "dfrac", "tfrac", "cfrac"))
BINOMIALS = frozenset(("binom", "dbinom", "tbinom"))
SUMS = {"sum": "Sum", "prod": "Product"}
# Commands whose argument is a name or a word.
UPRIGHT = frozenset(
    ("operatorname", "mathrm", "mathit", "mathsf", "mathbf", "mathtt", "text", "textrm", "textit", "mbox", "boldsymbol")
)
# Brackets, with what closes each and the function that it is.
BRACKETS = {
    "(": (")", ""), "[": ("]", ""), r"\{": (r"\}", ""), r"\lbrace": (r"\rbrace", ""), r"\lparen": (r"\rparen", ""),
    r"\lvert": (r"\rvert", "abs"), r"\lfloor": (r"\rfloor", "floor"), r"\lceil": (r"\rceil", "ceiling"),
}  # fmt: skip
CLOSERS = frozenset(("}", "&", "\\\\", r"\end", *(closer for closer, _ in BRACKETS.values())))
_NORM = r"write \operatorname{norm}(x)"
_DERIVATIVE = "write what is differentiated alone, and name the variable with --wrt"
_BOTH_SIGNS = "ask once with + and once with -"
REFUSED = {
    "pm": _BOTH_SIGNS, "mp": _BOTH_SIGNS, "partial": _DERIVATIVE, "nabla": _DERIVATIVE, "prime": _DERIVATIVE,
    "lim": "write what the limit is of", "|": _NORM, "lVert": _NORM,
    "rVert": _NORM, "Vert": _NORM, "\\": "one formula is read",
    "iint": r"write \int once for each variable", "oint": "integrals go along the real line",
    "dots": "write all terms, or \\sum", "ldots": "write all terms, or \\sum", "cdots": "write all terms, or \\sum",
    "circ": r"degrees are \cdot \frac{\pi}{180}", "in": "write a condition such as x > 0",
    "lg": r"write \log_{10} or \log_{2}", "over": r"write \frac{a}{b}", "odot": "write \\cdot",
    "oslash": r"write \frac{a}{b}",
    "top": "arrays are written in deriv's own language: A.T @ x", "Re": "write \\operatorname{re}(z)",
    "Im": r"write \operatorname{im}(z)", "right": "it closes nothing", "left": "it opens nothing",
    **dict.fromkeys(
        ("vec", "hat", "bar", "tilde", "overline", "widehat", "dot", "ddot", "underline", "mathbb", "mathcal"),
        r"give the variable a plain name, such as x_{hat}",
    ),
    **dict.fromkeys(("mod", "pmod"), r"write x \bmod 2"),
    "choose": r"write \binom{n}{k}", "root": r"write \sqrt[3]{x}",
    **dict.fromkeys(("to", "rightarrow", "mapsto"), "write the expression alone"),
    **dict.fromkeys(("equiv", "approx", "sim", "simeq", "propto"), "of a relation write one side alone"),
    **dict.fromkeys(("underbrace", "overbrace", "color", "label", "tag", "boxed", "cancel"), "leave it out"),
    **dict.fromkeys(("det", "tr", "langle", "rangle"), "arrays are written in deriv's own language: det(A), x @ y"),
    "end": "it closes nothing", "%": "a percentage is written 0.05",
}  # fmt: skip
STRUCTURES = frozenset(("sqrt", "int", "begin", "left", "right", *SUMS, *FRACTIONS, *BINOMIALS, *UPRIGHT))
KNOWN = frozenset((*GREEK, *FUNCTIONS, *OPERATORS, *STRUCTURES, *(w for w in REFUSED if w.isalpha())))
