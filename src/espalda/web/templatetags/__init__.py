"""Filters the templates load."""
