"""Words and signs that are not read as mathematics, with what to write instead."""

_CHOICE_HINT, _LOOP_HINT = "a choice is written `a if c else b`", "a loop is written `while c: y = 2*y; y`"
# Words that are never names.
RESERVED = {
    "if": _CHOICE_HINT, "else": _CHOICE_HINT, "while": _LOOP_HINT, "for": _LOOP_HINT, "and": "", "or": "", "not": "",
    "in": "choose another name", "is": "compare with ==", "elif": _CHOICE_HINT,
    **dict.fromkeys(("break", "continue"), "a loop ends by its condition"),
    **dict.fromkeys(("return", "def", "import"), "what is asked stands alone, after the last semicolon"),
}  # fmt: skip
# What stands for something else elsewhere.
REFUSED = {
    **dict.fromkeys(("Infinity", "INFINITY", "HUGE_VAL", "inf"), "write oo"),
    **dict.fromkeys(("NaN", "NAN", "nan"), "it is not a number"),
    "None": "for a new axis write reshape(x, -1, 1)",
    "//": "write floor(a/b)", "<<": "write a*2**b", ">>": "write floor(a/2**b)", ":=": "write name = expression;",
    "=": "an equation's derivative is asked by deriv implicit \"x^2 + y^2 = 25\" --wrt y; a name is given by a = 2;",
    "{": "group with ( and )", "}": "group with ( and )",
    "'": "a transpose is written A.T; of a derivative write the function itself",
    '"': "text in quotes is not mathematics", ".": "only x.T and methods such as x.sum() follow a dot",
    ";": "rows of a matrix are lists: [[1, 2], [3, 4]]",
    ":": "ranges are read after --at only",
    **dict.fromkeys((".*", "./", ".^"), "* / ** go entry by entry already; --syntax matrixcalculus reads the dots"),
}  # fmt: skip
# What Maxima writes with a % before it.
MAXIMA = {"pi": "pi", "e": "e", "i": "I", "gamma": "EulerGamma", "phi": "GoldenRatio"}
# What C's mathematics calls its numbers.
C_NUMBERS = {
    "M_PI": "pi", "M_E": "e", "M_PI_2": "pi/2", "M_PI_4": "pi/4", "M_1_PI": "1/pi", "M_2_PI": "2/pi",
    "M_2_SQRTPI": "2/sqrt(pi)", "M_SQRT2": "sqrt(2)", "M_SQRT1_2": "1/sqrt(2)", "M_LN2": "log(2)", "M_LN10": "log(10)",
    "M_LOG2E": "1/log(2)", "M_LOG10E": "1/log(10)",
}  # fmt: skip
