"""The base classes of all linear models."""
