"""Further questions than for a derivative: each a file of its own, all on the same readings, formulas and numbers."""
