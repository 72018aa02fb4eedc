"""Reproducible side-by-side measurements against peers."""
