"""Completion at TAB: what may stand at the cursor, told to bash, zsh and fish each in its own way."""
