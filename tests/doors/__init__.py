"""The same verb, by every door."""
