"""How much text is read, and how large a number may become. Each limit names itself in the error."""

MAX_CHARACTERS = 1_000_000
MAX_NESTING = 5_000
# Groups of LaTeX within each other, which are read by calls within each other.
MAX_LATEX_NESTING = 60
MAX_NAME = 100
# Digits of a literal, with its exponent: 1e999 still fits.
MAX_DIGITS = 1_000
# Digits of a power or factorial of numbers, measured before it is built.
MAX_NUMBER_DIGITS = 20_000
# Entries of an array that is made or given.
MAX_ENTRIES = 2_000_000
# Steps of all loops of an expression together.
MAX_STEPS = 1_000
# Integrals, sums and products within each other, and orders of a derivative that is typed.
MAX_BOUND = 10
# Operations of a derivative that is typed.
MAX_DERIVED = 5_000
# Digits that exact values are printed in (--digits).
MAX_ASKED_DIGITS = 10_000
