"""Prove: whether acting helped. Follows once acting stands."""
