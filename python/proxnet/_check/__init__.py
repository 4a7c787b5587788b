"""Checks of arguments, whose errors read ``[operation] rule, value``."""

from .arguments import choice, dtype_name, flag, integer, level, path, real, text
from .names import look_up, nearest, parameter_names, plain, refuse_keywords, shown, unknown

__all__ = [
    "choice",
    "dtype_name",
    "flag",
    "integer",
    "level",
    "look_up",
    "nearest",
    "parameter_names",
    "path",
    "plain",
    "real",
    "refuse_keywords",
    "shown",
    "text",
    "unknown",
]
