"""`deriv repl`: a prompt that stays. `session.py` says what a line means, `terminal.py` is where it is typed."""
