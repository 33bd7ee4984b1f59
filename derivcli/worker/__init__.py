"""A process that has everything loaded, and answers command lines in children of its own."""
