"""Answers as people and programs see them. Knows nothing but the model."""
