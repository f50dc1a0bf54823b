"""The page about how texts are read, and the reading in the background."""
