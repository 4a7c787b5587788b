"""Checks and converts the arguments of users for the core."""
