"""Code to take away: a function for the value and the derivatives in another language, with points to try it at."""

from derivcli.exports.taking import LANGUAGES, Export, code

__all__ = ["LANGUAGES", "Export", "code"]
