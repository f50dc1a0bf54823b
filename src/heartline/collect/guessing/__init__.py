"""Guided import: what the columns of files that come as they are mean, and the recipe that follows from it."""
