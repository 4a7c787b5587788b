"""Keras' name for the module of models."""

from .sequential import Sequential

__all__ = ["Sequential"]
