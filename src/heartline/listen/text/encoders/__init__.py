"""Encoders that a company may choose beside those that ship: a model of its own, or a service that somebody runs."""
