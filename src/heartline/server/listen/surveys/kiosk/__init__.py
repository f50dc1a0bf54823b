"""A survey on a screen that stands somewhere: one person after another, with or without a line."""
