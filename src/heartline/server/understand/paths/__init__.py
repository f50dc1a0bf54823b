"""The page of the paths that people take."""
