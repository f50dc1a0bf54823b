"""Interviews: transcripts as they come from recorders and typists, read into who said what, and when."""
