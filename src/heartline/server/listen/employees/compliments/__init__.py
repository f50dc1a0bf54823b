"""Compliments, given to whom they name."""
