"""Graph to SymPy and back: the derivative, its form, and the torch program's source."""
