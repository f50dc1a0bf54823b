"""The pages of touchpoints."""
