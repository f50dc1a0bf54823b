"""Interviews: transcripts that are read, highlighted, and whose quotes stand among the voices."""
