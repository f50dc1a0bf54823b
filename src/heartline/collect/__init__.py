"""Collect: take interactions in, on the right person and touchpoint, or drop them with a counted reason."""
