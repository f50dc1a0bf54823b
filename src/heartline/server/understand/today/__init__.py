"""The first page: what changed, where it hurts most, what people said lately."""
