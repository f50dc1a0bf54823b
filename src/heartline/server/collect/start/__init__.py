"""The start: the demo shop, or a first map of one's own company."""
