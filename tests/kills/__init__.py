"""Processes that are killed again and again: nothing that was acknowledged is ever lost or doubled."""
