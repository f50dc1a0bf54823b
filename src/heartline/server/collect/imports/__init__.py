"""Guided import: files as they come, checked on a page, taken in in the background."""
