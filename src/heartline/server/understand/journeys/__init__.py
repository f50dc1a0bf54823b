"""The pages of journey maps."""
