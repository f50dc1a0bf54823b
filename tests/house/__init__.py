"""The house rules, kept by machine."""
