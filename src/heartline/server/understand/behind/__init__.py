"""The page of the rows behind any number."""
