"""The lake: what is stored, how it is written exactly once, and how it is read as of a version."""
